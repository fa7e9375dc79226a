// check `blueprint-graph`: what one Blueprint shows about its dependencies. Unresolved ones and
// cycles need the others and are the repository door's matter.

#include <memory>
#include <set>
#include <string>

#include "core/limits.h"
#include "core/semver.h"
#include "core/utf8.h"
#include "policies/check.h"

namespace portreeve::policies {
namespace {

// Blueprint names compare after their prefix is stripped (domain rule of the controllers).
std::string_view bare(std::string_view name) noexcept {
  return name.substr(0, 3) == "bp-" ? name.substr(3) : name;
}

struct GraphCheck {
  Path depends;
  Path self;

  void judge(const Scope& scope, Judgements& out) const {
    const Value list = depends.one(scope);
    const Value own = self.one(scope);
    std::set<std::string, std::less<>> aliases;
    for (const Value entry : list) {
      const Value name = entry["blueprint"];
      if (name.is_string() && own.is_string() && bare(name.text()) == bare(own.text())) {
        say(name, "another Blueprint", "remove the dependency on itself", out);
      }
      const Value alias = entry["alias"];
      const Value key = alias.is_string() && !alias.text().empty() ? alias : name;
      if (key.is_string() && !aliases.insert(std::string(bare(key.text()))).second) {
        say(key, "each dependency under a name of its own",
            "remove it, or give it another alias", out);
      }
      judge_range(entry["version"], out);
    }
  }

  static void judge_range(const Value& version, Judgements& out) {
    if (!version.is_string()) return;  // Its type is another rule's matter.
    const Result<VersionRange> range = VersionRange::parse(version.text());
    if (range.ok() && range.value().empty()) {
      return say(version, "a version range that some version is in", "write a range such as ^1.2", out);
    }
    if (range.ok()) return;
    Judgement judgement = about(version, "a version range such as ^1.2 or 1.x");
    judgement.fix = "write a range such as ^1.2";
    judgement.detail = utf8::printable(range.error().message, limits::kQuotedBytes);
    out.push_back(std::move(judgement));
  }

  static Judgement about(const Value& where, std::string expected) {
    Judgement judgement;
    judgement.anchor = where;
    judgement.expected = std::move(expected);
    judgement.found = show(where);
    return judgement;
  }

  static void say(const Value& where, std::string expected, std::string fix, Judgements& out) {
    Judgement judgement = about(where, std::move(expected));
    judgement.fix = std::move(fix);
    out.push_back(std::move(judgement));
  }
};

}  // namespace

Result<CompiledCheck> compile_blueprint_graph(Fields& with, const DataSet&) {
  auto check = std::make_shared<GraphCheck>();
  PORTREEVE_TRY(check->depends, need_path(with, "depends"));
  PORTREEVE_TRY(check->self, need_path(with, "self"));
  PORTREEVE_CHECK(with.finish());
  if (check->depends.many() || check->self.many()) {
    return with.error(with.object(), "expected paths without wildcards");
  }
  const std::shared_ptr<const GraphCheck> shared = std::move(check);
  return CompiledCheck{
      [shared](const Scope& scope, Judgements& out) { shared->judge(scope, out); }, {}};
}

}  // namespace portreeve::policies
