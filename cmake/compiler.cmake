# Warnings, sanitizers, precompiled headers: the same for every target.

if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang" OR CMAKE_CXX_COMPILER_VERSION VERSION_LESS 19)
  message(FATAL_ERROR "Hartslag is built with clang 19; use a preset, as in 'cmake --preset release'.")
endif()

set(HARTSLAG_SANITIZE "" CACHE STRING "Sanitizers, as -fsanitize takes them")
option(HARTSLAG_FUZZ "Build the libFuzzer targets" OFF)

set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1")
set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g -fno-omit-frame-pointer")

add_library(hartslag_compiler INTERFACE)
target_compile_options(hartslag_compiler INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor
  -Wold-style-cast -Wimplicit-fallthrough -Wthread-safety -Werror>
  $<$<COMPILE_LANGUAGE:CXX>:-Xclang -fno-pch-timestamp>
  -fstack-protector-strong)
# CMake 3.25 knows no linker type yet: lld by flag, since it links in a second.
target_link_options(hartslag_compiler INTERFACE -fuse-ld=lld-19 -Wl,-z,relro,-z,now)
if(HARTSLAG_SANITIZE)
  # The check of virtual tables wants type information that Debian's SOCI does not export.
  target_compile_options(hartslag_compiler INTERFACE
    -fsanitize=${HARTSLAG_SANITIZE} -fno-sanitize=vptr -fno-sanitize-recover=all)
  target_link_options(hartslag_compiler INTERFACE -fsanitize=${HARTSLAG_SANITIZE})
endif()
if(HARTSLAG_FUZZ)
  target_compile_options(hartslag_compiler INTERFACE -fsanitize=fuzzer-no-link)
endif()
