#include "verifiers/rejection.h"

#include <array>

#include "core/limits.h"
#include "core/utf8.h"

namespace portreeve::verifiers {
namespace {

using enum Reason;
constexpr auto malformed = Errc::malformed;
constexpr auto limit = Errc::limit;
constexpr auto unsupported = Errc::unsupported;
constexpr auto unverified = Errc::unverified;
constexpr auto untrusted = Errc::untrusted;

constexpr std::array kReasons = {
    ReasonRow{media_type, "media-type", unsupported, "the layer's media type is not one of this shape"},
    ReasonRow{too_large, "too-large", limit, "over a limit of docs/limits.md"},
    ReasonRow{bundle_malformed, "bundle-malformed", malformed, "not a Sigstore bundle in strict ProtoJSON: bad JSON, wrong type, unknown or repeated field"},
    ReasonRow{bundle_version, "bundle-version", unsupported, "mediaType is none of bundle 0.1, 0.2, 0.3"},
    ReasonRow{bundle_material, "bundle-material", malformed, "not exactly one of certificate (0.3), x509CertificateChain (0.1, 0.2; not empty), publicKey"},
    ReasonRow{bundle_content, "bundle-content", malformed, "not exactly one of messageSignature and dsseEnvelope, or an empty signature"},
    ReasonRow{annotation_malformed, "annotation-malformed", malformed, "an annotation of a legacy layer cannot be read"},
    ReasonRow{envelope_malformed, "envelope-malformed", malformed, "not a DSSE envelope"},
    ReasonRow{envelope_signatures, "envelope-signatures", malformed, "a DSSE envelope in a bundle has exactly one signature; any envelope at least one"},
    ReasonRow{payload_type, "payload-type", unsupported, "the envelope's payloadType is not application/vnd.in-toto+json"},
    ReasonRow{payload_malformed, "payload-malformed", malformed, "not a simple-signing payload of a container image signature"},
    ReasonRow{statement_malformed, "statement-malformed", malformed, "not an in-toto statement: subjects, digests or predicateType"},
    ReasonRow{statement_type, "statement-type", unsupported, "_type is not in-toto Statement v0.1 or v1"},
    ReasonRow{repository, "repository", untrusted, "the authority is not trusted for this repository"},
    ReasonRow{certificate_expected, "certificate-expected", untrusted, "the authority accepts certificates, this is signed by a bare key"},
    ReasonRow{key_expected, "key-expected", untrusted, "the authority accepts keys, this carries a certificate"},
    ReasonRow{not_a_signature, "not-a-signature", untrusted, "an attestation, where a signature is asked for"},
    ReasonRow{not_an_attestation, "not-an-attestation", untrusted, "a signature, where an attestation is asked for"},
    ReasonRow{predicate_type, "predicate-type", untrusted, "an attestation of another predicateType"},
    ReasonRow{digest_unknown, "digest-unknown", unsupported, "the artifact's bytes, or its digest by this algorithm, are needed and were not given"},
    ReasonRow{digest_mismatch, "digest-mismatch", unverified, "signed is the digest of another artifact"},
    ReasonRow{subject_mismatch, "subject-mismatch", unverified, "no subject of the statement is the artifact"},
    ReasonRow{reference_mismatch, "reference-mismatch", untrusted, "docker-reference names another repository"},
    ReasonRow{annotation_mismatch, "annotation-mismatch", untrusted, "a wanted annotation is not signed, or has another value"},
    ReasonRow{certificate_malformed, "certificate-malformed", malformed, "the certificate cannot be read"},
    ReasonRow{certificate_usage, "certificate-usage", untrusted, "a CA, or without digitalSignature or codeSigning"},
    ReasonRow{identity_malformed, "identity-malformed", untrusted, "not exactly one identity in the certificate, or one that contradicts itself"},
    ReasonRow{issuer_mismatch, "issuer-mismatch", untrusted, "another OIDC issuer"},
    ReasonRow{identity_mismatch, "identity-mismatch", untrusted, "another identity"},
    ReasonRow{claim_mismatch, "claim-mismatch", untrusted, "a wanted Fulcio extension is missing or has another value"},
    ReasonRow{log_entry_missing, "log-entry-missing", untrusted, "an entry of a transparency log is required"},
    ReasonRow{log_entry_malformed, "log-entry-malformed", malformed, "the entry or its body cannot be read"},
    ReasonRow{log_entry_kind, "log-entry-kind", unsupported, "an entry kind that cannot hold this content, or not the body's kind"},
    ReasonRow{log_entry_duplicate, "log-entry-duplicate", malformed, "the same entry twice"},
    ReasonRow{log_promise_missing, "log-promise-missing", malformed, "a bundle 0.1 and a legacy entry need a SET"},
    ReasonRow{log_proof_missing, "log-proof-missing", malformed, "an inclusion proof is required: from bundle 0.2 on, by Rekor v2, by the authority"},
    ReasonRow{log_unknown, "log-unknown", untrusted, "the trust root does not know the log"},
    ReasonRow{log_binding_signature, "log-binding-signature", unverified, "the entry is about another signature"},
    ReasonRow{log_binding_signer, "log-binding-signer", unverified, "the entry is about another certificate or key"},
    ReasonRow{log_binding_digest, "log-binding-digest", unverified, "the entry is about another content"},
    ReasonRow{log_proof_malformed, "log-proof-malformed", malformed, "the inclusion proof cannot be one: indices, hashes"},
    ReasonRow{checkpoint_missing, "checkpoint-missing", malformed, "an inclusion proof without a checkpoint"},
    ReasonRow{checkpoint_malformed, "checkpoint-malformed", malformed, "the checkpoint is not a signed note with origin, size and root"},
    ReasonRow{checkpoint_origin, "checkpoint-origin", untrusted, "the checkpoint's origin is not the log (Rekor v2)"},
    ReasonRow{checkpoint_unsigned, "checkpoint-unsigned", unverified, "no signature line of the checkpoint is the log's"},
    ReasonRow{checkpoint_signature, "checkpoint-signature", unverified, "the log's signature on the checkpoint does not hold"},
    ReasonRow{log_proof_root, "log-proof-root", unverified, "rootHash or treeSize is not the checkpoint's"},
    ReasonRow{log_proof_mismatch, "log-proof-mismatch", unverified, "the inclusion proof does not lead to the checkpoint's root"},
    ReasonRow{log_promise_signature, "log-promise-signature", unverified, "the SET does not hold"},
    ReasonRow{log_validity, "log-validity", untrusted, "the log's key was not valid at that time"},
    ReasonRow{log_threshold, "log-threshold", untrusted, "fewer distinct logs than the authority requires"},
    ReasonRow{algorithm_unsupported, "algorithm-unsupported", unsupported, "a kind of key or signature that we do not verify"},
    ReasonRow{signature_invalid, "signature-invalid", unverified, "the signature does not hold under the certificate or any key"},
    ReasonRow{timestamp_missing, "timestamp-missing", untrusted, "a signed timestamp is required"},
    ReasonRow{timestamp_invalid, "timestamp-invalid", unverified, "a signed timestamp is needed, and none of those there counts"},
    ReasonRow{timestamp_duplicate, "timestamp-duplicate", malformed, "the same timestamp twice"},
    ReasonRow{timestamp_threshold, "timestamp-threshold", untrusted, "fewer distinct timestamp authorities than the authority requires"},
    ReasonRow{time_missing, "time-missing", untrusted, "nothing that we trust says when it was signed"},
    ReasonRow{certificate_time, "certificate-time", untrusted, "the certificate was not valid when it was used"},
    ReasonRow{certificate_chain, "certificate-chain", untrusted, "no authority that we trust issued the certificate at that time"},
    ReasonRow{sct_missing, "sct-missing", untrusted, "the certificate carries no certificate timestamp"},
    ReasonRow{sct_invalid, "sct-invalid", unverified, "too few certificate timestamps of known logs hold"},
    ReasonRow{key_window, "key-window", untrusted, "signed outside the key's window"},
    ReasonRow{Reason::internal, "internal", Errc::internal, "a defect of ours"},
};

constexpr bool in_order() {
  for (std::size_t i = 0; i < kReasons.size(); ++i) {
    if (static_cast<std::size_t>(kReasons[i].reason) != i) return false;
  }
  return true;
}
static_assert(in_order(), "one row for each reason, in the order of the enumeration");
static_assert(kReasons.size() == static_cast<std::size_t>(Reason::internal) + 1);

const ReasonRow& row_of(Reason reason) noexcept {
  return kReasons[static_cast<std::size_t>(reason)];
}

}  // namespace

std::span<const ReasonRow> reasons() noexcept { return kReasons; }
std::string_view to_string(Reason reason) noexcept { return row_of(reason).name; }
Errc code_of(Reason reason) noexcept { return row_of(reason).code; }

std::string Rejection::text() const { return std::string(to_string(reason)) + ": " + message; }

Rejection rejection(Reason reason, std::string_view where, const Error& error) {
  // No memory is left: nothing is wrong with the document.
  if (error.code == Errc::limit && error.transient) reason = Reason::too_large;
  return {reason, where.empty() ? error.message : std::string(where) + ": " + error.message};
}

std::string quoted(std::string_view text) {
  return "\"" + utf8::printable(text, limits::kQuotedBytes) + "\"";
}

}  // namespace portreeve::verifiers
