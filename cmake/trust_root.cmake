# Sigstore's public-good trust root is compiled in, so that the gate verifies without a network.
set(trust_root_json ${PROJECT_SOURCE_DIR}/verifiers/trust_root/production.json)
set(trust_root_source ${PROJECT_BINARY_DIR}/generated/embedded_trust_root_json.cc)
add_custom_command(
  OUTPUT ${trust_root_source}
  COMMAND ${CMAKE_COMMAND} -DOUT=${trust_root_source} -DFILE=${trust_root_json}
          -P ${PROJECT_SOURCE_DIR}/cmake/embed_trust_root.cmake
  DEPENDS ${trust_root_json} ${PROJECT_SOURCE_DIR}/cmake/embed_trust_root.cmake
  VERBATIM)
target_sources(portreeve_verifiers PRIVATE ${trust_root_source})
