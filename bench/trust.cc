// Trust material against the raw cryptography that it cannot do without, both in this run:
//   trust [ROUNDS]
// The certificate and the time stamp are real (tests/fixtures/sigstore).

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "bench/process.h"
#include "bench/raw_signature.h"
#include "core/base64.h"
#include "verifiers/certificate_identity.h"
#include "verifiers/sct.h"
#include "verifiers/signing_certificate.h"
#include "verifiers/timestamp.h"

namespace portreeve {
namespace {

std::string fixture(const std::string& name) {
  std::ifstream file(std::string(PORTREEVE_SOURCE_DIR) + "/tests/fixtures/sigstore/" + name,
                     std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

[[noreturn]] void die(const char* what) {
  std::fprintf(stderr, "bench: %s\n", what);
  std::exit(1);
}

// Median of many rounds: the machine is not ours alone.
double measure(int rounds, const std::function<bool()>& work) {
  std::vector<double> microseconds;
  for (int i = 0; i < rounds; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    if (!work()) die("a measured step failed");
    const std::chrono::duration<double, std::micro> taken =
        std::chrono::steady_clock::now() - begin;
    microseconds.push_back(taken.count());
  }
  return bench::median(microseconds);
}

void line(const char* what, double microseconds, double floor) {
  std::printf("%-58s %8.1f us", what, microseconds);
  if (floor > 0) std::printf("   %5.2f x raw (%.1f us)", microseconds / floor, floor);
  std::printf("\n");
}

void certificates(int rounds, double p256, double p384) {
  using namespace verifiers;
  const auto leaf = crypto::Certificate::from_pem(fixture("public-good-leaf.pem"));
  if (!leaf.ok()) die("leaf");
  const std::string der = leaf.value().der();
  const std::vector<TimePoint> times = {TimePoint(std::chrono::seconds(1'710'869'186))};
  const TrustRootPtr root = TrustRoot::embedded();
  const auto whole = [&](const TrustRoot& trust) {
    const auto certificate = crypto::Certificate::from_der(der);
    const auto issuer = check_fulcio_certificate(certificate.value(), trust, times);
    return issuer.ok() && require_scts(certificate.value(), issuer.value(), trust, 1).ok() &&
           CertificateIdentity::from(certificate.value()).ok();
  };
  line("parse a leaf", measure(rounds, [&] { return crypto::Certificate::from_der(der).ok(); }), 0);
  const auto issuer = check_fulcio_certificate(leaf.value(), *root, times);
  if (!issuer.ok()) die("issuer");
  line("path of a leaf, warm (1 P-384)",
       measure(rounds, [&] { return check_fulcio_certificate(leaf.value(), *root, times).ok(); }),
       p384);
  line("SCT (1 P-256)",
       measure(rounds, [&] { return require_scts(leaf.value(), issuer.value(), *root, 1).ok(); }),
       p256);
  line("parse, path, SCT, identity, warm (P-384 + P-256)",
       measure(rounds, [&] { return whole(*root); }), p384 + p256);
  const auto parse_root = [&] {
    return TrustRoot::parse(std::string(TrustRoot::embedded_json()), {"bench", std::nullopt});
  };
  line("parse the trust root", measure(rounds / 4 + 1, [&] { return parse_root().ok(); }), 0);
  std::vector<TrustRootPtr> fresh;
  for (int i = 0; i <= rounds / 4; ++i) fresh.push_back(parse_root().value());
  std::size_t next = 0;
  line("the same with a cold root (2 P-384 + P-256)",
       measure(rounds / 4, [&] { return whole(*fresh[next++]); }), 2 * p384 + p256);
}

void timestamps(int rounds, double p384) {
  using namespace verifiers;
  const auto root =
      TrustRoot::parse(fixture("staging-trusted-root.json"), {"staging", std::nullopt});
  const std::vector<std::string> tokens = {
      from_base64(fixture("staging-timestamp.b64"), Base64::standard).value()};
  const std::string message =
      from_base64(fixture("staging-signature.b64"), Base64::standard).value();
  if (!root.ok()) die("staging root");
  line("RFC 3161 time stamp, warm (1 P-384)",
       measure(rounds,
               [&] {
                 const auto results = check_timestamps(tokens, message, *root.value());
                 return results.ok() && results.value().verified.size() == 1;
               }),
       p384);
}

void keys(int rounds, double p256) {
  const auto& log = verifiers::TrustRoot::embedded()->transparency_logs()[0];
  const std::string spki = log.key.spki();
  line("parse a P-256 key",
       measure(rounds, [&] { return crypto::PublicKey::from_spki(spki).ok(); }), 0);
  // A wrong signature costs the same as a right one.
  const std::string signature =
      from_base64(fixture("staging-signature.b64"), Base64::standard).value();
  line("PublicKey::verify, P-256 and 1 KiB",
       measure(
           rounds,
           [&] {
             return !log.key.verify(crypto::Scheme::ecdsa_sha256, std::string(1024, 'x'), signature)
                         .ok();
           }),
       p256);
}

}  // namespace
}  // namespace portreeve

int main(int argc, char** argv) {
  using namespace portreeve;
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 2000;
  bench::RawSignature raw_p256("P-256", "SHA256");
  bench::RawSignature raw_p384("P-384", "SHA384");
  const double p256 = measure(rounds, [&] { return raw_p256.verify(); });
  const double p384 = measure(rounds, [&] { return raw_p384.verify(); });
  line("raw ECDSA P-256", p256, 0);
  line("raw ECDSA P-384", p384, 0);
  keys(rounds, p256);
  certificates(rounds, p256, p384);
  timestamps(rounds, p384);
  return 0;
}
