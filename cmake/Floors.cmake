# One static library a floor of the house. hotswap_floor(NAME USES floor… LIBRARIES external…) collects all sources of
# src/NAME; what a floor may include is exactly what it names here, and `./dev lint` holds the includes against it.
function(hotswap_floor name)
  cmake_parse_arguments(floor "" "" "USES;LIBRARIES" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${name}/*.cpp)
  list(FILTER sources EXCLUDE REGEX "/main\\.cpp$")  # the program's own, so that tests can bring theirs
  list(TRANSFORM floor_USES PREPEND hotswap_)
  if(sources)
    add_library(hotswap_${name} STATIC ${sources})
    target_link_libraries(hotswap_${name} PUBLIC ${floor_USES} ${floor_LIBRARIES} Threads::Threads)
    target_include_directories(hotswap_${name} PUBLIC ${CMAKE_SOURCE_DIR}/src)
  else()
    add_library(hotswap_${name} INTERFACE)
    target_link_libraries(hotswap_${name} INTERFACE ${floor_USES} ${floor_LIBRARIES})
    target_include_directories(hotswap_${name} INTERFACE ${CMAKE_SOURCE_DIR}/src)
  endif()
endfunction()
