#include "oci/records.h"

#include "core/json.h"
#include "core/limits.h"

namespace portreeve::oci {
namespace {

constexpr std::string_view kTagSchema = "portreeve.openova.io/tag/v1";
constexpr std::string_view kCandidatesSchema = "portreeve.openova.io/candidates/v1";
constexpr Shape kShapes[] = {Shape::referrers_api, Shape::fallback_tag, Shape::signature_tag,
                             Shape::attestation_tag};

std::string tag_key(const Reference& reference) {
  return "tag " + reference.name() + ":" + reference.tag();
}

std::string candidates_key(const Reference& name, const Digest& digest) {
  return "candidates " + name.name() + "@" + digest.text();
}

void member(std::string& out, std::string_view key, std::string_view value) {
  if (out.back() != '{') out += ',';
  json::append_string(out, key);
  out += ':';
  json::append_string(out, value);
}

Error damaged(const std::string& key) { return Error{Errc::malformed, "record \"" + key + "\": damaged"}; }

Result<DocumentPtr> recall(const EvidenceStore& store, const std::string& key,
                           std::string_view schema) {
  PORTREEVE_TRY(std::string text, store.recall(key));
  auto document = json::parse(std::move(text), {limits::kRecordBytes, 8, 100'000}, nullptr);
  if (!document.ok() || document.value()->root()["schema"].text() != schema) return damaged(key);
  return document;
}

}  // namespace

Outcome remember_tag(EvidenceStore& store, const Reference& reference, const TagRecord& record) {
  std::string text = "{";
  member(text, "schema", kTagSchema);
  member(text, "digest", record.digest.text());
  member(text, "at", format_time(record.at));
  return store.remember(tag_key(reference), text + "}");
}

Result<TagRecord> recall_tag(const EvidenceStore& store, const Reference& reference) {
  const std::string key = tag_key(reference);
  PORTREEVE_TRY(const DocumentPtr document, recall(store, key, kTagSchema));
  const Result<Digest> digest = Digest::parse(document->root()["digest"].text());
  const Result<TimePoint> at = parse_time(document->root()["at"].text());
  if (!digest.ok() || !at.ok()) return damaged(key);
  return TagRecord{digest.value(), at.value()};
}

Outcome remember_candidates(EvidenceStore& store, const Reference& name, const Digest& digest,
                            const std::vector<Candidate>& candidates, TimePoint at) {
  std::string text = "{";
  member(text, "schema", kCandidatesSchema);
  member(text, "at", format_time(at));
  text += ",\"candidates\":[";
  for (const Candidate& candidate : candidates) {
    if (text.back() == '}') text += ',';
    text += '{';
    member(text, "digest", candidate.content->digest.text());
    member(text, "shape", to_string(candidate.shape));
    member(text, "place", candidate.place.text());
    text += '}';
  }
  return store.remember(candidates_key(name, digest), text + "]}");
}

Result<CandidateRecords> recall_candidates(const EvidenceStore& store, const Reference& name,
                                           const Digest& digest) {
  const std::string key = candidates_key(name, digest);
  PORTREEVE_TRY(const DocumentPtr document, recall(store, key, kCandidatesSchema));
  const Result<TimePoint> at = parse_time(document->root()["at"].text());
  if (!at.ok()) return damaged(key);
  CandidateRecords out{at.value(), {}};
  for (const Value entry : document->root()["candidates"]) {
    const Result<Digest> one = Digest::parse(entry["digest"].text());
    if (!one.ok()) return damaged(key);
    CandidateRecord record{one.value(), Shape::referrers_api, std::string(entry["place"].text())};
    for (const Shape shape : kShapes) {
      if (entry["shape"].text() == to_string(shape)) record.shape = shape;
    }
    out.candidates.push_back(std::move(record));
  }
  return out;
}

}  // namespace portreeve::oci
