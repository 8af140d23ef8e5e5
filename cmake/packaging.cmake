# What `cmake --install` installs, and the Debian package that CPack makes of it (tools/package).
#
# The rule packs are no conffiles: they belong to the program like its code, and an upgrade must bring both. What a
# site adds stands in packs of its own, named in understudy.yaml, which come later and win; --rules or
# UNDERSTUDY_RULES takes another directory altogether.
set(share ${CMAKE_INSTALL_DATADIR}/understudy)
set(doc ${CMAKE_INSTALL_DATADIR}/doc/understudy)

# The time of the commit, so that the package is a function of the sources: git's format, and CMake's where there is
# no git.
function(understudy_released variable git_format cmake_format)
  execute_process(COMMAND git -C ${CMAKE_SOURCE_DIR} show -s --format=${git_format} HEAD
    OUTPUT_VARIABLE time OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  if(time STREQUAL "")
    string(TIMESTAMP time "${cmake_format}" UTC)
  endif()
  set(${variable} "${time}" PARENT_SCOPE)
endfunction()

# --- from the program itself, so that they can't differ from it
set(reference ${CMAKE_BINARY_DIR}/reference)
set(reference_commands COMMAND ${CMAKE_COMMAND} -E make_directory ${reference})
find_program(GZIP gzip REQUIRED)
function(understudy_generated form file)
  set(commands ${reference_commands} COMMAND understudy generate ${form} > ${reference}/${file})
  if(file MATCHES "\\.[0-9]$")
    # Without name and time in it: the same page is the same file.
    list(APPEND commands COMMAND ${GZIP} -9nf ${reference}/${file})
  endif()
  set(reference_commands ${commands} PARENT_SCOPE)
endfunction()
understudy_generated(man understudy.1)
understudy_generated(man-config understudy.yaml.5)
understudy_generated(man-rules understudy-rules.5)
understudy_generated(bash understudy)
understudy_generated(zsh _understudy)
understudy_generated(fish understudy.fish)
understudy_generated(systemd-service understudy@.service)
understudy_generated(systemd-timer understudy@.timer)
add_custom_target(understudy_reference ALL ${reference_commands} VERBATIM)

install(TARGETS understudy RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES ${reference}/understudy.1.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${reference}/understudy.yaml.5.gz ${reference}/understudy-rules.5.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man5)
install(FILES ${reference}/understudy DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES ${reference}/_understudy DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)
install(FILES ${reference}/understudy.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
install(FILES ${reference}/understudy@.service ${reference}/understudy@.timer DESTINATION lib/systemd/system)

# --- data, and what `understudy demo` needs
install(DIRECTORY ${CMAKE_SOURCE_DIR}/rules DESTINATION ${share})
install(DIRECTORY ${CMAKE_SOURCE_DIR}/tools/production DESTINATION ${share}/tools
        PATTERN __pycache__ EXCLUDE)
install(FILES ${CMAKE_SOURCE_DIR}/tools/lib/demo.py ${CMAKE_SOURCE_DIR}/tools/lib/cluster.py
        DESTINATION ${share}/tools/lib PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
install(PROGRAMS ${CMAKE_SOURCE_DIR}/tools/generate-production DESTINATION ${share}/tools)

# --- the step of a pipeline
install(PROGRAMS ${CMAKE_SOURCE_DIR}/tools/refresh-staging DESTINATION ${CMAKE_INSTALL_BINDIR})
understudy_released(UNDERSTUDY_DAY %cs %Y-%m-%d)
configure_file(${CMAKE_SOURCE_DIR}/packaging/refresh-staging.1.in ${reference}/refresh-staging.1 @ONLY)
execute_process(COMMAND ${GZIP} -9nkf ${reference}/refresh-staging.1)
install(FILES ${reference}/refresh-staging.1.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)

# --- documentation
install(FILES ${CMAKE_SOURCE_DIR}/README.md ${CMAKE_SOURCE_DIR}/ARCHITECTURE.md ${CMAKE_SOURCE_DIR}/SECURITY.md
        DESTINATION ${doc})
install(DIRECTORY ${CMAKE_SOURCE_DIR}/docs DESTINATION ${doc})

# --- the Debian package
find_program(DPKG dpkg)
if(DPKG)
  set(packaging ${CMAKE_SOURCE_DIR}/packaging)
  install(FILES ${packaging}/copyright DESTINATION ${doc})
  understudy_released(UNDERSTUDY_RELEASED %cD "%a, %d %b %Y %H:%M:%S +0000")
  configure_file(${packaging}/changelog.in ${CMAKE_BINARY_DIR}/changelog.Debian @ONLY)
  execute_process(COMMAND ${GZIP} -9nf ${CMAKE_BINARY_DIR}/changelog.Debian)
  install(FILES ${CMAKE_BINARY_DIR}/changelog.Debian.gz DESTINATION ${doc})
endif()
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME understudy)
set(CPACK_PACKAGE_VENDOR "Understudy")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "staging environments that mirror an Odoo production")
set(CPACK_PACKAGE_DESCRIPTION
"Understudy streams an Odoo database (or any other PostgreSQL database) out of
production, rewrites every sensitive value on the way, streams it into a hidden
database, copies the filestore of the same moment, cuts every outbound channel,
proves what it did, and publishes the result in one atomic step.
.
The command demo shows it on a production that it makes up itself; it needs a
PostgreSQL server on the machine.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 0upstream1)  # Debian has none of its own
set(CPACK_DEBIAN_PACKAGE_MAINTAINER "Understudy maintainers <understudy@example.com>")
set(CPACK_DEBIAN_PACKAGE_SECTION database)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "postgresql-client, adduser")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "postgresql, python3, rsync")
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${CMAKE_SOURCE_DIR}/packaging/postinst ${CMAKE_SOURCE_DIR}/packaging/postrm)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
include(CPack)
