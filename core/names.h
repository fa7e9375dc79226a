#pragma once

// Names that are composed of typed parts, such as {provider}-{region}-{building-block}-{env-type}.
// A name that does not fit is answered with the part that is wrong and what should stand there.

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/pattern.h"
#include "core/result.h"

namespace portreeve {

/// What one part of a name may be.
struct Dimension {
  /// One of a closed list.
  struct Codes {
    std::vector<std::string> codes;
  };
  /// One of a list that depends on an earlier part: the regions of that provider.
  struct CodesBy {
    std::string key;                                        ///< A dimension of kind Codes.
    std::map<std::string, std::vector<std::string>> table;  ///< Its code → what may stand here.
    /// Fits a part of which we cannot say more, because its key has no codes in the table (or an
    /// empty list): the name is then unverifiable. Absent: such a part is wrong.
    std::optional<Pattern> unverified;
  };
  /// Text of a certain shape; may contain the separator, and then takes as much as it can.
  struct Shape {
    Pattern pattern;
    std::string expected;             ///< For messages: "an Organization slug such as acme".
    std::vector<std::string> except;  ///< Reserved words.
    std::vector<Glob> except_like = {};  ///< Reserved whatever stands for the "*": "kube-*".
  };
  /// Decimal digits.
  struct Number {};

  std::string name;
  std::variant<Codes, CodesBy, Shape, Number> kind;
};

struct NamePart {
  std::string dimension;
  std::string text;
  std::size_t begin = 0;  ///< Bytes of the name.
  std::size_t end = 0;
};

/// A name that fits its pattern.
struct ParsedName {
  std::vector<NamePart> parts;  ///< In the order of the pattern.
  /// Indices of parts that no table can confirm. Not empty: the name is unverifiable, which is
  /// neither right nor wrong; whoever lets it pass says so.
  std::vector<std::size_t> unverifiable;

  /// Text of a part; empty if the pattern has no such dimension.
  std::string_view operator[](std::string_view dimension) const noexcept;
};

/// The first thing that is wrong with a name.
struct WrongName {
  enum class Fault {
    part,      ///< A part is there and is not what it should be.
    reserved,  ///< A part has the right shape and is reserved; `reserved_as` says by which glob.
    missing,   ///< The name ends, or a separator follows, where a part should be.
    literal,   ///< Fixed text of the pattern is not there.
    extra,     ///< The pattern is complete and the name goes on.
    too_long,  ///< More than NamePattern::kNameBytes.
  };
  Fault fault = Fault::part;
  std::string pattern;    ///< "{provider}-{region}-…", as given to compile().
  std::size_t part = 0;   ///< Index among the dimensions; for `literal` and `extra`, how many
                          ///< parts stand before it.
  std::string dimension;  ///< Empty for literal, extra and too_long.
  std::string found;      ///< Text of the name at that place; not escaped, not cut.
  std::size_t begin = 0;  ///< Bytes of the name.
  std::size_t end = 0;
  std::vector<std::string> expected;      ///< Codes; the first kExpectedCodes of them.
  std::size_t expected_count = 0;         ///< How many there are.
  std::string expectation;                ///< For people: "one of rtz, dmz, mgt".
  std::optional<std::string> suggestion;  ///< The code that was probably meant.
  std::string reserved_as;  ///< "kube-*"; empty for a word that is reserved itself.
  std::string belongs_to;   ///< Another dimension of the pattern of which `found` is a code.

  static constexpr std::size_t kExpectedCodes = 12;
};

/// One sentence: "region 'dxb' is not one of fsn, nbg, hel (for provider 'hz')". Text of the name
/// is escaped and cut.
std::string to_string(const WrongName& wrong);

using NameParse = std::variant<ParsedName, WrongName>;

/// A compiled pattern. Immutable, cheap to copy, safe from many threads.
class NamePattern {
 public:
  static constexpr std::size_t kNameBytes = 253;  ///< RFC 1123 subdomain, Kubernetes' longest name.

  /// `text` is fixed text and {dimension} in any order; every dimension at most once, and a CodesBy
  /// after its key; two Shapes never without a separator. Dimensions that are not mentioned are
  /// ignored. Errors: misconfigured.
  static Result<NamePattern> compile(std::string_view text, std::span<const Dimension> dimensions);

  /// Codes may stand next to each other without a separator; a Shape takes as much as it can, so
  /// {org}-{env-type} splits at the last hyphen that works. If no reading fits, the answer is a
  /// reading with one wrong part if there is one, else the failure furthest into the pattern.
  NameParse parse(std::string_view name) const;

  const std::string& text() const noexcept;

 private:
  struct Compiled;
  explicit NamePattern(std::shared_ptr<const Compiled> compiled) : compiled_(std::move(compiled)) {}
  std::shared_ptr<const Compiled> compiled_;
};

}  // namespace portreeve
