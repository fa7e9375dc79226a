#include "policies/descents.h"

#include <algorithm>

namespace portreeve::policies {

void Descents::find_places(const Value& object) {
  if (index_ == nullptr || places(object) != nullptr) return;
  const auto free = std::find_if(places_.begin(), places_.end(),
                                 [](const std::optional<Places>& places) { return !places; });
  if (free != places_.end()) free->emplace(*index_, object);
}

Descents::Below& Descents::below(const Value& root) {
  for (const std::unique_ptr<Below>& known : below_) {
    if (known->root.same_node(root)) return *known;
  }
  below_.push_back(std::make_unique<Below>());
  below_.back()->root = root;
  return *below_.back();
}

const std::vector<Value>& Descents::named(const Value& root, std::string_view name) {
  Below& tree = below(root);
  const auto looked_for = [&](std::string_view key) {
    return index_ == nullptr || index_->looks_for(PathIndex::name_mark(key));
  };
  if (!tree.members_read) {
    root.for_each_member([&](const Value& member) {
      if (looked_for(member.key().text())) tree.members.push_back(member);
    });
    tree.members_read = true;
  }
  const bool among = looked_for(name);  // Not where a path was read after the index was closed.
  if (among && tree.members.empty()) return none_;
  for (const std::unique_ptr<Named>& known : tree.named) {
    if (known->name == name) return known->found;
  }
  tree.named.push_back(std::make_unique<Named>(Named{name, {}}));
  std::vector<Value>& found = tree.named.back()->found;
  if (!among) {
    root.for_each_named(name, {}, [&](const Value& member) { found.push_back(member); });
    return found;
  }
  for (const Value& member : tree.members) {
    if (member.key().text() == name) found.push_back(member);
  }
  return found;
}

const std::vector<Value>& Descents::scalars(const Value& root) {
  Below& tree = below(root);
  if (!tree.scalars_read) {
    root.for_each_scalar({}, [&](const Value& scalar) { tree.scalars.push_back(scalar); });
    tree.scalars_read = true;
  }
  return tree.scalars;
}

const std::vector<Value>& Descents::texts(const Value& root) {
  Below& tree = below(root);
  if (!tree.texts_read) {
    tree.texts.reserve(root.node_count() / 3);  // Each has a key, and there are numbers too.
    root.for_each_scalar({}, [&](const Value& scalar) {
      if (scalar.is_string()) tree.texts.push_back(scalar);
    });
    tree.texts_read = true;
  }
  return tree.texts;
}

}  // namespace portreeve::policies
