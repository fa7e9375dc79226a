#include "guard/blueprints.h"

#include <algorithm>

#include "policies/blueprint_set.h"

namespace portreeve::guard {

bool holds_blueprint(const TreeFile& file) {
  if (file.role != Role::manifest) return false;
  const auto is_one = [](const Value& object) { return object["kind"].text() == "Blueprint"; };
  return std::any_of(file.documents.begin(), file.documents.end(),
                     [&](const DocumentPtr& document) {
                       const Value root = document->root();
                       for (const Value item : root["items"]) {
                         if (is_one(item)) return true;
                       }
                       return is_one(root);
                     });
}

TreeEvidence blueprints_of(const TreeFiles& files, const policies::PolicySet& policies) {
  std::vector<std::pair<std::string, std::vector<DocumentPtr>>> given;
  for (const auto& [path, file] : files) {
    if (holds_blueprint(*file)) given.emplace_back(path, file->documents);
  }
  const auto set = policies::BlueprintSet::of(given);
  const std::string scope = policies.trust().blueprints().id();
  return [set, scope](const Key& key) -> std::optional<Fact> {
    if (key.section != "blueprint" || key.scope != scope) return std::nullopt;
    const std::size_t at = key.artifact.find('@');
    const std::string name = key.artifact.substr(0, at);
    const std::string version = at == std::string::npos ? "" : key.artifact.substr(at + 1);
    Result<policies::BlueprintFact> found = set->find(name, version);
    if (!found.ok()) return std::nullopt;
    Fact out;
    out.provenance = found.value().where;
    out.value = std::make_shared<const std::any>(std::move(found).value());
    return out;
  };
}

}  // namespace portreeve::guard
