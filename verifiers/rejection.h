#pragma once

// Why a candidate is no proof. The list is closed: docs/signatures.md prints it, tests assert it.

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "core/result.h"

namespace portreeve::verifiers {

/// The step that failed. In the order in which steps are taken, except that a later step is never
/// reported when an earlier one failed.
enum class Reason {
  // What was handed in.
  media_type,
  too_large,
  bundle_malformed,
  bundle_version,
  bundle_material,
  bundle_content,
  annotation_malformed,
  envelope_malformed,
  envelope_signatures,
  payload_type,
  payload_malformed,
  statement_malformed,
  statement_type,
  // Whether it is what was asked for.
  repository,
  certificate_expected,
  key_expected,
  not_a_signature,
  not_an_attestation,
  predicate_type,
  digest_unknown,
  digest_mismatch,
  subject_mismatch,
  reference_mismatch,
  annotation_mismatch,
  // Who signed.
  certificate_malformed,
  certificate_usage,
  identity_malformed,
  issuer_mismatch,
  identity_mismatch,
  claim_mismatch,
  // The transparency log.
  log_entry_missing,
  log_entry_malformed,
  log_entry_kind,
  log_entry_duplicate,
  log_promise_missing,
  log_proof_missing,
  log_unknown,
  log_binding_signature,
  log_binding_signer,
  log_binding_digest,
  log_proof_malformed,
  checkpoint_missing,
  checkpoint_malformed,
  checkpoint_origin,
  checkpoint_unsigned,
  checkpoint_signature,
  log_proof_root,
  log_proof_mismatch,
  log_promise_signature,
  log_validity,
  log_threshold,
  // The signature itself.
  algorithm_unsupported,
  signature_invalid,
  // Time.
  timestamp_missing,
  timestamp_invalid,
  timestamp_duplicate,
  timestamp_threshold,
  time_missing,
  // Certificate and key at that time.
  certificate_time,
  certificate_chain,
  sct_missing,
  sct_invalid,
  key_window,
  // Our own defect.
  internal,
};

struct ReasonRow {
  Reason reason;
  std::string_view name;     ///< Stable, in reports and tests: "log-binding-digest".
  Errc code;                 ///< What kind of "no" it is.
  std::string_view meaning;  ///< One sentence for docs/signatures.md.
};

/// All reasons, in the order of the enumeration.
std::span<const ReasonRow> reasons() noexcept;
std::string_view to_string(Reason reason) noexcept;
Errc code_of(Reason reason) noexcept;

struct Rejection {
  Reason reason;
  std::string message;  ///< Where, expected, found; text from outside is escaped and cut.

  /// "log-binding-digest: tlogEntries[0]: …"
  std::string text() const;
  Error to_error() const { return Error{code_of(reason), text()}; }
};

/// A T, or the Rejection that explains its absence. Works with PORTREEVE_TRY and PORTREEVE_CHECK.
template <class T>
class [[nodiscard]] Checked {
 public:
  Checked(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Checked(Rejection rejection) : state_(std::in_place_index<1>, std::move(rejection)) {}
  bool ok() const noexcept { return state_.index() == 0; }
  /// REQUIRES: ok().
  const T& value() const& { return std::get<0>(state_); }
  T& value() & { return std::get<0>(state_); }
  T&& value() && { return std::get<0>(std::move(state_)); }
  const Rejection& error() const& { return std::get<1>(state_); }  ///< REQUIRES: !ok().
  Rejection&& error() && { return std::get<1>(std::move(state_)); }

 private:
  std::variant<T, Rejection> state_;
};
using Passed = Checked<Done>;

/// A Result of a lower layer as the outcome of step `reason`: "where: message".
Rejection rejection(Reason reason, std::string_view where, const Error& error);
template <class T>
Checked<T> step(Reason reason, std::string_view where, Result<T> result) {
  if (!result.ok()) return rejection(reason, where, result.error());
  return std::move(result).value();
}

/// Text from outside as a message quotes it: in quotation marks, escaped, cut.
std::string quoted(std::string_view text);

}  // namespace portreeve::verifiers
