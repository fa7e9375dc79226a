#include "verifiers/simple_signing.h"

#include "core/json.h"
#include "core/limits.h"
#include "verifiers/proto_json.h"

namespace portreeve::verifiers {
namespace {

// Not protobuf, but the same reader: members asked for by name, any other refused.
Checked<ProtoMessage> open(const Value& value, std::string where) {
  return ProtoMessage::open(value, std::move(where), Reason::payload_malformed);
}

Passed read_critical(const Value& value, SimpleSigning& out) {
  PORTREEVE_TRY(ProtoMessage critical, open(value, "payload.critical"));
  PORTREEVE_TRY(const std::string type, critical.text("type"));
  if (type != kSimpleSigningType) {
    return critical.wrong("type", "expected \"" + std::string(kSimpleSigningType) + "\", found " +
                                      quoted(type));
  }
  const Value identity_value = critical.take("identity");
  const Value image_value = critical.take("image");
  PORTREEVE_CHECK(critical.finish());
  PORTREEVE_TRY(ProtoMessage identity, open(identity_value, "payload.critical.identity"));
  PORTREEVE_TRY(out.docker_reference, identity.text("docker-reference"));
  PORTREEVE_CHECK(identity.finish());
  PORTREEVE_TRY(ProtoMessage image, open(image_value, "payload.critical.image"));
  PORTREEVE_TRY(const std::string digest, image.text("docker-manifest-digest"));
  PORTREEVE_CHECK(image.finish());
  PORTREEVE_TRY(out.manifest, step(Reason::payload_malformed, image.path("docker-manifest-digest"),
                                   Digest::parse(digest)));
  return Done{};
}

}  // namespace

Checked<SimpleSigning> SimpleSigning::parse(std::string payload, MemoryBudget* memory) {
  if (payload.size() > limits::kPayloadBytes) {
    return Rejection{Reason::too_large, "payload: " + std::to_string(payload.size()) +
                                            " bytes, limit is " +
                                            std::to_string(limits::kPayloadBytes)};
  }
  const ReadLimits bounds{limits::kPayloadBytes, limits::kEvidenceDepth, limits::kReviewValues};
  SimpleSigning out;
  PORTREEVE_TRY(out.document, step(Reason::payload_malformed, "payload",
                                   json::parse(std::move(payload), bounds, memory)));
  PORTREEVE_TRY(ProtoMessage root, open(out.document->root(), "payload"));
  const Value critical = root.take("critical");
  out.annotations = root.take("optional");
  PORTREEVE_CHECK(root.finish());
  if (out.annotations.present() && !out.annotations.is_object()) {
    return root.wrong("optional", "expected an object or null");
  }
  PORTREEVE_CHECK(read_critical(critical, out));
  return out;
}

}  // namespace portreeve::verifiers
