#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "core/value.h"

namespace portreeve::policies {

/// What `..` finds in the documents of one judgement: many rules look for the same few fields, so
/// each is searched for once. One judgement, one thread.
class Descents {
 public:
  /// Above so many nodes nothing is remembered: the lists would outgrow the document.
  static constexpr std::uint32_t kMostNodes = 1U << 14;

  /// The members named `name`, a string of the rule, at any depth below `root`, in document order.
  const std::vector<Value>& named(const Value& root, std::string_view name);
  /// The strings, numbers, booleans and nulls at or below `root`, likewise.
  const std::vector<Value>& scalars(const Value& root);

 private:
  struct Member {
    Member(std::uint64_t begins, const Value& found) noexcept : beginning(begins), value(found) {}
    std::uint64_t beginning;
    Value value;
  };
  struct Named {
    std::string_view name;
    std::vector<Value> found;
  };
  struct Below {
    Value root;
    std::vector<Member> members;
    std::vector<std::unique_ptr<Named>> named;
    std::vector<Value> scalars;
    bool scalars_read = false;
  };
  Below& below(const Value& root);

  std::vector<std::unique_ptr<Below>> below_;
};

}  // namespace portreeve::policies
