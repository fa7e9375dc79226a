// checks `repository-words` and `repository-names`: what the text of a repository may not say. Both
// read parsed objects where there are some, and pairs of a key and a text of what is no YAML yet
// (templates).
//
// A finding within a text has the byte offset as the last token of its path: "/text/1204".

#include <algorithm>
#include <memory>
#include <set>

#include "charts/template_pairs.h"
#include "core/limits.h"
#include "core/pattern_search.h"
#include "core/utf8.h"
#include "policies/checks/repository.h"
#include "policies/markdown_text.h"

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
  bool markdown = false;

  void judge(const Scope& scope, Judgements& out) const {
    std::vector<Value> texts;
    text.select_present(scope, {}, texts);
    for (const Value& value : texts) {
      if (!value.is_string()) continue;
      markdown ? judge_markdown(value, out) : judge_plain(value, out);
    }
  }

  void judge_plain(const Value& value, Judgements& out) const {
    for (const PatternSearch::Match& match : search.find(value.text(), kMostOfOneText)) {
      say(value, match.begin, value.text().substr(match.begin, match.end - match.begin), out);
    }
  }

  // Nobody knows which reading a forge takes: one that closes is enough.
  void judge_markdown(const Value& value, Judgements& out) const {
    std::set<std::size_t> told;
    for (const MarkdownReading reading :
         {MarkdownReading{}, MarkdownReading{true, false}, MarkdownReading{false, true}}) {
      const MarkdownText plain = MarkdownText::read(value.text(), reading);
      for (const PatternSearch::Match& match : search.find(plain.text(), kMostOfOneText)) {
        const std::size_t offset = plain.source_offset(match.begin);
        if (!told.insert(offset).second) continue;
        say(value, offset,
            std::string_view(plain.text()).substr(match.begin, match.end - match.begin), out);
      }
    }
  }

  static void say(const Value& value, std::size_t offset, std::string_view found,
                  Judgements& out) {
    Judgement judgement;
    judgement.anchor = value;
    judgement.tail = "/" + std::to_string(offset);
    judgement.expected = "other words";
    judgement.found = utf8::printable(found, limits::kQuotedBytes);
    out.push_back(std::move(judgement));
  }
};

// Names -------------------------------------------------------------------------------------------

struct NamesCheck {
  std::vector<std::string> keys;
  const ListData* tokens = nullptr;
  std::optional<Path> lines;  ///< A template; else the object's members.

  void judge(const Scope& scope, Judgements& out) const {
    if (lines.has_value()) return judge_template(scope, lines->one(scope), out);
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

  // What actions write is the render's matter. Notes are prose, which nobody applies.
  void judge_template(const Scope& scope, const Value& text, Judgements& out) const {
    if (!text.is_string()) return;
    constexpr std::string_view kNotes = "NOTES.txt";
    const std::string_view path = scope.subject->object["path"].text();
    const bool notes = path.size() >= kNotes.size() &&
                       path.substr(path.size() - kNotes.size()) == kNotes;
    const charts::TemplatePairs read = charts::pairs_in_template(text.text());
    if (!read.whole) undecided(text, 0, "the template has an action without end", out);
    for (const charts::TemplatePair& pair : read.pairs) {
      const bool named = is_key(pair.key);
      if (!pair.unreadable.empty() && !notes && (named || pair.key.empty())) {
        undecided(text, pair.offset, pair.unreadable, out);
      }
      if (named) judge_values(text, pair, out);
    }
  }

  void judge_values(const Value& text, const charts::TemplatePair& pair, Judgements& out) const {
    for (const std::string& name : pair.values) {
      const std::string_view token = token_of(name);
      if (token.empty()) continue;
      Judgement judgement = about(text, name, token);
      judgement.tail = "/" + std::to_string(pair.offset);
      out.push_back(std::move(judgement));
    }
  }

  static void undecided(const Value& text, std::size_t offset, std::string_view why,
                        Judgements& out) {
    Judgement judgement;
    judgement.kind = Judgement::Kind::undecided;
    judgement.anchor = text;
    judgement.tail = "/" + std::to_string(offset);
    judgement.detail = "a name could not be read: " + utf8::printable(why, limits::kQuotedBytes);
    judgement.fix = "write the name as a plain text";
    out.push_back(std::move(judgement));
  }
};

}  // namespace

Result<CompiledCheck> compile_repository_words(Fields& with, const DataSet& data) {
  PORTREEVE_TRY(Path text, need_path(with, "text"));
  PORTREEVE_TRY(const ListData* list, need_list(with, "patterns", data));
  PORTREEVE_TRY(const std::string reads, with.maybe_text("reads"));
  PORTREEVE_CHECK(with.finish());
  if (!reads.empty() && reads != "text" && reads != "markdown") {
    return with.error(with.object()["reads"], "reads: expected text or markdown");
  }
  Result<PatternSearch> search = PatternSearch::compile(list->in_order);
  if (!search.ok()) return with.error(with.object()["patterns"], search.error().message);
  const auto shared = std::make_shared<const WordsCheck>(
      WordsCheck{std::move(text), std::move(search).value(), reads == "markdown"});
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
