#pragma once

// Where the rules' paths lead in one object, found in one pass instead of a walk for each rule.

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/value.h"

namespace portreeve::policies {

/// The members that a policy set's paths name, numbered: `object.spec.card.title` and
/// `object.spec.card` share a prefix, and many rules share a path. Grows while policies are read, is
/// closed before anybody judges by them, and may then be read from many threads.
class PathIndex {
 public:
  using Number = std::uint16_t;
  static constexpr Number kRoot = 0;          ///< The object itself.
  static constexpr Number kNowhere = 0xFFFF;  ///< Not numbered: the path is walked.
  static constexpr std::size_t kMost = 1U << 12;

  PathIndex();
  /// The number of `parent`'s member `name`; kNowhere when it has none and gets none any more.
  Number add(Number parent, std::string_view name);
  /// Some path looks for this name at any depth.
  void add_descent(std::string_view name);
  /// From here on no path gets a new number.
  void close() noexcept { closed_ = true; }

  std::size_t size() const noexcept { return members_.size(); }
  bool leads_on(Number number) const noexcept { return members_[number].leads_on; }
  /// kNowhere when no path leads there.
  Number find(Number parent, std::string_view name) const noexcept;
  /// Whether some path looks for a name with this name_mark().
  bool looks_for(std::size_t mark) const noexcept { return descents_[mark]; }

  /// Where a name is marked; those of different names may coincide.
  static constexpr std::size_t kMarks = 1024;
  static std::size_t name_mark(std::string_view name) noexcept {
    if (name.empty()) return 0;
    const auto byte = [](char c) { return static_cast<std::size_t>(static_cast<unsigned char>(c)); };
    return (name.size() * 131 + byte(name.front()) * 31 + byte(name.back())) % kMarks;
  }

 private:
  struct Member {
    std::string name;
    Number parent = kNowhere;
    bool leads_on = false;  ///< Some path goes on below it.
  };
  std::size_t slot(Number parent, std::string_view name) const noexcept {
    return (name_mark(name) + std::size_t{parent} * 61) & (table_.size() - 1);
  }
  void enlarge();

  std::vector<Member> members_;
  std::vector<Number> table_;  ///< Open addressing; a power of two, half empty.
  std::bitset<kMarks> descents_;
  bool closed_ = false;
};

/// The values of one object at the numbered paths.
class Places {
 public:
  /// REQUIRES: `index` is closed and outlives this.
  Places(const PathIndex& index, const Value& object);
  Value at(PathIndex::Number number) const noexcept { return found_[place_[number]]; }
  const Value& object() const noexcept { return object_; }

 private:
  void read(const Value& value, PathIndex::Number number);

  const PathIndex& index_;
  Value object_;
  std::vector<PathIndex::Number> place_;  ///< By number: where in found_.
  std::vector<Value> found_;              ///< The first is absent, the second the object.
};

}  // namespace portreeve::policies
