#pragma once

// What the model of SPDX 3.0.1 lets a class have: its properties with their number, their kinds and
// their vocabularies, and what it inherits (data: sbom/data/spdx3-model.json).

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace portreeve::sbom {

/// A member that an object has.
struct Spdx3Seen {
  std::string_view key;
  bool list = false;  ///< Its value is a JSON array.
};

/// Immutable, safe from many threads.
class Spdx3Model {
 public:
  static const Spdx3Model& get();

  enum class Kind : unsigned char { text, time, boolean, number, object, word };
  struct Property {
    Kind kind = Kind::text;
    const std::vector<std::string>* words = nullptr;  ///< Of Kind::word, sorted.
  };
  /// Null: the model has no such property.
  const Property* find(std::string_view name) const;
  /// The name of a property as it stands here, for as long as the program runs; null likewise.
  const std::string* keep(std::string_view name) const;
  /// Whether `word` is one of a vocabulary ("ExternalIdentifierType").
  bool has_word(std::string_view vocabulary, std::string_view word) const;

  /// What is wrong with an object of class `type` that has these members; "" if nothing is. Members
  /// and types with a colon are IRIs of others: extensions.
  std::string fault(std::string_view type, std::span<const Spdx3Seen> members) const;

 private:
  struct Slot {
    bool required = false;
    bool list = false;
  };
  struct Class {
    bool abstract = false;
    std::unordered_map<std::string_view, Slot> has;  ///< Inherited ones, too.
    std::vector<std::string_view> required;
  };
  Spdx3Model();
  std::unordered_map<std::string, std::vector<std::string>> vocabularies_;
  std::unordered_map<std::string, Property> properties_;
  std::unordered_map<std::string, Class> classes_;
  std::unordered_map<std::string_view, const std::pair<const std::string, Property>*> property_at_;
  std::unordered_map<std::string_view, const Class*> class_at_;
};

}  // namespace portreeve::sbom
