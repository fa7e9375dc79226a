#include "sbom/spdx3_model.h"

#include <algorithm>
#include <stdexcept>

#include "core/json.h"
#include "sbom/draft.h"
#include "sbom/embedded_data.h"

namespace portreeve::sbom {
namespace {

// Names of a node and of its class; of the document, the context.
bool of_json_ld(std::string_view key) noexcept {
  return key == "type" || key == "@type" || key == "spdxId" || key == "@id" || key == "@context";
}

}  // namespace

Spdx3Model::Spdx3Model() {
  const auto file =
      json::parse(std::string(embedded_spdx3_model()), json::review_limits(), nullptr);
  // Shipped data; a test reads it.
  if (!file.ok()) throw std::logic_error(file.error().message);
  const Value root = file.value()->root();
  for (const Value vocabulary : root["vocabularies"]) {
    std::vector<std::string>& words = vocabularies_[std::string(vocabulary.key().text())];
    for (const Value word : vocabulary) words.emplace_back(word.text());
    std::sort(words.begin(), words.end());
  }
  for (const Value property : root["properties"]) {
    Property& row = properties_[std::string(property.key().text())];
    const std::string kind(property.text());
    const auto words = vocabularies_.find(kind);
    row.kind = kind == "time"      ? Kind::time
               : kind == "boolean" ? Kind::boolean
               : kind == "number"  ? Kind::number
               : kind == "object"  ? Kind::object
                                   : Kind::text;
    if (words == vocabularies_.end()) continue;
    row.kind = Kind::word;
    row.words = &words->second;
  }
  for (const auto& row : properties_) property_at_.emplace(row.first, &row);
  const Value classes = root["classes"];
  for (const Value row : classes) {
    Class& out = classes_[std::string(row.key().text())];
    out.abstract = row["abstract"].boolean();
    for (Value at = row; at.present(); at = classes[at["is"].text()]) {
      for (const Value entry : at["has"]) {
        std::string_view name = entry.text();
        const char mark = name.back();
        if (mark == '!' || mark == '+' || mark == '*') name.remove_suffix(1);
        const auto known = property_at_.find(name);
        if (known == property_at_.end()) throw std::logic_error("no property " + std::string(name));
        // What a class says about a property goes before what it inherits.
        const Slot slot{mark == '!' || mark == '+', mark == '+' || mark == '*'};
        if (!out.has.emplace(known->second->first, slot).second) continue;
        if (slot.required) out.required.push_back(known->second->first);
      }
    }
  }
  for (const auto& [name, row] : classes_) class_at_.emplace(name, &row);
}

const Spdx3Model& Spdx3Model::get() {
  static const Spdx3Model kModel;
  return kModel;
}

const Spdx3Model::Property* Spdx3Model::find(std::string_view name) const {
  const auto at = property_at_.find(name);
  return at == property_at_.end() ? nullptr : &at->second->second;
}

const std::string* Spdx3Model::keep(std::string_view name) const {
  const auto at = property_at_.find(name);
  return at == property_at_.end() ? nullptr : &at->second->first;
}

bool Spdx3Model::has_word(std::string_view vocabulary, std::string_view word) const {
  const auto at = vocabularies_.find(std::string(vocabulary));
  return at != vocabularies_.end() &&
         std::binary_search(at->second.begin(), at->second.end(), word);
}

std::string Spdx3Model::fault(std::string_view type, std::span<const Spdx3Seen> members) const {
  const auto at = class_at_.find(type);
  if (at == class_at_.end()) {
    if (type.find(':') != std::string_view::npos) return {};
    return "type: expected a class of SPDX 3.0, found " + quoted(type);
  }
  const Class& row = *at->second;
  if (row.abstract) return "type: " + quoted(type) + " is abstract: no element is only that";
  for (const Spdx3Seen& member : members) {
    if (of_json_ld(member.key) || member.key.find(':') != std::string_view::npos) continue;
    const auto slot = row.has.find(member.key);
    if (slot == row.has.end())
      return std::string(type) + ": has no property " + quoted(member.key);
    // The other way round is allowed: one value may stand without its list.
    if (member.list && !slot->second.list)
      return std::string(type) + "." + std::string(member.key) + ": expected one value, found a list";
  }
  for (const std::string_view name : row.required) {
    const bool there = std::any_of(members.begin(), members.end(),
                                   [&](const Spdx3Seen& member) { return member.key == name; });
    if (!there) return std::string(type) + " without " + quoted(name);
  }
  return {};
}

}  // namespace portreeve::sbom
