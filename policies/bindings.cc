#include "policies/bindings.h"

#include <algorithm>
#include <array>

namespace portreeve::policies {
namespace {

// Under these keys a '$' is text of the policy's own.
constexpr std::array<std::string_view, 5> kOwnText = {"matches", "not-matches", "pattern",
                                                      "patterns", "literal"};

bool is_bound(std::string_view name, const std::vector<Each>& each, std::size_t count) {
  return std::any_of(each.begin(), each.begin() + static_cast<std::ptrdiff_t>(count),
                     [&](const Each& entry) { return entry.name == name; });
}

Outcome check_text(const Source& source, const Value& value, const std::vector<Each>& each) {
  if (value.text().size() < 2 || value.text()[0] != '$') return Done{};
  const Result<Path> path = Path::compile(value.text());
  if (!path.ok() || is_bound(path.value().binding(), each, each.size())) return Done{};
  return source.error(value, "\"$" + path.value().binding() + "\" is bound by no each of the rule");
}

Outcome check_value(const Source& source, const Value& value, const std::vector<Each>& each) {
  if (value.is_string()) return check_text(source, value, each);
  for (const Value child : value) {
    const std::string_view key = child.key().text();
    if (std::find(kOwnText.begin(), kOwnText.end(), key) != kOwnText.end()) continue;
    // {collect: [PATH, r, v]} binds $r in v.
    if (key == "collect" && child.is_array() && child.size() == 3 && child.at(1).is_string()) {
      std::vector<Each> inner = each;
      inner.push_back({std::string(child.at(1).text()), {}});
      PORTREEVE_CHECK(check_value(source, child.at(0), each));
      PORTREEVE_CHECK(check_value(source, child.at(2), inner));
      continue;
    }
    PORTREEVE_CHECK(check_value(source, child, each));
  }
  return Done{};
}

}  // namespace

Outcome check_bindings(const Source& source, const Rule& rule) {
  const Value each = rule.source["each"];
  for (std::size_t i = 0; i < rule.each.size(); ++i) {
    const Each& entry = rule.each[i];
    const Value where = each.is_array() ? each.at(static_cast<std::uint32_t>(i)) : each;
    if (is_bound(entry.name, rule.each, i)) {
      return source.error(where["as"], "each: \"" + entry.name + "\" is bound twice");
    }
    if (entry.in.root() == Path::Root::binding && !is_bound(entry.in.binding(), rule.each, i)) {
      return source.error(where["in"],
                          "each: \"$" + entry.in.binding() + "\" is not bound before it is used");
    }
  }
  for (const std::string_view key : {"when", "with", "all", "any", "none"}) {
    PORTREEVE_CHECK(check_value(source, rule.source[key], rule.each));
  }
  return Done{};
}

}  // namespace portreeve::policies
