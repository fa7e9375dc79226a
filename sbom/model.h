#pragma once

// The one model of software bills of materials. Each format has a reader; rules see only this.
//
// Everything is a row in a table of its Document: rows name each other by index, lists are ranges
// of rows, and texts borrow from the document's own bytes. A row of 130,000 costs 100 to 200 bytes,
// so that the model of an 87 MB file stays below the file.

#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/memory_budget.h"
#include "core/value.h"
#include "sbom/text.h"
#include "sbom/vocabulary.h"

namespace portreeve::sbom {

/// Rows [first, first + count) of one table.
struct Range {
  std::uint32_t first = 0;
  std::uint32_t count = 0;
  bool empty() const noexcept { return count == 0; }
};
inline constexpr std::uint32_t kNowhere = 0xFFFFFFFFU;  ///< No row.

/// Who. At least one of the texts has a value, or `name` is NONE or NOASSERTION.
struct Agent {
  AgentKind kind = AgentKind::unknown;
  Text name;
  Text email;
  Text url;  ///< The first, if several are given.
};

struct Tool {
  Text vendor;
  Text name;
  Text version;  ///< Split off the name where the format has only one text ("syft-1.2.0").
};

/// As written: readers do not judge a purl, rules do.
struct Identifier {
  IdentifierKind kind = IdentifierKind::other;
  Text text;
  Text type;  ///< Of `other`: what the document calls it ("maven-central", "email", …).
};

/// A digest as the document states it; hexadecimal of the algorithm's length only where the format
/// demands it (CycloneDX). Case as written.
struct Hash {
  HashAlgorithm algorithm = HashAlgorithm::other;
  HashSubject subject = HashSubject::self;
  Text value;
};

struct Licence {
  LicenceRole role = LicenceRole::unstated;
  LicenceForm form = LicenceForm::expression;
  Text text;       ///< NONE and NOASSERTION are states of it.
  Text full_text;  ///< Of a name or id, when the document holds it.
};

/// LicenseRef-… → what it stands for.
struct LicenceText {
  Text id;
  Text name;
  Text text;
};

struct Link {
  LinkKind kind = LinkKind::other;
  Text uri;
  Text type;  ///< As written ("issue-tracker", "secureSoftwareAttestation", …).
};

struct Property {
  Text name;
  Text value;
};

struct Component {
  Text ref;  ///< SPDXID, spdxId, bom-ref, Syft id: names it within the document. May be absent.
  Text group;
  Text name;  ///< May be an empty value: real root components are.
  Text version;
  Text version_range;  ///< CycloneDX 1.7: vers, instead of a version.
  Text copyright;
  Range identifiers;  ///< Document::identifiers
  Range hashes;       ///< Document::hashes
  Range licences;     ///< Document::licences
  Range links;        ///< Document::links
  Range properties;   ///< Document::properties
  Range suppliers;    ///< Document::agents. An agent whose name is NOASSERTION is a statement too.
  Range producers;    ///< Document::agents: originator, manufacturer, authors, publisher.
  std::uint32_t parent =
      kNowhere;          ///< The component inside which it stands (nested, or a file's package).
  std::uint32_t at = 0;  ///< Byte offset of its object.
  Element element = Element::package;
  Kind kind = Kind::unstated;
  Scope scope = Scope::unstated;
  Dependencies dependencies = Dependencies::unknown;
  bool external = false;       ///< CycloneDX 1.7 isExternal: not shipped with the artifact.
  bool primary = false;        ///< What the document is about.
  bool contents_known = true;  ///< SPDX filesAnalyzed, or its default.
};

/// Between two components; already turned round where the format says it backwards (DEPENDENCY_OF).
/// The document itself is no component: what it describes is `primary`.
struct Edge {
  std::uint32_t from = kNowhere;
  std::uint32_t to = kNowhere;
  std::uint32_t at = 0;  ///< Byte offset of the statement.
  EdgeKind kind = EdgeKind::other;
  EdgeScope scope = EdgeScope::unstated;
};

/// An end of a statement that is no component.
struct LooseEnd {
  LooseReason reason = LooseReason::dangling;
  EdgeKind kind = EdgeKind::other;
  std::uint32_t component = kNowhere;  ///< The other end, if that is a component.
  std::uint32_t at = 0;
  Text ref;
};

/// Something wrong in a document that can still be read. Malformed documents have no model at all.
struct Defect {
  DefectKind kind = DefectKind::contradiction;
  std::uint32_t component = kNowhere;
  std::uint32_t at = 0;
  std::string message;  ///< Names what was found; outside text in it is printable and cut.
};

struct Rating {
  Text source;
  Text severity;
  Text score;  ///< The number as written.
  Text method;
  Text vector;
};

struct Affected {
  Text ref;                            ///< bom-ref, or a BOM-Link.
  std::uint32_t component = kNowhere;  ///< kNowhere: another document's, or dangling.
  Text version;                        ///< Or a vers range; absent: all.
  Text status;                         ///< affected, unaffected, unknown.
};

/// CycloneDX vulnerabilities[], SPDX 3 security profile: one row per vulnerability.
struct Vulnerability {
  Text id;
  Text source;
  Range ratings;  ///< Document::ratings
  Range affects;  ///< Document::affected
  Text state;     ///< analysis.state as written; SPDX 3: the kind of assessment.
  Text justification;
  Text detail;
  std::uint32_t at = 0;
};

struct Annotation {
  std::uint32_t component = kNowhere;  ///< kNowhere: about the document.
  Text annotator;
  Text date;
  Text text;
};

/// Counts of what a reader passes over, so that a summary can name it.
struct Unread {
  std::uint32_t snippets = 0;
  std::uint32_t formulas = 0;  ///< CycloneDX formulation, declarations, definitions.
};

/// One document, read. Immutable and safe from many threads once a reader returned it.
struct Document {
  Document() = default;
  Document(const Document&) = delete;
  Document& operator=(const Document&) = delete;

  Format format = Format::spdx2_json;
  Text spec_version;  ///< "2.3", "3.0.1", "1.6", "16.0.0".
  Text id;            ///< documentNamespace, SpdxDocument.spdxId, serialNumber.
  Text revision;      ///< CycloneDX version.
  Text name;
  Text created;  ///< As written; rules parse it.
  Text data_licence;
  Text tlp;  ///< CycloneDX 1.7 distributionConstraints.tlp.
  Text comment;
  std::vector<Text> lifecycles;
  Range authors;    ///< Document::agents: persons and organizations.
  Range suppliers;  ///< Document::agents
  std::vector<Tool> tools;
  bool has_signature = false;  ///< Says that it is signed; nobody has verified it.

  std::vector<Component> components;   ///< In document order; primary ones are marked.
  std::vector<std::uint32_t> primary;  ///< Components that the document is about.
  std::vector<Edge> edges;
  std::vector<LooseEnd> loose_ends;
  std::vector<LicenceText> licence_texts;
  std::vector<Vulnerability> vulnerabilities;
  std::vector<Annotation> annotations;
  std::vector<Defect>
      defects;  ///< At most limits::kSbomDefects; `defects_left_out` counts the rest.
  std::uint32_t defects_left_out = 0;
  Unread unread;

  // What Ranges point into.
  std::vector<Agent> agents;
  std::vector<Identifier> identifiers;
  std::vector<Hash> hashes;
  std::vector<Licence> licences;
  std::vector<Link> links;
  std::vector<Property> properties;
  std::vector<Rating> ratings;
  std::vector<Affected> affected;

  template <class Row>
  static std::span<const Row> rows(const std::vector<Row>& table, Range range) noexcept {
    return {table.data() + range.first, range.count};
  }
  std::span<const Identifier> identifiers_of(const Component& c) const {
    return rows(identifiers, c.identifiers);
  }
  std::span<const Hash> hashes_of(const Component& c) const { return rows(hashes, c.hashes); }
  std::span<const Licence> licences_of(const Component& c) const {
    return rows(licences, c.licences);
  }
  std::span<const Link> links_of(const Component& c) const { return rows(links, c.links); }
  std::span<const Property> properties_of(const Component& c) const {
    return rows(properties, c.properties);
  }
  std::span<const Agent> suppliers_of(const Component& c) const {
    return rows(agents, c.suppliers);
  }
  std::span<const Agent> producers_of(const Component& c) const {
    return rows(agents, c.producers);
  }
  std::span<const Agent> authors_rows() const { return rows(agents, authors); }
  /// The first purl as written; empty without one.
  std::string_view purl_of(const Component& c) const noexcept;

  /// The component with this `ref`, or kNowhere; of duplicates the first. n log n at worst to
  /// build, whatever the refs: sorted, not hashed.
  std::uint32_t find(std::string_view ref) const noexcept;

  /// Line and column of a byte offset (`at`). Linear in the offset: for messages only.
  Position position(std::uint32_t at) const noexcept { return position_in(bytes(), at); }
  std::string_view bytes() const noexcept {
    return source ? std::string_view(*source) : std::string_view();
  }
  /// Bytes that the model holds above its source.
  std::size_t footprint() const noexcept;

  // Owned storage that Texts point into; readers fill it.
  std::shared_ptr<const std::string> source;
  std::deque<std::string> pool;  ///< Decoded texts. A deque: texts never move.
  struct RefKey {
    std::uint64_t hash;
    std::uint32_t component;
  };
  std::vector<RefKey> refs;  ///< Ascending by hash, then by ref.
  MemoryBudget::Reservation memory;
};
using DocumentPtr = std::shared_ptr<const Document>;

}  // namespace portreeve::sbom
