// What signatures cost: in process against raw OpenSSL, at admission, and `verify-bundle` as a
// process.
//   signatures [ROUNDS [PATH OF portreeve]]
// The bundles are those of sigstore-conformance, verified under real trust roots.

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <vector>

#include "bench/process.h"
#include "bench/raw_signature.h"
#include "bench/signed_gate.h"
#include "verifiers/verifier.h"

namespace portreeve {
namespace {

using bench::median;
using Clock = std::chrono::steady_clock;

constexpr const char* kIdentity =
    "https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/"
    "workflows/"
    "extremely-dangerous-oidc-beacon.yml@refs/heads/main";
constexpr const char* kIssuer = "https://token.actions.githubusercontent.com";

std::string folder() {
  return std::string(PORTREEVE_SOURCE_DIR) + "/tests/fixtures/sigstore-conformance/bundle-verify/";
}

std::string read(const std::string& name) {
  std::ifstream file(folder() + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

[[noreturn]] void die(const std::string& what) {
  std::fprintf(stderr, "bench: %s\n", what.c_str());
  std::exit(1);
}

double timed(const std::function<bool()>& work) {
  const auto begin = Clock::now();
  if (!work()) die("a measured step failed");
  return std::chrono::duration<double, std::micro>(Clock::now() - begin).count();
}

double measure(int rounds, const std::function<bool()>& work) {
  std::vector<double> microseconds;
  for (int i = 0; i < rounds; ++i) microseconds.push_back(timed(work));
  return median(microseconds);
}

void line(const char* what, double microseconds, double floor = 0) {
  std::printf("%-62s %9.1f us", what, microseconds);
  if (floor > 0) std::printf("   %5.2f x raw (%.1f us)", microseconds / floor, floor);
  std::printf("\n");
}

verifiers::TrustRootPtr fresh_root() {
  auto root = verifiers::TrustRoot::parse(std::string(verifiers::TrustRoot::embedded_json()),
                                          {"bench", std::nullopt});
  if (!root.ok()) die(root.error().message);
  return root.value();
}

/// The public keyless bundle: leaf, intermediate and root P-384; log, CT log and signature P-256.
class Keyless {
 public:
  Keyless() {
    candidate_.bytes = read("happy-path-v0.3-new-mediaType/bundle.sigstore.json");
    bytes_ = read("a.txt");
    demand_.kind = verifiers::Demand::Kind::anything;
  }
  bool verify(const verifiers::TrustRoot& root) const {
    return verifiers::Verifier::verify(candidate_, authority_,
                                       verifiers::Artifact::of_bytes(bytes_), demand_, root)
        .ok();
  }

 private:
  verifiers::Candidate candidate_;
  std::string bytes_;
  verifiers::Demand demand_;
  const verifiers::Authority authority_{
      "bench",
      {},
      verifiers::KeylessSigners{kIssuer, verifiers::IdentityRule::exact(kIdentity).value(), {}},
      nullptr};
};

void bundles(int rounds) {
  bench::RawSignature p256("P-256", "SHA256");
  bench::RawSignature p384("P-384", "SHA384");
  const Keyless keyless;
  const verifiers::TrustRootPtr warm = verifiers::TrustRoot::embedded();
  std::vector<verifiers::TrustRootPtr> fresh;
  for (int i = 0; i < rounds / 4 + 1; ++i) fresh.push_back(fresh_root());
  // In turns, so that a busy machine is the same for both.
  std::vector<double> one, other, with_warm, with_cold;
  for (int i = 0; i < rounds; ++i) {
    one.push_back(timed([&] { return p256.verify(); }));
    other.push_back(timed([&] { return p384.verify(); }));
    with_warm.push_back(timed([&] { return keyless.verify(*warm); }));
    if (i % 4 == 0) {
      const auto& root = *fresh[static_cast<std::size_t>(i / 4)];
      with_cold.push_back(timed([&] { return keyless.verify(root); }));
    }
  }
  const double raw256 = median(one);
  const double raw384 = median(other);
  line("raw ECDSA P-256", raw256);
  line("raw ECDSA P-384", raw384);
  line("public keyless v1 bundle, cold (2 P-384 + 4 P-256; bar 1.3)", median(with_cold),
       2 * raw384 + 4 * raw256);
  line("the same, intermediates checked (1 P-384 + 4 P-256; bar 1.4)", median(with_warm),
       raw384 + 4 * raw256);
  line("parse the trust root", measure(rounds / 4 + 1, [] { return fresh_root() != nullptr; }));
}

// Admission ---------------------------------------------------------------------------------------

void admission(int rounds) {
  bench::SignedGate gate(Milliseconds(0));
  const double plain = measure(rounds, [&] { return gate.decide_plainly(); });
  if (!gate.decide()) die("the signed artifact is not allowed: " + gate.why());
  const std::size_t before = gate.requests();
  std::vector<double> with, without;
  for (int i = 0; i < rounds; ++i) {
    without.push_back(timed([&] { return gate.decide_plainly(); }));
    with.push_back(timed([&] { return gate.decide(); }));
  }
  if (gate.requests() != before) die("a warm decision asked the registry");
  line("a decision without signatures", plain);
  line("a warm decision with signature and attestation", median(with));
  line("added (bar 200 us)", median(with) - median(without));
  bench::SignedGate slow(Milliseconds(20));
  std::vector<double> cold;
  std::size_t requests = 0;
  for (int i = 0; i < 15; ++i) {
    slow.restart();
    const std::size_t asked = slow.requests();
    cold.push_back(timed([&] { return slow.decide(); }));
    requests = slow.requests() - asked;
  }
  line("cold, 20 ms latency at every request (bar 250 ms)", median(cold));
  std::printf("%-62s %9zu\n", "requests for it: signature, attestation, tag", requests);
}

// Whole processes ---------------------------------------------------------------------------------

double process(const std::vector<std::string>& words) {
  std::vector<char*> argv;
  for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  const auto begin = Clock::now();
  pid_t pid = 0;
  int status = 1;
  const bool ran = ::posix_spawn(&pid, argv[0], &actions, nullptr, argv.data(), environ) == 0 &&
                   ::waitpid(pid, &status, 0) == pid;
  const std::chrono::duration<double, std::milli> taken = Clock::now() - begin;
  posix_spawn_file_actions_destroy(&actions);
  if (!ran || status != 0) die(words[0] + " " + words[1] + ": failed");
  return taken.count();
}

void processes(int rounds, const std::string& program) {
  const std::vector<std::string> signer = {"--certificate-identity", kIdentity,
                                           "--certificate-oidc-issuer", kIssuer};
  const auto verify = [&](const std::string& name, std::vector<std::string> more) {
    std::vector<std::string> words = {program, "verify-bundle", "--bundle",
                                      folder() + name + "/bundle.sigstore.json"};
    words.insert(words.end(), more.begin(), more.end());
    words.push_back(folder() + "a.txt");
    return words;
  };
  std::vector<std::string> with_root = signer;
  with_root.insert(with_root.end(),
                   {"--trusted-root", folder() + "rekor2-happy-path/trusted_root.json"});
  const struct {
    const char* what;
    std::vector<std::string> words;
  } kRows[] = {
      {"--help: the libraries' start alone", {program, "--help"}},
      {"verify-bundle, keyed (bar 16)",
       verify("managed-key-happy-path", {"--key", folder() + "managed-key-happy-path/key.pub"})},
      {"verify-bundle, public keyless v1 (bar 18)",
       verify("happy-path-v0.3-new-mediaType", signer)},
      {"verify-bundle, Rekor v2 with timestamp (bar 20)", verify("rekor2-happy-path", with_root)},
  };
  std::vector<std::vector<double>> taken(std::size(kRows));
  for (int i = 0; i < rounds; ++i) {
    for (std::size_t row = 0; row < std::size(kRows); ++row)
      taken[row].push_back(process(kRows[row].words));
  }
  for (std::size_t row = 0; row < std::size(kRows); ++row) {
    std::printf("%-62s %9.1f ms   (fastest %.1f)\n", kRows[row].what, median(taken[row]),
                bench::percentile(taken[row], 0));
  }
}

}  // namespace
}  // namespace portreeve

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 400;
  portreeve::bundles(rounds);
  portreeve::admission(rounds);
  portreeve::processes(rounds / 10 + 5, argc > 2 ? argv[2] : PORTREEVE_PROGRAM);
  return 0;
}
