#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "core/value.h"
#include "policies/places.h"

namespace portreeve::policies {

/// What the paths of many rules find in the documents of one judgement: members by number, and what
/// `..` finds. Each is searched for once, and not at all where no member has such a name. One
/// judgement, one thread.
class Descents {
 public:
  /// Above so many nodes nothing is remembered: the lists would outgrow the document.
  static constexpr std::uint32_t kMostNodes = 1U << 14;

  /// With an index, whose paths are asked for, fewer passes are made. REQUIRES: it is closed, and
  /// outlives this.
  explicit Descents(const PathIndex* index = nullptr) : index_(index) {}

  /// Finds where the index's paths lead in the object that is judged, or in the stored one. Further
  /// objects are walked.
  void find_places(const Value& object);
  /// What find_places() found; null where it was not asked, or without an index.
  const Places* places(const Value& object) const noexcept {
    for (const std::optional<Places>& places : places_) {
      if (places && places->object().same_node(object)) return &*places;
    }
    return nullptr;
  }
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
    bool members_read = false;
    std::vector<Value> members;  ///< Those whose name some path may look for.
    std::vector<std::unique_ptr<Named>> named;
    bool scalars_read = false;
    std::vector<Value> scalars;
    bool texts_read = false;
    std::vector<Value> texts;
  };
  Below& below(const Value& root);

  const PathIndex* index_;
  std::array<std::optional<Places>, 2> places_;  ///< Of the object, and of the stored one.
  std::vector<std::unique_ptr<Below>> below_;
  const std::vector<Value> none_;
};

}  // namespace portreeve::policies
