#include "sbom/draft.h"

#include <algorithm>
#include <utility>

#include "core/limits.h"
#include "core/time.h"
#include "core/utf8.h"
#include "sbom/licence_expression.h"
#include "sbom/purl.h"
#include "sbom/ref_hash.h"

namespace portreeve::sbom {
namespace {

// Tables grow by doubling, so about half as much again is held.
constexpr std::size_t held(std::size_t bytes) { return bytes + bytes / 2; }

bool hexadecimal(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  });
}

}  // namespace

std::string quoted(std::string_view text) {
  return "\"" + utf8::printable(text, limits::kQuotedBytes) + "\"";
}

Draft::Draft(std::shared_ptr<const std::string> source, Format format, MemoryBudget* budget)
    : document_(std::make_shared<Document>()) {
  document_->source = std::move(source);
  document_->format = format;
  document_->memory = MemoryBudget::Reservation(budget);
}

void Draft::charge(std::size_t bytes) {
  charged_ += held(bytes);
  constexpr std::size_t kStep = 256 * 1024;
  if (charged_ < kStep || !memory_.ok()) return;
  memory_ = document_->memory.grow(charged_);
  charged_ = 0;
}

std::string_view Draft::keep(std::string_view text) {
  const std::string_view source = document_->bytes();
  if (text.data() >= source.data() && text.data() + text.size() <= source.data() + source.size()) {
    return text;
  }
  charge(text.size() + sizeof(std::string));
  return document_->pool.emplace_back(text);
}

std::uint32_t Draft::add_component(Component component) {
  charge(sizeof(Component) + sizeof(Document::RefKey));
  document_->components.push_back(component);
  return static_cast<std::uint32_t>(document_->components.size() - 1);
}

void Draft::state(const Statement& statement) {
  charge(sizeof(Statement) + sizeof(Edge));
  statements_.push_back(statement);
}

void Draft::connect(const Edge& edge) {
  charge(sizeof(Edge));
  document_->edges.push_back(edge);
}

void Draft::defect(DefectKind kind, std::uint32_t component, std::uint32_t at,
                   std::string message) {
  if (document_->defects.size() >= limits::kSbomDefects) {
    ++document_->defects_left_out;
    return;
  }
  charge(sizeof(Defect) + message.size());
  document_->defects.push_back({kind, component, at, std::move(message)});
}

void Draft::check_time(std::string_view field, const Text& time, std::uint32_t at) {
  if (time.absent()) return;
  std::string_view text = time.written();
  // RFC 9557 §4.1: suffixes in brackets say more about the time, not another one.
  const std::size_t suffix = text.find('[');
  if (suffix != std::string_view::npos && text.back() == ']') text = text.substr(0, suffix);
  // core/time reads a date too; here a time of day is needed.
  if (text.size() > 10 && parse_time(text).ok()) return;
  defect(DefectKind::invalid_time, kNowhere, at,
         std::string(field) + ": expected an RFC 3339 time, found " + quoted(time.written()));
}

void Draft::check_utc_second(std::string_view field, const Text& time, std::uint32_t at) {
  if (time.absent()) return;
  const std::string_view text = time.written();
  constexpr std::string_view kForm = "dddd-dd-ddTdd:dd:ddZ";
  const bool formed = text.size() == kForm.size() &&
                      std::equal(text.begin(), text.end(), kForm.begin(), [](char c, char form) {
                        return form == 'd' ? c >= '0' && c <= '9' : c == form;
                      });
  if (formed && parse_time(text).ok()) return;
  defect(DefectKind::invalid_time, kNowhere, at,
         std::string(field) + ": expected YYYY-MM-DDThh:mm:ssZ, found " + quoted(text));
}

void Draft::check_hash(const Hash& hash, std::uint32_t component, std::uint32_t at) {
  const std::size_t digits = hex_digits(hash.algorithm);
  const std::string_view text = hash.value.view();
  if (hash.algorithm == HashAlgorithm::other) return;
  if (hexadecimal(text) && !text.empty() && (digits == 0 || text.size() == digits)) return;
  defect(DefectKind::hash_length, component, at,
         std::string(to_string(hash.algorithm)) + ": expected " +
             (digits == 0 ? std::string() : std::to_string(digits) + " ") +
             "hexadecimal digits, found " + quoted(text));
}

bool Draft::imported(std::string_view ref) const noexcept {
  return std::binary_search(imports_.begin(), imports_.end(), ref);
}

void Draft::index_references(References style) {
  auto& refs = document_->refs;
  const auto& components = document_->components;
  refs.reserve(components.size());
  for (std::uint32_t i = 0; i < components.size(); ++i) {
    if (components[i].ref.has_value()) refs.push_back({ref_hash(components[i].ref.view()), i});
  }
  std::sort(refs.begin(), refs.end(), [&](const Document::RefKey& a, const Document::RefKey& b) {
    if (a.hash != b.hash) return a.hash < b.hash;
    const int order =
        components[a.component].ref.view().compare(components[b.component].ref.view());
    return order != 0 ? order < 0 : a.component < b.component;
  });
  if (style == References::cyclonedx || style == References::spdx3)
    return;  // They name more than components.
  for (std::size_t i = 1; i < refs.size(); ++i) {
    const Component& second = components[refs[i].component];
    if (refs[i].hash == refs[i - 1].hash &&
        second.ref.view() == components[refs[i - 1].component].ref.view()) {
      defect(DefectKind::duplicate_id, refs[i].component, second.at,
             "two elements are called " + quoted(second.ref.view()));
    }
  }
}

bool Draft::is_external(std::string_view ref, References style) const noexcept {
  switch (style) {
    case References::spdx2:
      return ref.substr(0, 12) == "DocumentRef-" || imported(ref);
    case References::spdx3:
      return imported(ref);
    case References::cyclonedx:
      return ref.substr(0, 8) == "urn:cdx:" || imported(ref);
    case References::syft:
      return false;
  }
  return false;
}

void Draft::loose(const Statement& statement, std::uint32_t component, std::string_view ref,
                  References style) {
  const bool external = is_external(ref, style);
  charge(sizeof(LooseEnd));
  document_->loose_ends.push_back({external ? LooseReason::external : LooseReason::dangling,
                                   statement.kind, component, statement.at, Text(ref)});
  if (external) return;
  defect(DefectKind::dangling_reference, component, statement.at,
         std::string(to_string(statement.kind)) + ": nothing here is called " + quoted(ref));
}

void Draft::resolve_statement(const Statement& statement, References style) {
  const bool only_to = statement.from.data() == nullptr;
  const bool only_from = statement.to.data() == nullptr;
  const std::uint32_t from = only_to ? kNowhere : document_->find(statement.from);
  const std::uint32_t to = only_from ? kNowhere : document_->find(statement.to);
  if (from != kNowhere && to != kNowhere) {
    document_->edges.push_back({from, to, statement.at, statement.kind, statement.scope});
    return;
  }
  if (from == kNowhere && !only_to) loose(statement, to, statement.from, style);
  if (to == kNowhere && !only_from) loose(statement, from, statement.to, style);
}

void Draft::resolve_primary(References style) {
  for (const Named& named : primary_) {
    const std::uint32_t component = document_->find(named.ref);
    if (component == kNowhere) {
      loose({{}, named.ref, named.at, EdgeKind::describes, EdgeScope::unstated}, kNowhere,
            named.ref, style);
    } else if (!document_->components[component].primary) {
      document_->components[component].primary = true;
      document_->primary.push_back(component);
    }
  }
}

// A list of dependencies says that they are known, as far as nothing says more.
void Draft::settle_dependencies(References style) {
  for (const Known& known : known_) {
    const std::uint32_t component = document_->find(known.ref);
    if (component != kNowhere) {
      document_->components[component].dependencies = known.dependencies;
    } else {
      loose({known.ref, {}, known.at, EdgeKind::depends_on, EdgeScope::unstated}, kNowhere,
            known.ref, style);
    }
  }
  for (const Edge& edge : document_->edges) {
    Component& from = document_->components[edge.from];
    if (edge.kind != EdgeKind::depends_on) continue;
    if (from.dependencies == Dependencies::none) {
      defect(DefectKind::contradiction, edge.from, edge.at,
             quoted(from.ref.view()) + " is said to have no dependencies, and has one");
    }
    if (from.dependencies == Dependencies::unknown || from.dependencies == Dependencies::none) {
      from.dependencies = Dependencies::listed;
    }
  }
}

void Draft::resolve(References style) {
  std::sort(imports_.begin(), imports_.end());
  index_references(style);
  resolve_primary(style);
  document_->edges.reserve(document_->edges.size() + statements_.size());
  for (const Statement& statement : statements_) resolve_statement(statement, style);
  statements_.clear();
  statements_.shrink_to_fit();
  settle_dependencies(style);
}

void Draft::check_purls() {
  for (std::uint32_t i = 0; i < document_->components.size(); ++i) {
    const Component& component = document_->components[i];
    for (const Identifier& identifier : document_->identifiers_of(component)) {
      if (identifier.kind != IdentifierKind::purl || !identifier.text.has_value()) continue;
      const Result<PurlReading> purl = read_purl(identifier.text.view());
      if (purl.ok()) continue;
      defect(DefectKind::invalid_purl, i, component.at,
             quoted(identifier.text.view()) + ": " + purl.error().message);
    }
  }
}

// An id that the list does not know is one all the same: lists grow. What is no expression is nothing.
void Draft::check_licences() {
  for (std::uint32_t i = 0; i < document_->components.size(); ++i) {
    const Component& component = document_->components[i];
    for (const Licence& licence : document_->licences_of(component)) {
      if (licence.form != LicenceForm::expression || !licence.text.has_value()) continue;
      const Result<LicenceExpression> read =
          LicenceExpression::parse(licence.text.view(), LicenceGrammar::lenient);
      if (read.ok()) continue;
      defect(DefectKind::invalid_licence, i, component.at, read.error().message);
    }
  }
}

Result<DocumentPtr> Draft::finish() {
  PORTREEVE_CHECK(memory_);
  PORTREEVE_CHECK(document_->memory.grow(charged_));
  check_purls();
  check_licences();
  if (document_->primary.empty()) {
    defect(DefectKind::missing_primary, kNowhere, 0, "nothing says what the document is about");
  }
  return DocumentPtr(std::move(document_));
}

}  // namespace portreeve::sbom
