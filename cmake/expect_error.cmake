# cmake -DCOMPILER=… -DINCLUDE=… -DSOURCE=… -DSCRATCH=<folder> -P expect_error.cmake
#
# Passes when the compiler refuses SOURCE with the error in its first line, "// error: <text>", and with no
# other, and takes it once the lines that end in "// misuse" are left out: so it is refused for that alone.

file(READ ${SOURCE} text)
if(NOT text MATCHES "^// error: ([^\n]+)\n")
  message(FATAL_ERROR "${SOURCE} does not begin with '// error: <text>'.")
endif()
set(expected ${CMAKE_MATCH_1})
set(command ${COMPILER} -std=c++23 -fsyntax-only -fno-caret-diagnostics -I${INCLUDE})

execute_process(COMMAND ${command} ${SOURCE} RESULT_VARIABLE status ERROR_VARIABLE errors)
if(status EQUAL 0)
  message(FATAL_ERROR "${SOURCE} compiles.")
endif()
string(REGEX MATCHALL "error: [^\n]+" found "${errors}")
foreach(error IN LISTS found)
  string(FIND "${error}" "${expected}" at)
  if(at EQUAL -1)
    message(FATAL_ERROR "${SOURCE} is refused for another reason:\n${errors}")
  endif()
endforeach()
if(NOT found)
  message(FATAL_ERROR "No error in:\n${errors}")
endif()

string(REGEX REPLACE "[^\n]*// misuse\n" "" proper "${text}")
string(RANDOM LENGTH 12 name)
set(copy ${SCRATCH}/misuse-${name}.cpp)
file(WRITE ${copy} "${proper}")
execute_process(COMMAND ${command} ${copy} RESULT_VARIABLE status ERROR_VARIABLE errors)
file(REMOVE ${copy})
if(NOT status EQUAL 0)
  message(FATAL_ERROR "${SOURCE} is wrong without its misuse, too:\n${errors}")
endif()
