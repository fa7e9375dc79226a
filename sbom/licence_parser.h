#pragma once

#include <string>
#include <string_view>

#include "sbom/licence_expression.h"

namespace portreeve::sbom {

/// Recursive descent over one expression; depth and leaves are counted. Used once.
class LicenceParser {
 public:
  LicenceParser(std::string_view text, LicenceGrammar grammar) : text_(text), grammar_(grammar) {}
  Result<LicenceExpression> parse();

 private:
  /// A word, a parenthesis, or empty at the end.
  struct Token {
    std::string_view text;
    std::size_t at = 0;
    bool spaced = true;  ///< Blanks, a parenthesis or an end of the text stand before and after.
  };
  enum class Word { none, and_, or_, with };

  Outcome blanks_are_fine() const;
  void next();
  Word operator_of(std::string_view text) const;
  /// Whether a word is an operator in some grammar: then it is no name in any.
  static bool reserved(std::string_view text);
  Error expected(std::string_view what) const;
  Result<std::size_t> either(std::size_t depth);
  Result<std::size_t> both(std::size_t depth);
  Result<std::size_t> primary(std::size_t depth);
  Result<std::size_t> leaf();
  Outcome read_id(std::string_view word, LicenceLeaf& leaf) const;
  Outcome read_exception(LicenceLeaf& leaf);
  /// NONE and NOASSERTION stand alone or below AND only.
  Outcome check_statements(std::size_t node) const;

  std::string_view text_;
  LicenceGrammar grammar_;
  std::size_t at_ = 0;
  Token token_;
  LicenceExpression out_;
};

}  // namespace portreeve::sbom
