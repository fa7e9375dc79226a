#include "sbom/profile.h"

#include <algorithm>
#include <functional>
#include <map>

#include "core/json.h"
#include "core/time.h"
#include "sbom/embedded_data.h"
#include "sbom/licence_expression.h"

namespace portreeve::sbom {
namespace {

constexpr std::size_t kShownMissing = 16;

/// A question about the document, or about one component of it.
struct Context {
  const Inventory& inventory;
  const Graph& graph;
  bool verified;
  const Document& document() const { return inventory.document(); }
};
using DocumentField = bool (*)(const Context&);
using ComponentField = bool (*)(const Context&, const Component&, std::uint32_t);

bool stated(const Text& text) { return text.has_value() && !text.view().empty(); }
bool named(const Agent& agent) {
  return stated(agent.name) || stated(agent.email) || stated(agent.url);
}
bool contact(const Agent& agent) {
  if (stated(agent.email) || stated(agent.url)) return true;
  const std::string_view name = agent.name.view();
  return name.find('@') != std::string_view::npos || name.find("://") != std::string_view::npos;
}
template <class Rows, class Test>
bool any(const Rows& rows, const Test& test) {
  return std::any_of(rows.begin(), rows.end(), test);
}

bool has_author(const Context& c) {
  return any(c.document().authors_rows(), named) ||
         any(c.document().tools, [](const Tool& tool) { return stated(tool.name); });
}
bool has_person(const Context& c) {
  return any(c.document().authors_rows(),
             [](const Agent& agent) { return agent.kind != AgentKind::tool && named(agent); });
}
bool author_contact(const Context& c) { return any(c.document().authors_rows(), contact); }
bool has_time(const Context& c) {
  return c.document().created.has_value() && parse_time(c.document().created.view()).ok();
}
bool has_tool(const Context& c) {
  return any(c.document().tools, [](const Tool& tool) { return stated(tool.name); });
}
bool has_tool_version(const Context& c) {
  return any(c.document().tools,
             [](const Tool& tool) { return stated(tool.name) && stated(tool.version); });
}
// SPDX 2 has no place for these two: not applicable, which is not missing.
bool spdx2(const Context& c) {
  return c.document().format == Format::spdx2_json ||
         c.document().format == Format::spdx2_tag_value;
}
bool has_context(const Context& c) { return spdx2(c) || !c.document().lifecycles.empty(); }
bool has_revision(const Context& c) {
  return family_of(c.document().format) == Family::spdx || stated(c.document().revision);
}
bool has_signature(const Context& c) { return c.verified; }
bool has_format(const Context& c) { return stated(c.document().spec_version); }
bool bsi_format(const Context& c) {
  const std::string_view version = c.document().spec_version.view();
  switch (c.document().format) {
    case Format::spdx3_json:
      return version != "3.0" && version != "3.0.0";
    case Format::cyclonedx_json:
    case Format::cyclonedx_xml:
      return version == "1.6" || version == "1.7";
    case Format::spdx2_json:
    case Format::spdx2_tag_value:
    case Format::syft_json:
      return false;
  }
  return false;
}
bool has_primary(const Context& c) { return !c.document().primary.empty(); }
bool has_edges(const Context& c) {
  if (!c.graph.direct.empty()) return true;
  return any(c.document().primary, [&](std::uint32_t at) {
    const Dependencies said = c.document().components[at].dependencies;
    return said != Dependencies::unknown;
  });
}
bool no_vulnerabilities(const Context& c) { return c.document().vulnerabilities.empty(); }

constexpr std::pair<std::string_view, DocumentField> kDocumentFields[] = {
    {"document.author", has_author},
    {"document.author-contact", author_contact},
    {"document.author-person", has_person},
    {"document.context", has_context},
    {"document.dependencies", has_edges},
    {"document.format", has_format},
    {"document.format-bsi", bsi_format},
    {"document.no-vulnerabilities", no_vulnerabilities},
    {"document.primary", has_primary},
    {"document.signature", has_signature},
    {"document.timestamp", has_time},
    {"document.tool", has_tool},
    {"document.tool-version", has_tool_version},
    {"document.top-level", has_edges},
    {"document.version", has_revision},
};

bool name_of(const Context&, const Component& row, std::uint32_t) { return stated(row.name); }
bool version_stated(const Context& c, const Component&, std::uint32_t at) {
  return !c.inventory.version_of(at).empty();
}
/// CISA: an unknown version must be said to be unknown.
bool version_explicit(const Context& c, const Component& row, std::uint32_t at) {
  return row.version.state() == Stated::no_assertion || version_stated(c, row, at);
}
bool supplier(const Context& c, const Component& row, std::uint32_t) {
  return any(c.document().suppliers_of(row), named);
}
bool producer(const Context& c, const Component& row, std::uint32_t at) {
  return any(c.document().producers_of(row), named) || supplier(c, row, at);
}
bool creator_contact(const Context& c, const Component& row, std::uint32_t) {
  return any(c.document().producers_of(row), contact) ||
         any(c.document().suppliers_of(row), contact);
}
bool identifier(const Context& c, const Component& row, std::uint32_t) {
  return any(c.document().identifiers_of(row), [](const Identifier& id) {
    return id.kind != IdentifierKind::other && stated(id.text);
  });
}
bool dependencies(const Context& c, const Component& row, std::uint32_t at) {
  (void)c;
  (void)at;
  return row.dependencies != Dependencies::unknown;
}
bool dependencies_complete(const Context&, const Component& row, std::uint32_t) {
  return row.dependencies == Dependencies::none || row.dependencies == Dependencies::complete ||
         row.dependencies == Dependencies::incomplete;
}
bool any_hash(const Context& c, const Component& row, std::uint32_t) {
  return any(c.document().hashes_of(row), [](const Hash& hash) { return stated(hash.value); });
}
bool sha512(const Context& c, const Component& row, std::uint32_t) {
  return any(c.document().hashes_of(row), [](const Hash& hash) {
    return hash.algorithm == HashAlgorithm::sha512 && stated(hash.value);
  });
}
bool licence(const Context& c, const Component& row, std::uint32_t) {
  return any(c.document().licences_of(row), [](const Licence& one) { return stated(one.text); });
}
bool licence_declared(const Context& c, const Component& row, std::uint32_t) {
  return any(c.document().licences_of(row), [](const Licence& one) {
    const bool counts = one.role == LicenceRole::declared || one.role == LicenceRole::unstated;
    return counts && (stated(one.text) || one.text.state() == Stated::none);
  });
}
bool licence_known(const Context& c, const Component& row, std::uint32_t) {
  return any(c.document().licences_of(row), [](const Licence& one) {
    if (!stated(one.text) || one.form == LicenceForm::name) return false;
    return LicenceExpression::parse(one.text.view(), LicenceGrammar::lenient).ok();
  });
}
bool has_property(const Context& c, const Component& row, std::string_view name) {
  return any(c.document().properties_of(row), [&](const Property& property) {
    return property.name.view() == name && stated(property.value);
  });
}
bool file_name(const Context& c, const Component& row, std::uint32_t) {
  return has_property(c, row, "bsi:component:filename");
}
bool executable(const Context& c, const Component& row, std::uint32_t) {
  return has_property(c, row, "bsi:component:executable");
}
bool archive(const Context& c, const Component& row, std::uint32_t) {
  return has_property(c, row, "bsi:component:archive");
}
bool structured(const Context& c, const Component& row, std::uint32_t) {
  return has_property(c, row, "bsi:component:structured");
}

constexpr std::pair<std::string_view, ComponentField> kComponentFields[] = {
    {"component.archive", archive},
    {"component.creator-contact", creator_contact},
    {"component.dependencies", dependencies},
    {"component.dependencies-complete", dependencies_complete},
    {"component.executable", executable},
    {"component.filename", file_name},
    {"component.hash", any_hash},
    {"component.hash-sha512", sha512},
    {"component.identifier", identifier},
    {"component.licence", licence},
    {"component.licence-declared", licence_declared},
    {"component.licence-known", licence_known},
    {"component.name", name_of},
    {"component.producer", producer},
    {"component.structured", structured},
    {"component.supplier", supplier},
    {"component.version", version_stated},
    {"component.version-explicit", version_explicit},
};

template <class Rows>
auto find_field(const Rows& rows, std::string_view name) -> decltype(std::begin(rows)->second) {
  for (const auto& [field, test] : rows) {
    if (field == name) return test;
  }
  return nullptr;
}

std::vector<std::uint32_t> components_of(const Context& c, ProfileScope scope) {
  if (scope == ProfileScope::all) return c.inventory.packages();
  std::vector<std::uint32_t> out = c.document().primary;
  if (scope == ProfileScope::direct) {
    for (const std::uint32_t at : c.graph.direct) {
      const Component& row = c.document().components[at];
      if (row.element != Element::file && !row.external) out.push_back(at);
    }
  }
  return out;
}

std::vector<Profile> read_profiles() {
  std::vector<Profile> out;
  const auto file = json::parse(std::string(embedded_profiles()), json::review_limits(), nullptr);
  if (!file.ok()) return out;  // Compiled in; a test reads every row.
  for (const Value row : file.value()->root()["profiles"]) {
    Profile profile{std::string(row["id"].text()), std::string(row["title"].text()), {}};
    for (const Value field : row["fields"]) {
      profile.fields.push_back(
          {std::string(field["field"].text()), std::string(field["name"].text())});
    }
    out.push_back(std::move(profile));
  }
  return out;
}

}  // namespace

const std::vector<Profile>& profiles() {
  static const std::vector<Profile> kProfiles = read_profiles();
  return kProfiles;
}

const Profile* find_profile(std::string_view id) {
  for (const Profile& profile : profiles()) {
    if (profile.id == id) return &profile;
  }
  return nullptr;
}

const std::vector<std::string_view>& profile_fields() {
  static const std::vector<std::string_view> kNames = [] {
    std::vector<std::string_view> out;
    for (const auto& row : kComponentFields) out.push_back(row.first);
    for (const auto& row : kDocumentFields) out.push_back(row.first);
    return out;
  }();
  return kNames;
}

double Coverage::score() const noexcept {
  if (fields.empty()) return 0;
  double sum = 0;
  for (const FieldCoverage& field : fields) sum += field.percent();
  return sum / static_cast<double>(fields.size());
}

Coverage cover(const std::vector<ProfileField>& fields, const Inventory& inventory,
               const Graph& graph, ProfileScope scope, bool verified) {
  const Context context{inventory, graph, verified};
  const std::vector<std::uint32_t> components = components_of(context, scope);
  Coverage out;
  for (const ProfileField& field : fields) {
    FieldCoverage row;
    row.field = &field;
    if (const DocumentField test = find_field(kDocumentFields, field.field)) {
      row.total = 1;
      row.stated = test(context) ? 1 : 0;
    } else if (const ComponentField one = find_field(kComponentFields, field.field)) {
      row.total = std::max<std::uint32_t>(1, static_cast<std::uint32_t>(components.size()));
      for (const std::uint32_t at : components) {
        if (one(context, inventory.document().components[at], at)) {
          ++row.stated;
        } else if (row.missing.size() < kShownMissing) {
          row.missing.push_back(at);
        }
      }
    }
    out.fields.push_back(std::move(row));
  }
  return out;
}

}  // namespace portreeve::sbom
