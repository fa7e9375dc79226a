// checks `repository-bump` and `repository-replay`: versions that have to move together with what
// they name.

#include <algorithm>
#include <memory>

#include "core/limits.h"
#include "core/pattern.h"
#include "core/utf8.h"
#include "policies/checks/repository_entries.h"
#include "policies/checks/versions.h"

namespace portreeve::policies {
namespace {

struct BumpCheck {
  Path changed;
  Path before;
  Path version;
  std::vector<Glob> surface;
  std::optional<Path> content;         ///< A value that belongs to the surface, …
  std::optional<Path> content_before;  ///< … and what it was.

  void judge(const Scope& scope, Judgements& out) const {
    const Value was = before.one(scope);
    const Value now = version.one(scope);
    if (!was.present() || !same_version(was, now)) return;
    const std::string what = changed_surface(scope);
    if (what.empty()) return;
    Judgement judgement;
    judgement.anchor = now;
    judgement.expected = "a version after " + show(was);
    judgement.found = show(now);
    judgement.detail = what + " changed";
    out.push_back(std::move(judgement));
  }

  std::string changed_surface(const Scope& scope) const {
    for (const Value file : changed.one(scope)) {
      const bool counts = std::any_of(surface.begin(), surface.end(),
                                      [&](const Glob& glob) { return glob.matches(file.text()); });
      if (counts) return utf8::printable(file.text(), limits::kQuotedBytes);
    }
    if (!content.has_value() || equal(content_before->one(scope), content->one(scope))) return "";
    return content->text().substr(content->text().rfind('.') + 1);
  }
};

// A program that is installed twice, by a link and as a dependency of a chart: both mean one
// version.
struct ReplayCheck {
  Path charts;
  std::optional<Path> pins;
  Path version;
  std::optional<Path> subject;
  std::string dependency;
  const TableData* table = nullptr;

  void judge(const Scope& scope, Judgements& out) const {
    const Value own = version.one(scope);
    if (!own.is_string()) return;
    for (const Value chart : charts.one(scope)) {
      for (const Value entry : chart["chart"]["dependencies"]) {
        if (entry["name"].text() == dependency) judge(scope, chart, entry, own, out);
      }
    }
    if (!pins.has_value()) return;
    for (const Value pin : pins->one(scope)) {
      if (pin["chart"].text() == dependency) judge(scope, pin, pin, own, out);
    }
  }

  void judge(const Scope& scope, const Value& chart, const Value& entry, const Value& own,
             Judgements& out) const {
    Judgement judgement;
    judgement.anchor = own;
    judgement.found = show(own);
    if (subject.has_value()) judgement.subject = std::string(subject->one(scope).text());
    const std::string at = dependency + " " + show(entry["version"]) + " of " +
                           utf8::printable(chart["file"].text(), limits::kQuotedBytes);
    const std::string wanted = app_version(chart, entry["version"]);
    if (wanted.empty()) {
      judgement.kind = Judgement::Kind::undecided;
      judgement.detail = "which version " + at + " installs is in no table, and it is not vendored";
      out.push_back(std::move(judgement));
      return;
    }
    if (without_prefix(own.text(), "v") == without_prefix(wanted, "v")) return;
    judgement.expected = "v" + std::string(without_prefix(wanted, "v"));
    judgement.detail = "as " + at;
    out.push_back(std::move(judgement));
  }

  // What a vendored subchart says of itself counts; the table is for those that are not here.
  std::string app_version(const Value& chart, const Value& wanted) const {
    for (const Value own : chart["vendored"]) {
      if (own["name"].text() == dependency && equal(own["version"], wanted)) {
        return std::string(own["appVersion"].text());
      }
    }
    const auto row = table->entries.find(wanted.text());
    return row == table->entries.end() ? std::string() : row->second;
  }
};

}  // namespace

Result<CompiledCheck> compile_repository_bump(Fields& with, const DataSet&) {
  auto check = std::make_shared<BumpCheck>();
  PORTREEVE_TRY(check->changed, need_path(with, "changed"));
  PORTREEVE_TRY(check->before, need_path(with, "before"));
  PORTREEVE_TRY(check->version, need_path(with, "version"));
  PORTREEVE_TRY(const std::vector<std::string> globs, with.maybe_texts("surface"));
  PORTREEVE_TRY(check->content, maybe_one_path(with, "content"));
  PORTREEVE_TRY(check->content_before, maybe_one_path(with, "content-before"));
  PORTREEVE_CHECK(with.finish());
  if (check->content.has_value() != check->content_before.has_value()) {
    return with.error(with.object(), "content and content-before go together");
  }
  if (check->changed.many() || check->before.many() || check->version.many() || globs.empty()) {
    return with.error(with.object(), "expected paths without wildcards, and globs in surface");
  }
  for (const std::string& text : globs) {
    Result<Glob> glob = Glob::compile(text);
    if (!glob.ok()) return with.error(with.object()["surface"], glob.error().message);
    check->surface.push_back(std::move(glob).value());
  }
  const std::shared_ptr<const BumpCheck> shared = std::move(check);
  return CompiledCheck{[shared](const Scope& scope, Judgements& out) { shared->judge(scope, out); },
                       {}};
}

Result<CompiledCheck> compile_repository_replay(Fields& with, const DataSet& data) {
  auto check = std::make_shared<ReplayCheck>();
  PORTREEVE_TRY(check->charts, need_path(with, "charts"));
  PORTREEVE_TRY(check->pins, maybe_one_path(with, "pins"));
  PORTREEVE_TRY(check->version, need_path(with, "version"));
  PORTREEVE_TRY(check->subject, maybe_one_path(with, "subject"));
  PORTREEVE_TRY(check->dependency, with.need_text("dependency"));
  PORTREEVE_TRY(const std::string table, with.need_text("versions"));
  PORTREEVE_CHECK(with.finish());
  if (check->charts.many() || check->version.many()) {
    return with.error(with.object(), "expected paths without wildcards");
  }
  check->table = data.table(table);
  if (check->table == nullptr) {
    return with.error(with.object()["versions"], "no Data table is called \"" + table + "\"");
  }
  const std::shared_ptr<const ReplayCheck> shared = std::move(check);
  return CompiledCheck{[shared](const Scope& scope, Judgements& out) { shared->judge(scope, out); },
                       {}};
}

}  // namespace portreeve::policies
