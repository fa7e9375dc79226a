// check `transition`: what an UPDATE may not do to the stored object. CREATE has nothing to compare.

#include <algorithm>
#include <memory>
#include <optional>

#include "core/limits.h"
#include "core/semver.h"
#include "core/utf8.h"
#include "policies/check.h"
#include "policies/checks/versions.h"

namespace portreeve::policies {
namespace {

// The same path, read from the stored object.
Value in_old(const Path& path, const Scope& scope) {
  Subject stored;
  stored.object = scope.subject->old;
  Scope old_scope;
  old_scope.subject = &stored;
  return path.one(old_scope);
}

bool empty(const Value& value) noexcept {
  return !value.present() || value.is_null() || (value.is_string() && value.text().empty());
}

Judgement violation(const Scope& scope, const Path& path, const Value& now) {
  Judgement out;
  out.anchor = now;
  if (!now.present()) {
    std::vector<Selected> selected;
    path.select(scope, {}, selected);
    if (!selected.empty()) {
      out.anchor = selected[0].anchor;
      out.tail = selected[0].tail;
    }
  }
  out.found = show(now);
  return out;
}

struct Immutable {
  Path path;
  void judge(const Scope& scope, Judgements& out) const {
    const Value before = in_old(path, scope);
    const Value now = path.one(scope);
    if (empty(before) || equal(before, now)) return;
    Judgement judgement = violation(scope, path, now);
    judgement.expected = show(before);
    out.push_back(std::move(judgement));
  }
};

// What is stored may be older than this gate and no SemVer version. It is compared by the lowest
// version that it can mean; where it means none, a version takes its place and a note says that
// nothing was compared: refusing it for ever would leave no way to put the object right.
struct Forward {
  Path path;
  void judge(const Scope& scope, Judgements& out) const {
    const Value before = in_old(path, scope);
    const Value now = path.one(scope);
    if (empty(before) || equal(before, now)) return;
    const std::optional<Version> old_version = lowest_reading(before.text());
    const Result<Version> new_version = Version::parse(now.is_string() ? now.text() : "");
    if (!new_version.ok() || !old_version.has_value()) {
      not_compared(scope, before, now, new_version.ok(), old_version, out);
      return;
    }
    if (compare(new_version.value(), *old_version) >= 0) return;
    Judgement judgement = violation(scope, path, now);
    judgement.expected = from(before, old_version);
    out.push_back(std::move(judgement));
  }

  void not_compared(const Scope& scope, const Value& before, const Value& now, bool is_version,
                    const std::optional<Version>& old_version, Judgements& out) const {
    Judgement judgement = violation(scope, path, now);
    if (is_version) {
      judgement.kind = Judgement::Kind::note;
      judgement.found.clear();
      judgement.detail = "not compared: the stored " + show(before) + " is no version";
    } else {
      judgement.expected = from(before, old_version);
      judgement.detail = "it is no SemVer version, so it cannot be compared with the stored one";
      judgement.fix = "write MAJOR.MINOR.PATCH, " + judgement.expected;
    }
    out.push_back(std::move(judgement));
  }

  static std::string from(const Value& before, const std::optional<Version>& old_version) {
    if (!old_version.has_value()) return "a SemVer version";
    const std::string lowest = utf8::printable(old_version->text(), limits::kQuotedBytes);
    const bool exact = before.text() == old_version->text();
    return "a version from " + lowest + " on" + (exact ? "" : " (" + show(before) + " is stored)");
  }
};

struct Content {
  Path of;
  std::vector<Path> except;
  Path version;

  void judge(const Scope& scope, Judgements& out) const {
    const Value before = in_old(of, scope);
    const Value now = of.one(scope);
    if (!before.present() || !same_version(in_old(version, scope), version.one(scope))) return;
    std::vector<Value> skipped;
    const auto skip_at = [&](const Path& path) {
      for (const Value& value : {in_old(path, scope), path.one(scope)}) {
        if (value.present()) skipped.push_back(value);
      }
    };
    for (const Path& path : except) skip_at(path);
    skip_at(version);  // Its spelling may be put right.
    const std::optional<Selected> change = difference(before, now, skipped);
    if (!change.has_value()) return;
    Judgement judgement;
    judgement.anchor = change->anchor;
    judgement.tail = change->tail;
    judgement.expected = "a new " + version.text().substr(version.text().rfind('.') + 1) +
                         " (it is still " + show(version.one(scope)) + ")";
    judgement.found = "changed content";
    out.push_back(std::move(judgement));
  }

  static bool skip(const Value& value, const std::vector<Value>& skipped) {
    return std::any_of(skipped.begin(), skipped.end(),
                       [&](const Value& other) { return other.same_node(value); });
  }

  // The first place where the two differ, skipped subtrees left out.
  static std::optional<Selected> difference(const Value& before, const Value& now,
                                            const std::vector<Value>& skipped) {
    if (!before.is_object() || !now.is_object()) {
      if (equal(before, now)) return std::nullopt;
      return Selected{now, now, ""};
    }
    Members old_members(before);
    for (const Value member : now) {
      if (skip(member, skipped)) continue;
      const Value old_member = old_members[member.key().text()];
      if (!old_member.present()) return Selected{member, member, ""};
      if (auto found = difference(old_member, member, skipped)) return found;
    }
    Members new_members(now);
    for (const Value member : before) {
      if (skip(member, skipped) || new_members[member.key().text()].present()) continue;
      return Selected{Value(), now, pointer_token(member.key().text())};
    }
    return std::nullopt;
  }

  static std::string pointer_token(std::string_view key) {
    std::string out = "/";
    for (const char c : key) out += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
    return out;
  }
};

struct TransitionCheck {
  std::optional<Immutable> immutable;
  std::optional<Forward> forward;
  std::optional<Content> content;

  void judge(const Scope& scope, Judgements& out) const {
    if (scope.subject->operation != Operation::update || !scope.subject->old.present()) return;
    if (immutable.has_value()) immutable->judge(scope, out);
    if (forward.has_value()) forward->judge(scope, out);
    if (content.has_value()) content->judge(scope, out);
  }
};

Outcome one_value(const Fields& fields, const Path& path) {
  if (!path.many() && path.root() == Path::Root::object) return Done{};
  return fields.error(fields.object(), "path \"" + path.text() +
                                           "\": expected one value of object, without wildcards");
}

Result<Content> read_content(const Fields& with, const Value& value) {
  PORTREEVE_TRY(Fields fields, Fields::open(with.source(), value, "content"));
  Content out;
  PORTREEVE_TRY(out.of, need_path(fields, "of"));
  PORTREEVE_TRY(out.version, need_path(fields, "version"));
  PORTREEVE_TRY(out.except, maybe_paths(fields, "except"));
  PORTREEVE_CHECK(fields.finish());
  PORTREEVE_CHECK(one_value(fields, out.of));
  PORTREEVE_CHECK(one_value(fields, out.version));
  for (const Path& path : out.except) PORTREEVE_CHECK(one_value(fields, path));
  return out;
}

}  // namespace

Result<CompiledCheck> compile_transition(Fields& with, const DataSet&) {
  auto check = std::make_shared<TransitionCheck>();
  if (with.object()["immutable"].present()) {
    PORTREEVE_TRY(Path path, need_path(with, "immutable"));
    PORTREEVE_CHECK(one_value(with, path));
    check->immutable = Immutable{std::move(path)};
  }
  if (with.object()["forward"].present()) {
    PORTREEVE_TRY(Path path, need_path(with, "forward"));
    PORTREEVE_CHECK(one_value(with, path));
    check->forward = Forward{std::move(path)};
  }
  if (const Value content = with.take("content"); content.present()) {
    PORTREEVE_TRY(check->content, read_content(with, content));
  }
  with.take("immutable");
  with.take("forward");
  PORTREEVE_CHECK(with.finish());
  if (!check->immutable && !check->forward && !check->content) {
    return with.error(with.object(), "expected immutable, forward or content");
  }
  const std::shared_ptr<const TransitionCheck> shared = std::move(check);
  return CompiledCheck{
      [shared](const Scope& scope, Judgements& out) { shared->judge(scope, out); }, {}};
}

}  // namespace portreeve::policies
