#include "sbom/licence_parser.h"

#include <algorithm>

#include "core/utf8.h"
#include "sbom/licence_list.h"

namespace portreeve::sbom {
namespace {

bool id_char(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
         c == '-';
}

bool id_text(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), id_char);
}

bool begins(std::string_view text, std::string_view with) {
  return text.substr(0, with.size()) == with;
}

/// "DocumentRef-x:LicenseRef-y" or "LicenseRef-y".
bool reference(std::string_view text, std::string_view prefix) {
  if (begins(text, "DocumentRef-")) {
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos || !id_text(text.substr(12, colon - 12))) return false;
    text.remove_prefix(colon + 1);
  }
  return begins(text, prefix) && id_text(text.substr(prefix.size()));
}

bool ends(std::string_view text, std::string_view with) {
  return text.size() > with.size() && text.substr(text.size() - with.size()) == with;
}

/// "GPL-2.0-or-later" is GPL-2.0-only or later, where the list has that.
void settle_or_later(LicenceLeaf& leaf) {
  constexpr std::string_view kOrLater = "-or-later";
  if (!ends(leaf.id, kOrLater)) return;
  leaf.or_later = true;
  leaf.id.resize(leaf.id.size() - kOrLater.size());
  leaf.id += "-only";
}

/// What replaced a deprecated id: at most a licence and an exception.
void settle_deprecated(LicenceLeaf& leaf, const ListedLicence& listed) {
  leaf.deprecated = listed.deprecated;
  leaf.id = listed.id;
  if (listed.replaced.empty()) return;
  constexpr std::string_view kWith = " WITH ";
  const std::size_t with = listed.replaced.find(kWith);
  leaf.id = listed.replaced.substr(0, with);
  if (with != std::string::npos) leaf.exception = listed.replaced.substr(with + kWith.size());
}

}  // namespace

Outcome LicenceParser::blanks_are_fine() const {
  for (std::size_t i = 0; i < text_.size(); ++i) {
    const auto c = static_cast<unsigned char>(text_[i]);
    const bool tab = c == '\t' && grammar_ == LicenceGrammar::lenient;
    if (c < 0x20 && !tab) {
      return Error{Errc::malformed, "control character at character " + std::to_string(i + 1)};
    }
  }
  const bool surrounded = !text_.empty() && (text_.front() == ' ' || text_.back() == ' ');
  if (surrounded && grammar_ != LicenceGrammar::lenient) {
    return Error{Errc::malformed, "blanks before or after the expression"};
  }
  return Done{};
}

void LicenceParser::next() {
  const auto blank = [](char c) { return c == ' ' || c == '\t'; };
  const std::size_t before = at_;
  while (at_ < text_.size() && blank(text_[at_])) ++at_;
  const bool space_before = at_ == 0 || at_ > before;
  const std::size_t begin = at_;
  if (at_ < text_.size() && (text_[at_] == '(' || text_[at_] == ')')) {
    ++at_;
  } else {
    while (at_ < text_.size() && !blank(text_[at_]) && text_[at_] != '(' && text_[at_] != ')')
      ++at_;
  }
  const bool space_after = at_ == text_.size() || blank(text_[at_]);
  token_ = {text_.substr(begin, at_ - begin), begin, space_before && space_after};
}

LicenceParser::Word LicenceParser::operator_of(std::string_view text) const {
  if (text == "AND") return Word::and_;
  if (text == "OR") return Word::or_;
  if (text == "WITH") return Word::with;
  if (grammar_ == LicenceGrammar::spec2) return Word::none;
  if (text == "and") return Word::and_;
  if (text == "or") return Word::or_;
  return text == "with" ? Word::with : Word::none;
}

bool LicenceParser::reserved(std::string_view text) {
  return text == "AND" || text == "OR" || text == "WITH" || text == "and" || text == "or" ||
         text == "with";
}

Error LicenceParser::expected(std::string_view what) const {
  const std::string found =
      token_.text.empty() ? "the end" : "\"" + utf8::printable(token_.text, 64) + "\"";
  return {Errc::malformed, "expected " + std::string(what) + ", found " + found + " at character " +
                               std::to_string(token_.at + 1)};
}

Outcome LicenceParser::read_id(std::string_view word, LicenceLeaf& leaf) const {
  leaf.written = word;
  leaf.id = word;
  if (word == "NONE" || word == "NOASSERTION") {
    leaf.kind = word == "NONE" ? LicenceLeaf::Kind::none : LicenceLeaf::Kind::no_assertion;
    return Done{};
  }
  if (reference(word, "LicenseRef-")) {
    leaf.kind = LicenceLeaf::Kind::reference;
    return Done{};
  }
  if (const ListedLicence* const whole = find_licence(word)) {
    settle_deprecated(leaf, *whole);
    settle_or_later(leaf);
    return Done{};
  }
  const bool plus = ends(word, "+");
  const std::string_view stem = plus ? word.substr(0, word.size() - 1) : word;
  if (!id_text(stem)) return expected("a licence");
  const ListedLicence* const listed = find_licence(stem);
  if (listed == nullptr) {
    leaf.kind = LicenceLeaf::Kind::unlisted;
    return Done{};
  }
  settle_deprecated(leaf, *listed);
  settle_or_later(leaf);
  leaf.or_later = leaf.or_later || plus;
  return Done{};
}

Outcome LicenceParser::read_exception(LicenceLeaf& leaf) {
  next();
  const std::string_view word = token_.text;
  if (reserved(word)) return expected("an exception");
  if (leaf.kind == LicenceLeaf::Kind::none || leaf.kind == LicenceLeaf::Kind::no_assertion) {
    return Error{Errc::malformed, leaf.written + " with an exception"};
  }
  if (!leaf.exception.empty()) {
    return Error{Errc::malformed, "\"" + leaf.written + "\" has an exception already"};
  }
  const bool addition = grammar_ != LicenceGrammar::spec2 && reference(word, "AdditionRef-");
  if (!addition && !id_text(word)) return expected("an exception");
  const ListedException* const listed = find_exception(word);
  leaf.exception = listed == nullptr ? std::string(word) : listed->id;
  leaf.exception_listed = listed != nullptr || addition;
  leaf.deprecated = leaf.deprecated || (listed != nullptr && listed->deprecated);
  leaf.written += " WITH " + std::string(word);
  next();
  return Done{};
}

Result<std::size_t> LicenceParser::leaf() {
  if (out_.leaves_.size() == kLicenceLeaves) {
    return Error{Errc::limit, "more than " + std::to_string(kLicenceLeaves) + " licences"};
  }
  const std::string_view word = token_.text;
  if (word.empty() || word == ")" || reserved(word)) return expected("a licence");
  LicenceLeaf leaf;
  PORTREEVE_CHECK(read_id(word, leaf));
  next();
  if (operator_of(token_.text) == Word::with) PORTREEVE_CHECK(read_exception(leaf));
  out_.leaves_.push_back(std::move(leaf));
  out_.nodes_.push_back({LicenceExpression::Node::Op::leaf, out_.leaves_.size() - 1, 0});
  return out_.nodes_.size() - 1;
}

Result<std::size_t> LicenceParser::primary(std::size_t depth) {
  if (token_.text != "(") return leaf();
  if (depth == kLicenceDepth) {
    return Error{Errc::limit, "parentheses deeper than " + std::to_string(kLicenceDepth)};
  }
  next();
  PORTREEVE_TRY(const std::size_t inner, either(depth + 1));
  if (token_.text != ")") return expected("')' or an operator");
  next();
  if (operator_of(token_.text) == Word::with) return expected("AND, OR or the end");
  return inner;
}

Result<std::size_t> LicenceParser::both(std::size_t depth) {
  PORTREEVE_TRY(std::size_t left, primary(depth));
  while (operator_of(token_.text) == Word::and_) {
    if (!token_.spaced && grammar_ != LicenceGrammar::lenient) return expected("blanks around it");
    next();
    PORTREEVE_TRY(const std::size_t right, primary(depth));
    out_.nodes_.push_back({LicenceExpression::Node::Op::both, left, right});
    left = out_.nodes_.size() - 1;
  }
  return left;
}

Result<std::size_t> LicenceParser::either(std::size_t depth) {
  PORTREEVE_TRY(std::size_t left, both(depth));
  while (operator_of(token_.text) == Word::or_) {
    if (!token_.spaced && grammar_ != LicenceGrammar::lenient) return expected("blanks around it");
    next();
    PORTREEVE_TRY(const std::size_t right, both(depth));
    out_.nodes_.push_back({LicenceExpression::Node::Op::either, left, right});
    left = out_.nodes_.size() - 1;
    PORTREEVE_CHECK(check_statements(left));
  }
  return left;
}

Outcome LicenceParser::check_statements(std::size_t node) const {
  std::vector<std::size_t> open = {out_.nodes_[node].left, out_.nodes_[node].right};
  // Sides below an OR were checked when that was made: only the spine of ANDs is walked again.
  while (!open.empty()) {
    const auto& at = out_.nodes_[open.back()];
    open.pop_back();
    if (at.op == LicenceExpression::Node::Op::either) continue;
    if (at.op == LicenceExpression::Node::Op::both) {
      open.push_back(at.left);
      open.push_back(at.right);
      continue;
    }
    const LicenceLeaf& leaf = out_.leaves_[at.left];
    if (leaf.kind == LicenceLeaf::Kind::none || leaf.kind == LicenceLeaf::Kind::no_assertion) {
      return Error{Errc::malformed, leaf.written + " as a choice of OR"};
    }
  }
  return Done{};
}

Result<LicenceExpression> LicenceParser::parse() {
  PORTREEVE_CHECK(blanks_are_fine());
  next();
  PORTREEVE_TRY(const std::size_t root, either(0));
  if (!token_.text.empty()) return expected("AND, OR, WITH or the end");
  // The root must stand last.
  if (root + 1 != out_.nodes_.size()) return Error{Errc::internal, "root is not last"};
  return std::move(out_);
}

}  // namespace portreeve::sbom
