#include "sbom/cyclonedx_xml_shape.h"

#include <utility>

namespace portreeve::sbom {
namespace {

using H = XmlHow;
using T = XmlType;

constexpr XmlField kBom[] = {
    {"@serialNumber", "serialNumber", H::text},
    {"@version", "version", H::number},
    {"metadata", "metadata", H::object, T::metadata},
    {"components", "components", H::list, T::component},
    {"services", "services", H::list, T::service},
    {"externalReferences", "externalReferences", H::list, T::reference},
    {"dependencies", "dependencies", H::dependencies},
    {"compositions", "compositions", H::list, T::composition},
    {"vulnerabilities", "vulnerabilities", H::list, T::vulnerability},
    {"properties", "properties", H::list, T::property},
    {"annotations", "annotations", H::list, T::annotation},
    {"formulation", "formulation", H::count},
    {"declarations", "declarations", H::count},
    {"definitions", "definitions", H::count},
};
constexpr XmlField kMetadata[] = {
    {"timestamp", "timestamp", H::text},
    {"lifecycles", "lifecycles", H::list, T::lifecycle},
    {"tools", "tools", H::tools},
    {"authors", "authors", H::list, T::contact},
    {"component", "component", H::object, T::component},
    {"manufacture", "manufacture", H::object, T::organization},
    {"manufacturer", "manufacturer", H::object, T::organization},
    {"supplier", "supplier", H::object, T::organization},
    {"licenses", "licenses", H::licences},
    {"properties", "properties", H::list, T::property},
    {"distributionConstraints", "distributionConstraints", H::object, T::constraints},
};
constexpr XmlField kComponent[] = {
    {"@type", "type", H::text},
    {"@mime-type", "mime-type", H::text},
    {"@bom-ref", "bom-ref", H::text},
    {"@isExternal", "isExternal", H::boolean},
    {"supplier", "supplier", H::object, T::organization},
    {"manufacturer", "manufacturer", H::object, T::organization},
    {"authors", "authors", H::list, T::contact},
    {"author", "author", H::text},
    {"publisher", "publisher", H::text},
    {"group", "group", H::text},
    {"name", "name", H::text},
    {"version", "version", H::text},
    {"versionRange", "versionRange", H::text},
    {"description", "description", H::text},
    {"scope", "scope", H::text},
    {"hashes", "hashes", H::list, T::hash},
    {"licenses", "licenses", H::licences},
    {"copyright", "copyright", H::text},
    {"cpe", "cpe", H::text},
    {"purl", "purl", H::text},
    {"omniborId", "omniborId", H::collect},
    {"swhid", "swhid", H::collect},
    {"swid", "swid", H::object, T::swid},
    {"modified", "modified", H::boolean},
    {"externalReferences", "externalReferences", H::list, T::reference},
    {"properties", "properties", H::list, T::property},
    {"components", "components", H::list, T::component},
    {"evidence", "evidence", H::object, T::evidence},
};
constexpr XmlField kService[] = {
    {"@bom-ref", "bom-ref", H::text},
    {"provider", "provider", H::object, T::organization},
    {"group", "group", H::text},
    {"name", "name", H::text},
    {"version", "version", H::text},
    {"description", "description", H::text},
    {"endpoints", "endpoints", H::texts},
    {"authenticated", "authenticated", H::boolean},
    {"x-trust-boundary", "x-trust-boundary", H::boolean},
    {"licenses", "licenses", H::licences},
    {"externalReferences", "externalReferences", H::list, T::reference},
    {"properties", "properties", H::list, T::property},
    {"services", "services", H::list, T::service},
    {"trustZone", "trustZone", H::text},
};
constexpr XmlField kTool[] = {
    {"vendor", "vendor", H::text},
    {"name", "name", H::text},
    {"version", "version", H::text},
    {"hashes", "hashes", H::list, T::hash},
    {"externalReferences", "externalReferences", H::list, T::reference},
};
constexpr XmlField kTools[] = {
    {"components", "components", H::list, T::component},
    {"services", "services", H::list, T::service},
};
constexpr XmlField kOrganization[] = {
    {"@bom-ref", "bom-ref", H::text}, {"name", "name", H::text},
    {"url", "url", H::collect},       {"contact", "contact", H::collect, T::contact},
};
constexpr XmlField kContact[] = {
    {"@bom-ref", "bom-ref", H::text},
    {"name", "name", H::text},
    {"email", "email", H::text},
    {"phone", "phone", H::text},
};
constexpr XmlField kHash[] = {{"@alg", "alg", H::text}, {"", "content", H::text}};
constexpr XmlField kLicence[] = {
    {"@bom-ref", "bom-ref", H::text},
    {"@acknowledgement", "acknowledgement", H::text},
    {"id", "id", H::text},
    {"name", "name", H::text},
    {"text", "text", H::object, T::attachment},
    {"url", "url", H::text},
    {"properties", "properties", H::list, T::property},
};
constexpr XmlField kAttachment[] = {
    {"@content-type", "contentType", H::text},
    {"@encoding", "encoding", H::text},
    {"", "content", H::text},
};
constexpr XmlField kReference[] = {
    {"@type", "type", H::text},
    {"url", "url", H::text},
    {"comment", "comment", H::text},
    {"hashes", "hashes", H::list, T::hash},
    {"properties", "properties", H::list, T::property},
};
constexpr XmlField kProperty[] = {{"@name", "name", H::text}, {"", "value", H::text}};
constexpr XmlField kComposition[] = {
    {"@bom-ref", "bom-ref", H::text},
    {"aggregate", "aggregate", H::text},
    {"assemblies", "assemblies", H::refs},
    {"dependencies", "dependencies", H::refs},
    {"vulnerabilities", "vulnerabilities", H::refs},
};
constexpr XmlField kVulnerability[] = {
    {"@bom-ref", "bom-ref", H::text},
    {"id", "id", H::text},
    {"source", "source", H::object, T::source},
    {"ratings", "ratings", H::list, T::rating},
    {"description", "description", H::text},
    {"detail", "detail", H::text},
    {"recommendation", "recommendation", H::text},
    {"workaround", "workaround", H::text},
    {"created", "created", H::text},
    {"published", "published", H::text},
    {"updated", "updated", H::text},
    {"rejected", "rejected", H::text},
    {"analysis", "analysis", H::object, T::analysis},
    {"affects", "affects", H::list, T::target},
    {"properties", "properties", H::list, T::property},
};
constexpr XmlField kRating[] = {
    {"source", "source", H::object, T::source},
    {"score", "score", H::number},
    {"severity", "severity", H::text},
    {"method", "method", H::text},
    {"vector", "vector", H::text},
    {"justification", "justification", H::text},
};
constexpr XmlField kSource[] = {{"name", "name", H::text}, {"url", "url", H::text}};
constexpr XmlField kTarget[] = {{"ref", "ref", H::text},
                                {"versions", "versions", H::list, T::version}};
constexpr XmlField kVersion[] = {
    {"version", "version", H::text},
    {"range", "range", H::text},
    {"status", "status", H::text},
};
constexpr XmlField kAnalysis[] = {
    {"state", "state", H::text},
    {"justification", "justification", H::text},
    {"responses", "response", H::texts},
    {"detail", "detail", H::text},
    {"firstIssued", "firstIssued", H::text},
    {"lastUpdated", "lastUpdated", H::text},
};
constexpr XmlField kLifecycle[] = {
    {"phase", "phase", H::text},
    {"name", "name", H::text},
    {"description", "description", H::text},
};
constexpr XmlField kSwid[] = {
    {"@tagId", "tagId", H::text},     {"@name", "name", H::text},
    {"@version", "version", H::text}, {"@tagVersion", "tagVersion", H::number},
    {"@patch", "patch", H::boolean},  {"text", "text", H::object, T::attachment},
    {"url", "url", H::text},
};
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
constexpr XmlField kEvidence[] = {
    {"identity", "identity", H::collect, T::identity},
    {"licenses", "licenses", H::licences},
};
constexpr XmlField kIdentity[] = {
    {"field", "field", H::text},
    {"concludedValue", "concludedValue", H::text},
};

constexpr std::pair<T, std::span<const XmlField>> kTypes[] = {
    {T::bom, kBom},
    {T::metadata, kMetadata},
    {T::component, kComponent},
    {T::service, kService},
    {T::tool, kTool},
    {T::tools, kTools},
    {T::organization, kOrganization},
    {T::contact, kContact},
    {T::hash, kHash},
    {T::licence, kLicence},
    {T::attachment, kAttachment},
    {T::reference, kReference},
    {T::property, kProperty},
    {T::composition, kComposition},
    {T::vulnerability, kVulnerability},
    {T::rating, kRating},
    {T::source, kSource},
    {T::target, kTarget},
    {T::version, kVersion},
    {T::analysis, kAnalysis},
    {T::lifecycle, kLifecycle},
    {T::swid, kSwid},
    {T::annotation, kAnnotation},
    {T::annotator, kAnnotator},
    {T::constraints, kConstraints},
    {T::evidence, kEvidence},
    {T::identity, kIdentity},
};

}  // namespace

std::span<const XmlField> xml_fields(XmlType type) noexcept {
  for (const auto& [known, fields] : kTypes) {
    if (known == type) return fields;
  }
  return {};
}

}  // namespace portreeve::sbom
