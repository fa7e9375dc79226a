#include "policies/places.h"

#include <algorithm>

#include "policies/path.h"

namespace portreeve::policies {

PathIndex::PathIndex() : members_(1), table_(256, kNowhere) {}

PathIndex::Number PathIndex::find(Number parent, std::string_view name) const noexcept {
  for (std::size_t at = slot(parent, name); table_[at] != kNowhere; at = (at + 1) & (table_.size() - 1)) {
    const Member& member = members_[table_[at]];
    if (member.parent == parent && member.name == name) return table_[at];
  }
  return kNowhere;
}

PathIndex::Number PathIndex::add(Number parent, std::string_view name) {
  if (parent == kNowhere) return kNowhere;
  const Number known = find(parent, name);
  if (known != kNowhere || closed_ || members_.size() == kMost) return known;
  if (members_.size() * 2 > table_.size()) enlarge();
  const auto number = static_cast<Number>(members_.size());
  members_[parent].leads_on = true;
  members_.push_back({std::string(name), parent, false});
  std::size_t at = slot(parent, name);
  while (table_[at] != kNowhere) at = (at + 1) & (table_.size() - 1);
  table_[at] = number;
  return number;
}

void PathIndex::enlarge() {
  table_.assign(table_.size() * 2, kNowhere);
  for (Number number = 1; number < members_.size(); ++number) {
    std::size_t at = slot(members_[number].parent, members_[number].name);
    while (table_[at] != kNowhere) at = (at + 1) & (table_.size() - 1);
    table_[at] = number;
  }
}

void PathIndex::add_descent(std::string_view name) {
  if (!closed_) descents_.set(name_mark(name));
}

void Path::take_numbers(PathIndex& index) {
  const auto member = [](const Step& s) { return s.kind == Step::Kind::member; };
  const auto other = std::find_if_not(steps_.begin(), steps_.end(), member);
  if (root_ == Root::object) {
    before_ = PathIndex::kRoot;
    for (auto step = steps_.begin(); step != other; ++step) before_ = index.add(before_, step->name);
    if (other == steps_.end()) number_ = before_;
    but_last_ = steps_.end() - other == 1;
  }
  for (const Step& s : steps_) {
    if (s.kind == Step::Kind::descend) index.add_descent(s.name);
  }
}

Places::Places(const PathIndex& index, const Value& object)
    : index_(index), object_(object), place_(index.size(), 0), found_{Value(), object} {
  found_.reserve(64);
  place_[PathIndex::kRoot] = 1;
  read(object, PathIndex::kRoot);
}

// As deep as the longest path, over the members of what paths lead through.
void Places::read(const Value& value, PathIndex::Number number) {
  if (!value.is_object() || !index_.leads_on(number)) return;
  for (const Value member : value) {
    const PathIndex::Number below = index_.find(number, member.key().text());
    if (below == PathIndex::kNowhere) continue;
    place_[below] = static_cast<PathIndex::Number>(found_.size());
    found_.push_back(member);
    read(member, below);
  }
}

}  // namespace portreeve::policies
