#pragma once

// Tables, lists and term lists that policies share, so that rules are code-free and facts stand once.

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/names.h"
#include "core/result.h"
#include "core/terms.h"
#include "core/value.h"
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

/// What a `known-fields` schema says about one level. Opaque levels are not looked into.
struct SchemaNode {
  bool opaque = false;
  std::map<std::string, SchemaNode, std::less<>> fields;
  std::shared_ptr<const SchemaNode> any_field;  ///< '*'
  std::shared_ptr<const SchemaNode> element;    ///< Of a list.
};

/// All `Data` documents of one set of policies, by name. Immutable once loaded.
class DataSet {
 public:
  /// Adds one document of kind Data. Errors: misconfigured.
  Outcome add(const Source& source, const Value& root);
  /// Adds entries of Config to a table, list or allowed phrases. Errors: misconfigured when `name`
  /// is unknown or takes no additions.
  Outcome extend(const Source& source, std::string_view name, const Value& entries);

  const TableData* table(std::string_view name) const;
  const ListData* list(std::string_view name) const;
  const std::vector<Term>* terms(std::string_view name) const;
  const std::vector<ForbiddenHost>* hosts(std::string_view name) const;
  const SchemaNode* schema(std::string_view name) const;
  const std::vector<Dimension>& dimensions() const noexcept { return dimensions_; }
  /// Names of all documents, for messages and listings.
  std::vector<std::string> names() const;

 private:
  Outcome add_spec(const Source& source, const std::string& name, const Value& spec);

  std::set<std::string, std::less<>> names_;
  std::map<std::string, TableData, std::less<>> tables_;
  std::map<std::string, ListData, std::less<>> lists_;
  std::map<std::string, std::vector<Term>, std::less<>> terms_;
  std::map<std::string, std::vector<ForbiddenHost>, std::less<>> hosts_;
  std::map<std::string, SchemaNode, std::less<>> schemas_;
  std::vector<Dimension> dimensions_;
};

}  // namespace portreeve::policies
