// check `repository-entry`: a name finds its entry in a list of the repository's facts, and the two
// agree.

#include "policies/checks/repository_entries.h"

#include <memory>

#include "core/limits.h"
#include "core/semver.h"
#include "core/utf8.h"

namespace portreeve::policies {

Result<EntryPath> EntryPath::read(Fields& with, std::string_view key, bool required) {
  EntryPath out;
  PORTREEVE_TRY(const std::string text, with.maybe_text(key));
  if (text.empty() && required) {
    return with.error(with.object(),
                      std::string(key) + ": expected keys such as object.spec.version");
  }
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('.', begin), text.size());
    if (end == begin) return with.error(with.object()[key], std::string(key) + ": an empty key");
    out.keys_.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return out;
}

Value EntryPath::of(const Value& entry) const noexcept {
  Value at = entry;
  for (const std::string& key : keys_) at = at[key];
  return at;
}

std::string_view without_prefix(std::string_view name, std::string_view prefix) noexcept {
  return name.substr(0, prefix.size()) == prefix ? name.substr(prefix.size()) : name;
}

Result<std::optional<Path>> maybe_one_path(Fields& with, std::string_view key) {
  if (!with.object()[key].present()) return std::optional<Path>();
  PORTREEVE_TRY(Path path, need_path(with, key));
  if (path.many()) return with.error(with.object()[key], "expected a path without wildcards");
  return std::optional<Path>(std::move(path));
}

namespace {

struct EntryCheck {
  enum class Asks { there, once, same, range };
  Path in;
  EntryPath name;
  std::optional<Path> is;
  std::optional<Path> value;
  std::optional<Path> opaque;
  std::optional<Path> subject;
  EntryPath member;
  std::string prefix;
  const ListData* elsewhere = nullptr;
  Asks asks = Asks::there;

  void judge(const Scope& scope, Judgements& out) const {
    const Value wanted = is->one(scope);
    if (!wanted.is_string() || wanted.text().empty())
      return;  // Its shape is another rule's matter.
    std::vector<Value> entries;
    for (const Value entry : in.one(scope)) {
      const Value own = name.of(entry);
      if (own.is_string() &&
          without_prefix(own.text(), prefix) == without_prefix(wanted.text(), prefix)) {
        entries.push_back(entry);
      }
    }
    Judgement judgement;
    if (subject.has_value()) judgement.subject = std::string(subject->one(scope).text());
    switch (asks) {
      case Asks::there:
        return judge_there(wanted, entries, std::move(judgement), out);
      case Asks::once:
        return judge_once(wanted, entries, std::move(judgement), out);
      case Asks::same:
        return judge_same(scope, entries, std::move(judgement), out);
      case Asks::range:
        return judge_range(scope, entries, std::move(judgement), out);
    }
  }

  void judge_there(const Value& wanted, const std::vector<Value>& entries, Judgement judgement,
                   Judgements& out) const {
    if (!entries.empty()) return;
    const auto outside = [&](std::string_view text) {
      return elsewhere != nullptr && elsewhere->entries.find(text) != elsewhere->entries.end();
    };
    const std::string bare(without_prefix(wanted.text(), prefix));
    if (outside(wanted.text()) || outside(bare) || outside(prefix + bare)) return;
    judgement.anchor = wanted;
    judgement.expected = "a name that the repository holds";
    judgement.found = show(wanted);
    out.push_back(std::move(judgement));
  }

  // Said about each but the first.
  void judge_once(const Value& wanted, const std::vector<Value>& entries, Judgement judgement,
                  Judgements& out) const {
    if (entries.size() < 2 || name.of(entries[0]).same_node(wanted)) return;
    judgement.anchor = wanted;
    judgement.expected = "a name of its own";
    judgement.found = show(wanted);
    judgement.detail =
        "also in " + utf8::printable(entries[0]["file"].text(), limits::kQuotedBytes);
    out.push_back(std::move(judgement));
  }

  void judge_same(const Scope& scope, const std::vector<Value>& entries, Judgement judgement,
                  Judgements& out) const {
    const Value own = value->one(scope);
    if (entries.empty()) return;
    if (!own.present() && opaque.has_value() && opaque->one(scope).present()) {
      judgement.kind = Judgement::Kind::undecided;
      judgement.anchor = opaque->one(scope);
      judgement.detail = "which version " + show(judgement.anchor) + " is, nothing here says";
      judgement.expected = show(member.of(entries[0]));
      judgement.found = show(judgement.anchor);
      out.push_back(std::move(judgement));
      return;
    }
    for (const Value& entry : entries) {
      if (own.present() && equal(member.of(entry), own)) return;
    }
    judgement.anchor = own.present() ? own : is->one(scope);
    judgement.expected = show(member.of(entries[0]));
    judgement.found = show(own);
    judgement.detail = utf8::printable(entries[0]["file"].text(), limits::kQuotedBytes);
    // The door knows the file.
    if (own.present()) judgement.edit = Edit{"", 0, 0, judgement.expected};
    out.push_back(std::move(judgement));
  }

  // What is no range or no version is another rule's matter.
  void judge_range(const Scope& scope, const std::vector<Value>& entries, Judgement judgement,
                   Judgements& out) const {
    const Value own = value->one(scope);
    if (!own.is_string() || entries.empty()) return;
    const Result<VersionRange> range = VersionRange::parse(own.text());
    if (!range.ok()) return;
    for (const Value& entry : entries) {
      const Result<Version> version = Version::parse(member.of(entry).text());
      if (!version.ok() || range.value().contains(version.value())) return;
    }
    judgement.anchor = own;
    judgement.expected = "a range that holds " + show(member.of(entries[0]));
    judgement.found = show(own);
    judgement.detail = utf8::printable(entries[0]["file"].text(), limits::kQuotedBytes);
    out.push_back(std::move(judgement));
  }
};

Outcome read_asks(Fields& with, EntryCheck& check) {
  PORTREEVE_TRY(const std::string asks, with.need_text("asks"));
  PORTREEVE_TRY(check.member, EntryPath::read(with, "member", false));
  PORTREEVE_TRY(check.value, maybe_one_path(with, "value"));
  PORTREEVE_TRY(check.opaque, maybe_one_path(with, "opaque"));
  const bool compares = asks == "same" || asks == "range";
  if (asks == "there") {
    check.asks = EntryCheck::Asks::there;
  } else if (asks == "once") {
    check.asks = EntryCheck::Asks::once;
  } else if (compares) {
    check.asks = asks == "same" ? EntryCheck::Asks::same : EntryCheck::Asks::range;
  } else {
    return with.error(with.object()["asks"], "asks: expected there, once, same or range");
  }
  if (compares != (check.member.given() && check.value.has_value())) {
    return with.error(with.object(), "same and range need value and member, and nothing else does");
  }
  return Done{};
}

}  // namespace

Result<CompiledCheck> compile_repository_entry(Fields& with, const DataSet& data) {
  auto check = std::make_shared<EntryCheck>();
  PORTREEVE_TRY(check->in, need_path(with, "in"));
  PORTREEVE_TRY(check->name, EntryPath::read(with, "name", true));
  PORTREEVE_TRY(check->is, maybe_one_path(with, "is"));
  PORTREEVE_TRY(check->subject, maybe_one_path(with, "subject"));
  PORTREEVE_TRY(check->prefix, with.maybe_text("prefix"));
  PORTREEVE_TRY(const std::string elsewhere, with.maybe_text("elsewhere"));
  PORTREEVE_CHECK(read_asks(with, *check));
  PORTREEVE_CHECK(with.finish());
  if (check->in.many() || !check->is.has_value()) {
    return with.error(with.object(), "expected in (a list, no wildcards) and is");
  }
  if (!elsewhere.empty()) {
    check->elsewhere = data.list(elsewhere);
    if (check->elsewhere == nullptr) {
      return with.error(with.object()["elsewhere"], "no Data list is called \"" + elsewhere + "\"");
    }
  }
  const std::shared_ptr<const EntryCheck> shared = std::move(check);
  return CompiledCheck{[shared](const Scope& scope, Judgements& out) { shared->judge(scope, out); },
                       {}};
}

}  // namespace portreeve::policies
