#pragma once

// A compiled schema, private to sbom/xml_schema*.cc.

#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "core/pattern.h"
#include "sbom/xml_schema.h"

namespace portreeve::sbom {

enum class XmlBuiltin : unsigned char {
  text,  ///< string, normalizedString, token, anyURI: every text is one.
  boolean,
  integer,
  natural,   ///< nonNegativeInteger
  positive,  ///< positiveInteger
  decimal,
  date,
  date_time,
};

/// What a text must be. A restriction of another type holds after that one.
struct XmlSchema::Simple {
  XmlBuiltin builtin = XmlBuiltin::text;
  const Simple* base = nullptr;
  std::vector<const Simple*> members;  ///< xs:union: one of these.
  bool enumerated = false;
  std::vector<std::string> words;  ///< Sorted.
  std::vector<Pattern> patterns;   ///< One of these, if there are any.
  std::optional<std::size_t> min_length, max_length;  ///< In characters.
  std::optional<double> minimum, maximum;
};

struct XmlSchema::Particle {
  enum class Kind : unsigned char { element, sequence, choice, any };
  static constexpr std::uint32_t kUnbounded = std::numeric_limits<std::uint32_t>::max();
  Kind kind = Kind::sequence;
  std::uint32_t min = 1;
  std::uint32_t max = 1;
  std::string name;            ///< Of an element.
  const Type* type = nullptr;  ///< Of an element; null: anything.
  std::vector<Particle> parts;
};

/// Simple types are types whose text is checked and that have nothing else.
struct XmlSchema::Type {
  struct Attribute {
    std::string name;
    const Simple* type = nullptr;
    bool required = false;
  };
  const Simple* text = nullptr;  ///< Its content is this, and no element.
  bool mixed = false;
  bool any_attribute = false;  ///< Also those without a prefix (anyAttribute ##any).
  std::vector<Attribute> attributes;
  std::optional<Particle> content;
};

}  // namespace portreeve::sbom
