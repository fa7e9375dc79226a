#pragma once

// Tables, lists and term lists that policies share, so that rules are code-free and facts stand once.

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/names.h"
#include "core/result.h"
#include "core/terms.h"
#include "core/value.h"
#include "policies/dimension_data.h"
#include "policies/reader.h"

namespace portreeve::policies {

/// Where an entry came from that an operator added ("config.yaml:12:3"); empty for shipped ones.
using Origin = std::string;

struct TableData {
  std::map<std::string, std::string, std::less<>> entries;
  std::map<std::string, Origin, std::less<>> added;
};

struct ListData {
  std::set<std::string, std::less<>> entries;
  std::vector<std::string> in_order;
  std::map<std::string, Origin, std::less<>> added;
};

/// What an operator allows beyond what is shipped: phrases that may hold a term, hosts below one.
struct Relaxation {
  using Allowed = std::vector<std::pair<std::size_t, std::string>>;  ///< Index of the entry, what it allows.
  Origin origin;
  Allowed allowed;
  Allowed in_prose = {};  ///< Of terms: phrases that say nothing where something is identified.
};

/// Entries without what an operator allows; what an operator forbids is among them.
struct TermsData {
  std::vector<Term> entries;  ///< `allowed`: wherever it stands.
  std::vector<Relaxation> added;
  Relaxation::Allowed in_prose = {};  ///< What the entries allow in prose only.
};
struct HostsData {
  std::vector<ForbiddenHost> entries;
  std::vector<Relaxation> added;
};

/// The entries with what these allow.
template <class Entry>
std::vector<Entry> relaxed(std::vector<Entry> entries, std::span<const Relaxation> added) {
  for (const Relaxation& more : added) {
    for (const auto& [index, text] : more.allowed) entries[index].allowed.push_back(text);
  }
  return entries;
}
/// The terms with all that is allowed where nothing is identified.
std::vector<Term> in_prose(const TermsData& terms);

/// What a `known-fields` schema says about one level. Opaque levels are not looked into.
struct SchemaNode {
  bool opaque = false;
  std::map<std::string, SchemaNode, std::less<>> fields;
  std::shared_ptr<const SchemaNode> any_field;  ///< '*'
  std::shared_ptr<const SchemaNode> element;    ///< Of a list.
};

class TrustSet;

/// All `Data` documents of one set of policies, by name. Immutable once loaded.
class DataSet {
 public:
  /// Adds one document of kind Data. Errors: misconfigured.
  Outcome add(const Source& source, const Value& root);
  /// Adds entries of Config to the Data `name`, which Config calls a list, table, terms, hosts or
  /// dimension. Errors: misconfigured when it is none, or `name` is unknown.
  Outcome extend(const Source& source, std::string_view shape, std::string_view name,
                 const Value& entries);

  const TableData* table(std::string_view name) const;
  const ListData* list(std::string_view name) const;
  const TermsData* terms(std::string_view name) const;
  const HostsData* hosts(std::string_view name) const;
  const SchemaNode* schema(std::string_view name) const;
  const std::vector<Dimension>& dimensions() const noexcept { return dimensions_; }
  const AddedCodes& added_codes() const noexcept { return added_codes_; }
  /// The documents of kind Authority, Registry and ArtifactRule; null in sets made without.
  const std::shared_ptr<const TrustSet>& trust() const noexcept { return trust_; }
  void set_trust(std::shared_ptr<const TrustSet> trust) noexcept { trust_ = std::move(trust); }
  /// Names of all documents, for messages and listings.
  std::vector<std::string> names() const;

 private:
  static Outcome extend_terms(const Source& source, TermsData& data, const Value& entries);
  static Outcome extend_hosts(const Source& source, HostsData& data, const Value& entries);
  Outcome add_spec(const Source& source, const std::string& name, const Value& spec);

  std::set<std::string, std::less<>> names_;
  std::map<std::string, TableData, std::less<>> tables_;
  std::map<std::string, ListData, std::less<>> lists_;
  std::map<std::string, TermsData, std::less<>> terms_;
  std::map<std::string, HostsData, std::less<>> hosts_;
  std::map<std::string, SchemaNode, std::less<>> schemas_;
  std::vector<Dimension> dimensions_;
  AddedCodes added_codes_;
  std::shared_ptr<const TrustSet> trust_;
};

}  // namespace portreeve::policies
