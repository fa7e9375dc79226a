#include "net/tls_files.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <thread>
#include <vector>

#include "tests/net/live_listener.h"
#include "tests/net/mint.h"
#include "tests/net/scratch_files.h"

namespace portreeve::net {
namespace {

using test::Minted;
using test::MintOptions;
using test::post_request;

const TimePoint kNow{std::chrono::seconds(1'800'000'000)};

crypto::PemPair pair_at(TimePoint now) { return Minted::make({}, now).pair(); }

std::shared_ptr<TlsFiles> load(const TlsOptions& options, TimePoint now = kNow) {
  auto files = TlsFiles::load(options, now);
  if (!files.ok()) throw std::runtime_error(files.error().message);
  return std::move(files).value();
}

TEST(TlsFiles, SelfSignedByDefault) {
  TlsOptions options;
  options.self_signed_names = "localhost,127.0.0.1";
  const auto files = load(options);
  EXPECT_NE(files->current(), nullptr);
  EXPECT_NE(files->ca_bundle_pem().find("-----BEGIN CERTIFICATE-----"), std::string::npos);
  const auto context = files->current();
  const auto reloaded = files->reload(kNow + std::chrono::hours(24 * 400));
  ASSERT_TRUE(reloaded.ok());
  EXPECT_FALSE(reloaded.value());
  EXPECT_EQ(files->current(), context);
}

TEST(TlsFiles, TakesANewSetAndOnlyAnewOne) {
  const ScratchFiles scratch;
  const auto first = pair_at(kNow);
  scratch.write(first);
  const auto files = load(scratch.options());
  EXPECT_EQ(files->ca_bundle_pem(), first.certificate);
  const auto same = files->reload(kNow);
  ASSERT_TRUE(same.ok());
  EXPECT_FALSE(same.value());

  const auto second = pair_at(kNow);
  scratch.write(second);
  const auto taken = files->reload(kNow);
  ASSERT_TRUE(taken.ok()) << taken.error().message;
  EXPECT_TRUE(taken.value());
  EXPECT_EQ(files->ca_bundle_pem(), second.certificate);

  scratch.replace("tls.crt", second.certificate);  // Another inode, the same content.
  const auto again = files->reload(kNow);
  ASSERT_TRUE(again.ok());
  EXPECT_FALSE(again.value());
  EXPECT_EQ(files->reloads(), 1u);
  EXPECT_EQ(files->reload_failures(), 0u);
}

// Both versions in one tick of the file system's clock, with equal sizes and the same inode.
TEST(TlsFiles, NoticesARewriteThatStatCannotSee) {
  const ScratchFiles scratch;
  scratch.write(pair_at(kNow));
  const auto files = load(scratch.options());
  for (int i = 0; i < 50; ++i) {
    const auto next = pair_at(kNow);
    scratch.write(next);
    const auto taken = files->reload(kNow);
    ASSERT_TRUE(taken.ok()) << taken.error().message;
    EXPECT_TRUE(taken.value());
    EXPECT_EQ(files->ca_bundle_pem(), next.certificate);
  }
}

TEST(TlsFiles, FollowsTheLinksOfAKubernetesSecret) {
  const ScratchFiles scratch;
  scratch.swap(pair_at(kNow), "..v1");
  const auto files = load(scratch.options());
  const auto next = pair_at(kNow);
  scratch.swap(next, "..v2");
  const auto taken = files->reload(kNow);
  ASSERT_TRUE(taken.ok()) << taken.error().message;
  EXPECT_TRUE(taken.value());
  EXPECT_EQ(files->ca_bundle_pem(), next.certificate);
}

class TlsFilesBad : public testing::Test {
 protected:
  TlsFilesBad() {
    scratch_.write(first_);
    scratch_.write("ca.crt", Minted::authority(kNow).pem());
    TlsOptions options = scratch_.options();
    options.client_ca_file = scratch_.path("ca.crt");
    files_ = load(options);
    context_ = files_->current();
  }

  /// Refused, old set kept; and the good set that follows is taken.
  void expect_refused(const std::string& reason) {
    const auto outcome = files_->reload(kNow);
    ASSERT_FALSE(outcome.ok());
    EXPECT_EQ(outcome.error().code, Errc::misconfigured);
    EXPECT_NE(outcome.error().message.find(reason), std::string::npos) << outcome.error().message;
    EXPECT_EQ(files_->current(), context_);
    EXPECT_EQ(files_->ca_bundle_pem(), first_.certificate);
    EXPECT_EQ(files_->reload_failures(), 1u);
    EXPECT_FALSE(files_->reload(kNow).ok()) << "refused again while it is bad";

    for (const char* name : {"tls.crt", "tls.key", "ca.crt"}) {
      std::filesystem::remove_all(scratch_.path(name));
    }
    scratch_.write(pair_at(kNow));
    scratch_.write("ca.crt", Minted::authority(kNow).pem());
    const auto mended = files_->reload(kNow);
    ASSERT_TRUE(mended.ok()) << mended.error().message;
    EXPECT_TRUE(mended.value());
    EXPECT_NE(files_->current(), context_);
    EXPECT_EQ(files_->reloads(), 1u);
  }
  void write_minted(const MintOptions& options) {
    scratch_.write(Minted::make(options, kNow).pair());
  }

  ScratchFiles scratch_;
  const crypto::PemPair first_ = pair_at(kNow);
  std::shared_ptr<TlsFiles> files_;
  std::shared_ptr<SSL_CTX> context_;
};

TEST_F(TlsFilesBad, OtherKey) {
  scratch_.write("tls.crt", pair_at(kNow).certificate);
  expect_refused("key does not belong to the certificate");
}
TEST_F(TlsFilesBad, HalfWrittenCertificate) {
  const auto next = pair_at(kNow);
  scratch_.write({next.certificate.substr(0, next.certificate.size() / 2), next.key});
  expect_refused("no certificate in PEM text");
}
TEST_F(TlsFilesBad, HalfWrittenKey) {
  const auto next = pair_at(kNow);
  scratch_.write({next.certificate, next.key.substr(0, next.key.size() / 2)});
  expect_refused("no usable private key");
}
TEST_F(TlsFilesBad, EmptyFiles) {
  scratch_.write({"", ""});
  expect_refused("no certificate in PEM text");
}
TEST_F(TlsFilesBad, Missing) {
  std::filesystem::remove(scratch_.path("tls.key"));
  expect_refused("No such file or directory");
}
TEST_F(TlsFilesBad, Directory) {
  std::filesystem::remove(scratch_.path("tls.key"));
  std::filesystem::create_directory(scratch_.path("tls.key"));
  expect_refused("not a regular file");
}
TEST_F(TlsFilesBad, Fifo) {
  std::filesystem::remove(scratch_.path("tls.crt"));
  ASSERT_EQ(::mkfifo(scratch_.path("tls.crt").c_str(), 0600), 0);
  expect_refused("not a regular file");
}
TEST_F(TlsFilesBad, DanglingLink) {
  std::filesystem::remove(scratch_.path("tls.crt"));
  std::filesystem::create_symlink("nowhere", scratch_.path("tls.crt"));
  expect_refused("No such file or directory");
}
TEST_F(TlsFilesBad, TooLarge) {
  scratch_.write("tls.crt", std::string(1024 * 1024 + 1, '\n') + first_.certificate);
  expect_refused("is larger than 1 MiB");
}
TEST_F(TlsFilesBad, Expired) {
  MintOptions options;
  options.ends = std::chrono::seconds(-1);
  write_minted(options);
  expect_refused("certificate expired at");
}
TEST_F(TlsFilesBad, NotYetValid) {
  MintOptions options;
  options.begins = std::chrono::seconds(60);
  write_minted(options);
  expect_refused("certificate is not valid before");
}
TEST_F(TlsFilesBad, WeakKey) {
  MintOptions options;
  options.key = "RSA-1024";
  write_minted(options);
  expect_refused("RSA key of 1024 bits");
}
TEST_F(TlsFilesBad, EncryptedKeyDoesNotAskForAPassphrase) {
  scratch_.write(
      "tls.key",
      "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAA=\n-----END ENCRYPTED PRIVATE KEY-----\n");
  expect_refused("no usable private key");
}
TEST_F(TlsFilesBad, EmptyClientAuthorityDoesNotTurnItOff) {
  scratch_.write("ca.crt", "");
  expect_refused("ca.crt is empty");
}
TEST_F(TlsFilesBad, BrokenClientAuthority) {
  scratch_.write("ca.crt", "junk");
  expect_refused("no certificate in PEM text");
}

TEST(TlsFiles, BecomesGoodWithoutAChange) {
  const ScratchFiles scratch;
  scratch.write(pair_at(kNow));
  const auto files = load(scratch.options());
  MintOptions options;
  options.begins = std::chrono::seconds(60);
  scratch.write(Minted::make(options, kNow).pair());
  EXPECT_FALSE(files->reload(kNow).ok());
  const auto later = files->reload(kNow + std::chrono::seconds(60));
  ASSERT_TRUE(later.ok()) << later.error().message;
  EXPECT_TRUE(later.value());
}

TEST(TlsFiles, LoadRefuses) {
  TlsOptions options;
  options.certificate_file = "/nowhere/tls.crt";
  const auto alone = TlsFiles::load(options, kNow);
  ASSERT_FALSE(alone.ok());
  EXPECT_EQ(alone.error().message, "certificate and key must be given together");
  options.key_file = "/nowhere/tls.key";
  const auto missing = TlsFiles::load(options, kNow);
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().code, Errc::misconfigured);
  TlsOptions names;
  names.self_signed_names = "not a name";
  EXPECT_FALSE(TlsFiles::load(names, kNow).ok());
}

// A9, scaled: every call of three clients that reconnect all the time succeeds while good sets, and
// in between bad ones, come by the symbolic link.
TEST(TlsFiles, RotationUnderLoadFailsNoCall) {
  const ScratchFiles scratch;
  scratch.swap(pair_at(wall_now()), "..v0");
  ListenerOptions options;
  options.threads = 2;
  LiveListener listener(options, echo, scratch.options());
  std::atomic<bool> done{false};
  std::atomic<int> failed{0};
  std::atomic<int> calls{0};
  std::vector<std::thread> clients;
  for (int i = 0; i < 3; ++i) {
    clients.emplace_back([&, kept = i == 0] {
      std::unique_ptr<test::TlsClient> client;
      while (!done) {
        if (client == nullptr || !kept) {
          auto connected = test::TlsClient::connect(listener.client_options());
          if (!connected.ok()) {
            ++failed;
            continue;
          }
          client = std::move(connected).value();
        }
        if (status_of(client->exchange(post_request("/validate", "{}"))) != 200) ++failed;
        ++calls;
      }
    });
  }
  constexpr int kRotations = 100;
  for (int i = 1; i <= kRotations; ++i) {
    const auto next = pair_at(wall_now());
    scratch.swap({next.certificate, pair_at(wall_now()).key}, "..bad" + std::to_string(i));
    EXPECT_FALSE(listener.files().reload(wall_now()).ok());
    scratch.swap(next, "..v" + std::to_string(i));
    const auto taken = listener.files().reload(wall_now());
    ASSERT_TRUE(taken.ok()) << taken.error().message;
    EXPECT_TRUE(taken.value());
    const int before = calls;
    while (calls < before + 3) std::this_thread::yield();
  }
  done = true;
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(failed.load(), 0);
  EXPECT_EQ(listener->stats().certificate_reloads, std::uint64_t{kRotations});
  EXPECT_EQ(listener->stats().certificate_reload_failures, std::uint64_t{kRotations});
  EXPECT_EQ(listener->stats().handshakes_failed, 0u);
}

}  // namespace
}  // namespace portreeve::net
