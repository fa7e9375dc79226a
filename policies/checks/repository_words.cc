// checks `repository-words` and `repository-names`: what the text of a repository may not say. Both
// read parsed objects where there are some, and lines only of files that are no YAML yet
// (templates).
//
// A finding within a text has the byte offset as the last token of its path: "/text/1204".

#include <algorithm>
#include <memory>

#include "core/limits.h"
#include "core/pattern_search.h"
#include "core/utf8.h"
#include "policies/checks/repository.h"

namespace portreeve::policies {
namespace {

constexpr std::size_t kMostOfOneText = 32;

Result<const ListData*> need_list(Fields& with, std::string_view key, const DataSet& data) {
  PORTREEVE_TRY(const std::string name, with.need_text(key));
  const ListData* list = data.list(name);
  if (list == nullptr) {
    return with.error(with.object()[key], "no Data list is called \"" + name + "\"");
  }
  return list;
}

// Words -------------------------------------------------------------------------------------------

struct WordsCheck {
  Path text;
  PatternSearch search;

  void judge(const Scope& scope, Judgements& out) const {
    std::vector<Value> texts;
    text.select_present(scope, {}, texts);
    for (const Value& value : texts) {
      if (!value.is_string()) continue;
      for (const PatternSearch::Match& match : search.find(value.text(), kMostOfOneText)) {
        Judgement judgement;
        judgement.anchor = value;
        judgement.tail = "/" + std::to_string(match.begin);
        judgement.expected = "other words";
        judgement.found = utf8::printable(value.text().substr(match.begin, match.end - match.begin),
                                          limits::kQuotedBytes);
        out.push_back(std::move(judgement));
      }
    }
  }
};

// Names -------------------------------------------------------------------------------------------

bool is_space(char c) noexcept { return c == ' ' || c == '\t' || c == '\r'; }

std::string_view trimmed(std::string_view text) noexcept {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

// The scalar of "key: value  # comment", without its quotes.
std::string_view scalar_of(std::string_view text) noexcept {
  text = trimmed(text);
  if (!text.empty() && (text.front() == '"' || text.front() == '\'')) {
    const std::size_t end = text.find(text.front(), 1);
    return end == std::string_view::npos ? std::string_view() : text.substr(1, end - 1);
  }
  const std::size_t comment = text.find(" #");
  return trimmed(text.substr(0, comment));
}

struct NamesCheck {
  std::vector<std::string> keys;
  const ListData* tokens = nullptr;
  std::optional<Path> lines;  ///< A text, read line by line; else the object's members.

  void judge(const Scope& scope, Judgements& out) const {
    if (lines.has_value()) return judge_lines(lines->one(scope), out);
    scope.subject->object.for_each_member([&](const Value& member) {
      if (!member.is_string() || !is_key(member.key().text())) return;
      const std::string_view token = token_of(member.text());
      if (!token.empty()) out.push_back(about(member, member.text(), token));
    });
  }

  bool is_key(std::string_view key) const noexcept {
    return std::find(keys.begin(), keys.end(), key) != keys.end();
  }

  // The token that a name is, or ends in after a hyphen, with or without a number; empty if none.
  std::string_view token_of(std::string_view name) const noexcept {
    const std::size_t hyphen = name.rfind('-');
    std::string_view last =
        hyphen == std::string_view::npos || hyphen == 0 ? name : name.substr(hyphen + 1);
    last = last.substr(0, last.find_last_not_of("0123456789") + 1);
    return tokens->entries.find(last) == tokens->entries.end() ? std::string_view() : last;
  }

  static Judgement about(const Value& where, std::string_view name, std::string_view token) {
    Judgement judgement;
    judgement.anchor = where;
    judgement.expected = "a name without \"" + utf8::printable(token, 64) + "\"";
    judgement.found = utf8::printable(name, limits::kQuotedBytes);
    return judgement;
  }

  // Lines with template actions are the render's matter.
  void judge_lines(const Value& text, Judgements& out) const {
    const std::string_view all = text.text();
    for (std::size_t begin = 0; begin < all.size();) {
      const std::size_t end = std::min(all.find('\n', begin), all.size());
      judge_line(text, begin, all.substr(begin, end - begin), out);
      begin = end + 1;
    }
  }

  void judge_line(const Value& text, std::size_t offset, std::string_view line,
                  Judgements& out) const {
    if (line.find("{{") != std::string_view::npos) return;
    std::string_view rest = trimmed(line);
    while (rest.substr(0, 2) == "- ") rest = trimmed(rest.substr(2));
    const std::size_t colon = rest.find(':');
    if (colon == std::string_view::npos || !is_key(scalar_of(rest.substr(0, colon)))) return;
    const std::string_view name = scalar_of(rest.substr(colon + 1));
    const std::string_view token = token_of(name);
    if (token.empty()) return;
    Judgement judgement = about(text, name, token);
    judgement.tail =
        "/" + std::to_string(offset + static_cast<std::size_t>(name.data() - line.data()));
    out.push_back(std::move(judgement));
  }
};

}  // namespace

Result<CompiledCheck> compile_repository_words(Fields& with, const DataSet& data) {
  PORTREEVE_TRY(Path text, need_path(with, "text"));
  PORTREEVE_TRY(const ListData* list, need_list(with, "patterns", data));
  PORTREEVE_CHECK(with.finish());
  Result<PatternSearch> search = PatternSearch::compile(list->in_order);
  if (!search.ok()) return with.error(with.object()["patterns"], search.error().message);
  const auto shared =
      std::make_shared<const WordsCheck>(WordsCheck{std::move(text), std::move(search).value()});
  return CompiledCheck{[shared](const Scope& scope, Judgements& out) { shared->judge(scope, out); },
                       {}};
}

Result<CompiledCheck> compile_repository_names(Fields& with, const DataSet& data) {
  auto check = std::make_shared<NamesCheck>();
  PORTREEVE_TRY(check->keys, with.maybe_texts("keys"));
  PORTREEVE_TRY(check->tokens, need_list(with, "tokens", data));
  if (with.object()["lines"].present()) {
    PORTREEVE_TRY(Path lines, need_path(with, "lines"));
    if (lines.many())
      return with.error(with.object()["lines"], "expected a path without wildcards");
    check->lines = std::move(lines);
  }
  PORTREEVE_CHECK(with.finish());
  if (check->keys.empty()) return with.error(with.object(), "keys: names no key");
  const std::shared_ptr<const NamesCheck> shared = std::move(check);
  return CompiledCheck{[shared](const Scope& scope, Judgements& out) { shared->judge(scope, out); },
                       {}};
}

}  // namespace portreeve::policies
