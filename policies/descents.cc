#include "policies/descents.h"

#include <cstring>

namespace portreeve::policies {
namespace {

// The first bytes of a key, so that nearly all others are passed over without reading them.
std::uint64_t beginning(std::string_view key) noexcept {
  std::uint64_t bytes = 0;
  std::memcpy(&bytes, key.data(), key.size() < sizeof bytes ? key.size() : sizeof bytes);
  return bytes ^ (key.size() * 0x9E3779B97F4A7C15U);
}

}  // namespace

Descents::Below& Descents::below(const Value& root) {
  for (const std::unique_ptr<Below>& known : below_) {
    if (known->root.same_node(root)) return *known;
  }
  below_.push_back(std::make_unique<Below>());
  Below& made = *below_.back();
  made.root = root;
  made.members.reserve(root.node_count() / 2);  // Each member has a key.
  root.for_each_member([&](const Value& member) {
    made.members.emplace_back(beginning(member.key().text()), member);
  });
  return made;
}

const std::vector<Value>& Descents::named(const Value& root, std::string_view name) {
  Below& tree = below(root);
  for (const std::unique_ptr<Named>& known : tree.named) {
    if (known->name == name) return known->found;
  }
  tree.named.push_back(std::make_unique<Named>(Named{name, {}}));
  std::vector<Value>& found = tree.named.back()->found;
  const std::uint64_t wanted = beginning(name);
  for (const Member& member : tree.members) {
    if (member.beginning == wanted && member.value.key().text() == name) {
      found.push_back(member.value);
    }
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

}  // namespace portreeve::policies
