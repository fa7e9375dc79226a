#include "verifiers/trust_root.h"

#include "crypto/hash.h"
#include "tests/fuzz/fuzz.h"

// What is read keeps its digest, finds its own logs, and has an answer about every chain.
PORTREEVE_FUZZ_TARGET(trust_root) {
  using namespace portreeve;
  using namespace portreeve::fuzz;
  const auto root = verifiers::TrustRoot::parse(std::string(text), {"fuzz", std::nullopt});
  if (!root.ok()) {
    check(!root.error().message.empty(), "refused without a reason", "");
    return;
  }
  const verifiers::TrustRoot& read = *root.value();
  check(read.digest().hex() == crypto::sha256_hex(text), "digest of other bytes",
        read.digest().hex());
  for (const verifiers::TransparencyLog& log : read.transparency_logs()) {
    check(log.valid_for.start.has_value(), "a log without start", log.where);
    check(!read.find_log(log.log_id).empty(), "a log that cannot be found", log.where);
  }
  for (const verifiers::TransparencyLog& log : read.ct_logs()) {
    check(!read.find_ct_log(log.log_id).empty(), "a log that cannot be found", log.where);
  }
  for (const verifiers::CertificateAuthority& authority : read.certificate_authorities()) {
    const auto& window = authority.chain.window();
    check(!window.ok() || *window.value().start <= *window.value().end, "empty window",
          authority.where);
  }
  for (const verifiers::TimestampAuthority& authority : read.timestamp_authorities()) {
    check(!authority.authority().empty(), "an authority without a name", authority.where);
  }
}
