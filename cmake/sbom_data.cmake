# Licence list, purl types and profiles are compiled in, so that a verdict needs no file beside the
# binary.
set(sbom_data ${PROJECT_SOURCE_DIR}/sbom/data)
set(sbom_data_files ${sbom_data}/purl-types.json ${sbom_data}/spdx-licenses.json ${sbom_data}/profiles.json
    ${sbom_data}/spdx3-model.json)
set(sbom_data_names embedded_purl_types embedded_licenses embedded_profiles embedded_spdx3_model)
set(sbom_data_source ${PROJECT_BINARY_DIR}/generated/embedded_sbom_data.cc)
add_custom_command(
  OUTPUT ${sbom_data_source}
  COMMAND ${CMAKE_COMMAND} -DOUT=${sbom_data_source} "-DFILES=${sbom_data_files}"
          "-DNAMES=${sbom_data_names}" -P ${PROJECT_SOURCE_DIR}/cmake/embed_data.cmake
  DEPENDS ${sbom_data_files} ${PROJECT_SOURCE_DIR}/cmake/embed_data.cmake
  VERBATIM)
target_sources(portreeve_sbom PRIVATE ${sbom_data_source})
