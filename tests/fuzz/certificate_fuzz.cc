#include "crypto/certificate.h"

#include <set>

#include "core/utf8.h"
#include "crypto/sct.h"
#include "tests/fuzz/fuzz.h"
#include "verifiers/certificate_identity.h"
#include "verifiers/signing_certificate.h"

// What is read says the same when its own bytes are read again, has each extension once, and text
// that is text; whatever is asked of it has an answer.
PORTREEVE_FUZZ_TARGET(certificate) {
  using namespace portreeve;
  using namespace portreeve::fuzz;
  const auto certificate = crypto::Certificate::from_der(text);
  if (!certificate.ok()) {
    check(!certificate.error().message.empty(), "refused without a reason", "");
    return;
  }
  const crypto::Certificate& read = certificate.value();
  check(read.der() == text, "bytes left over", "");
  std::set<std::string> oids;
  for (const crypto::CertificateExtension& extension : read.extensions()) {
    check(oids.insert(extension.oid).second, "an extension is there twice", extension.oid);
  }
  for (const crypto::AlternativeName& name : read.alternative_names()) {
    if (name.kind == crypto::NameKind::unknown || name.kind == crypto::NameKind::ip) continue;
    check(utf8::first_invalid(name.value) == utf8::kValid &&
              name.value.find('\0') == std::string::npos,
          "a name is no text", name.value);
  }
  const auto identity = verifiers::CertificateIdentity::from(read);
  if (identity.ok()) {
    check(read.alternative_names().size() == 1, "identity of several names", "");
    for (const verifiers::Claim& claim : identity.value().claims) {
      check(utf8::first_invalid(claim.value) == utf8::kValid, "a claim is no text", claim.value);
    }
  }
  const auto scts = crypto::embedded_scts(read);
  const auto tbs = crypto::precertificate_tbs(read);
  check(!scts.ok() || tbs.ok() || read.extensions().size() == 1, "SCTs without a precertificate",
        "");
  (void)verifiers::check_signing_leaf(read);
}
