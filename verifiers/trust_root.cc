#include "verifiers/trust_root.h"

#include "core/base64.h"
#include "core/utf8.h"

namespace portreeve::verifiers {
namespace {

std::vector<const TransparencyLog*> find(const std::vector<TransparencyLog>& logs,
                                         std::string_view log_id) {
  std::vector<const TransparencyLog*> found;
  for (const TransparencyLog& log : logs) {
    if (log.log_id == log_id) found.push_back(&log);
  }
  return found;
}

}  // namespace

bool Validity::contains(TimePoint time) const noexcept {
  if (start && time < *start) return false;
  if (end && time > *end) return false;
  return true;
}

std::string Validity::text() const {
  return "from " + (start ? format_time(*start) : "ever") + " to " +
         (end ? format_time(*end) : "now on");
}

std::string TimestampAuthority::authority() const {
  if (!operator_name.empty()) return operator_name;
  return uri.empty() ? chain.issuing().key().spki() : uri;
}

std::optional<Milliseconds> TrustRoot::age(TimePoint now) const {
  if (!source_.as_of) return std::nullopt;
  return now - *source_.as_of;
}

std::string TrustRoot::age_warning(TimePoint now) const {
  const std::optional<Milliseconds> old = age(now);
  if (!old || *old < kTrustRootAge) return {};
  const auto days = std::chrono::duration_cast<std::chrono::hours>(*old).count() / 24;
  return "trust root " + utf8::printable(source_.name, 128) + " is of " +
         format_date(*source_.as_of) + ", " + std::to_string(days) +
         " days old: what newer logs and authorities vouch for is refused; renew it";
}

std::vector<const TransparencyLog*> TrustRoot::find_log(std::string_view log_id) const {
  return find(tlogs_, log_id);
}

std::vector<const TransparencyLog*> TrustRoot::find_ct_log(std::string_view log_id) const {
  return find(ctlogs_, log_id);
}

Error TrustRoot::unknown_log(std::string_view kind, std::string_view log_id) const {
  constexpr std::size_t kShown = 32;
  for (const UnsupportedEntry& entry : unsupported_) {
    if (!entry.log_id.empty() && entry.log_id == log_id) {
      return {Errc::unsupported,
              std::string(kind) + " is " + entry.where + " of the trust root: " + entry.reason};
    }
  }
  return {Errc::untrusted, std::string(kind) + " with id " + to_base64(log_id.substr(0, kShown)) +
                               " is not in the trust root (" + utf8::printable(source_.name, 128) +
                               "); a newer one may have it"};
}

}  // namespace portreeve::verifiers
