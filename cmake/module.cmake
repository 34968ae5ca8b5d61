# hartslag_module(<name> USES <module>... PACKAGES <target>...)
#
# Declares the module in the current folder: a static library of its *.cpp, a GoogleTest binary of its
# *_test.cpp, a libFuzzer binary of each x_fuzz.cpp and a test that gives it what lies in corpus/x/,
# `<name>/queries.h` from its sql/ folder and `<name>/pages.h` from its pages/ folder.
# Floors come from src/floors.cmake; a dependency that is not strictly lower stops the configuration.

include(${CMAKE_SOURCE_DIR}/src/floors.cmake)
set(GENERATED ${CMAKE_BINARY_DIR}/generated)

function(hartslag_floor module out)
  foreach(entry IN LISTS HARTSLAG_FLOORS)
    string(REPLACE ":" ";" pair ${entry})
    list(GET pair 0 name)
    list(GET pair 1 floor)
    if(name STREQUAL module)
      set(${out} ${floor} PARENT_SCOPE)
      return()
    endif()
  endforeach()
  message(FATAL_ERROR "Module '${module}' has no floor: add it to src/floors.cmake.")
endfunction()

function(hartslag_module name)
  cmake_parse_arguments(ARG "" "" "USES;PACKAGES" ${ARGN})
  hartslag_floor(${name} floor)
  foreach(used IN LISTS ARG_USES)
    hartslag_floor(${used} used_floor)
    if(NOT used_floor LESS floor)
      message(FATAL_ERROR
        "Module '${name}' (floor ${floor}) may not use '${used}' (floor ${used_floor}): "
        "dependencies point down only. Move what is shared to a lower floor, or hand it in from app.")
    endif()
  endforeach()

  # "surfaces_events" lives in src/surfaces/events and is included as "surfaces/events/...".
  file(RELATIVE_PATH folder ${CMAKE_SOURCE_DIR}/src ${CMAKE_CURRENT_SOURCE_DIR})
  file(GLOB sources CONFIGURE_DEPENDS *.cpp *.S)
  file(GLOB tests CONFIGURE_DEPENDS *_test.cpp)
  file(GLOB fuzzers CONFIGURE_DEPENDS *_fuzz.cpp)
  list(FILTER sources EXCLUDE REGEX "_(test|fuzz)\\.cpp$")

  set(target hartslag_${name})
  if(NOT sources)
    file(WRITE ${GENERATED}/${folder}/empty.cpp "")
    set(sources ${GENERATED}/${folder}/empty.cpp)
  endif()
  add_library(${target} STATIC ${sources})
  target_include_directories(${target} PUBLIC ${CMAKE_SOURCE_DIR}/src ${GENERATED})
  target_link_libraries(${target} PUBLIC hartslag_compiler)
  foreach(used IN LISTS ARG_USES)
    target_link_libraries(${target} PUBLIC hartslag_${used})
  endforeach()
  target_link_libraries(${target} PUBLIC ${ARG_PACKAGES})
  set_property(GLOBAL APPEND PROPERTY HARTSLAG_MODULES "${name}|${folder}|${ARG_USES}")

  if(name STREQUAL "base")
    target_precompile_headers(${target} PRIVATE ${CMAKE_SOURCE_DIR}/src/base/standard.pch.h)
  else()
    target_precompile_headers(${target} REUSE_FROM hartslag_base)
  endif()

  file(GLOB queries CONFIGURE_DEPENDS sql/*.sql sql/migrate/*.sql)
  if(queries)
    set(header ${GENERATED}/${folder}/queries.h)
    add_custom_command(OUTPUT ${header}
      COMMAND ${NODE} ${CMAKE_SOURCE_DIR}/tools/embed_sql.mjs ${folder} ${CMAKE_CURRENT_SOURCE_DIR}/sql ${header}
      DEPENDS ${queries} ${CMAKE_SOURCE_DIR}/tools/embed_sql.mjs
      COMMENT "SQL of ${folder}")
    add_custom_target(${target}_queries DEPENDS ${header})
    add_dependencies(${target} ${target}_queries)
  endif()

  file(GLOB pages CONFIGURE_DEPENDS pages/*.html)
  if(pages)
    set(header ${GENERATED}/${folder}/pages.h)
    string(REPLACE "/" "::" namespace ${folder})
    file(GLOB texts CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/texts/*.json)
    file(GLOB layouts CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/html/*/*.html)
    add_custom_command(OUTPUT ${header}
      COMMAND ${NODE} ${CMAKE_SOURCE_DIR}/tools/embed_pages.mjs ${namespace}::pages
        ${CMAKE_CURRENT_SOURCE_DIR}/pages ${GENERATED}/web ${header}
      DEPENDS ${pages} ${layouts} ${texts} ${GENERATED}/web/assets.json ${CMAKE_SOURCE_DIR}/tools/embed_pages.mjs
      COMMENT "Pages of ${folder}")
    add_custom_target(${target}_pages DEPENDS ${header})
    add_dependencies(${target} ${target}_pages)
  endif()

  if(tests AND GTest_FOUND AND NOT HARTSLAG_FUZZ)
    add_executable(${target}_test ${tests})
    target_link_libraries(${target}_test PRIVATE ${target} GTest::gmock GTest::gtest_main)
    target_precompile_headers(${target}_test REUSE_FROM hartslag_base)
    # "No tests ran" is a failure, and so is a test that hangs. Sanitizers are slow, and more so on a busy machine.
    set(timeout_s 600)
    if(HARTSLAG_SANITIZE)
      set(timeout_s 1800)
    endif()
    add_test(NAME ${name} COMMAND ${target}_test)
    set_tests_properties(${name} PROPERTIES TIMEOUT ${timeout_s} LABELS unit)

    # What must not compile: each file names the error that it has to be refused with.
    file(GLOB misuses CONFIGURE_DEPENDS misuse/*.cpp)
    foreach(misuse IN LISTS misuses)
      get_filename_component(misuse_name ${misuse} NAME_WE)
      add_test(NAME ${name}_misuse_${misuse_name} COMMAND ${CMAKE_COMMAND} -DCOMPILER=${CMAKE_CXX_COMPILER}
        -DINCLUDE=${CMAKE_SOURCE_DIR}/src -DSOURCE=${misuse} -DSCRATCH=${CMAKE_CURRENT_BINARY_DIR}
        -P ${CMAKE_SOURCE_DIR}/cmake/expect_error.cmake)
      set_tests_properties(${name}_misuse_${misuse_name} PROPERTIES TIMEOUT 120 LABELS unit)
    endforeach()
  endif()

  if(HARTSLAG_FUZZ)
    foreach(fuzzer IN LISTS fuzzers)
      get_filename_component(fuzzer_name ${fuzzer} NAME_WE)
      add_executable(${name}_${fuzzer_name} ${fuzzer})
      target_link_libraries(${name}_${fuzzer_name} PRIVATE ${target})
      target_link_options(${name}_${fuzzer_name} PRIVATE -fsanitize=fuzzer)
      # What fuzzing found its way with, and what it found: each run of the tests meets it again.
      string(REGEX REPLACE "_fuzz$" "" subject ${fuzzer_name})
      add_test(NAME ${name}_${fuzzer_name}
        COMMAND ${name}_${fuzzer_name} -runs=0 ${CMAKE_CURRENT_SOURCE_DIR}/corpus/${subject})
      set_tests_properties(${name}_${fuzzer_name} PROPERTIES TIMEOUT 120 LABELS fuzz)
    endforeach()
  endif()
endfunction()
