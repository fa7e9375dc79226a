// The TLS door itself (k8s-webhook §4.2 A2, A8).

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <string>

#include "tests/net/live_listener.h"
#include "tests/net/mint.h"
#include "tests/net/scratch_files.h"

namespace portreeve::net {
namespace {

using namespace std::chrono_literals;
using test::Minted;
using test::MintOptions;
using test::post_request;
using test::TlsClientOptions;

bool served(test::TlsClient& client) {
  return status_of(client.exchange(post_request("/validate", "{}"))) == 200;
}

TEST(TlsWire, Tls13WithTheSelfSignedPair) {
  LiveListener listener;
  TlsClientOptions options = listener.client_options();
  options.trust_pem = listener.files().ca_bundle_pem();
  options.server_name = "localhost";
  auto client = listener.client(options);
  EXPECT_EQ(std::string(SSL_get_version(client->ssl())), "TLSv1.3");
  EXPECT_TRUE(served(*client));
  EXPECT_EQ(SSL_session_reused(client->ssl()), 0);
}

TEST(TlsWire, Tls12OnlyWithForwardSecrecyAndAead) {
  LiveListener listener;
  TlsClientOptions options = listener.client_options();
  options.max_version = TLS1_2_VERSION;
  auto client = listener.client(options);
  EXPECT_EQ(std::string(SSL_get_version(client->ssl())), "TLSv1.2");
  EXPECT_TRUE(served(*client));
  for (const char* ciphers : {"ECDHE-ECDSA-AES128-SHA", "ECDHE-ECDSA-AES256-SHA384",
                              "AES128-GCM-SHA256", "DHE-RSA-AES128-GCM-SHA256"}) {
    options.ciphers = ciphers;
    EXPECT_FALSE(test::TlsClient::connect(options).ok()) << ciphers;
  }
  EXPECT_TRUE(listener.eventually([](const auto& s) { return s.handshakes_failed == 4; }));
}

TEST(TlsWire, OldVersionsAreRefused) {
  LiveListener listener;
  for (const int version : {TLS1_VERSION, TLS1_1_VERSION}) {
    TlsClientOptions options = listener.client_options();
    options.min_version = version;
    options.max_version = version;
    options.ciphers = "ALL:@SECLEVEL=0";
    EXPECT_FALSE(test::TlsClient::connect(options).ok()) << version;
  }
  EXPECT_TRUE(listener.eventually([](const auto& s) { return s.handshakes_failed == 2; }));
  EXPECT_TRUE(served(*listener.client()));
}

TEST(TlsWire, NoRenegotiation) {
  LiveListener listener;
  TlsClientOptions options = listener.client_options();
  options.max_version = TLS1_2_VERSION;
  auto client = listener.client(options);
  ASSERT_TRUE(served(*client));
  SSL_renegotiate(client->ssl());
  EXPECT_NE(SSL_do_handshake(client->ssl()), 1);
}

TEST(TlsWire, AnyServerNameIsServed) {
  LiveListener listener;
  for (const char* name : {"", "wrong.example", "localhost"}) {
    TlsClientOptions options = listener.client_options();
    options.server_name = name;
    EXPECT_TRUE(served(*listener.client(options))) << name;
  }
}

TEST(TlsWire, AlpnOffersOnlyHttp11) {
  LiveListener listener;
  TlsClientOptions options = listener.client_options();
  options.alpn = "\x02h2\x08http/1.1";
  auto client = listener.client(options);
  const unsigned char* chosen = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(client->ssl(), &chosen, &size);
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(chosen), size), "http/1.1");
  EXPECT_TRUE(served(*client));
  options.alpn = "\x02h2";
  EXPECT_FALSE(test::TlsClient::connect(options).ok());
  EXPECT_TRUE(listener.eventually([](const auto& s) { return s.handshakes_failed == 1; }));
}

TEST(TlsWire, GarbageAndPlainHttpAreClosed) {
  LiveListener listener;
  const std::string inputs[] = {
      post_request("/validate", "{}"),
      std::string(100'000, 'x'),
      std::string(100'000, '\0'),
      std::string("\x16\x03\x01\xff\xff\x01", 6) + std::string(65'536, 'a'),
      std::string("\x80\x2e\x01\x00\x02\x00\x15", 7) + std::string(100, '\x01'),  // SSLv2.
  };
  std::uint64_t count = 0;
  for (const std::string& input : inputs) {
    auto client = listener.silent_client();
    client->send(input);
    EXPECT_EQ(client->receive_rest().find("HTTP"), std::string::npos);
    ++count;
    EXPECT_TRUE(listener.eventually([&](const auto& s) { return s.handshakes_failed == count; }));
  }
  EXPECT_TRUE(served(*listener.client()));
}

// A ClientHello of many records, each well-formed, none the last.
TEST(TlsWire, EndlessClientHelloIsCut) {
  LiveListener listener;
  auto client = listener.silent_client();
  std::string hello("\x16\x03\x01\x40\x00\x01\x01\xff\xff", 9);
  hello += std::string(0x4000 - 4, '\0');
  bool open = client->send(hello);
  for (int i = 0; i < 8 && open; ++i) {
    open = client->send(std::string("\x16\x03\x01\x40\x00", 5) + std::string(0x4000, '\0'));
  }
  EXPECT_TRUE(client->ended());
  EXPECT_TRUE(listener.eventually([](const auto& s) { return s.handshakes_failed == 1; }));
}

TEST(TlsWire, SlowHandshakeIsCut) {
  ListenerOptions options;
  options.handshake_deadline = 100ms;
  LiveListener listener(options);
  auto client = listener.silent_client();
  ASSERT_TRUE(client->send("\x16"));
  EXPECT_TRUE(client->ended());
  EXPECT_EQ(listener->stats().handshakes_failed, 1u);
  EXPECT_EQ(listener->stats().silent_cut, 0u);
}

TEST(TlsWire, FirstRequestRightBehindTheHandshake) {
  LiveListener listener;
  for (int i = 0; i < 50; ++i) {
    auto client = listener.client();
    EXPECT_TRUE(served(*client));
  }
  EXPECT_EQ(listener->stats().handshakes_failed, 0u);
}

const std::string kNotVerified = "the client's certificate does not verify: ";

class MutualTls : public testing::Test {
 protected:
  MutualTls() {
    scratch_.write("ca.crt", authority_.pem());
    TlsOptions tls;
    tls.client_ca_file = scratch_.path("ca.crt");
    listener_ = std::make_unique<LiveListener>(
        ListenerOptions{},
        [](HttpRequest request, const Respond& respond) {
          HttpResponse response;
          response.status = 200;
          response.body = request.client_subject;
          respond(response);
        },
        tls);
  }
  TlsClientOptions with(const MintOptions& options, const Minted* issuer) const {
    const Minted leaf = Minted::make(options, wall_now(), issuer);
    TlsClientOptions client = listener_->client_options();
    client.certificate_pem = leaf.pem();
    client.key_pem = leaf.key_pem();
    return client;
  }
  static MintOptions api_server() {
    MintOptions options;
    options.name = "kube-apiserver";
    options.sans.clear();
    options.usage = "clientAuth";
    return options;
  }
  /// In TLS 1.3 the client's handshake ends before the server has judged its certificate.
  void expect_refused(TlsClientOptions client, const std::string& why) {
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
      client.max_version = version;
      const std::uint64_t before = listener_->eventually([](const auto&) { return true; })
                                       ? (*listener_)->stats().handshakes_failed
                                       : 0;
      auto connected = test::TlsClient::connect(client);
      if (connected.ok()) {
        EXPECT_FALSE(connected.value()->exchange(post_request("/validate", "{}")).ok());
      }
      EXPECT_TRUE(
          listener_->eventually([&](const auto& s) { return s.clients_refused == before + 1; }));
      EXPECT_EQ((*listener_)->stats().handshakes_failed, before + 1);
      EXPECT_EQ((*listener_)->stats().last_client_refusal, why);
    }
    EXPECT_EQ((*listener_)->stats().requests, 0u);
  }

  ScratchFiles scratch_;
  const Minted authority_ = Minted::authority(wall_now());
  std::unique_ptr<LiveListener> listener_;
};

TEST_F(MutualTls, RightCertificateIsServedAndNamed) {
  auto client = listener_->client(with(api_server(), &authority_));
  const auto response = client->exchange(post_request("/validate", "{}"));
  ASSERT_TRUE(response.ok()) << response.error().message;
  EXPECT_EQ(response.value().body, "CN=kube-apiserver");
  EXPECT_EQ((*listener_)->stats().handshakes_failed, 0u);
}

TEST_F(MutualTls, SubjectCannotCarryControlCharacters) {
  MintOptions options = api_server();
  options.name = "a\r\nb\x1b";
  auto client = listener_->client(with(options, &authority_));
  const auto response = client->exchange(post_request("/validate", "{}"));
  ASSERT_TRUE(response.ok()) << response.error().message;
  EXPECT_EQ(response.value().body, "CN=a\\0D\\0Ab\\1B");
}

TEST_F(MutualTls, NoCertificate) {
  expect_refused(listener_->client_options(), "the client shows no certificate");
}

TEST_F(MutualTls, Expired) {
  MintOptions options = api_server();
  options.ends = -60s;
  expect_refused(with(options, &authority_), kNotVerified + "certificate has expired");
}

TEST_F(MutualTls, NotYetValid) {
  MintOptions options = api_server();
  options.begins = 3600s;
  expect_refused(with(options, &authority_), kNotVerified + "certificate is not yet valid");
}

TEST_F(MutualTls, OtherAuthority) {
  const Minted other = Minted::authority(wall_now(), "other CA");
  expect_refused(with(api_server(), &other), kNotVerified + "unable to get local issuer certificate");
}

TEST_F(MutualTls, OtherAuthorityOfTheSameName) {
  const Minted other = Minted::authority(wall_now());
  expect_refused(with(api_server(), &other), kNotVerified + "certificate signature failure");
}

TEST_F(MutualTls, SelfSigned) {
  expect_refused(with(api_server(), nullptr), kNotVerified + "self-signed certificate");
}

TEST_F(MutualTls, ServerUsage) {
  MintOptions options = api_server();
  options.usage = "serverAuth";
  expect_refused(with(options, &authority_), "the client's certificate lacks the extended key usage clientAuth");
}

TEST_F(MutualTls, NoUsage) {
  MintOptions options = api_server();
  options.usage.clear();
  expect_refused(with(options, &authority_), "the client's certificate lacks the extended key usage clientAuth");
}

TEST_F(MutualTls, NewAuthorityIsTakenByReload) {
  const Minted next = Minted::authority(wall_now(), "next CA");
  scratch_.replace("ca.crt", next.pem());
  const auto taken = listener_->files().reload(wall_now());
  ASSERT_TRUE(taken.ok()) << taken.error().message;
  EXPECT_TRUE(taken.value());
  expect_refused(with(api_server(), &authority_), kNotVerified + "unable to get local issuer certificate");
  auto client = listener_->client(with(api_server(), &next));
  EXPECT_TRUE(served(*client));
}

}  // namespace
}  // namespace portreeve::net
