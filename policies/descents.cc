#include "policies/descents.h"

namespace portreeve::policies {
namespace {

// Where a name is marked; those of different names may coincide.
std::size_t mark(std::string_view name) noexcept {
  if (name.empty()) return 0;
  const auto byte = [](char c) { return static_cast<std::size_t>(static_cast<unsigned char>(c)); };
  return (name.size() * 131 + byte(name.front()) * 31 + byte(name.back())) % 1024;
}

}  // namespace

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
  if (!tree.names_read) {
    root.for_each_member([&](const Value& member) { tree.names[mark(member.key().text())] = true; });
    tree.names_read = true;
  }
  if (!tree.names[mark(name)]) return none_;
  for (const std::unique_ptr<Named>& known : tree.named) {
    if (known->name == name) return known->found;
  }
  tree.named.push_back(std::make_unique<Named>(Named{name, {}}));
  std::vector<Value>& found = tree.named.back()->found;
  root.for_each_named(name, {}, [&](const Value& member) { found.push_back(member); });
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
