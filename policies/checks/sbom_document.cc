// Checks of an SBOM as a document: there, valid, bound, fresh, by whom, with what, how much of it.

#include <algorithm>
#include <set>

#include "core/limits.h"
#include "core/time.h"
#include "core/utf8.h"
#include "policies/checks/sbom_checks.h"
#include "policies/signature_words.h"
#include "sbom/placeholder.h"
#include "sbom/vers.h"

namespace portreeve::policies {
namespace {

std::string quoted(std::string_view text) {
  return "\"" + utf8::printable(text, limits::kQuotedBytes) + "\"";
}

std::string agent_text(const sbom::Agent& agent) {
  const std::string_view name = agent.name.has_value() ? agent.name.view() : agent.name.written();
  std::string out(name);
  if (out.empty()) out = std::string(agent.email.view());
  return out.empty() ? std::string(agent.url.view()) : out;
}

Result<std::optional<Milliseconds>> maybe_age(Fields& with, std::string_view key) {
  const Value value = with.take(key);
  if (!value.present()) return std::optional<Milliseconds>();
  Result<Milliseconds> age = parse_age(value.text());
  if (!age.ok()) return with.error(value, std::string(key) + ": " + age.error().message);
  return std::optional<Milliseconds>(age.value());
}

Result<std::optional<Pattern>> maybe_pattern(Fields& with, std::string_view key) {
  PORTREEVE_TRY(const std::string text, with.maybe_text(key));
  if (text.empty()) return std::optional<Pattern>();
  Result<Pattern> pattern = Pattern::compile(text);
  if (!pattern.ok()) return with.error(with.object()[key], pattern.error().message);
  return std::optional<Pattern>(std::move(pattern).value());
}

}  // namespace

/// SB01
Result<CompiledCheck> compile_sbom_present(Fields& with, const DataSet& data) {
  PORTREEVE_TRY(const std::uint64_t least, with.maybe_count("atLeast", 1));
  PORTREEVE_TRY(const std::vector<std::string> versions, with.maybe_texts("versions"));
  return compile_sboms_check(
      with, data,
      [least, versions](const Scope&, const ArtifactSboms&, const ArtifactSboms::Target& target,
                        const std::vector<const SbomFact*>& list, SbomProblems& out) {
        std::size_t good = 0;
        std::string found;
        for (const SbomFact* const fact : list) {
          if (fact->inventory == nullptr) {
            if (found.empty() && fact->refused) {
              found = "one that cannot be read: " +
                      utf8::printable(fact->refused->message, limits::kQuotedBytes);
            }
            continue;
          }
          const std::string_view version = fact->inventory->document().spec_version.view();
          if (versions.empty() ||
              std::find(versions.begin(), versions.end(), version) != versions.end()) {
            ++good;
          } else if (found.empty()) {
            found = "one of version " + quoted(version);
          }
        }
        if (good >= least) return;
        for (const SbomFact& fact : target.sboms) {
          if (found.empty() && !fact.is_signed())
            found = "none that anybody we trust signed; " + fact.text();
        }
        if (found.empty()) found = good == 0 ? "none" : count_words(good, "SBOM", "SBOMs");
        out.violation(least == 1 ? "an SBOM by those we trust"
                                 : std::to_string(least) + " SBOMs by those we trust",
                      std::move(found));
      });
}

/// SB02
Result<CompiledCheck> compile_sbom_valid(Fields& with, const DataSet& data) {
  PORTREEVE_TRY(const std::vector<std::string> texts, with.maybe_texts("tolerate"));
  PORTREEVE_TRY(const bool warnings, with.maybe_bool("warnings", false));
  const std::set<std::string, std::less<>> tolerate(texts.begin(), texts.end());
  return compile_sboms_check(
      with, data,
      [tolerate, warnings](const Scope&, const ArtifactSboms&, const ArtifactSboms::Target&,
                           const std::vector<const SbomFact*>& list, SbomProblems& out) {
        if (list.empty()) out.violation("an SBOM that can be read", "none by those we trust");
        for (const SbomFact* const fact : list) {
          if (fact->inventory == nullptr) {
            const Error why = fact->refused.value_or(Error{Errc::internal, "no document"});
            const std::string reason = utf8::printable(why.message, limits::kQuotedBytes * 2);
            if (why.code == Errc::malformed) {
              out.violation("a valid SBOM", reason + " (" + fact->text() + ")");
            } else {
              out.unknown("a valid SBOM", fact->text(), reason);
            }
            continue;
          }
          const sbom::Document& document = fact->inventory->document();
          for (const sbom::Defect& defect : document.defects) {
            if (tolerate.count(sbom::to_string(defect.kind)) != 0) continue;
            const bool error = sbom::gravity_of(defect.kind) == sbom::Gravity::error;
            const std::string found =
                std::string(sbom::to_string(defect.kind)) + ": " + defect.message;
            if (error || warnings) {
              out.violation("a valid SBOM", found);
            } else {
              out.advice("a valid SBOM", found);
            }
          }
          if (document.defects_left_out != 0) {
            out.violation("a valid SBOM",
                          std::to_string(document.defects_left_out) + " more defects");
          }
        }
      });
}

std::string by(sbom::InnerHow how, std::string_view text) {
  return "by " + std::string(sbom::to_string(how)) + " " +
         utf8::printable(text, limits::kQuotedBytes);
}

/// The statement around an SBOM and what the SBOM says itself may name two things, of which one is
/// ours: both are named. A purl or a name is of one thing alone; in the version, scanners of a
/// local daemon write the digest that the image had there.
void contradictions(const SbomView& view, const sbom::Inner& bound, SbomProblems& out) {
  if (!bound.against.empty()) {
    std::string found = "it is about this artifact " + by(bound.how, bound.found) +
                        ", and about another one " + by(bound.against_how, bound.against);
    if (bound.against_how == sbom::InnerHow::version) {
      out.advice("one name for what it is about", std::move(found));
    } else {
      out.violation("one name for what it is about", std::move(found));
    }
  }
  if (bound.what != sbom::InnerWhat::platform) return;
  out.advice("a primary component that names the index " + view.target.digest.text(),
             "it is about one platform of it alone, " + by(bound.how, bound.found));
}

/// SB03
Result<CompiledCheck> compile_sbom_bound(Fields& with, const DataSet& data) {
  PORTREEVE_TRY(const bool inner, with.maybe_bool("inner", true));
  return compile_sbom_check(with, data, [inner](const SbomView& view, SbomProblems& out) {
    if (!view.fact.is_signed() && !inner) {
      out.violation("an attestation whose subject is the artifact", view.fact.text());
    }
    if (!inner) return;
    const sbom::Inner bound = sbom::inner_binding(view.document, view.target.digests);
    if (bound.binding == sbom::InnerBinding::bound) return contradictions(view, bound, out);
    std::string wanted = "a primary component that names " + view.target.digest.text();
    for (const Digest& layer : view.target.digests.content_layers) {
      wanted += " or its content layer " + layer.text();
    }
    if (view.document.primary.empty()) {
      return out.violation(wanted, "an SBOM that does not say what it is about");
    }
    std::string found = "it is about " + view.inventory.label(view.document.primary.front());
    if (bound.binding == sbom::InnerBinding::other) {
      found += ", " + by(bound.how, bound.found);
    } else {
      found += ", without any digest";
    }
    out.violation(std::move(wanted), std::move(found));
  });
}

/// SB04
Result<CompiledCheck> compile_sbom_fresh(Fields& with, const DataSet& data) {
  PORTREEVE_TRY(const auto most, maybe_age(with, "maxAge"));
  PORTREEVE_TRY(const auto skew, maybe_age(with, "skew"));
  const Milliseconds slack = skew.value_or(std::chrono::minutes(5));
  return compile_sbom_check(with, data, [most, slack](const SbomView& view, SbomProblems& out) {
    const sbom::Text& created = view.document.created;
    if (!created.has_value()) return out.violation("the time when it was made", "it does not say");
    const Result<TimePoint> time = parse_time(created.view());
    if (!time.ok()) return out.violation("the time when it was made", quoted(created.view()));
    const Milliseconds age =
        std::chrono::duration_cast<Milliseconds>(view.scope.now - time.value());
    if (age < -slack) {
      return out.violation("a time that is past",
                           format_time(time.value()) + ", which is in the future");
    }
    if (most && age > *most) {
      out.violation("at most " + age_words(*most) + " old", "made " + age_words(age) + " ago");
    }
  });
}

namespace {

struct ToolRule {
  Pattern name;
  std::optional<sbom::Vers> versions;
};

Result<std::vector<ToolRule>> read_tools(Fields& with, std::string_view key) {
  std::vector<ToolRule> out;
  PORTREEVE_TRY(const Value list, with.maybe(key, ValueType::array));
  for (const Value entry : list) {
    PORTREEVE_TRY(Fields fields, Fields::open(with.source(), entry, std::string(key)));
    PORTREEVE_TRY(const std::string name, fields.need_text("name"));
    PORTREEVE_TRY(const std::string versions, fields.maybe_text("versions"));
    PORTREEVE_CHECK(fields.finish());
    Result<Pattern> pattern = Pattern::compile("(?i)" + name);
    if (!pattern.ok()) return fields.error(entry, pattern.error().message);
    ToolRule rule{std::move(pattern).value(), std::nullopt};
    if (!versions.empty()) {
      Result<sbom::Vers> range = sbom::Vers::parse(versions);
      if (!range.ok()) return fields.error(entry["versions"], range.error().message);
      rule.versions = std::move(range).value();
    }
    out.push_back(std::move(rule));
  }
  return out;
}

/// Whether one of the rules is about the tool; nothing: its version cannot be compared.
std::optional<bool> meets(const std::vector<ToolRule>& rules, const sbom::Tool& tool) {
  bool unknown = false;
  for (const ToolRule& rule : rules) {
    if (!rule.name.matches(tool.name.view())) continue;
    if (!rule.versions) return true;
    const auto in = rule.versions->contains(tool.version.view());
    if (in == true) return true;
    unknown = unknown || !in;
  }
  return unknown ? std::nullopt : std::optional<bool>(false);
}

}  // namespace

/// SB05
Result<CompiledCheck> compile_sbom_tool(Fields& with, const DataSet& data) {
  PORTREEVE_TRY(auto allow, read_tools(with, "allow"));
  PORTREEVE_TRY(auto deny, read_tools(with, "deny"));
  if (allow.empty() == deny.empty()) {
    return with.error(with.object(), "expected one of allow, deny: a list of {name, versions}");
  }
  return compile_sbom_check(with, data, [allow, deny](const SbomView& view, SbomProblems& out) {
    const std::string wanted =
        allow.empty() ? "a tool that is not denied" : "a tool that is allowed";
    if (view.document.tools.empty()) {
      if (!allow.empty()) out.violation(wanted, "it names no tool");
      return;
    }
    for (const sbom::Tool& tool : view.document.tools) {
      const std::string found =
          quoted(tool.name.view()) +
          (tool.version.has_value() ? " " + utf8::printable(tool.version.view(), 64) : "");
      const auto met = meets(allow.empty() ? deny : allow, tool);
      if (!met) {
        out.unknown(wanted, found, "its version cannot be compared");
      } else if (*met == allow.empty()) {
        out.violation(wanted, found);
      }
    }
  });
}

/// SB06
Result<CompiledCheck> compile_sbom_author(Fields& with, const DataSet& data) {
  PORTREEVE_TRY(const auto pattern, maybe_pattern(with, "pattern"));
  return compile_sbom_check(with, data, [pattern](const SbomView& view, SbomProblems& out) {
    std::string found;
    for (const sbom::Agent& author : view.document.authors_rows()) {
      const bool stated =
          author.name.has_value() || author.email.has_value() || author.url.has_value();
      if (author.kind == sbom::AgentKind::tool || !stated) continue;
      const std::string text = agent_text(author);
      if (!pattern || pattern->matches(text) || pattern->matches(author.email.view())) return;
      found += (found.empty() ? "" : ", ") + quoted(text);
    }
    out.violation(pattern ? "an author who matches " + quoted(pattern->expression())
                          : "a person or an organization as author (a tool is none)",
                  found.empty() ? "no person and no organization" : found);
  });
}

/// SB07
Result<CompiledCheck> compile_sbom_lifecycle(Fields& with, const DataSet& data) {
  PORTREEVE_TRY(const std::vector<std::string> phases, with.maybe_texts("phases"));
  PORTREEVE_TRY(const bool unstated, with.maybe_bool("unstated", false));
  if (phases.empty()) return with.error(with.object(), "phases: names none");
  return compile_sbom_check(
      with, data, [phases, unstated](const SbomView& view, SbomProblems& out) {
        std::string wanted = "one of";
        for (const std::string& phase : phases) wanted += " " + phase;
        if (view.document.lifecycles.empty()) {
          if (!unstated) out.violation(wanted, "it does not say at which phase it was made");
          return;
        }
        for (const sbom::Text& phase : view.document.lifecycles) {
          if (std::find(phases.begin(), phases.end(), phase.view()) == phases.end()) {
            out.violation(wanted, quoted(phase.view()));
          }
        }
      });
}

/// SB10
Result<CompiledCheck> compile_sbom_size(Fields& with, const DataSet& data) {
  PORTREEVE_TRY(const std::uint64_t least, with.maybe_count("least", 1));
  PORTREEVE_TRY(const std::uint64_t most, with.maybe_count("most", UINT32_MAX));
  return compile_sbom_check(with, data, [least, most](const SbomView& view, SbomProblems& out) {
    const std::size_t packages = view.inventory.packages().size();
    std::string found = count_words(packages, "package", "packages");
    const std::size_t files = view.document.components.size() - packages;
    if (packages == 0 && files != 0) found += ", only " + count_words(files, "file", "files");
    if (packages < least)
      out.violation("at least " + count_words(least, "package", "packages"), found);
    if (packages > most)
      out.violation("at most " + count_words(most, "package", "packages"), found);
  });
}

/// SB25
Result<CompiledCheck> compile_sbom_no_vulnerabilities(Fields& with, const DataSet& data) {
  return compile_sbom_check(with, data, [](const SbomView& view, SbomProblems& out) {
    if (view.document.vulnerabilities.empty()) return;
    out.violation(
        "no vulnerability information in the SBOM",
        count_words(view.document.vulnerabilities.size(), "vulnerability", "vulnerabilities") +
            ", the first " + quoted(view.document.vulnerabilities.front().id.view()));
  });
}

Result<CompiledCheck> compile_sbom_placeholder(Fields& with, const DataSet& data) {
  return compile_sboms_check(
      with, data,
      [](const Scope&, const ArtifactSboms&, const ArtifactSboms::Target&,
         const std::vector<const SbomFact*>& list, SbomProblems& out) {
        const std::string wanted = "an inventory of the artifact";
        if (list.empty()) out.violation(wanted, "no SBOM by those we trust");
        for (const SbomFact* const fact : list) {
          if (fact->inventory == nullptr) {
            // {"sbom": "attached at build time"} is signed, and no SBOM at all.
            const Error why = fact->refused.value_or(Error{Errc::internal, "no document"});
            const std::string reason = utf8::printable(why.message, limits::kQuotedBytes * 2);
            if (why.code == Errc::malformed || why.code == Errc::unsupported) {
              out.violation(wanted, "it is no SBOM: " + reason);
            } else {
              out.unknown(wanted, fact->text(), reason);
            }
            continue;
          }
          for (const std::string& sign : sbom::placeholder_signs(*fact->inventory)) {
            out.violation(wanted, "a placeholder: " + sign);
          }
        }
      });
}

}  // namespace portreeve::policies
