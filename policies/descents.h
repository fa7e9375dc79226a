#pragma once

#include <bitset>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "core/value.h"

namespace portreeve::policies {

/// What `..` finds in the documents of one judgement: many rules look for the same few fields, so
/// each is searched for once, and not at all where no member has such a name. One judgement, one
/// thread.
class Descents {
 public:
  /// Above so many nodes nothing is remembered: the lists would outgrow the document.
  static constexpr std::uint32_t kMostNodes = 1U << 14;

  /// Nearly every path begins with one of these: `object.spec`, `object.metadata`.
  Value spec_of(const Value& object) noexcept { return read(object).spec; }
  Value metadata_of(const Value& object) noexcept { return read(object).metadata; }
  /// The members named `name`, a string of the rule, at any depth below `root`, in document order.
  const std::vector<Value>& named(const Value& root, std::string_view name);
  /// The strings, numbers, booleans and nulls at or below `root`, likewise.
  const std::vector<Value>& scalars(const Value& root);
  /// The strings among those.
  const std::vector<Value>& texts(const Value& root);

 private:
  struct Named {
    std::string_view name;
    std::vector<Value> found;
  };
  struct Below {
    Value root;
    bool names_read = false;
    std::bitset<1024> names;  ///< Of all members: by length, first and last byte.
    std::vector<std::unique_ptr<Named>> named;
    bool scalars_read = false;
    std::vector<Value> scalars;
    bool texts_read = false;
    std::vector<Value> texts;
  };
  struct Object {
    Value object, spec, metadata;
  };
  const Object& read(const Value& object) noexcept {
    if (!object_.object.same_node(object)) object_ = {object, object["spec"], object["metadata"]};
    return object_;
  }
  Below& below(const Value& root);

  Object object_;
  std::vector<std::unique_ptr<Below>> below_;
  const std::vector<Value> none_;
};

}  // namespace portreeve::policies
