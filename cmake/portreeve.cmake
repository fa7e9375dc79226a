# One static library per folder (design §3) and one test program per folder of tests/.

# The standard headers that nearly every file includes are parsed once. Each file still includes what
# it uses: the fuzz preset builds without.
set(portreeve_std_headers
  <algorithm> <any> <array> <charconv> <chrono> <cstdint> <cstring> <functional> <map> <memory>
  <mutex> <optional> <set> <span> <string> <string_view> <tuple> <utility> <variant> <vector>)
option(PORTREEVE_PCH "precompiled headers" ON)
set(portreeve_precompile OFF)
if(PORTREEVE_PCH AND NOT PORTREEVE_FUZZ AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  set(portreeve_precompile ON)
endif()

function(portreeve_folder name)
  cmake_parse_arguments(ARG "" "" "USES;LINKS" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${name}/*.cc)
  if(NOT sources)
    return()
  endif()
  set_property(GLOBAL APPEND PROPERTY portreeve_folders ${name})
  add_library(portreeve_${name} STATIC ${sources})
  target_include_directories(portreeve_${name} PUBLIC ${PROJECT_SOURCE_DIR})
  target_link_libraries(portreeve_${name} PUBLIC portreeve_flags)
  foreach(other IN LISTS ARG_USES)
    if(TARGET portreeve_${other})
      target_link_libraries(portreeve_${name} PUBLIC portreeve_${other})
    endif()
  endforeach()
  target_link_libraries(portreeve_${name} PUBLIC ${ARG_LINKS})
  if(portreeve_precompile)
    if(name STREQUAL "core")
      target_precompile_headers(portreeve_core PRIVATE ${portreeve_std_headers})
    else()
      target_precompile_headers(portreeve_${name} REUSE_FROM portreeve_core)
    endif()
  endif()
endfunction()

# Test code is compiled without optimisation, what it tests with: it is compiled far more often than
# it runs. AddressSanitizer judges every access that the product makes, to memory of the tests too;
# ThreadSanitizer has to see the tests' own atomics.
function(portreeve_test_speed name)
  target_compile_options(${name} PRIVATE -O0 -U_FORTIFY_SOURCE -fPIC)
  if(PORTREEVE_SANITIZE MATCHES "address" AND NOT PORTREEVE_FUZZ)
    set_target_properties(${name} PROPERTIES PORTREEVE_UNSANITIZED ON)
  endif()
endfunction()

function(portreeve_test_code name)
  portreeve_test_speed(${name})
  if(portreeve_precompile)
    target_precompile_headers(${name} REUSE_FROM portreeve_test_base)
  endif()
endfunction()

function(portreeve_tests name)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/${name}/*_test.cc)
  if(NOT sources)
    return()
  endif()
  add_executable(${name}_test ${sources})
  target_link_libraries(${name}_test PRIVATE portreeve_test_support GTest::gmock_main)
  portreeve_test_code(${name}_test)
  gtest_discover_tests(${name}_test TEST_PREFIX ${name}. DISCOVERY_TIMEOUT 120
                       PROPERTIES TIMEOUT 240)
endfunction()
