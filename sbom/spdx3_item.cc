#include "sbom/spdx3_item.h"

#include <algorithm>
#include <span>
#include <string>

#include "sbom/spdx_words.h"

namespace portreeve::sbom {

bool Spdx3ItemReader::read(Spdx3Item& item) {
  item.at = fields_.cursor().at();
  const auto take = [&](std::string_view key) { return field(key, item); };
  if (!object(item.type, take)) return false;
  return !item.type.empty() || fields_.missing(item.at, "element", "type");
}

// `type` is where the reader of the members puts it.
template <class Field>
bool Spdx3ItemReader::object(std::string_view& type, const Field& field) {
  const std::uint32_t at = fields_.cursor().at();
  const std::size_t from = seen_.size();
  const bool good = fields_.object([&](std::string_view key) {
    note(key);
    return field(key);
  });
  if (good && !type.empty()) check(from, at, type);
  seen_.resize(from);
  return good;
}

void Spdx3ItemReader::note(std::string_view key) {
  // A key that the model has lives there; another one only as long as it is read.
  const std::string* const known = model_.keep(key);
  seen_.push_back({known == nullptr ? fields_.draft().keep(key) : std::string_view(*known),
                   fields_.cursor().peek() == ValueType::array});
}

void Spdx3ItemReader::check(std::size_t from, std::uint32_t at, std::string_view type) {
  if (fault_) return;
  std::string message = model_.fault(type, std::span(seen_).subspan(from));
  if (!message.empty()) wrong(at, std::move(message));
}

void Spdx3ItemReader::wrong(std::uint32_t at, std::string message) {
  if (!fault_) fault_ = Fault{at, std::move(message)};
}

// What the SBOM model has no place for.
bool Spdx3ItemReader::passed_over(std::string_view key) {
  const Spdx3Model::Property* const property = model_.find(key);
  if (property == nullptr) return fields_.skip();
  const std::uint32_t at = fields_.cursor().at();
  const ValueType type = fields_.cursor().peek();
  if (property->kind == Spdx3Model::Kind::word && type == ValueType::string)
    return word(key, *property->words);
  if (property->kind == Spdx3Model::Kind::word && type == ValueType::array)
    return fields_.array([&] { return word(key, *property->words); });
  const auto fits = [&] {
    switch (property->kind) {
      case Spdx3Model::Kind::boolean:
        return type == ValueType::boolean;
      case Spdx3Model::Kind::number:
        return type == ValueType::number;
      case Spdx3Model::Kind::object:
        return type == ValueType::object || type == ValueType::string;
      case Spdx3Model::Kind::text:
      case Spdx3Model::Kind::time:
      case Spdx3Model::Kind::word:
        break;
    }
    return type == ValueType::string;
  };
  if (type != ValueType::array && !fits()) {
    constexpr std::string_view kKinds[] = {"a text", "a time",   "true or false",
                                           "a number", "an object", "a word"};
    wrong(at, std::string(key) + ": expected " +
                  std::string(kKinds[static_cast<std::size_t>(property->kind)]));
  }
  return fields_.skip();
}

bool Spdx3ItemReader::word(std::string_view key, const std::vector<std::string>& words) {
  const std::uint32_t at = fields_.cursor().at();
  if (fields_.cursor().peek() != ValueType::string) return fields_.skip();
  std::string_view text;
  if (!fields_.kept(text)) return false;
  if (!std::binary_search(words.begin(), words.end(), text)) {
    wrong(at, std::string(key) + ": expected a word of SPDX 3.0, found " + quoted(text));
  }
  return true;
}

bool Spdx3ItemReader::field(std::string_view key, Spdx3Item& item) {
  if (key == "type" || key == "@type") return fields_.reference(item.type);
  if (key == "spdxId" || key == "@id") return fields_.reference(item.id);
  if (key == "creationInfo") return creation_info(item);
  if (key == "name") return fields_.text(item.name);
  if (key == "comment") return fields_.text(item.comment);
  if (key == "created") return fields_.text(item.created);
  if (key == "specVersion") return fields_.text(item.spec_version);
  if (key == "relationshipType") return fields_.kept(item.relationship);
  if (key == "from") {
    item.has_from = true;
    return reference_or_object(item.from);
  }
  if (key == "completeness") return fields_.kept(item.completeness);
  if (key == "scope") return fields_.kept(item.scope);
  if (key == "dataLicense") return reference_or_object(item.data_licence);
  if (key == "annotationType") return fields_.kept(item.annotation_type);
  if (key == "subject") return reference_or_object(item.annotation_of);
  if (key == "statement") return fields_.text(item.detail);
  bool known = false;
  const bool good = list_field(key, item, known) && (known || software_field(key, item, known)) &&
                    (known || licence_field(key, item, known));
  return good && (known || passed_over(key));
}

bool Spdx3ItemReader::list_field(std::string_view key, Spdx3Item& item, bool& known) {
  known = true;
  if (key == "to") return references(item.to);
  if (key == "rootElement") return references(item.roots);
  if (key == "createdBy") return references(item.created_by);
  if (key == "createdUsing") return references(item.created_using);
  if (key == "suppliedBy") return references(item.supplied_by);
  if (key == "originatedBy") return references(item.originated_by);
  if (key == "software_sbomType") return references(item.sbom_types);
  if (key == "verifiedUsing") return fields_.array([&] { return integrity(item); });
  if (key == "externalIdentifier") return fields_.array([&] { return identifier(item); });
  if (key == "externalRef") return fields_.array([&] { return external_ref(item); });
  if (key == "import") return fields_.array([&] { return import(item); });
  known = false;
  return true;
}

bool Spdx3ItemReader::software_field(std::string_view key, Spdx3Item& item, bool& known) {
  known = true;
  if (key == "software_packageVersion") return fields_.stated_text(item.version);
  if (key == "software_downloadLocation") return fields_.stated_text(item.download);
  if (key == "software_homePage") return fields_.stated_text(item.home_page);
  if (key == "software_copyrightText") return fields_.stated_text(item.copyright);
  if (key == "software_sourceInfo") return fields_.stated_text(item.source_info);
  if (key == "software_packageUrl") return fields_.text(item.purl);
  if (key == "software_primaryPurpose") return fields_.kept(item.purpose);
  if (key == "security_justificationType") return fields_.text(item.justification);
  if (key == "security_impactStatement" || key == "security_statusNotes")
    return fields_.text(item.detail);
  known = false;
  return true;
}

bool Spdx3ItemReader::licence_field(std::string_view key, Spdx3Item& item, bool& known) {
  known = true;
  if (key == "simplelicensing_licenseExpression") return fields_.stated_text(item.expression);
  if (key == "simplelicensing_licenseText" || key == "expandedlicensing_licenseText") {
    return fields_.text(item.licence_text, limits::kSbomLicenceTextBytes);
  }
  if (key == "expandedlicensing_member") return references(item.members);
  if (key == "expandedlicensing_subjectLicense" ||
      key == "expandedlicensing_subjectExtendableLicense") {
    return reference_or_object(item.subject);
  }
  if (key == "expandedlicensing_subjectAddition") return reference_or_object(item.addition);
  known = false;
  return true;
}

bool Spdx3ItemReader::creation_info(Spdx3Item& item) {
  if (fields_.cursor().peek() != ValueType::object) return fields_.reference(item.creation_info);
  Spdx3Item inlined;
  if (!read(inlined)) return false;
  if (inlined.id.empty()) {
    inlined.id = fields_.draft().keep("_:inlined-" + std::to_string(inlined.at));
  }
  item.creation_info = inlined.id;
  inlined_.push_back(std::move(inlined));
  return true;
}

// SPDX 3.0 serialisation: one value may stand without its array.
bool Spdx3ItemReader::references(std::vector<std::string_view>& out) {
  const auto one = [&] {
    std::string_view view;
    if (!reference_or_object(view)) return false;
    out.push_back(view);
    return true;
  };
  return fields_.cursor().peek() == ValueType::array ? fields_.array(one) : one();
}

bool Spdx3ItemReader::reference_or_object(std::string_view& out) {
  if (fields_.cursor().peek() != ValueType::object) return fields_.reference(out);
  Spdx3Item inlined;
  if (!read(inlined)) return false;
  if (inlined.id.empty())
    inlined.id = fields_.draft().keep("_:inlined-" + std::to_string(inlined.at));
  out = inlined.id;
  inlined_.push_back(std::move(inlined));
  return true;
}

bool Spdx3ItemReader::integrity(Spdx3Item& item) {
  const std::uint32_t at = fields_.cursor().at();
  std::string_view type;
  std::string_view algorithm;
  Text value;
  const bool good = object(type, [&](std::string_view key) {
    if (key == "type" || key == "@type") return fields_.kept(type);
    if (key == "algorithm") return fields_.kept(algorithm);
    if (key == "hashValue") return fields_.text(value);
    return fields_.skip();
  });
  if (!good) return false;
  if (type.empty()) return fields_.missing(at, "verifiedUsing", "type");
  if (type == "Signature") item.has_signature = true;
  if (type != "Hash") return true;  // A PackageVerificationCode is no digest of the package.
  if (value.absent()) return fields_.missing(at, "Hash", "hashValue");
  const std::optional<HashAlgorithm> known = spdx3_algorithm(algorithm);
  if (!known.has_value()) return fields_.expected(at, "Hash", "an algorithm of SPDX 3", algorithm);
  item.hashes.push_back({*known, HashSubject::self, value});
  return true;
}

bool Spdx3ItemReader::identifier(Spdx3Item& item) {
  const std::uint32_t at = fields_.cursor().at();
  Spdx3Item::Identifier row;
  std::string_view type = "ExternalIdentifier";
  const bool good = object(type, [&](std::string_view key) {
    if (key == "type" || key == "@type") return fields_.kept(type);
    if (key == "externalIdentifierType") return fields_.kept(row.type);
    if (key == "identifier") return fields_.reference(row.text);
    return fields_.skip();
  });
  if (!good) return false;
  if (row.type.empty()) return fields_.missing(at, "ExternalIdentifier", "externalIdentifierType");
  if (row.text.empty()) return fields_.missing(at, "ExternalIdentifier", "identifier");
  if (!model_.has_word("ExternalIdentifierType", row.type)) {
    wrong(at, "externalIdentifierType: expected a word of SPDX 3.0, found " + quoted(row.type));
  }
  item.identifiers.push_back(row);
  return true;
}

bool Spdx3ItemReader::external_ref(Spdx3Item& item) {
  std::string_view type;
  std::string_view of = "ExternalRef";
  return object(of, [&](std::string_view key) {
    if (key == "type" || key == "@type") return fields_.kept(of);
    if (key == "externalRefType") {
      const std::uint32_t at = fields_.cursor().at();
      if (!fields_.kept(type)) return false;
      if (!model_.has_word("ExternalRefType", type))
        wrong(at, "externalRefType: expected a word of SPDX 3.0, found " + quoted(type));
      return true;
    }
    if (key != "locator") return fields_.skip();
    std::vector<std::string_view> locators;
    if (!references(locators)) return false;
    for (const std::string_view locator : locators) item.references.push_back({type, locator});
    return true;
  });
}

bool Spdx3ItemReader::import(Spdx3Item& item) {
  const std::uint32_t at = fields_.cursor().at();
  std::string_view id;
  std::string_view type = "ExternalMap";
  const bool good = object(type, [&](std::string_view key) {
    if (key == "type" || key == "@type") return fields_.kept(type);
    return key == "externalSpdxId" ? fields_.reference(id) : fields_.skip();
  });
  if (!good) return false;
  if (id.empty()) return fields_.missing(at, "ExternalMap", "externalSpdxId");
  item.imports.push_back(id);
  return true;
}

}  // namespace portreeve::sbom
