# Flags every target of ours shares, in one INTERFACE target.
add_library(understudy_options INTERFACE)
target_compile_features(understudy_options INTERFACE cxx_std_20)
set(CMAKE_CXX_EXTENSIONS OFF)
target_compile_options(understudy_options INTERFACE
  -Wall -Wextra -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wimplicit-fallthrough
  -fno-omit-frame-pointer)
if(UNDERSTUDY_WERROR)
  target_compile_options(understudy_options INTERFACE -Werror)
endif()
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  target_compile_options(understudy_options INTERFACE -Wthread-safety)
else()
  # g++ 12 reports these falsely inside libstdc++ and fmt when it inlines.
  target_compile_options(understudy_options INTERFACE -Wno-restrict -Wno-stringop-overflow
    -Wno-maybe-uninitialized -Wno-array-bounds -Wno-stringop-overread)
endif()
if(UNDERSTUDY_REPRODUCIBLE)
  # No path of this machine in the program. Archives are deterministic by binutils' default in Debian.
  target_compile_options(understudy_options INTERFACE -ffile-prefix-map=${CMAKE_SOURCE_DIR}=.)
  target_link_options(understudy_options INTERFACE -Wl,--build-id=sha1)
endif()
if(UNDERSTUDY_HARDEN)
  # Debian's hardening=+all (dpkg-buildflags), written out so that the package does not depend on who builds it.
  # tools/package-test looks for each in the program.
  target_compile_options(understudy_options INTERFACE -fPIE -fstack-protector-strong -Wformat
    -Werror=format-security -Wdate-time)
  target_compile_definitions(understudy_options INTERFACE _FORTIFY_SOURCE=2)
  target_link_options(understudy_options INTERFACE -pie -Wl,-z,relro,-z,now)
endif()
if(UNDERSTUDY_SANITIZE)
  target_compile_options(understudy_options INTERFACE -fsanitize=${UNDERSTUDY_SANITIZE}
    -fno-sanitize-recover=all)
  target_link_options(understudy_options INTERFACE -fsanitize=${UNDERSTUDY_SANITIZE})
endif()
if(UNDERSTUDY_COVERAGE)
  # Of several threads every run counts, and a process that is killed loses its counts alone.
  target_compile_options(understudy_options INTERFACE --coverage -fprofile-update=atomic)
  target_link_options(understudy_options INTERFACE --coverage)
endif()
if(UNDERSTUDY_LIBFUZZER)
  target_compile_options(understudy_options INTERFACE -fsanitize=fuzzer-no-link)
endif()
target_include_directories(understudy_options INTERFACE ${CMAKE_SOURCE_DIR}/src ${CMAKE_BINARY_DIR}/generated)
