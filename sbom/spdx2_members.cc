#include "sbom/spdx2_members.h"

#include <algorithm>
#include <array>
#include <string>

#include "sbom/spdx2.h"

namespace portreeve::sbom {

// `kept`: the reader has it. The rest says what the value must be.
enum class Spdx2MemberKind : std::uint8_t {
  kept,
  text,
  texts,
  time,
  boolean,
  integer,
  annotation_type,
  algorithm,
  digest,
  element,        // SPDXID of an element that is no component
  element_ref,    // of a component of this document
  document_name,  // DocumentRef-…
  free_objects,   // a list of objects that nothing is said about
  object,
  objects,
};

struct Spdx2Member {
  Spdx2Object object;
  std::string_view key;
  Spdx2MemberKind kind = Spdx2MemberKind::kept;
  Spdx2Object inner = Spdx2Object::document;  // of object and objects
  bool required = false;                      // of objects that are taken whole
};

namespace {

bool same_but_case(std::string_view a, std::string_view b) noexcept {
  const auto lower = [](char c) {
    return static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  };
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                            [&](char x, char y) { return lower(x) == lower(y); });
}

bool named(std::string_view text, std::string_view prefix, std::string_view more) noexcept {
  if (text.substr(0, prefix.size()) != prefix || text.size() == prefix.size()) return false;
  text.remove_prefix(prefix.size());
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           more.find(c) != std::string_view::npos;
  });
}

constexpr std::array<std::string_view, 16> kObjectNames = {"document",
                                                           "creationInfo",
                                                           "package",
                                                           "file",
                                                           "snippet",
                                                           "range",
                                                           "pointer",
                                                           "annotation",
                                                           "reviewed",
                                                           "hasExtractedLicensingInfos",
                                                           "crossRef",
                                                           "externalRef",
                                                           "externalDocumentRef",
                                                           "checksum",
                                                           "packageVerificationCode",
                                                           "relationship"};

std::string_view name_of(Spdx2Object object) noexcept {
  return kObjectNames[static_cast<std::size_t>(object)];
}

using Row = Spdx2Member;
using O = Spdx2Object;
using K = Spdx2MemberKind;
constexpr Row kRows[] = {
    {O::document, "SPDXID"},
    {O::document, "spdxVersion"},
    {O::document, "creationInfo"},
    {O::document, "name"},
    {O::document, "dataLicense"},
    {O::document, "documentNamespace"},
    {O::document, "documentDescribes"},
    {O::document, "packages"},
    {O::document, "files"},
    {O::document, "relationships"},
    {O::document, "hasExtractedLicensingInfos"},
    {O::document, "annotations"},
    {O::document, "comment"},
    {O::document, "snippets"},
    {O::document, "$schema", K::text},
    {O::document, "externalDocumentRefs", K::objects, O::external_document},
    {O::document, "revieweds", K::objects, O::review},
    {O::creation_info, "created"},
    {O::creation_info, "creators"},
    {O::creation_info, "comment", K::text},
    {O::creation_info, "licenseListVersion", K::text},
    {O::package, "SPDXID"},
    {O::package, "name"},
    {O::package, "versionInfo"},
    {O::package, "downloadLocation"},
    {O::package, "supplier"},
    {O::package, "originator"},
    {O::package, "filesAnalyzed"},
    {O::package, "primaryPackagePurpose"},
    {O::package, "externalRefs"},
    {O::package, "hasFiles"},
    {O::package, "homepage"},
    {O::package, "sourceInfo"},
    {O::package, "packageFileName"},
    {O::package, "licenseDeclared"},
    {O::package, "licenseInfoFromFiles"},
    {O::package, "checksums"},
    {O::package, "licenseConcluded"},
    {O::package, "copyrightText"},
    {O::package, "annotations"},
    {O::package, "attributionTexts", K::texts},
    {O::package, "builtDate", K::time},
    {O::package, "releaseDate", K::time},
    {O::package, "validUntilDate", K::time},
    {O::package, "comment", K::text},
    {O::package, "description", K::text},
    {O::package, "summary", K::text},
    {O::package, "licenseComments", K::text},
    {O::package, "packageVerificationCode", K::object, O::verification_code},
    {O::file, "SPDXID"},
    {O::file, "fileName"},
    {O::file, "fileTypes"},
    {O::file, "licenseInfoInFiles"},
    {O::file, "checksums"},
    {O::file, "licenseConcluded"},
    {O::file, "copyrightText"},
    {O::file, "annotations"},
    {O::file, "artifactOfs", K::free_objects},
    {O::file, "attributionTexts", K::texts},
    {O::file, "comment", K::text},
    {O::file, "fileContributors", K::texts},
    {O::file, "fileDependencies", K::texts},
    {O::file, "licenseComments", K::text},
    {O::file, "noticeText", K::text},
    {O::snippet, "SPDXID", K::element, O::document, true},
    {O::snippet, "snippetFromFile", K::element_ref, O::document, true},
    {O::snippet, "ranges", K::objects, O::range, true},
    {O::snippet, "annotations", K::objects, O::annotation},
    {O::snippet, "attributionTexts", K::texts},
    {O::snippet, "comment", K::text},
    {O::snippet, "copyrightText", K::text},
    {O::snippet, "licenseComments", K::text},
    {O::snippet, "licenseConcluded", K::text},
    {O::snippet, "licenseInfoInSnippets", K::texts},
    {O::snippet, "name", K::text},
    {O::range, "startPointer", K::object, O::pointer, true},
    {O::range, "endPointer", K::object, O::pointer, true},
    {O::pointer, "reference", K::element_ref, O::document, true},
    {O::pointer, "offset", K::integer},
    {O::pointer, "lineNumber", K::integer},
    {O::annotation, "annotationDate", K::time, O::document, true},
    {O::annotation, "annotationType", K::annotation_type, O::document, true},
    {O::annotation, "annotator", K::text, O::document, true},
    {O::annotation, "comment", K::text, O::document, true},
    {O::review, "reviewDate", K::time, O::document, true},
    {O::review, "reviewer", K::text},
    {O::review, "comment", K::text},
    {O::extracted_licence, "licenseId"},
    {O::extracted_licence, "extractedText"},
    {O::extracted_licence, "name"},
    {O::extracted_licence, "comment", K::text},
    {O::extracted_licence, "seeAlsos", K::texts},
    {O::extracted_licence, "crossRefs", K::objects, O::cross_reference},
    {O::cross_reference, "url", K::text, O::document, true},
    {O::cross_reference, "isLive", K::boolean},
    {O::cross_reference, "isValid", K::boolean},
    {O::cross_reference, "isWayBackLink", K::boolean},
    {O::cross_reference, "match", K::text},
    {O::cross_reference, "order", K::integer},
    {O::cross_reference, "timestamp", K::time},
    {O::external_reference, "referenceCategory"},
    {O::external_reference, "referenceType"},
    {O::external_reference, "referenceLocator"},
    {O::external_reference, "comment", K::text},
    {O::external_document, "externalDocumentId", K::document_name, O::document, true},
    {O::external_document, "spdxDocument", K::text, O::document, true},
    {O::external_document, "checksum", K::object, O::checksum, true},
    {O::checksum, "algorithm", K::algorithm, O::document, true},
    {O::checksum, "checksumValue", K::digest, O::document, true},
    {O::verification_code, "packageVerificationCodeValue", K::digest, O::document, true},
    {O::verification_code, "packageVerificationCodeExcludedFiles", K::texts},
    {O::relationship, "spdxElementId"},
    {O::relationship, "relationshipType"},
    {O::relationship, "relatedSpdxElement"},
    {O::relationship, "comment", K::text},
    {O::document, {}},  // The end of the last object.
};

// With an empty key: the first row of the object; the caller walks on.
const Row* find(Spdx2Object object, std::string_view key) noexcept {
  const Row* const found = std::find_if(std::begin(kRows), std::end(kRows), [&](const Row& row) {
    return row.object == object && (key.empty() || row.key == key);
  });
  return found == std::end(kRows) ? nullptr : found;
}

}  // namespace

bool valid_spdx2_document_ref(std::string_view text) noexcept {
  return named(text, "DocumentRef-", ".-+");
}
bool valid_spdx2_licence_ref(std::string_view text) noexcept {
  return named(text, "LicenseRef-", ".-");
}

bool Spdx2Members::unknown(Spdx2Object object, std::string_view key) {
  const std::uint32_t at = fields_.cursor().at();
  // The rows of an object stand together.
  for (const Row* row = find(object, {}); row->object == object; ++row) {
    if (same_but_case(row->key, key)) {
      return fields_.expected(at, name_of(object), "\"" + std::string(row->key) + "\"", key);
    }
  }
  fields_.draft().defect(
      DefectKind::unknown_member, kNowhere, at,
      std::string(name_of(object)) + ": " + quoted(key) + " is no member of SPDX 2");
  return object == Spdx2Object::document ? fields_.unknown_member(key) : fields_.skip();
}

bool Spdx2Members::other(Spdx2Object object, std::string_view key) {
  const Row* const row = find(object, key);
  if (row == nullptr || key.empty()) return unknown(object, key);
  return value(*row);
}

bool Spdx2Members::whole(Spdx2Object object) {
  const std::uint32_t at = fields_.cursor().at();
  std::uint32_t seen = 0;  // One bit for each row of the object; none has 32.
  const Row* const first = find(object, {});
  const bool good = fields_.object([&](std::string_view key) {
    const Row* const row = find(object, key);
    if (row == nullptr || key.empty()) return unknown(object, key);
    seen |= 1U << static_cast<unsigned>(row - first);
    return value(*row);
  });
  if (!good) return false;
  for (const Row* row = first; row->object == object; ++row) {
    if (row->required && (seen & (1U << static_cast<unsigned>(row - first))) == 0) {
      return fields_.missing(at, name_of(object), row->key);
    }
  }
  return true;
}

bool Spdx2Members::value(const Row& row) {
  bool truth = false;
  switch (row.kind) {
    case K::kept:
      return fields_.skip();
    case K::object:
      return whole(row.inner);
    case K::objects:
      return fields_.array([&] { return whole(row.inner); });
    case K::free_objects:
      return fields_.array([&] {
        return fields_.cursor().peek() == ValueType::object
                   ? fields_.skip()
                   : fields_.cursor().fail_type("an object");
      });
    case K::boolean:
      return fields_.cursor().boolean(truth);
    case K::integer:
      return fields_.cursor().peek() == ValueType::number
                 ? fields_.skip()
                 : fields_.cursor().fail_type("an integer");
    case K::texts:
      return fields_.texts([](std::string_view, std::uint32_t) { return true; });
    case K::text:
    case K::time:
    case K::annotation_type:
    case K::algorithm:
    case K::digest:
    case K::element:
    case K::element_ref:
    case K::document_name:
      return word(row);
  }
  return false;
}

bool Spdx2Members::word(const Row& row) {
  const std::uint32_t at = fields_.cursor().at();
  Draft& draft = fields_.draft();
  std::string_view text;
  if (!fields_.kept(text)) return false;
  const auto must = [&](bool holds, std::string_view wanted) {
    if (holds) return;
    draft.defect(
        DefectKind::invalid_value, kNowhere, at,
        std::string(row.key) + ": expected " + std::string(wanted) + ", found " + quoted(text));
  };
  constexpr std::string_view kHex = "0123456789abcdefABCDEF";
  if (row.kind == K::annotation_type) {
    return text == "OTHER" || text == "REVIEW" ||
           fields_.expected(at, row.key, "OTHER or REVIEW", text);
  }
  if (row.kind == K::algorithm) {
    return spdx2_algorithm(text).has_value() ||
           fields_.expected(at, row.key, "an algorithm of SPDX 2.3 §7.10", text);
  }
  if (row.kind == K::time) draft.check_utc_second(row.key, Text(text), at);
  if (row.kind == K::digest) {
    must(!text.empty() && text.find_first_not_of(kHex) == text.npos, "hexadecimal digits");
  }
  if (row.kind == K::element) {
    must(valid_spdx2_id(text), "\"SPDXRef-\" and letters, digits, '.', '-'");
    draft.import(text);
  }
  if (row.kind == K::element_ref) {
    draft.state({{}, text, at, EdgeKind::other, EdgeScope::unstated});
  }
  if (row.kind == K::document_name) {
    must(valid_spdx2_document_ref(text), "\"DocumentRef-\" and letters, digits, '.', '-', '+'");
    documents_.push_back(text);
  }
  return true;
}

}  // namespace portreeve::sbom
