#pragma once

// SPDX licence expressions (SPDX 3.0.1, annex B; SPDX 2.3, annex D).

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace portreeve::sbom {

/// One licence of an expression, with the exception that WITH gives it.
struct LicenceLeaf {
  enum class Kind {
    listed,        ///< On the SPDX list.
    unlisted,      ///< Looks like an id and is on no list: what it allows is unknown.
    reference,     ///< LicenseRef-…, with or without DocumentRef-.
    none,          ///< NONE
    no_assertion,  ///< NOASSERTION
    free_text,     ///< No expression at all.
  };
  Kind kind = Kind::listed;
  /// Listed: in the list's spelling, and what replaced a deprecated id ("GPL-2.0" is
  /// "GPL-2.0-only"). "X-or-later" and "X+" are X with `or_later`. Otherwise as written.
  std::string id;
  bool or_later = false;
  std::string exception;         ///< After WITH; in the list's spelling if it is on it.
  bool exception_listed = true;  ///< False: an unknown exception, which is no identity.
  bool deprecated = false;       ///< The licence or exception id as written is deprecated.
  std::string written;           ///< What stood there.
};

/// Which rules of spelling hold.
enum class LicenceGrammar {
  spec2,    ///< Operators in upper case; no AdditionRef-.
  spec3,    ///< Operators all upper or all lower case.
  lenient,  ///< spec3, and tabs, surrounding blanks, missing blanks around parentheses.
};

/// An expression over leaves. Immutable, safe from many threads.
class LicenceExpression {
 public:
  /// Errors: malformed, 'licence expression "…": expected …, found … at character N'; limit.
  static Result<LicenceExpression> parse(std::string_view text, LicenceGrammar grammar);
  /// One leaf whose meaning nobody knows: text that is no expression is never searched for names.
  static LicenceExpression free_text(std::string_view text);
  /// parse() leniently, or free_text().
  static LicenceExpression read(std::string_view text);
  /// All of these together (several licences of one component).
  static LicenceExpression all_of(std::vector<LicenceExpression> parts);
  static LicenceExpression any_of(std::vector<LicenceExpression> parts);

  const std::vector<LicenceLeaf>& leaves() const noexcept { return leaves_; }
  /// Bottom-up in three values: OR is any, AND is all. Nothing: unknown.
  using Judge = std::function<std::optional<bool>(const LicenceLeaf&)>;
  std::optional<bool> evaluate(const Judge& judge) const;
  /// The leaves that decide a result that is not true: of each failing AND its failing side, of
  /// each OR all its sides; of a true one, the side of each OR that was chosen.
  std::vector<const LicenceLeaf*> deciding(const Judge& judge) const;
  /// Canonical spelling, with as few parentheses as the precedence allows.
  std::string text() const;

 private:
  friend class LicenceParser;
  struct Node {
    enum class Op { leaf, both, either };
    Op op = Op::leaf;
    std::size_t left = 0;  ///< Node; of a leaf, its index.
    std::size_t right = 0;
  };
  static LicenceExpression join(std::vector<LicenceExpression> parts, Node::Op op);
  std::vector<std::optional<bool>> values(const Judge& judge) const;
  std::vector<Node> nodes_;  ///< Operands stand before their operator; the last is the root.
  std::vector<LicenceLeaf> leaves_;
};
/// "GPL-2.0-or-later WITH Classpath-exception-2.0"
std::string to_string(const LicenceLeaf& leaf);

inline constexpr std::size_t kLicenceBytes = 64 * 1024;
inline constexpr std::size_t kLicenceLeaves = 4096;
inline constexpr std::size_t kLicenceDepth = 128;

}  // namespace portreeve::sbom
