# The schemas of CycloneDX are compiled in: a document is judged by its specification, not by our reading of it.
file(GLOB schema_files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/sbom/schema/*.schema.json
     ${PROJECT_SOURCE_DIR}/sbom/schema/*.xsd)
set(schema_source ${PROJECT_BINARY_DIR}/generated/embedded_schemas.cc)
add_custom_command(
  OUTPUT ${schema_source}
  COMMAND ${CMAKE_COMMAND} -DOUT=${schema_source} "-DFILES=${schema_files}"
          -P ${PROJECT_SOURCE_DIR}/cmake/embed_schemas.cmake
  DEPENDS ${schema_files} ${PROJECT_SOURCE_DIR}/cmake/embed_schemas.cmake
  VERBATIM)
target_sources(portreeve_sbom PRIVATE ${schema_source})
