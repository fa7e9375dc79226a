// The schemas that the program was built with.

#include <array>
#include <exception>
#include <mutex>
#include <optional>
#include <stdexcept>

#include "sbom/json_schema.h"
#include "sbom/xml_schema.h"

namespace portreeve::sbom {
namespace {

bool ends_with(std::string_view text, std::string_view end) noexcept {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

}  // namespace

const JsonSchema& cyclonedx_schema(int minor) {
  static std::array<std::once_flag, 8> once;
  static std::array<std::optional<JsonSchema>, 8> schemas;
  const auto index = static_cast<std::size_t>(minor);
  std::call_once(once[index], [&] {
    const std::string wanted = "bom-1." + std::to_string(minor) + ".schema.json";
    std::vector<JsonSchema::File> files;
    for (const JsonSchema::File& file : embedded_schemas()) {
      if (file.name == wanted) files.insert(files.begin(), file);
      if (file.name.substr(0, 4) != "bom-" && ends_with(file.name, ".json")) files.push_back(file);
    }
    Result<JsonSchema> schema = JsonSchema::compile(files);
    // Shipped data that does not compile is a broken build; a test compiles every version.
    if (!schema.ok()) throw std::logic_error(schema.error().message);
    schemas[index].emplace(std::move(schema).value());
  });
  return *schemas[index];
}

const XmlSchema& cyclonedx_xml_schema(int minor) {
  static std::array<std::once_flag, 8> once;
  static std::array<std::optional<XmlSchema>, 8> schemas;
  const auto index = static_cast<std::size_t>(minor);
  std::call_once(once[index], [&] {
    const std::string wanted = "bom-1." + std::to_string(minor) + ".xsd";
    std::vector<std::string_view> files(1);
    for (const JsonSchema::File& file : embedded_schemas()) {
      if (file.name == wanted) files[0] = file.text;
      if (file.name == "spdx.xsd") files.push_back(file.text);
    }
    Result<XmlSchema> schema = XmlSchema::compile(files);
    if (!schema.ok()) throw std::logic_error(schema.error().message);
    schemas[index].emplace(std::move(schema).value());
  });
  return *schemas[index];
}

}  // namespace portreeve::sbom
