// The parts of CycloneDX XML that the model has no place for; they are judged all the same.

#include <utility>

#include "sbom/cyclonedx_xml_shape.h"

namespace portreeve::sbom {
namespace {

using H = XmlHow;
using T = XmlType;

constexpr XmlField kPedigree[] = {
    {"ancestors", "ancestors", H::list, T::component},
    {"descendants", "descendants", H::list, T::component},
    {"variants", "variants", H::list, T::component},
    {"commits", "commits", H::list, T::commit},
    {"patches", "patches", H::list, T::patch},
    {"notes", "notes", H::text},
};
constexpr XmlField kCommit[] = {
    {"uid", "uid", H::text},
    {"url", "url", H::text},
    {"author", "author", H::object, T::action},
    {"committer", "committer", H::object, T::action},
    {"message", "message", H::text},
};
constexpr XmlField kAction[] = {
    {"timestamp", "timestamp", H::text}, {"name", "name", H::text}, {"email", "email", H::text}};
constexpr XmlField kPatch[] = {
    {"@type", "type", H::text},
    {"diff", "diff", H::object, T::diff},
    {"resolves", "resolves", H::list, T::issue},
};
constexpr XmlField kDiff[] = {{"text", "text", H::object, T::attachment}, {"url", "url", H::text}};
constexpr XmlField kIssue[] = {
    {"@type", "type", H::text},
    {"id", "id", H::text},
    {"name", "name", H::text},
    {"description", "description", H::text},
    {"source", "source", H::object, T::source},
    {"references", "references", H::texts},
};
constexpr XmlField kReleaseNotes[] = {
    {"type", "type", H::text},
    {"title", "title", H::text},
    {"featuredImage", "featuredImage", H::text},
    {"socialImage", "socialImage", H::text},
    {"description", "description", H::text},
    {"timestamp", "timestamp", H::text},
    {"aliases", "aliases", H::texts},
    {"tags", "tags", H::texts},
    {"resolves", "resolves", H::list, T::issue},
    {"notes", "notes", H::list, T::note},
    {"properties", "properties", H::list, T::property},
};
constexpr XmlField kNote[] = {{"locale", "locale", H::text},
                              {"text", "text", H::object, T::attachment}};
constexpr XmlField kAddress[] = {
    {"@bom-ref", "bom-ref", H::text},
    {"country", "country", H::text},
    {"region", "region", H::text},
    {"locality", "locality", H::text},
    {"postOfficeBoxNumber", "postOfficeBoxNumber", H::text},
    {"postalCode", "postalCode", H::text},
    {"streetAddress", "streetAddress", H::text},
};
constexpr XmlField kLicensing[] = {
    {"altIds", "altIds", H::texts},
    {"licensor", "licensor", H::object, T::licensor},
    {"licensee", "licensee", H::object, T::licensor},
    {"purchaser", "purchaser", H::object, T::licensor},
    {"purchaseOrder", "purchaseOrder", H::text},
    {"licenseTypes", "licenseTypes", H::texts},
    {"lastRenewal", "lastRenewal", H::text},
    {"expiration", "expiration", H::text},
};
constexpr XmlField kLicensor[] = {{"organization", "organization", H::object, T::organization},
                                  {"individual", "individual", H::object, T::contact}};
constexpr XmlField kAnnotation[] = {
    {"@bom-ref", "bom-ref", H::text},
    {"subjects", "subjects", H::refs},
    {"annotator", "annotator", H::object, T::annotator},
    {"timestamp", "timestamp", H::text},
    {"text", "text", H::text},
};
constexpr XmlField kAnnotator[] = {
    {"organization", "organization", H::object, T::organization},
    {"individual", "individual", H::object, T::contact},
    {"component", "component", H::object, T::component},
    {"service", "service", H::object, T::service},
};
constexpr XmlField kConstraints[] = {{"tlp", "tlp", H::text}};
// One identity up to 1.5, several since: which of the two, no table says.
constexpr XmlField kEvidence[] = {
    {"identity", "", H::skip},
    {"occurrences", "occurrences", H::list, T::occurrence},
    {"callstack", "callstack", H::object, T::callstack},
    {"licenses", "licenses", H::licences},
    {"copyright", "copyright", H::list, T::copyright_text},
};
constexpr XmlField kOccurrence[] = {
    {"@bom-ref", "bom-ref", H::text},
    {"location", "location", H::text},
    {"line", "line", H::number},
    {"offset", "offset", H::number},
    {"symbol", "symbol", H::text},
    {"additionalContext", "additionalContext", H::text},
};
constexpr XmlField kCallstack[] = {{"frames", "frames", H::list, T::frame}};
constexpr XmlField kFrame[] = {
    {"package", "package", H::text},
    {"module", "module", H::text},
    {"function", "function", H::text},
    {"parameters", "parameters", H::texts},
    {"line", "line", H::number},
    {"column", "column", H::number},
    {"fullFilename", "fullFilename", H::text},
};
constexpr XmlField kCopyrightText[] = {{"", "text", H::text}};
constexpr XmlField kVulnerabilityReference[] = {{"id", "id", H::text},
                                                {"source", "source", H::object, T::source}};
constexpr XmlField kAdvisory[] = {{"title", "title", H::text}, {"url", "url", H::text}};
constexpr XmlField kCredits[] = {
    {"organizations", "organizations", H::list, T::organization},
    {"individuals", "individuals", H::list, T::contact},
};
constexpr XmlField kProof[] = {
    {"reproductionSteps", "reproductionSteps", H::text},
    {"environment", "environment", H::text},
    {"supportingMaterial", "supportingMaterial", H::list, T::attachment},
};

// Of XmlHow list, texts, numbers and refs. A name that stands for two lists has two rows.
constexpr std::pair<std::string_view, std::string_view> kEntries[] = {
    {"advisories", "advisory"},
    {"affects", "target"},
    {"aliases", "alias"},
    {"altIds", "altId"},
    {"ancestors", "component"},
    {"annotations", "annotation"},
    {"assemblies", "assembly"},
    {"authors", "author"},
    {"commits", "commit"},
    {"components", "component"},
    {"compositions", "composition"},
    {"copyright", "text"},
    {"cwes", "cwe"},
    {"dependencies", "dependency"},
    {"descendants", "component"},
    {"endpoints", "endpoint"},
    {"externalReferences", "reference"},
    {"frames", "frame"},
    {"hashes", "hash"},
    {"individuals", "individual"},
    {"licenseTypes", "licenseType"},
    {"lifecycles", "lifecycle"},
    {"notes", "note"},
    {"occurrences", "occurrence"},
    {"organizations", "organization"},
    {"parameters", "parameter"},
    {"patches", "patch"},
    {"properties", "property"},
    {"ratings", "rating"},
    {"references", "reference"},
    {"references", "url"},
    {"resolves", "issue"},
    {"responses", "response"},
    {"services", "service"},
    {"subjects", "subject"},
    {"supportingMaterial", "attachment"},
    {"tags", "tag"},
    {"tools", "tool"},
    {"variants", "component"},
    {"versions", "version"},
    {"vulnerabilities", "vulnerability"},
};

}  // namespace

bool xml_entry(std::string_view around, std::string_view name) noexcept {
  bool known = false;
  for (const auto& [outer, inner] : kEntries) {
    if (outer != around) continue;
    if (inner == name) return true;
    known = true;
  }
  return !known;
}

std::span<const XmlField> xml_part_fields(XmlType type) noexcept {
  switch (type) {
    case T::pedigree:
      return kPedigree;
    case T::commit:
      return kCommit;
    case T::action:
      return kAction;
    case T::patch:
      return kPatch;
    case T::diff:
      return kDiff;
    case T::issue:
      return kIssue;
    case T::release_notes:
      return kReleaseNotes;
    case T::note:
      return kNote;
    case T::address:
      return kAddress;
    case T::licensing:
      return kLicensing;
    case T::licensor:
      return kLicensor;
    case T::annotation:
      return kAnnotation;
    case T::annotator:
      return kAnnotator;
    case T::constraints:
      return kConstraints;
    case T::evidence:
      return kEvidence;
    case T::occurrence:
      return kOccurrence;
    case T::callstack:
      return kCallstack;
    case T::frame:
      return kFrame;
    case T::copyright_text:
      return kCopyrightText;
    case T::vulnerability_reference:
      return kVulnerabilityReference;
    case T::advisory:
      return kAdvisory;
    case T::credits:
      return kCredits;
    case T::proof:
      return kProof;
    default:
      return {};
  }
}

}  // namespace portreeve::sbom
