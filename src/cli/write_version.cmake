# Writes understudy_version.h at build time; only when it changes, so that nothing is rebuilt for nothing.
# -DVERSION=… -DBINDIR=… -DSOURCE_DIR=… -DOUTPUT=…
cmake_minimum_required(VERSION 3.25)  # a script takes no policies from the project that calls it
execute_process(COMMAND git -C ${SOURCE_DIR} describe --always --dirty --abbrev=12 --match=
  OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
execute_process(COMMAND git -C ${SOURCE_DIR} show -s --format=%cs HEAD
  OUTPUT_VARIABLE date OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(date STREQUAL "")
  string(TIMESTAMP date "%Y-%m-%d" UTC)  # SOURCE_DATE_EPOCH, where it is set
endif()
file(CONFIGURE OUTPUT ${OUTPUT} CONTENT
"#define UNDERSTUDY_VERSION \"@VERSION@\"
#define UNDERSTUDY_COMMIT \"@commit@\"
#define UNDERSTUDY_DATE \"@date@\"
#define UNDERSTUDY_BINDIR \"@BINDIR@\"
" @ONLY)
