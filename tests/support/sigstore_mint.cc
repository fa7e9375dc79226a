#include "tests/support/sigstore_mint.h"

#include <cstdio>
#include <cstdlib>

namespace portreeve::testing {

SigstoreMint::SigstoreMint(const Spec& spec)
    : root(mint_ca(spec.root)),
      intermediate(mint_ca(spec.intermediate, &root)),
      rekor_v1(MintLog::rekor_v1()),
      rekor_v2(MintLog::rekor_v2()),
      tsa(spec.tsa) {}

MintedCertificate SigstoreMint::issue(const LeafSpec& spec) const {
  return mint_leaf(spec, intermediate, ct_log);
}

TrustedRootDocument SigstoreMint::trusted_root() const {
  TrustedRootDocument document;
  document.tlogs = {trusted_log(rekor_v1), trusted_log(rekor_v2)};
  document.ctlogs = {trusted_log(ct_log)};
  document.certificate_authorities = {trusted_authority({&intermediate, &root})};
  document.certificate_authorities[0].uri = "https://fulcio.test";
  document.timestamp_authorities = {trusted_authority({&tsa.leaf, &tsa.root})};
  document.timestamp_authorities[0].uri = "https://tsa.test";
  return document;
}

verifiers::TrustRootPtr SigstoreMint::trust_root() const { return load(trusted_root()); }

verifiers::TrustRootPtr load(const TrustedRootDocument& document) {
  auto root = verifiers::TrustRoot::parse(document.json(), {"test", std::nullopt});
  if (root.ok()) return std::move(root).value();
  std::fprintf(stderr, "mint: trust root: %s\n", root.error().message.c_str());
  std::abort();
}

}  // namespace portreeve::testing
