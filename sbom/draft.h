#pragma once

// A Document while a reader fills it: keeps texts, counts memory, and in the end turns statements
// between references into edges between components.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/json_cursor.h"
#include "core/memory_budget.h"
#include "core/result.h"
#include "sbom/model.h"

namespace portreeve::sbom {

/// `from` kind `to`, both by reference. Stored until every component is known. An end without text
/// is the document itself: then only the other one is looked for.
struct Statement {
  std::string_view from;
  std::string_view to;
  std::uint32_t at = 0;
  EdgeKind kind = EdgeKind::other;
  EdgeScope scope = EdgeScope::unstated;
};

class Draft {
 public:
  Draft(std::shared_ptr<const std::string> source, Format format, MemoryBudget* budget);

  Document& document() noexcept { return *document_; }
  /// The text for as long as the document lives; copied only if it stands elsewhere.
  std::string_view keep(std::string_view text);
  std::string_view keep(const json::StringToken& token) {
    return token.in_source ? token.text : keep(token.text);
  }

  /// Appends to a table and counts it. `range` grows by the row; REQUIRES: its rows are the last
  /// ones of the table, or it is empty.
  template <class Row>
  void add(std::vector<Row>& table, Range& range, Row row) {
    if (range.empty()) range.first = static_cast<std::uint32_t>(table.size());
    ++range.count;
    charge(sizeof(Row));
    table.push_back(std::move(row));
  }
  /// Index of the new component.
  std::uint32_t add_component(Component component);
  void state(const Statement& statement);
  /// The same between two components that are known already.
  void connect(const Edge& edge);
  /// `ref` is what the document is about.
  void make_primary(std::string_view ref, std::uint32_t at) { primary_.push_back({ref, at}); }
  /// The author says so much about the dependencies of `ref`.
  void know(std::string_view ref, Dependencies dependencies, std::uint32_t at) {
    known_.push_back({ref, dependencies, at});
  }
  void defect(DefectKind kind, std::uint32_t component, std::uint32_t at, std::string message);
  /// A time of the document, which must be an RFC 3339 or RFC 9557 time; else a defect.
  void check_time(std::string_view field, const Text& time, std::uint32_t at);
  /// A time as SPDX 2 writes it, YYYY-MM-DDThh:mm:ssZ; else a defect.
  void check_utc_second(std::string_view field, const Text& time, std::uint32_t at);
  /// A digest of an algorithm with a fixed length, in hexadecimal; else a defect.
  void check_hash(const Hash& hash, std::uint32_t component, std::uint32_t at);

  /// How the format names what is not in this document.
  enum class References { spdx2, spdx3, cyclonedx, syft };
  /// Sorts the references, resolves every statement; nothing may be added afterwards.
  void resolve(References style);
  /// A reference that is none of a component, and not missing: SPDX 3 `import[]`, a bom-ref
  /// elsewhere.
  void import(std::string_view ref) { imports_.push_back(ref); }
  bool imported(std::string_view ref) const noexcept;

  /// Whether the memory budget has refused; readers look from time to time.
  bool exhausted() const noexcept { return !memory_.ok(); }
  Result<DocumentPtr> finish();

 private:
  struct Named {
    std::string_view ref;
    std::uint32_t at;
  };
  struct Known {
    std::string_view ref;
    Dependencies dependencies;
    std::uint32_t at;
  };
  void charge(std::size_t bytes);
  void index_references(References style);
  void resolve_primary(References style);
  void resolve_statement(const Statement& statement, References style);
  void loose(const Statement& statement, std::uint32_t component, std::string_view ref,
             References style);
  bool is_external(std::string_view ref, References style) const noexcept;
  void settle_dependencies(References style);
  void check_purls();
  void check_licences();

  std::shared_ptr<Document> document_;
  std::vector<Statement> statements_;
  std::vector<Named> primary_;
  std::vector<Known> known_;
  std::vector<std::string_view> imports_;  ///< Sorted by resolve().
  std::size_t charged_ = 0;
  Outcome memory_ = Done{};
};

/// `text` in quotes, printable and cut, for messages.
std::string quoted(std::string_view text);

}  // namespace portreeve::sbom
