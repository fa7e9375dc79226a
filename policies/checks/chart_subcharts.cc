// Check `chart-subcharts`: what is declared is there, what is there is declared, and both are the
// same version: by the name and version inside each subchart, as Helm looks them up, never by file
// names.

#include <algorithm>

#include "core/json.h"
#include "core/semver.h"
#include "core/utf8.h"
#include "crypto/hash.h"
#include "policies/chart_check.h"

namespace portreeve::policies {
namespace {

using charts::Chart;
using charts::ChartPtr;
using charts::Dependency;

// As Masterminds/semver reads leniently: "v1.2" is 1.2.0.
std::optional<Version> lenient(std::string_view text) {
  if (!text.empty() && text[0] == 'v') text.remove_prefix(1);
  Result<Version> version = Version::parse(text);
  if (version.ok()) return std::move(version).value();
  return lowest_reading(text);
}

enum class Fits { no, yes, bad_range };

// IsCompatibleRange of pkg/chartutil: no range is any version.
Fits fits(const std::string& range, const std::string& version) {
  if (range.empty()) return Fits::yes;
  const Result<VersionRange> parsed = VersionRange::parse(range);
  if (!parsed.ok()) return Fits::bad_range;
  const std::optional<Version> read = lenient(version);
  return read && parsed.value().contains(*read) ? Fits::yes : Fits::no;
}

// encoding/json, which also escapes what HTML would read.
void append_go_json(std::string& out, std::string_view text) {
  std::string plain;
  json::append_string(plain, text);
  for (const char c : plain) {
    if (c == '<' || c == '>' || c == '&') {
      out += c == '<' ? "\\u003c" : c == '>' ? "\\u003e" : "\\u0026";
    } else {
      out += c;
    }
  }
}

// internal/resolver HashReq of Helm 3 and 4. Nothing: it holds what we do not write as Go does.
std::optional<std::string> lock_digest(const std::vector<Dependency>& declared,
                                       const std::vector<Dependency>& locked) {
  std::string text = "[";
  for (const std::vector<Dependency>* list : {&declared, &locked}) {
    text += list == &declared ? "" : ",";
    if (list->empty()) text += "null";
    for (std::size_t i = 0; i < list->size(); ++i) {
      const Dependency& one = (*list)[i];
      if (one.entry["import-values"].present()) return std::nullopt;
      text += i == 0 ? "[{\"name\":" : ",{\"name\":";
      append_go_json(text, one.name);
      const auto add = [&](std::string_view key, const std::string& value, bool always) {
        if (value.empty() && !always) return;
        text += ",\"" + std::string(key) + "\":";
        append_go_json(text, value);
      };
      add("version", one.version, false);
      add("repository", one.repository, true);
      add("condition", one.condition, false);
      for (std::size_t t = 0; t < one.tags.size(); ++t) {
        text += t == 0 ? ",\"tags\":[" : ",";
        append_go_json(text, one.tags[t]);
      }
      if (!one.tags.empty()) text += "]";
      const Value enabled = one.entry["enabled"];
      if (enabled.is_boolean() && enabled.boolean()) text += ",\"enabled\":true";
      add("alias", one.alias, false);
      text += "}";
    }
    if (!list->empty()) text += "]";
  }
  return "sha256:" + Digest(crypto::sha256(text + "]")).hex();
}

/// One chart and its subcharts.
class Subcharts {
 public:
  Subcharts(const ChartScope& scope, Judgements& out) : scope_(scope), out_(out) {}

  void judge(const Chart& chart, std::uint32_t depth) {
    std::vector<std::string> absent;
    for (const Dependency& dependency : chart.dependencies)
      judge_declared(chart, dependency, absent);
    if (!absent.empty()) not_vendored(chart, absent);
    for (const ChartPtr& subchart : chart.subcharts) judge_present(chart, *subchart, depth);
    if (depth == 0) judge_lock(chart);
    for (const ChartPtr& subchart : chart.subcharts) judge(*subchart, depth + 1);
  }

 private:
  void say(Judgement judgement, std::string expected, std::string found, std::string fix,
           Judgement::Kind kind = Judgement::Kind::violation) {
    judgement.kind = kind;
    judgement.expected = std::move(expected);
    judgement.found = std::move(found);
    judgement.fix = std::move(fix);
    out_.push_back(std::move(judgement));
  }

  void judge_declared(const Chart& chart, const Dependency& dependency,
                      std::vector<std::string>& absent) {
    const Judgement at = scope_.at(chart, chart.dependencies_file, dependency.entry);
    const std::string wanted =
        quoted_text(dependency.name) + " " + utf8::printable(dependency.version, 128);
    if (!dependency.version.empty() && !VersionRange::parse(dependency.version).ok()) {
      return say(at, "a version or a range of versions", quoted_text(dependency.version),
                 "write a version such as \"1.2.3\"");
    }
    std::size_t named = 0;
    std::size_t fitting = 0;
    std::string versions;
    for (const ChartPtr& subchart : chart.subcharts) {
      if (subchart->name != dependency.name) continue;
      ++named;
      const Fits how = fits(dependency.version, subchart->version);
      fitting += how == Fits::yes ? 1U : 0U;
      versions += (versions.empty() ? "" : ", ") + utf8::printable(subchart->version, 64);
    }
    if (fitting == 1) return;
    if (fitting > 1) {
      return say(at, "one subchart " + quoted_text(dependency.name),
                 "several that fit: " + versions,
                 "leave one of them below charts/: Helm takes either");
    }
    if (named > 0) {
      return say(at, wanted,
                 quoted_text(dependency.name) + " " + versions +
                     ", which Helm installs as if nobody had declared it",
                 "run helm dependency update, and commit what it vendors");
    }
    if (chart.subcharts_unread) return;  // It may be that one; chart-readable says why.
    if (chart.form == charts::Form::package) {
      return say(at, wanted + " below charts/", "no such subchart in the package",
                 "run helm dependency build before helm package");
    }
    absent.push_back(dependency.name);
  }

  // A source tree may leave them to the release: nothing can be said of what is not there.
  void not_vendored(const Chart& chart, const std::vector<std::string>& absent) {
    std::string names;
    for (const std::string& name : absent)
      names += (names.empty() ? "" : ", ") + utf8::printable(name, 64);
    Judgement note = scope_.at(chart, chart.dependencies_file, chart.dependencies[0].entry);
    note.kind = Judgement::Kind::note;
    note.detail = "not vendored, so not looked at: " + names + "; the package decides";
    out_.push_back(std::move(note));
  }

  void judge_present(const Chart& chart, const Chart& subchart, std::uint32_t depth) {
    const auto named = [&](const Dependency& one) { return one.name == subchart.name; };
    if (std::any_of(chart.dependencies.begin(), chart.dependencies.end(), named)) return;
    const bool own = depth == 0;
    say(scope_.at(subchart, "Chart.yaml", subchart.metadata->root()["name"]),
        "a subchart that " + quoted_text(chart.name) + " declares",
        quoted_text(subchart.name) + " " + utf8::printable(subchart.version, 64) +
            ", which Helm installs all the same",
        "declare it in Chart.yaml, or take it out of charts/",
        own ? Judgement::Kind::violation : Judgement::Kind::advice);
  }

  void judge_lock(const Chart& chart) {
    if (!chart.lock) return;
    const charts::Lock& lock = *chart.lock;
    const std::string rebuild = "run helm dependency update, and commit " + chart.lock_file;
    bool in_step = lock.dependencies.size() == chart.dependencies.size();
    for (const Dependency& declared : chart.dependencies) {
      const Dependency* const locked = find(lock, declared.name);
      if (locked == nullptr) {
        in_step = false;
        say(scope_.at(chart, chart.dependencies_file, declared.entry),
            quoted_text(declared.name) + " in " + chart.lock_file, "not there", rebuild);
        continue;
      }
      in_step = judge_locked(chart, declared, *locked, rebuild) && in_step;
    }
    for (const Dependency& locked : lock.dependencies) {
      const auto named = [&](const Dependency& one) { return one.name == locked.name; };
      if (std::any_of(chart.dependencies.begin(), chart.dependencies.end(), named)) continue;
      in_step = false;
      say(scope_.at(chart, chart.lock_file, locked.entry),
          "dependencies of " + chart.dependencies_file + " only", quoted_text(locked.name),
          rebuild);
    }
    if (in_step) judge_digest(chart, rebuild);
  }

  static const Dependency* find(const charts::Lock& lock, const std::string& name) {
    const auto at = std::find_if(lock.dependencies.begin(), lock.dependencies.end(),
                                 [&](const Dependency& one) { return one.name == name; });
    return at == lock.dependencies.end() ? nullptr : &*at;
  }

  bool judge_locked(const Chart& chart, const Dependency& declared, const Dependency& locked,
                    const std::string& rebuild) {
    if (fits(declared.version, locked.version) == Fits::no) {
      say(scope_.at(chart, chart.lock_file, locked.entry["version"]),
          quoted_text(declared.name) + " " + utf8::printable(declared.version, 128),
          utf8::printable(locked.version, 128), rebuild);
      return false;
    }
    for (const ChartPtr& subchart : chart.subcharts) {
      if (subchart->name != declared.name || subchart->version == locked.version) continue;
      if (fits(declared.version, subchart->version) != Fits::yes) continue;  // Said already.
      say(scope_.at(*subchart, "Chart.yaml", subchart->metadata->root()["version"]),
          quoted_text(declared.name) + " " + utf8::printable(locked.version, 64) + ", as " +
              chart.lock_file + " has it",
          utf8::printable(subchart->version, 64), "run helm dependency build");
    }
    return true;
  }

  void judge_digest(const Chart& chart, const std::string& rebuild) {
    const charts::Lock& lock = *chart.lock;
    const std::optional<std::string> digest = lock_digest(chart.dependencies, lock.dependencies);
    if (!digest || lock.digest.empty() || *digest == lock.digest) return;
    // Helm 2 hashed version 1 charts otherwise.
    if (chart.api_version == "v1") return;
    say(scope_.at(chart, chart.lock_file, lock.document->root()["digest"]),
        "digest " + *digest + ", of these dependencies", quoted_text(lock.digest), rebuild);
  }

  const ChartScope& scope_;
  Judgements& out_;
};

}  // namespace

Result<CompiledCheck> compile_chart_subcharts(Fields& with, const DataSet& data) {
  PORTREEVE_CHECK(with.finish());
  return chart_check(data, [](const ChartScope& scope, Judgements& out) {
    Subcharts(scope, out).judge(scope.chart(), 0);
  });
}

}  // namespace portreeve::policies
