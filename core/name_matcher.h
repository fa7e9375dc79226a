#pragma once

// Inside of NamePattern: reads a name against the tokens of a compiled pattern.

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "core/names.h"

namespace portreeve {

/// A compiled pattern: fixed texts and dimensions in order.
struct NameTokens {
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  struct Token {
    std::string literal;              ///< Fixed text, if `part` is kNone.
    std::size_t part = kNone;         ///< Index into `dimensions`.
    std::vector<std::size_t> needed;  ///< Earlier parts on which this or a later token depends.
  };
  std::string text;
  std::vector<Token> tokens;
  std::vector<Dimension> dimensions;  ///< In the order of the pattern.
  std::vector<std::size_t> keys;      ///< Per dimension: index of its key, or kNone.
};

/// Backtracks over the readings of one name. Every pair of token and position that failed is
/// remembered, together with the key parts it depended on, so work is bounded by
/// tokens × length² × codes of the keys.
class NameMatcher {
 public:
  struct Span {
    std::size_t begin = 0;
    std::size_t end = 0;
  };
  /// Where a reading could not go on.
  struct Failure {
    std::size_t token = 0;
    std::size_t position = 0;
    std::vector<Span> parts;  ///< What was read until then.
  };

  NameMatcher(const NameTokens& pattern, std::string_view name) : pattern_(pattern), name_(name) {}

  /// Reads the whole name; `wild` is a part that must not be right, everything else must be.
  bool run(std::size_t wild = NameTokens::kNone);
  /// REQUIRES: run() returned true.
  const std::vector<Span>& parts() const noexcept { return parts_; }
  /// REQUIRES: run() returned false. The one furthest into the name.
  const Failure& furthest() const noexcept { return *furthest_; }

  /// The codes of a part, or null if it has none. An unknown key gives null.
  const std::vector<std::string>* codes_of(std::size_t part, const std::vector<Span>& parts) const;
  /// The text that stands where a part could not be read: up to what follows it in the pattern.
  /// REQUIRES: the failure is that of a part.
  std::string_view text_for(const Failure& failure) const;

 private:
  using State = std::tuple<std::size_t, std::size_t, std::string>;

  bool match(std::size_t token, std::size_t position);
  bool fail(std::size_t token, std::size_t position);
  State state(std::size_t token, std::size_t position) const;

  std::vector<std::size_t> ends(std::size_t token, std::size_t position) const;
  std::vector<std::size_t> code_ends(const std::vector<std::string>& codes, std::size_t token,
                                     std::size_t position) const;
  std::vector<std::size_t> digit_ends(std::size_t token, std::size_t position) const;
  std::vector<std::size_t> open_ends(std::size_t token, std::size_t position) const;
  std::vector<std::size_t> wild_ends(std::size_t token, std::size_t position) const;
  std::vector<std::size_t> any_code_ends(const Dimension::CodesBy& codes, std::size_t token,
                                         std::size_t position) const;
  bool may_end(std::size_t token, std::size_t end) const;
  bool right(std::size_t part, std::string_view text) const;
  const NameTokens::Token* next(std::size_t token) const;
  /// Whether no fixed text parts this token from a neighbour.
  bool touches(std::size_t token) const;

  const NameTokens& pattern_;
  std::string_view name_;
  std::size_t wild_ = NameTokens::kNone;
  std::vector<Span> parts_;
  std::set<State> failed_;
  std::optional<Failure> furthest_;
};

/// The glob by which a Shape reserves `text`, or null.
const Glob* reserving(const Dimension::Shape& shape, std::string_view text);

/// Whether `text` is what a Shape asks for.
bool fits(const Dimension::Shape& shape, std::string_view text);

}  // namespace portreeve
