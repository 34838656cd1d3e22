# Compiler, linker and cache settings that every target shares.
find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

find_program(MOLD mold)
if(MOLD AND NOT HOTSWAP_FUZZ)
  add_link_options(-fuse-ld=mold)
endif()

add_compile_options(-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror)
# Designated initialisers leave members to their defaults on purpose.
add_compile_options(-Wno-missing-field-initializers)
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1")
set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g1 -fno-omit-frame-pointer")
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 reports these inside the standard library when it inlines heavily (GCC bugs 105329, 105562).
  add_compile_options(-Wno-restrict -Wno-maybe-uninitialized)
endif()

if(HOTSWAP_SANITIZE)
  add_compile_options(-fsanitize=${HOTSWAP_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${HOTSWAP_SANITIZE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND HOTSWAP_SANITIZE MATCHES "thread")
    add_compile_options(-Wno-tsan)
  endif()
endif()
if(HOTSWAP_FUZZ)
  # Clang 14 can't check the types of function pointers in files with coroutines: its marks land in two sections.
  add_compile_options(-fsanitize=fuzzer-no-link -fno-sanitize=function)
endif()
if(HOTSWAP_COVERAGE)
  add_compile_options(--coverage -fprofile-update=atomic)
  add_link_options(--coverage)
endif()
