# The shipped policies are compiled in, so that the gate judges with nothing beside its binary.
file(GLOB catalog_files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/policies/catalog/*.yaml)
set(catalog_source ${PROJECT_BINARY_DIR}/generated/embedded_catalog.cc)
add_custom_command(
  OUTPUT ${catalog_source}
  COMMAND ${CMAKE_COMMAND} -DOUT=${catalog_source} "-DFILES=${catalog_files}"
          -P ${PROJECT_SOURCE_DIR}/cmake/embed.cmake
  DEPENDS ${catalog_files} ${PROJECT_SOURCE_DIR}/cmake/embed.cmake
  VERBATIM)
add_library(portreeve_catalog STATIC ${catalog_source})
target_include_directories(portreeve_catalog PUBLIC ${PROJECT_SOURCE_DIR})
target_link_libraries(portreeve_catalog PUBLIC portreeve_policies)

# A catalog that contradicts its own examples is not shipped.
if(NOT PORTREEVE_FUZZ)
  add_executable(check_catalog ${PROJECT_SOURCE_DIR}/cmake/check_catalog.cc)
  target_link_libraries(check_catalog PRIVATE portreeve_catalog)
  set(catalog_stamp ${PROJECT_BINARY_DIR}/generated/catalog.checked)
  add_custom_command(
    OUTPUT ${catalog_stamp}
    COMMAND check_catalog
    COMMAND ${CMAKE_COMMAND} -E touch ${catalog_stamp}
    DEPENDS check_catalog ${catalog_files}
    COMMENT "running the examples of the catalog"
    VERBATIM)
  add_custom_target(catalog_checked ALL DEPENDS ${catalog_stamp})
endif()
