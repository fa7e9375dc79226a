#include "policies/chart_facts.h"

namespace portreeve::policies {

std::string_view to_string(ChartPin::Kind kind) noexcept {
  switch (kind) {
    case ChartPin::Kind::blueprint:
      return "Blueprint";
    case ChartPin::Kind::kit:
      return "kit";
    case ChartPin::Kind::seed:
      return "seed";
    case ChartPin::Kind::umbrella:
      return "umbrella";
  }
  return "pin";
}

Key tree_key(std::string_view chart_yaml, std::string_view section) {
  const std::size_t slash = chart_yaml.rfind('/');
  const std::string_view folder =
      slash == std::string_view::npos ? std::string_view(".") : chart_yaml.substr(0, slash);
  return Key{std::string(section), "tree:" + std::string(folder), ""};
}

}  // namespace portreeve::policies
