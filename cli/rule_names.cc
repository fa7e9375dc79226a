#include "cli/rule_names.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "core/nearest.h"
#include "core/utf8.h"

namespace portreeve::cli {

std::string no_such_rule(const policies::PolicySet& set, const std::string& name) {
  std::vector<std::string_view> candidates;
  std::string same_name;  // A rule named without its policy.
  for (const policies::Policy& policy : set.policies()) {
    candidates.push_back(policy.name);
    for (const policies::Rule& rule : policy.rules) {
      candidates.push_back(rule.id);
      if (rule.name == name && same_name.empty()) same_name = rule.id;
    }
    for (const policies::ObjectMatch& match : policy.match.objects) {
      candidates.insert(candidates.end(), match.kinds.begin(), match.kinds.end());
    }
  }
  std::string out = "there is no rule \"" + utf8::printable(name, 128) + "\"";
  if (!same_name.empty()) return out + "; did you mean \"" + same_name + "\"?";
  // The longer the name, the more of it may be mistyped.
  const std::size_t most = std::max<std::size_t>(2, name.size() / 4);
  if (const auto near = nearest(candidates, name, most)) {
    out += "; did you mean \"" + std::string(*near) + "\"?";
  }
  return out;
}

}  // namespace portreeve::cli
