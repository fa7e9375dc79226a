// The schemas that the program was built with.

#include <array>
#include <exception>
#include <mutex>
#include <optional>
#include <stdexcept>

#include "sbom/json_schema.h"

namespace portreeve::sbom {

const JsonSchema& cyclonedx_schema(int minor) {
  static std::array<std::once_flag, 8> once;
  static std::array<std::optional<JsonSchema>, 8> schemas;
  const auto index = static_cast<std::size_t>(minor);
  std::call_once(once[index], [&] {
    const std::string wanted = "bom-1." + std::to_string(minor) + ".schema.json";
    std::vector<JsonSchema::File> files;
    for (const JsonSchema::File& file : embedded_schemas()) {
      if (file.name == wanted) files.insert(files.begin(), file);
      if (file.name.substr(0, 4) != "bom-") files.push_back(file);
    }
    Result<JsonSchema> schema = JsonSchema::compile(files);
    // Shipped data that does not compile is a broken build; a test compiles every version.
    if (!schema.ok()) throw std::logic_error(schema.error().message);
    schemas[index].emplace(std::move(schema).value());
  });
  return *schemas[index];
}

}  // namespace portreeve::sbom
