// `portreeve verify-bundle`: the client protocol of sigstore-conformance (docs/cli_protocol.md there).

#include <sys/stat.h>

#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "core/file.h"
#include "core/limits.h"
#include "core/utf8.h"
#include "engine/outcome.h"
#include "verifiers/verifier.h"

namespace portreeve::cli {
namespace {

constexpr Help kHelp = {
    "verify-bundle",
    "verifies a Sigstore bundle against a file, or against its digest. Without --trusted-root, the\n"
    "compiled-in root of the public-good instance is used; nothing is fetched",
    "--bundle FILE [OPTION...] FILE_OR_DIGEST",
    "  portreeve verify-bundle --bundle a.sigstore.json --key cosign.pub a.txt\n"
    "  portreeve verify-bundle --bundle a.sigstore.json --certificate-identity me@acme.example \\\n"
    "    --certificate-oidc-issuer https://accounts.acme.example sha256:4f53...\n",
    "  0  verified\n"
    "  1  rejected; the reason is on standard error (docs/signatures.md lists them)\n"
    "  2  usage, or a key or trust root that does not load\n"
    "  3  could not decide: over a limit, not supported, or a file that cannot be read\n",
};

struct Options {
  bool staging = false;
  std::string bundle;
  std::string identity;
  std::string issuer;
  std::string key;
  std::string trusted_root;
  std::string artifact;
};

// What went wrong, and whose fault it is.
struct Failure {
  engine::Cause cause;
  std::string message;
};

Failure misconfigured(std::string message) {
  return {engine::Cause::misconfigured, std::move(message)};
}

// A file that is not there is a usage error when it says what to trust, else a target that cannot be
// read.
Result<std::string> read(const std::string& path, std::size_t most) {
  Result<std::string> text = read_file(path, most);
  if (!text.ok()) return with_context(std::move(text).error(), utf8::printable(path, 128));
  return text;
}

std::optional<Failure> check_usage(const Options& options) {
  if (options.staging) {
    return misconfigured("--staging: no staging root is compiled in and nothing is fetched; give it "
                         "with --trusted-root");
  }
  const bool identity = !options.identity.empty() || !options.issuer.empty();
  if (identity == !options.key.empty()) {
    return misconfigured("expected either --certificate-identity with --certificate-oidc-issuer, or "
                         "--key");
  }
  if (identity && (options.identity.empty() || options.issuer.empty())) {
    return misconfigured("--certificate-identity and --certificate-oidc-issuer belong together: an "
                         "identity means nothing without who vouches for it");
  }
  return std::nullopt;
}

Result<verifiers::Authority> key_authority(const Options& options) {
  PORTREEVE_TRY(const std::string pem, read(options.key, limits::kPolicyFileBytes));
  Result<crypto::PublicKey> key = crypto::PublicKey::from_pem(pem);
  if (!key.ok()) return with_context(std::move(key).error(), utf8::printable(options.key, 128));
  std::vector<crypto::Scheme> schemes = crypto::default_schemes(key.value());
  verifiers::KeySigners signers;
  signers.keys.push_back({options.key, std::move(key).value(), std::move(schemes), {}});
  verifiers::Authority authority{"--key", {}, std::move(signers), nullptr};
  // What the bundle says of a log must be true; but a key needs no log.
  authority.log = verifiers::LogNeed::if_present;
  return authority;
}

Result<verifiers::Authority> identity_authority(const Options& options) {
  PORTREEVE_TRY(verifiers::IdentityRule identity, verifiers::IdentityRule::exact(options.identity));
  return verifiers::Authority{"--certificate-identity", {},
                              verifiers::KeylessSigners{options.issuer, std::move(identity), {}},
                              nullptr};
}

Result<verifiers::TrustRootPtr> trust_root(const Options& options) {
  if (options.trusted_root.empty()) return verifiers::TrustRoot::embedded();
  PORTREEVE_TRY(std::string json, read(options.trusted_root, limits::kBundleBytes));
  Result<verifiers::TrustRootPtr> root =
      verifiers::TrustRoot::parse(std::move(json), {options.trusted_root, std::nullopt});
  if (!root.ok()) {
    return with_context(std::move(root).error(), utf8::printable(options.trusted_root, 128));
  }
  return root;
}

// A digest, unless a file has that name.
bool is_digest(const std::string& text) {
  struct stat status {};
  return text.rfind("sha256:", 0) == 0 && ::stat(text.c_str(), &status) != 0;
}

std::string verified_text(const verifiers::SignatureClaim& claim) {
  std::string out = "verified: " + claim.artifact + " signed by " +
                    utf8::printable(claim.signer.id, limits::kQuotedBytes);
  for (const verifiers::SigningTime& time : claim.times) {
    out += "; " + format_time(time.time) + " (" + time.source + ")";
  }
  return out + "\n";
}

std::optional<Failure> verify(const Options& options, Io& io) {
  if (auto wrong = check_usage(options)) return wrong;
  const Result<verifiers::Authority> authority =
      options.key.empty() ? identity_authority(options) : key_authority(options);
  if (!authority.ok()) return misconfigured(authority.error().message);
  const Result<verifiers::TrustRootPtr> root = trust_root(options);
  if (!root.ok()) return misconfigured(root.error().message);
  const auto unreadable = [](const Error& error) {
    return Failure{engine::cause_of_evidence(error.code), error.message};
  };
  verifiers::Candidate candidate;
  candidate.found = options.bundle;
  Result<std::string> bundle = read(options.bundle, limits::kAttestationBytes);
  if (!bundle.ok()) return unreadable(bundle.error());
  candidate.bytes = std::move(bundle).value();
  Result<std::string> bytes = std::string();
  const bool digest = is_digest(options.artifact);
  if (!digest) bytes = read(options.artifact, limits::kToolMemoryBudget);
  if (!bytes.ok()) return unreadable(bytes.error());
  const Result<verifiers::Artifact> artifact =
      digest ? verifiers::Artifact::of_digest(options.artifact)
             : Result<verifiers::Artifact>(verifiers::Artifact::of_bytes(bytes.value()));
  if (!artifact.ok()) return misconfigured(artifact.error().message);
  verifiers::Demand demand;
  demand.kind = verifiers::Demand::Kind::anything;
  const auto claims = verifiers::Verifier::verify(candidate, authority.value(), artifact.value(),
                                                  demand, *root.value());
  if (!claims.ok()) {
    return Failure{engine::cause_of_evidence(verifiers::code_of(claims.error().reason)),
                   claims.error().text()};
  }
  io.out << verified_text(*claims.value().front());
  return std::nullopt;
}

}  // namespace

int run_verify_bundle(std::span<const std::string> args, Io& io) {
  Options options;
  CLI::App app;
  app.add_flag("--staging", options.staging, "Refused: no staging root is compiled in.");
  app.add_option("--bundle", options.bundle, "The bundle.")->required()->type_name("FILE");
  app.add_option("--certificate-identity", options.identity,
                 "Whom the certificate must name, byte by byte.")
      ->type_name("TEXT");
  app.add_option("--certificate-oidc-issuer", options.issuer, "Who must vouch for the identity.")
      ->type_name("URL");
  app.add_option("--key", options.key, "Public key (PEM) that must have signed, instead.")
      ->type_name("FILE");
  app.add_option("--trusted-root", options.trusted_root,
                 "A trusted_root.json. Default: the compiled-in public-good root.")
      ->type_name("FILE");
  app.add_option("FILE_OR_DIGEST", options.artifact,
                 "What was signed: a file, or sha256:HEX if there is no such file.")
      ->required();
  if (const auto over = parse_arguments(app, kHelp, args, io)) return *over;
  const std::optional<Failure> failure = verify(options, io);
  if (!failure.has_value()) return kExitAllow;
  io.err << "portreeve verify-bundle: " << utf8::printable(failure->message, 1024) << '\n';
  return engine::outlet(failure->cause).exit;
}

}  // namespace portreeve::cli
