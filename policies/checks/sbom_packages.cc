// Checks of what stands in the list: packages that are denied, required, foreign, ill named.

#include <algorithm>
#include <map>
#include <set>

#include "core/limits.h"
#include "core/utf8.h"
#include "policies/checks/sbom_checks.h"
#include "sbom/package_pattern.h"

namespace portreeve::policies {
namespace {

using Patterns = std::vector<std::pair<sbom::PackagePattern, std::string>>;

/// `packages`: a list of patterns, each with a `reason`.
Result<Patterns> read_patterns(Fields& with) {
  Patterns out;
  PORTREEVE_TRY(const Value list, with.need("packages", ValueType::array));
  for (const Value entry : list) {
    PORTREEVE_TRY(Fields fields, Fields::open(with.source(), entry, "packages"));
    sbom::PackagePattern::Parts parts;
    PORTREEVE_TRY(parts.purl, fields.maybe_text("purl"));
    PORTREEVE_TRY(parts.versions, fields.maybe_text("versions"));
    PORTREEVE_TRY(parts.name, fields.maybe_text("name"));
    PORTREEVE_TRY(parts.cpe, fields.maybe_text("cpe"));
    PORTREEVE_TRY(parts.sha256, fields.maybe_text("sha256"));
    PORTREEVE_TRY(std::string reason, fields.maybe_text("reason"));
    PORTREEVE_CHECK(fields.finish());
    Result<sbom::PackagePattern> pattern = sbom::PackagePattern::compile(std::move(parts));
    if (!pattern.ok()) return fields.error(entry, pattern.error().message);
    out.emplace_back(std::move(pattern).value(), std::move(reason));
  }
  if (out.empty()) return with.error(list, "packages: names none");
  return out;
}

}  // namespace

/// SB14
Result<CompiledCheck> compile_sbom_package_deny(Fields& with, const DataSet& data) {
  PORTREEVE_TRY(Patterns read, read_patterns(with));
  const auto patterns = std::make_shared<const Patterns>(std::move(read));
  return compile_sbom_check(with, data, [patterns](const SbomView& view, SbomProblems& out) {
    for (std::uint32_t at = 0; at < view.document.components.size(); ++at) {
      for (const auto& [pattern, reason] : *patterns) {
        const auto met = pattern.matches(view.inventory, at);
        if (met == false) continue;
        const std::string wanted = "no " + pattern.text();
        const std::string found = view.inventory.label(at) +
                                  (reason.empty() ? "" : " (" + utf8::printable(reason, 160) + ")");
        if (met) {
          out.violation(wanted, found);
        } else {
          out.unknown(wanted, found, "its version cannot be compared");
        }
      }
    }
  });
}

/// SB15
Result<CompiledCheck> compile_sbom_package_allow(Fields& with, const DataSet& data) {
  Patterns patterns;
  if (with.object()["packages"].present()) {
    PORTREEVE_TRY(patterns, read_patterns(with));
  }
  PORTREEVE_TRY(const std::vector<std::string> types, with.maybe_texts("types"));
  PORTREEVE_TRY(const std::vector<std::string> hosts, with.maybe_texts("repositories"));
  if (patterns.empty() && types.empty() && hosts.empty()) {
    return with.error(with.object(), "expected packages, types or repositories");
  }
  std::vector<Glob> globs;
  for (const std::string& host : hosts) {
    Result<Glob> glob = Glob::compile(host);
    if (!glob.ok()) return with.error(with.object()["repositories"], glob.error().message);
    globs.push_back(std::move(glob).value());
  }
  const auto shared = std::make_shared<const Patterns>(std::move(patterns));
  return compile_sbom_check(
      with, data, [shared, types, globs](const SbomView& view, SbomProblems& out) {
        const auto type_allowed = [&](const sbom::Purl& purl) {
          return types.empty() || std::find(types.begin(), types.end(), purl.type) != types.end();
        };
        const auto place_allowed = [&](const sbom::Purl& purl) {
          if (globs.empty()) return true;
          for (const std::string_view key : {"repository_url", "vcs_url", "download_url"}) {
            const auto found = purl.qualifiers.find(std::string(key));
            if (found == purl.qualifiers.end()) continue;
            std::string place = found->second;
            for (const std::string_view scheme : {"git+https://", "https://", "oci://", "git://"}) {
              if (place.substr(0, scheme.size()) == scheme) place.erase(0, scheme.size());
            }
            if (std::none_of(globs.begin(), globs.end(),
                             [&](const Glob& glob) { return glob.matches(place); })) {
              return false;
            }
          }
          return true;
        };
        for (const std::uint32_t at : view.inventory.packages()) {
          if (view.inventory.is_primary(at)) continue;
          const auto purls = view.inventory.purls_of(at);
          if (purls.empty()) {
            out.unknown("a package that is allowed", view.inventory.label(at), "it has no purl");
            continue;
          }
          // All purls of a component must be allowed (sbom.md §2.6).
          for (const sbom::InventoryPurl& row : purls) {
            bool good = row.purl && type_allowed(*row.purl) && place_allowed(*row.purl);
            if (good && !shared->empty()) {
              good = std::any_of(shared->begin(), shared->end(), [&](const auto& entry) {
                return entry.first.matches(view.inventory, at) == true;
              });
            }
            if (good) continue;
            out.violation("a package that is allowed",
                          utf8::printable(row.written, limits::kQuotedBytes));
          }
        }
      });
}

/// SB16
Result<CompiledCheck> compile_sbom_required(Fields& with, const DataSet& data) {
  PORTREEVE_TRY(Patterns read, read_patterns(with));
  const auto patterns = std::make_shared<const Patterns>(std::move(read));
  return compile_sbom_check(with, data, [patterns](const SbomView& view, SbomProblems& out) {
    for (const auto& [pattern, reason] : *patterns) {
      bool met = false, unknown = false;
      for (std::uint32_t at = 0; at < view.document.components.size() && !met; ++at) {
        const auto one = pattern.matches(view.inventory, at);
        met = one == true;
        unknown = unknown || !one;
      }
      if (met) continue;
      if (unknown) {
        out.unknown(pattern.text(), "one whose version cannot be compared",
                    "no version of the scheme");
      } else {
        out.violation(pattern.text(), "no such component");
      }
    }
  });
}

namespace {

using Algorithms = std::set<sbom::HashAlgorithm>;

Result<Algorithms> read_algorithms(Fields& with, std::string_view key) {
  Algorithms out;
  PORTREEVE_TRY(const std::vector<std::string> names, with.maybe_texts(key));
  for (const std::string& name : names) {
    bool known = false;
    for (int i = 1; i <= static_cast<int>(sbom::HashAlgorithm::streebog512); ++i) {
      const auto algorithm = static_cast<sbom::HashAlgorithm>(i);
      if (sbom::to_string(algorithm) != name) continue;
      out.insert(algorithm);
      known = true;
    }
    if (!known)
      return with.error(with.object()[key],
                        "\"" + name + "\" is no hash algorithm, such as SHA-256");
  }
  return out;
}

}  // namespace

/// SB19
Result<CompiledCheck> compile_sbom_hashes(Fields& with, const DataSet& data) {
  PORTREEVE_TRY(const Algorithms any, read_algorithms(with, "any"));
  PORTREEVE_TRY(const Algorithms weak, read_algorithms(with, "weak"));
  if (any.empty() && weak.empty())
    return with.error(with.object(), "expected any or weak: algorithms");
  return compile_sbom_check(with, data, [any, weak](const SbomView& view, SbomProblems& out) {
    std::string wanted;
    for (const auto algorithm : any)
      wanted += (wanted.empty() ? "" : " or ") + std::string(sbom::to_string(algorithm));
    for (const std::uint32_t at : view.inventory.packages()) {
      bool met = any.empty(), strong = false;
      std::string found;
      const auto hashes = view.document.hashes_of(view.document.components[at]);
      for (const sbom::Hash& hash : hashes) {
        const std::string name(sbom::to_string(hash.algorithm));
        found += (found.empty() ? "" : ", ") + name;
        met = met || any.count(hash.algorithm) != 0;
        strong = strong || weak.count(hash.algorithm) == 0;
        const std::size_t digits = sbom::hex_digits(hash.algorithm);
        if (digits == 0 || hash.value.view().size() == digits) continue;
        out.violation("a digest of " + std::to_string(digits) + " digits",
                      name + " with " + std::to_string(hash.value.view().size()) + " of " +
                          view.inventory.label(at));
      }
      if (!met)
        out.violation("a hash: " + wanted,
                      (found.empty() ? "none" : found) + " of " + view.inventory.label(at));
      if (!weak.empty() && !hashes.empty() && !strong) {
        out.violation("a hash that is not weak",
                      "only " + found + " of " + view.inventory.label(at));
      }
    }
  });
}

/// SB20
Result<CompiledCheck> compile_sbom_identifiers(Fields& with, const DataSet& data) {
  PORTREEVE_TRY(const bool agree, with.maybe_bool("agree", true));
  PORTREEVE_TRY(const bool canonical, with.maybe_bool("canonical", true));
  return compile_sbom_check(with, data, [agree, canonical](const SbomView& view, SbomProblems& out) {
    for (const sbom::InventoryPurl& row : view.inventory.purls()) {
      const sbom::Component& component = view.document.components[row.component];
      const std::string of = " of " + view.inventory.label(row.component);
      if (!row.purl || (canonical && !row.fault.empty())) {
        out.violation("a canonical purl", row.fault + of);
        continue;
      }
      if (!agree || !component.version.has_value() || component.version.view().empty()) continue;
      const std::string_view version = component.version.view();
      if (!row.purl->version.empty() && row.purl->version != version &&
          "v" + row.purl->version != version && row.purl->version != "v" + std::string(version)) {
        out.violation("one version", "purl " + utf8::printable(row.purl->version, 64) +
                                         ", version " + utf8::printable(version, 64) + of);
      }
    }
    for (const std::uint32_t at : view.inventory.packages()) {
      for (const sbom::Identifier& id :
           view.document.identifiers_of(view.document.components[at])) {
        if (id.kind != sbom::IdentifierKind::cpe23 || !id.text.has_value()) continue;
        sbom::PackagePattern::Parts parts;
        parts.cpe = std::string(id.text.view());
        if (sbom::PackagePattern::compile(std::move(parts)).ok()) continue;
        out.violation("a CPE 2.3 formatted string",
                      utf8::printable(id.text.view(), 120) + " of " + view.inventory.label(at));
      }
    }
  });
}

/// SB22
Result<CompiledCheck> compile_sbom_duplicates(Fields& with, const DataSet& data) {
  return compile_sbom_check(with, data, [](const SbomView& view, SbomProblems& out) {
    std::map<std::string, std::uint32_t> seen;
    for (const std::uint32_t at : view.inventory.packages()) {
      const auto [there, fresh] = seen.emplace(view.inventory.identity(at), at);
      if (fresh) continue;
      std::string first, second;
      for (const sbom::Hash& hash :
           view.document.hashes_of(view.document.components[there->second])) {
        if (first.empty()) first = sbom::digest_text(hash);
      }
      for (const sbom::Hash& hash : view.document.hashes_of(view.document.components[at])) {
        if (second.empty()) second = sbom::digest_text(hash);
      }
      const bool differ = !first.empty() && !second.empty() && first != second;
      out.violation("each component once", view.inventory.label(at) + " twice" +
                                               (differ ? ", with different digests" : ""));
    }
  });
}

/// SB23
Result<CompiledCheck> compile_sbom_supplier(Fields& with, const DataSet& data) {
  const auto pattern = [&with](std::string_view key) -> Result<std::optional<Pattern>> {
    PORTREEVE_TRY(const std::string text, with.maybe_text(key));
    if (text.empty()) return std::optional<Pattern>();
    Result<Pattern> compiled = Pattern::compile(text);
    if (!compiled.ok()) return with.error(with.object()[key], compiled.error().message);
    return std::optional<Pattern>(std::move(compiled).value());
  };
  PORTREEVE_TRY(const auto allow, pattern("allow"));
  PORTREEVE_TRY(const auto deny, pattern("deny"));
  PORTREEVE_TRY(const bool needed, with.maybe_bool("required", true));
  return compile_sbom_check(
      with, data, [allow, deny, needed](const SbomView& view, SbomProblems& out) {
        for (const std::uint32_t at : view.inventory.packages()) {
          bool stated = false;
          for (const sbom::Agent& agent :
               view.document.suppliers_of(view.document.components[at])) {
            if (!agent.name.has_value() || agent.name.view().empty()) continue;
            stated = true;
            const std::string found =
                utf8::printable(agent.name.view(), 120) + " of " + view.inventory.label(at);
            if (deny && deny->matches(agent.name.view()))
              out.violation("a supplier that is not denied", found);
            if (allow && !allow->matches(agent.name.view()))
              out.violation("a supplier that is allowed", found);
          }
          if (!stated && needed)
            out.violation("a supplier", "none stated for " + view.inventory.label(at));
        }
      });
}

/// SB26
Result<CompiledCheck> compile_sbom_properties(Fields& with, const DataSet& data) {
  struct Entry {
    Pattern name;
    std::optional<Pattern> value;
  };
  const auto read = [&with](std::string_view key) -> Result<std::vector<Entry>> {
    std::vector<Entry> out;
    PORTREEVE_TRY(const Value list, with.maybe(key, ValueType::array));
    for (const Value entry : list) {
      PORTREEVE_TRY(Fields fields, Fields::open(with.source(), entry, std::string(key)));
      PORTREEVE_TRY(const std::string name, fields.need_text("name"));
      PORTREEVE_TRY(const std::string value, fields.maybe_text("value"));
      PORTREEVE_CHECK(fields.finish());
      Result<Pattern> pattern = Pattern::compile(name), text = Pattern::compile(value);
      if (!pattern.ok()) return fields.error(entry, pattern.error().message);
      if (!text.ok()) return fields.error(entry, text.error().message);
      out.push_back({std::move(pattern).value(), std::nullopt});
      if (!value.empty()) out.back().value = std::move(text).value();
    }
    return out;
  };
  PORTREEVE_TRY(const auto forbidden, read("forbidden"));
  PORTREEVE_TRY(const auto required, read("required"));
  if (forbidden.empty() && required.empty())
    return with.error(with.object(), "expected forbidden or required");
  return compile_sbom_check(
      with, data, [forbidden, required](const SbomView& view, SbomProblems& out) {
        const auto meets = [](const Entry& entry, const sbom::Property& property) {
          return entry.name.matches(property.name.view()) &&
                 (!entry.value || entry.value->matches(property.value.view()));
        };
        for (const std::uint32_t at : view.inventory.packages()) {
          const auto properties = view.document.properties_of(view.document.components[at]);
          for (const sbom::Property& property : properties) {
            for (const Entry& entry : forbidden) {
              if (!meets(entry, property)) continue;
              out.violation("no property " + entry.name.expression(),
                            utf8::printable(property.name.view(), 80) + "=" +
                                utf8::printable(property.value.view(), 80) + " of " +
                                view.inventory.label(at));
            }
          }
          for (const Entry& entry : required) {
            if (std::any_of(properties.begin(), properties.end(),
                            [&](const auto& p) { return meets(entry, p); }))
              continue;
            out.violation("property " + entry.name.expression(),
                          "none of " + view.inventory.label(at));
          }
        }
      });
}

}  // namespace portreeve::policies
