// Trees, notes and names: what needs no keys.

#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <fstream>
#include <iterator>
#include <set>

#include "core/base64.h"
#include "core/utf8.h"
#include "tests/support/mint_signature.h"
#include "tests/support/source_dir.h"
#include "verifiers/checkpoint.h"
#include "verifiers/merkle.h"

namespace portreeve::verifiers {
namespace {

// --- Merkle trees: a recursive reference (RFC 9162 §2.1.1, §2.1.3.1), every leaf of every tree up
// to 64, and each valid proof broken in every part (after certificate-transparency's VerifierCheck).

using merkle::Hash;

std::vector<Hash> leaves(std::size_t count) {
  std::vector<Hash> out;
  for (std::size_t i = 0; i < count; ++i) out.push_back(merkle::leaf_hash(std::to_string(i)));
  return out;
}

Hash reference_root(std::span<const Hash> tree) {
  if (tree.size() == 1) return tree[0];
  const std::size_t split = std::bit_floor(tree.size() - 1);
  return merkle::node_hash(reference_root(tree.first(split)), reference_root(tree.subspan(split)));
}

void reference_path(std::size_t index, std::span<const Hash> tree, std::vector<Hash>& out) {
  if (tree.size() == 1) return;
  const std::size_t split = std::bit_floor(tree.size() - 1);
  if (index < split) {
    reference_path(index, tree.first(split), out);
    out.push_back(reference_root(tree.subspan(split)));
  } else {
    reference_path(index - split, tree.subspan(split), out);
    out.push_back(reference_root(tree.first(split)));
  }
}

bool proves(std::uint64_t index, std::uint64_t size, const Hash& leaf, std::span<const Hash> path,
            const Hash& root) {
  const Result<Hash> got = merkle::root_of_inclusion(index, size, leaf, path);
  return got.ok() && got.value() == root;
}

void expect_broken(std::size_t index, std::size_t size, const Hash& leaf, std::vector<Hash> path,
                   const Hash& root) {
  EXPECT_FALSE(proves(index + 1, size, leaf, path, root));
  if (index > 0) {
    EXPECT_FALSE(proves(index - 1, size, leaf, path, root));
  }
  EXPECT_FALSE(proves(index, index, leaf, path, root));
  EXPECT_FALSE(proves(index, size * 2, leaf, path, root));
  EXPECT_FALSE(proves(index, size, merkle::leaf_hash("other"), path, root));
  std::vector<Hash> more = path;
  more.push_back(leaf);
  EXPECT_FALSE(merkle::root_of_inclusion(index, size, leaf, more).ok());
  more = path;
  more.insert(more.begin(), leaf);
  EXPECT_FALSE(proves(index, size, leaf, more, root));
  for (std::size_t i = 0; i < path.size(); ++i) {
    std::vector<Hash> wrong = path;
    wrong[i][7] ^= 1;
    EXPECT_FALSE(proves(index, size, leaf, wrong, root));
  }
  if (!path.empty()) {
    path.pop_back();
    EXPECT_FALSE(merkle::root_of_inclusion(index, size, leaf, path).ok());
  }
}

TEST(Merkle, EveryLeafOfEverySmallTree) {
  for (std::size_t size = 1; size <= 64; ++size) {
    const std::vector<Hash> tree = leaves(size);
    const Hash root = reference_root(tree);
    for (std::size_t index = 0; index < size; ++index) {
      std::vector<Hash> path;
      reference_path(index, tree, path);
      ASSERT_TRUE(proves(index, size, tree[index], path, root)) << index << " of " << size;
      expect_broken(index, size, tree[index], path, root);
    }
  }
}

// RFC 6962's published vectors: the empty leaf.
TEST(Merkle, KnownLeaf) {
  EXPECT_EQ(crypto::to_hex(merkle::leaf_hash("")),
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
}

TEST(Merkle, HugeNumbers) {
  const Hash leaf = merkle::leaf_hash("x");
  const std::vector<Hash> path(64, leaf);
  const std::uint64_t most = 0x7FFFFFFFFFFFFFFF;
  EXPECT_FALSE(merkle::root_of_inclusion(most, most, leaf, path).ok());
  EXPECT_FALSE(merkle::root_of_inclusion(0, 0, leaf, {}).ok());
  EXPECT_TRUE(merkle::root_of_inclusion(0, most, leaf, std::span(path).first(63)).ok());
}

// --- Checkpoints.

std::string note(const std::string& body, const std::string& signatures) {
  return body + "\n" + signatures;
}
const std::string kBody = "log.test\n42\n" + to_base64(std::string(32, 'r')) + "\n";
const std::string kLine = "\u2014 log.test " + to_base64("idididid") + "\n";

std::string parse(const std::string& text) {
  const auto checkpoint = Checkpoint::parse(text);
  return checkpoint.ok() ? "ok" : std::string(to_string(checkpoint.error().reason));
}

TEST(Checkpoint, Shape) {
  const auto good = Checkpoint::parse(note(kBody, kLine));
  ASSERT_TRUE(good.ok());
  EXPECT_EQ(good.value().origin, "log.test");
  EXPECT_EQ(good.value().size, 42U);
  EXPECT_EQ(good.value().text, kBody);
  EXPECT_EQ(good.value().signatures.at(0).key_id, "idid");
  EXPECT_EQ(parse(note(kBody + "Timestamp: 1\nother: x\n", kLine)), "ok");
  EXPECT_EQ(parse(note(kBody + "\nafter a blank line\n", kLine + kLine)), "ok");
  std::string many;
  for (int i = 0; i < 64; ++i) many += kLine;
  EXPECT_EQ(parse(note(kBody, many)), "ok");
  EXPECT_EQ(parse(note(kBody, many + kLine)), "too-large");
}

TEST(Checkpoint, Malformed) {
  const std::string root = to_base64(std::string(32, 'r')) + "\n";
  const std::vector<std::string> bad = {
      "", "\n", "\n\n", kBody, kBody + "\n", kBody + kLine,
      note(kBody, kLine.substr(0, kLine.size() - 1)),
      note(kBody, kLine + "\n"),
      note("log.test\n42\n", kLine),
      note("\n42\n" + root, kLine),
      note("log.test\n\n" + root, kLine),
      note("log.test\n-1\n" + root, kLine),
      note("log.test\n042\n" + root, kLine),
      note("log.test\n4 2\n" + root, kLine),
      note("log.test\n42\nAAAA\n", kLine),
      note("log.test\n42\nnot base64\n", kLine),
      note("log.test\r\n42\n" + root, kLine),
      note("log.test\x01\n42\n" + root, kLine),
      note("log.test\xFF\n42\n" + root, kLine),
      note(kBody, "- log.test AAAAAAAA\n"),
      note(kBody, "\u2014 log.test\n"),
      note(kBody, "\u2014  AAAAAAAA\n"),
      note(kBody, "\u2014 log.test AAAA AAAA\n"),
      note(kBody, "\u2014 log+test " + to_base64("idididid") + "\n"),
      note(kBody, "\u2014 log.test " + to_base64("idid") + "\n"),
      note(kBody, "\u2014 log.test !!!!\n"),
  };
  for (const std::string& text : bad) {
    EXPECT_EQ(parse(text), "checkpoint-malformed") << utf8::printable(text, 400);
  }
  EXPECT_EQ(parse(std::string(70'000, 'x')), "too-large");
}

// A witness beside the log is ignored, wherever it stands; a second line of the log must hold too.
TEST(Checkpoint, OtherLines) {
  auto& mint = testing::shared_mint();
  for (const testing::MintedLog log : {testing::MintedLog::v1, testing::MintedLog::v2}) {
    testing::MintLog::CheckpointSpec spec;
    spec.more_signatures = {"\u2014 witness.test " + to_base64("wwww\x04" + std::string(71, 'x'))};
    EXPECT_EQ(mint.judge(mint.bundle({.log = log, .timestamp = true, .checkpoint = spec}),
                         mint.keyless()),
              "accepted");
  }
  testing::MintLog::CheckpointSpec twice;
  const testing::MintLog& log = mint.sigstore.rekor_v2;
  twice.more_signatures = {"\u2014 " + log.name + " " + to_base64(log.key_id() + std::string(64, 'x'))};
  EXPECT_EQ(mint.judge(mint.bundle({.log = testing::MintedLog::v2, .timestamp = true,
                                    .checkpoint = twice}),
                       mint.keyless()),
            "checkpoint-signature");
}

// --- Names of repositories and identities.

TEST(RepositoryGlob, HostAndPathApart) {
  struct Row {
    const char* glob;
    const char* name;
    bool matches;
  };
  for (const Row& row : {
           Row{"ghcr.io/acme/**", "ghcr.io/acme/ship", true},
           {"ghcr.io/acme/**", "ghcr.io/acme/a/b", true},
           {"ghcr.io/acme/**", "ghcr.io/acme", false},
           {"ghcr.io/acme/**", "ghcr.io/acme-evil/x", false},
           {"ghcr.io/acme/**", "evil.test/ghcr.io/acme/x", false},
           {"*.trusted.test/**", "a.trusted.test/x", true},
           // Portieris: the pattern once matched inside the attacker's path.
           {"*.trusted.test/**", "evil.test/a.trusted.test/x", false},
           {"*.trusted.test/**", "evil.test", false},
           {"*/**", "any.test/x/y", true},
       }) {
    EXPECT_EQ(RepositoryGlob::compile(row.glob).value().matches(row.name), row.matches)
        << row.glob << " " << row.name;
  }
  for (const char* bad : {"", "acme", "/acme", "**/acme", "ghcr.io/", "ghcr.io/[a]"}) {
    EXPECT_FALSE(RepositoryGlob::compile(bad).ok()) << bad;
  }
}

TEST(IdentityPattern, SaysEnough) {
  for (const char* good : {
           R"(https://github\.com/acme/ship/\.github/workflows/release\.yaml@refs/heads/main)",
           R"(^https://github\.com/acme/.*$)",
           R"(https://github.com/acme/ship/.+@refs/tags/v[0-9.]+)",
           R"(https://github\.com/(acme|beta)/ship/.*)",
           R"([a-z.]+@acme\.test)",
           R"(.*@acme.test)",
           R"([a-z]+!oidc\.acme\.test)",
       }) {
    const auto rule = IdentityRule::pattern(good);
    EXPECT_TRUE(rule.ok()) << good << ": " << (rule.ok() ? "" : rule.error().message);
  }
}

// CVE-2026-22772, Kubewarden#147: what a stranger could fit, and what would match nothing.
TEST(IdentityPattern, SaysTooLittle) {
  for (const char* bad : {
           "", "^$", ".*", ".+", "[^@]*", "https://.*", R"(https://github\.com.*)",
           R"(https://github\.com/.*)", R"(https://github\.com/acme)", R"(https://github\.com/acme.*)",
           R"(https://github\.com/acme[^/]*/.*)", R"(https://github\.com/acme/)",
           R"(.*github\.com/acme/.*)", R"(.*://github\.com/acme/.*)",
           R"(https://github\.com/(acme/x|.*)/y)", R"(https://github\.com/acme/x|.*)",
           R"(https://[a-z]+\.test/acme/.*)", R"(https?://github\.com/acme/.*)",
           R"(.*@.*)", R"(.*@acme\..*)", R"(.*@)", R"(me@acme\.test|.*)", "acme", R"(.*!.*)",
           R"(https://github\.com/acme/(unclosed)", R"([](].*|me@acme\.test)", R"([^](].*|me@acme\.test)",
           R"([[:alpha:](].*|me@acme\.test)", R"(\Q[\E.*|me@acme\.test)",
       }) {
    EXPECT_FALSE(IdentityRule::pattern(bad).ok()) << bad;
  }
}

TEST(IdentityPattern, ADotInAHostIsADot) {
  const auto fits = [](const char* pattern, const char* name, crypto::NameKind kind) {
    return IdentityRule::pattern(pattern).value().matches({kind, name, ""});
  };
  constexpr auto kUri = crypto::NameKind::uri;
  constexpr auto kEmail = crypto::NameKind::email;
  EXPECT_TRUE(fits(".*@mail.acme.test", "me@mail.acme.test", kEmail));
  EXPECT_FALSE(fits(".*@mail.acme.test", "me@mailxacme.test", kEmail));
  EXPECT_TRUE(fits("^https://git.acme.test/a.b/.*$", "https://git.acme.test/a.b/c", kUri));
  EXPECT_FALSE(fits("https://git.acme.test/a.b/.*", "https://gitxacme.test/a.b/c", kUri));
  EXPECT_FALSE(fits("https://git.acme.test/a.b/.*", "https://git.acme.test/axb/c", kUri));
  EXPECT_FALSE(fits("https://git.acme.test/(a.b|c)/.*", "https://git.acme.test/axb/c", kUri));
  EXPECT_TRUE(fits(R"(https://git\.acme\.test/a\.b/.*)", "https://git.acme.test/a.b/c", kUri));
  EXPECT_TRUE(fits("https://git.acme.test/a/v.", "https://git.acme.test/a/v1", kUri)) << "elsewhere it is any";
}

// What the loader relies on, whoever fills the fields in.
TEST(AuthorityValue, Check) {
  Authority authority = testing::shared_mint().keyless();
  EXPECT_TRUE(authority.check().ok());
  authority.log = LogNeed::none;
  EXPECT_FALSE(authority.check().ok());
  authority.timestamps = 1;
  EXPECT_TRUE(authority.check().ok());
  std::get<KeylessSigners>(authority.signers).issuer.clear();
  EXPECT_FALSE(authority.check().ok());
  authority = testing::shared_mint().keyed();
  authority.log = LogNeed::none;
  EXPECT_TRUE(authority.check().ok());
  auto& keys = std::get<KeySigners>(authority.signers).keys;
  keys[0].window = {testing::at("2027-01-01T00:00:00Z"), testing::at("2026-01-01T00:00:00Z")};
  EXPECT_FALSE(authority.check().ok());
  keys.clear();
  EXPECT_FALSE(authority.check().ok());
}

TEST(Artifact, Digests) {
  const std::string right(64, 'a');
  EXPECT_TRUE(Artifact::of_digest("sha256:" + right).ok());
  EXPECT_TRUE(Artifact::of_digest("sha512:" + right + right).ok());
  for (const std::string& bad : {std::string("sha256"), "sha256:" + right + "a", "sha256:" + right.substr(1),
                                 "SHA256:" + right, "sha256:" + std::string(64, 'A'), "md5:" + right,
                                 "sha256:" + std::string(64, 'g'), std::string(":")}) {
    EXPECT_FALSE(Artifact::of_digest(bad).ok()) << bad;
  }
  // Bytes that are not the manifest's are as good as none.
  const Digest digest = Digest::parse("sha256:" + right).value();
  EXPECT_FALSE(Artifact::in_registry("a/b", digest, "other").digest(crypto::HashKind::sha512));
}

TEST(Reasons, NamesAreDistinctAndDocumented) {
  std::ifstream file(test::source_dir() + "/docs/signatures.md");
  const std::string document((std::istreambuf_iterator<char>(file)), {});
  std::set<std::string_view> names;
  for (const ReasonRow& row : reasons()) {
    const std::string line = "| `" + std::string(row.name) + "` | " +
                             std::string(portreeve::to_string(row.code)) + " | " +
                             std::string(row.meaning) + " |\n";
    EXPECT_NE(document.find(line), std::string::npos) << line;
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_EQ(to_string(row.reason), row.name);
    EXPECT_FALSE(row.meaning.empty());
  }
}

}  // namespace
}  // namespace portreeve::verifiers
