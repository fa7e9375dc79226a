#include "policies/signature_words.h"

#include <algorithm>
#include <charconv>

#include "core/limits.h"
#include "core/utf8.h"

namespace portreeve::policies {
namespace {

using verifiers::Reason;

// It is well-formed and says who it is by, or by which key it is not.
bool names_another(Reason reason) noexcept {
  switch (reason) {
    case Reason::issuer_mismatch:
    case Reason::identity_mismatch:
    case Reason::claim_mismatch:
    case Reason::certificate_expected:
    case Reason::key_expected:
    case Reason::signature_invalid:
    case Reason::repository: return true;
    default: return false;
  }
}

bool is_malformed(const CandidateRow& row) noexcept {
  return verifiers::code_of(row.rejection->reason) == Errc::malformed;
}

bool not_asked_for(const CandidateRow& row) noexcept {
  return row.rejection->reason == Reason::not_a_signature ||
         row.rejection->reason == Reason::not_an_attestation ||
         row.rejection->reason == Reason::predicate_type;
}

std::string quoted_row(const CandidateRow& row) {
  return utf8::printable(row.found, 160) + " (" + row.shape + "): " + row.outcome();
}

}  // namespace

std::string found_words(const SignatureFacts& facts, bool attestation) {
  const std::string noun = attestation ? "an attestation" : "a signature";
  std::vector<const CandidateRow*> rejected;
  for (const CandidateRow& row : facts.rows) {
    if (row.rejection && !not_asked_for(row)) rejected.push_back(&row);
  }
  if (rejected.empty()) {
    return attestation ? "no attestation of that type" : "unsigned: no signature was found";
  }
  const auto other = std::find_if(rejected.begin(), rejected.end(), [](const CandidateRow* row) {
    return names_another(row->rejection->reason);
  });
  if (other != rejected.end()) {
    return "signed, but by nobody who is trusted for it: " + (*other)->outcome();
  }
  const bool malformed = std::all_of(rejected.begin(), rejected.end(),
                                     [](const CandidateRow* row) { return is_malformed(*row); });
  if (malformed) return noun + " that is malformed: " + rejected.front()->outcome();
  return noun + " that does not verify: " + rejected.front()->outcome();
}

std::string too_few_words(const std::set<std::string>& signers) {
  std::string out;
  for (const std::string& signer : signers) {
    out += (out.empty() ? "" : ", ") + utf8::printable(signer, limits::kQuotedBytes);
  }
  return "signed, but not by enough of those who have to: " + utf8::printable(out, 600);
}

std::string_view left_behind() noexcept {
  return "A plain copy of an artifact leaves its signatures behind: say where they are with "
         "`signatures` or `layouts` of the Registry";
}

std::string table_words(const SignatureFacts& facts, std::size_t most) {
  std::string out;
  for (const CandidateRow& row : facts.rows) out += (out.empty() ? "" : "; ") + quoted_row(row);
  if (facts.examined > facts.rows.size()) {
    out += "; and " + std::to_string(facts.examined - facts.rows.size()) + " more";
  }
  std::string asked;
  for (const std::string& place : facts.asked) asked += (asked.empty() ? "" : "; ") + place;
  if (!asked.empty()) out += (out.empty() ? "asked: " : ". Asked: ") + asked;
  return utf8::printable(out, most);
}

std::string age_words(Milliseconds age) {
  const auto minutes = std::max<std::int64_t>(
      0, std::chrono::duration_cast<std::chrono::minutes>(age).count());
  if (minutes < 60) return std::to_string(minutes) + " min";
  if (minutes < 48 * 60) return std::to_string(minutes / 60) + " h";
  return std::to_string(minutes / (24 * 60)) + " d";
}

Result<Milliseconds> parse_age(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
  constexpr std::int64_t kMost = 100'000;
  if (error == std::errc() && number > 0 && number <= kMost) {
    if (unit == "m") return Milliseconds(std::chrono::minutes(number));
    if (unit == "h") return Milliseconds(std::chrono::hours(number));
    if (unit == "d") return Milliseconds(std::chrono::hours(24 * number));
  }
  return Error{Errc::misconfigured, "expected a time such as 30m, 72h or 14d"};
}

}  // namespace portreeve::policies
