// sigstore-conformance's verification cases, in this process, by the client protocol: each as a path
// and as a digest, and each failure for the reason that its README gives.

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "crypto/hash.h"
#include "tests/support/command.h"
#include "tests/support/source_dir.h"

namespace portreeve {
namespace {

namespace fs = std::filesystem;
using testing::ran;

constexpr const char* kIdentity =
    "https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/"
    "extremely-dangerous-oidc-beacon.yml@refs/heads/main";
constexpr const char* kIssuer = "https://token.actions.githubusercontent.com";

// Why each case that must fail does. A case that is not in here must still fail, and for a reason of
// docs/signatures.md.
const std::map<std::string, std::string>& reasons() {
  static const std::map<std::string, std::string> table = {
      {"bundle-empty-certificate-chain_fail", "bundle-material"},
      {"bundle-malformed-json_fail", "bundle-malformed"},
      {"bundle-unknown-version_fail", "bundle-version"},
      // Signed by somebody else as well; with that identity it is checkpoint-missing.
      {"bundle-with-root-cert_fail", "issuer-mismatch"},
      {"checkpoint-wrong-roothash_fail", "log-proof-root"},
      {"dsse-mismatch-sig_fail", "log-binding-signature"},
      {"integrated-time-in-future_fail", "certificate-time"},
      {"intoto-missing-inclusion-proof_fail", "log-proof-missing"},
      {"intoto-tsa-timestamp-outside-cert-validity_fail", "certificate-time"},
      {"invalid-checkpoint-signature_fail", "checkpoint-signature"},
      {"invalid-ct-key_fail", "sct-invalid"},
      // The key's base64 was edited by hand and does not decode strictly.
      {"managed-key-wrong-key_fail", "bits that no byte uses"},
      {"message-digest-mismatch_fail", "digest-mismatch"},
      {"rekor2-checkpoint-missing-log-signature_fail", "checkpoint-malformed"},
      {"rekor2-checkpoint-missing-size_fail", "checkpoint-malformed"},
      {"rekor2-checkpoint-no-matching-signature_fail", "checkpoint-origin"},
      {"rekor2-dsse-mismatch-envelope_fail", "log-binding-signature"},
      {"rekor2-no-timestamp_fail", "time-missing"},
      {"rekor2-timestamp-outside-trust-root-tsa-validity_fail", "timestamp-invalid"},
      {"rekor2-timestamp-payload-mismatch_fail", "timestamp-invalid"},
      {"rekor2-timestamp-untrusted-tsa-without-embedded-cert_fail", "timestamp-invalid"},
      {"set-invalid-signature_fail", "log-promise-signature"},
      {"wrong-hashedrekord-artifact_fail", "log-binding-signature"},
      {"wrong-material_fail", "digest-mismatch"},
  };
  return table;
}

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string stripped(std::string text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0) text.pop_back();
  return text;
}

// A folder of cases may be given, such as the whole suite; else the ones in the tree.
fs::path cases() {
  const char* const given = std::getenv("PORTREEVE_CONFORMANCE");
  return given != nullptr ? fs::path(given)
                          : fs::path(test::source_dir()) /
                                "tests/fixtures/sigstore-conformance/bundle-verify";
}

std::vector<std::string> arguments(const fs::path& folder) {
  std::vector<std::string> args = {"verify-bundle", "--bundle",
                                   (folder / "bundle.sigstore.json").string()};
  if (fs::exists(folder / "key.pub")) {
    args.insert(args.end(), {"--key", (folder / "key.pub").string()});
  } else {
    const auto or_else = [&](const char* file, const char* otherwise) {
      return fs::exists(folder / file) ? stripped(read(folder / file)) : std::string(otherwise);
    };
    args.insert(args.end(), {"--certificate-identity", or_else("identity", kIdentity),
                             "--certificate-oidc-issuer", or_else("issuer", kIssuer)});
  }
  if (fs::exists(folder / "trusted_root.json")) {
    args.insert(args.end(), {"--trusted-root", (folder / "trusted_root.json").string()});
  }
  return args;
}

void expect_case(const fs::path& folder, const std::string& artifact) {
  std::vector<std::string> args = arguments(folder);
  args.push_back(artifact);
  const auto result = ran(args);
  const std::string name = folder.filename().string();
  const bool fails = name.size() > 5 && name.substr(name.size() - 5) == "_fail";
  if (!fails) {
    EXPECT_EQ(result.exit, 0) << result.err;
    return;
  }
  EXPECT_TRUE(result.exit == 1 || result.exit == 2 || result.exit == 3) << result.exit;
  EXPECT_EQ(result.out, "");
  const auto reason = reasons().find(name);
  if (reason == reasons().end()) {
    std::cout << "no reason is expected of " << name << ": " << result.err;
    return;
  }
  EXPECT_NE(result.err.find(reason->second), std::string::npos) << result.err;
}

TEST(Conformance, EveryCaseAsPathAndDigest) {
  ASSERT_TRUE(fs::exists(cases())) << cases();
  std::size_t count = 0;
  for (const auto& entry : fs::directory_iterator(cases())) {
    if (!entry.is_directory()) continue;
    ++count;
    const fs::path folder = entry.path();
    const fs::path own = folder / "artifact";
    const fs::path artifact = fs::exists(own) ? own : folder.parent_path() / "a.txt";
    SCOPED_TRACE(folder.filename().string());
    {
      SCOPED_TRACE("PATH");
      expect_case(folder, artifact.string());
    }
    SCOPED_TRACE("DIGEST");
    expect_case(folder, "sha256:" + crypto::sha256_hex(read(artifact)));
  }
  EXPECT_GE(count, 35U);
}

TEST(Conformance, WithRootCertificateForItsOwnReason) {
  const fs::path folder = cases() / "bundle-with-root-cert_fail";
  if (!fs::exists(folder)) GTEST_SKIP() << "not among these cases";
  auto result = ran({"verify-bundle", "--bundle", (folder / "bundle.sigstore.json").string(),
                     "--certificate-identity", "nobody@example.test", "--certificate-oidc-issuer",
                     "https://github.com/login/oauth", (folder / "artifact").string()});
  ASSERT_EQ(result.exit, 1);
  const std::size_t found = result.err.find("found email \"");
  ASSERT_NE(found, std::string::npos) << result.err;
  const std::size_t begin = found + 13;
  const std::string identity = result.err.substr(begin, result.err.find('"', begin) - begin);
  result = ran({"verify-bundle", "--bundle", (folder / "bundle.sigstore.json").string(),
                "--certificate-identity", identity, "--certificate-oidc-issuer",
                "https://github.com/login/oauth", (folder / "artifact").string()});
  EXPECT_EQ(result.exit, 1);
  EXPECT_NE(result.err.find("checkpoint-missing"), std::string::npos) << result.err;
}

TEST(Conformance, StagingIsRefusedWithAReason) {
  const auto result = ran({"verify-bundle", "--staging", "--bundle", "b", "--key", "k", "a"});
  EXPECT_EQ(result.exit, 2);
  EXPECT_NE(result.err.find("--trusted-root"), std::string::npos) << result.err;
}

TEST(Conformance, Usage) {
  for (const std::vector<std::string>& args :
       {std::vector<std::string>{"verify-bundle", "--bundle", "b", "a"},
        {"verify-bundle", "--bundle", "b", "--certificate-identity", "x", "a"},
        {"verify-bundle", "--bundle", "b", "--certificate-oidc-issuer", "x", "a"},
        {"verify-bundle", "--bundle", "b", "--key", "k", "--certificate-identity", "x",
         "--certificate-oidc-issuer", "y", "a"},
        {"verify-bundle", "--key", "/nowhere/key.pub", "--bundle", "b", "a"},
        {"verify-bundle", "--key", "k"}}) {
    const auto result = ran(args);
    EXPECT_EQ(result.exit, 2) << result.err;
    EXPECT_EQ(result.out, "");
  }
  const fs::path folder = cases() / "happy-path-v0.3-new-mediaType";
  std::vector<std::string> args = arguments(folder);
  args.push_back("/nowhere/artifact");
  EXPECT_EQ(ran(args).exit, 3);
  args.back() = "sha256:" + std::string(64, 'A');
  EXPECT_EQ(ran(args).exit, 2);
}

}  // namespace
}  // namespace portreeve
