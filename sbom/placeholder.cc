#include "sbom/placeholder.h"

#include <algorithm>
#include <string_view>

#include "core/utf8.h"

namespace portreeve::sbom {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

/// Words that nobody names a package by, as the whole text only: "todo" is one, "todo-list" is not.
bool stand_in(std::string_view text) {
  static constexpr std::string_view kWords[] = {
      "placeholder", "todo", "tbd", "fixme",    "dummy",     "sample", "example",
      "test",        "none", "n/a", "changeme", "change-me", "foo",    "bar"};
  const std::string word = lower(text);
  return std::find(std::begin(kWords), std::end(kWords), word) != std::end(kWords);
}

bool anything_stated(const Inventory& inventory, std::uint32_t at) {
  const Document& document = inventory.document();
  const Component& row = document.components[at];
  return !inventory.version_of(at).empty() || !row.identifiers.empty() || !row.hashes.empty();
}

}  // namespace

std::vector<std::string> placeholder_signs(const Inventory& inventory) {
  const Document& document = inventory.document();
  std::vector<std::string> out;
  if (document.components.empty()) {
    out.push_back("it lists no component");
    return out;
  }
  const auto& packages = inventory.packages();
  const bool stated = std::any_of(packages.begin(), packages.end(),
                                  [&](std::uint32_t at) { return anything_stated(inventory, at); });
  const bool files = std::any_of(
      document.components.begin(), document.components.end(), [](const Component& component) {
        return component.element == Element::file && !component.hashes.empty();
      });
  if (!stated && !files) {
    out.push_back("no component has a version, an identifier or a hash");
  }
  for (const std::uint32_t at : packages) {
    const std::string_view name = document.components[at].name.view();
    if (!stand_in(name)) continue;
    if (packages.size() > 2 && !document.components[at].primary) continue;
    out.push_back("component \"" + utf8::printable(name, 64) + "\" is a stand-in");
    break;
  }
  return out;
}

}  // namespace portreeve::sbom
