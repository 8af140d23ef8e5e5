# Writes understudy_version.h at build time; only when it changes, so that nothing is rebuilt for nothing.
# -DVERSION=… -DSOURCE_DIR=… -DOUTPUT=…
cmake_minimum_required(VERSION 3.25)  # a script takes no policies from the project that calls it
execute_process(COMMAND git -C ${SOURCE_DIR} describe --always --dirty --abbrev=12 --match=
  OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
file(CONFIGURE OUTPUT ${OUTPUT} CONTENT
"#define UNDERSTUDY_VERSION \"@VERSION@\"
#define UNDERSTUDY_COMMIT \"@commit@\"
" @ONLY)
