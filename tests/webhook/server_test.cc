// The gate as a whole, on port 0 of the loopback interface, over real TLS.

#include "webhook/server.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/net/mint.h"
#include "tests/support/tls_client.h"
#include "tests/webhook/reviews.h"
#include "verifiers/trust_root.h"

namespace portreeve::webhook {
namespace {

using test::TlsClient;

constexpr const char* kPolicy = R"(apiVersion: portreeve.openova.io/v1alpha1
kind: Policy
metadata: {name: team}
spec:
  description: d
  match: {objects: [{group: catalyst.openova.io, kinds: [Blueprint]}]}
  rules:
    - name: titled
      check: field
      with: {path: object.spec.card.title, equals: WORD}
      message: The title is not the one.
      fix: write "{{expected}}"
  examples:
    - {name: right, expect: allow, object: {spec: {card: {title: WORD}}}}
    - {name: wrong, expect: deny, rule: titled, object: {spec: {card: {title: x}}}}
)";

class Running : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "server-test-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
    std::filesystem::create_directory(folder_ / "policies");
  }
  void TearDown() override {
    server_.reset();
    std::filesystem::remove_all(folder_);
  }

  void start(bool policies = false, const std::string& log = "", const std::string& profile = "") {
    ServerOptions options;
    options.listen = "127.0.0.1:0";
    options.ops_listen = "127.0.0.1:0";
    options.tls.self_signed_names = "localhost,127.0.0.1";
    options.decision_log = log.empty() ? (folder_ / "log").string() : log;
    options.drain = Milliseconds(0);
    options.policies.profile = profile;
    if (policies) options.policies.folders = {(folder_ / "policies").string()};
    const std::filesystem::path chosen = folder_ / "config.yaml";
    if (std::filesystem::exists(chosen)) options.policies.config = chosen.string();
    auto server = Server::start(options);
    ASSERT_TRUE(server.ok()) << server.error().message;
    server_ = std::move(server).value();
  }

  // A policy that wants this title; written beside and moved in place, as Kubernetes does.
  void write_policy(const std::string& title, const std::string& text = kPolicy) {
    std::string policy = text;
    for (std::size_t at = policy.find("WORD"); at != std::string::npos; at = policy.find("WORD")) {
      policy.replace(at, 4, title);
    }
    std::ofstream(folder_ / "policies" / ".next") << policy;
    std::filesystem::rename(folder_ / "policies" / ".next", folder_ / "policies" / "team.yaml");
  }

  std::unique_ptr<TlsClient> connect() {
    test::TlsClientOptions options;
    options.port = server_->port();
    options.trust_pem = server_->ca_bundle();
    options.server_name = "localhost";
    auto client = TlsClient::connect(options);
    EXPECT_TRUE(client.ok()) << client.error().message;
    return client.ok() ? std::move(client).value() : nullptr;
  }

  nlohmann::json ask(TlsClient& client, const std::string& review) {
    const auto answer = client.exchange(test::post_request("/validate?timeout=5s", review));
    EXPECT_TRUE(answer.ok());
    EXPECT_EQ(answer.value().status, 200U) << answer.value().body;
    return nlohmann::json::parse(answer.value().body).at("response");
  }

  std::string ops(const std::string& path, unsigned& status) {
    test::TlsClientOptions options;
    options.port = server_->ops_port();
    options.tls = false;
    auto client = TlsClient::connect(options);
    const auto answer = client.value()->exchange(test::get_request(path));
    status = answer.value().status;
    return answer.value().body;
  }

  std::filesystem::path folder_;
  std::unique_ptr<Server> server_;
};

TEST_F(Running, JudgesOverTlsAndLogsBeforeItAnswers) {
  start();
  auto client = connect();
  EXPECT_EQ(ask(*client, review_of(object_named("bp-wiki"))).at("allowed"), true);
  const auto denied = ask(*client, review_of(object_named("wiki")));
  EXPECT_EQ(denied.at("allowed"), false);
  std::ifstream log(folder_ / "log");
  std::string line;
  std::getline(log, line);
  EXPECT_EQ(nlohmann::json::parse(line).at("verdict"), "allow");
  std::getline(log, line);
  const auto second = nlohmann::json::parse(line);
  EXPECT_EQ(second.at("id"), denied.at("auditAnnotations").at("decision"));
  EXPECT_EQ(second.at("seq"), 2);
  EXPECT_EQ(second.at("findings").at(0).at("rule"), "blueprint-name/prefix");
}

TEST_F(Running, OtherPathsMethodsAndTypesAreRefusedBeforeTheBody) {
  start();
  struct Row {
    std::string request;
    unsigned status;
  };
  const Row rows[] = {
      {test::post_request("/other", "{}"), 404},
      {test::post_request("//validate", "{}"), 404},
      {test::post_request("/validate/../metrics", "{}"), 404},
      {test::post_request("/%76alidate", "{}"), 404},
      {test::get_request("/validate"), 405},
      {test::get_request("/metrics"), 404},
      {test::get_request("/healthz"), 404},
      {"POST /validate HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}",
       415},
      {"POST /validate HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}", 415},
      {"POST /validate HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
       "Content-Length: 20971521\r\n\r\n",
       413},
  };
  for (const Row& row : rows) {
    auto client = connect();
    const auto answer = client->exchange(row.request);
    ASSERT_TRUE(answer.ok()) << row.request;
    EXPECT_EQ(answer.value().status, row.status) << row.request;
    EXPECT_TRUE(answer.value().closes()) << row.request;
  }
}

TEST_F(Running, QueryChoosesNothing) {
  start();
  auto client = connect();
  const auto answer = client->exchange(test::post_request(
      "/validate?profile=none&policies=/tmp&allowed=true", review_of(object_named("wiki"))));
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(nlohmann::json::parse(answer.value().body).at("response").at("allowed"), false);
}

TEST_F(Running, HealthReadinessAndMetricsAreElsewhere) {
  start();
  unsigned status = 0;
  EXPECT_EQ(ops("/healthz", status), "alive\n");
  EXPECT_EQ(status, 200U);
  const std::string ready = ops("/readyz", status);
  EXPECT_EQ(status, 200U);
  EXPECT_EQ(ready.substr(0, 6), "ready\n");
  EXPECT_NE(ready.find("profile: identity (no Config chose one"), std::string::npos);
  EXPECT_EQ(ready.find("cutover: "), std::string::npos) << "no rule of this profile waits: " << ready;
  auto client = connect();
  ask(*client, review_of(object_named("wiki")));
  EXPECT_NE(ops("/metrics", status).find("portreeve_decisions_total{cause=\"deny\"} 1"),
            std::string::npos);
  ops("/validate", status);
  EXPECT_EQ(status, 404U);
}

TEST_F(Running, PoliciesAreReloadedAndBadOnesRefused) {
  write_policy("Wiki");
  start(true);
  auto client = connect();
  const std::string review = review_of(object_named("bp-wiki"));
  EXPECT_EQ(ask(*client, review).at("allowed"), true);
  write_policy("Other");
  server_->poll_files();
  const auto denied = ask(*client, review);
  EXPECT_EQ(denied.at("allowed"), false);
  EXPECT_EQ(denied.at("auditAnnotations").at("failed"), "team/titled /spec/card/title");
  // An example that does not hold keeps the set out, and the old one stays.
  std::string broken = kPolicy;
  broken.replace(broken.find("expect: allow"), 13, "expect: deny");
  write_policy("Wiki", broken);
  server_->poll_files();
  EXPECT_EQ(ask(*client, review).at("allowed"), false);
  unsigned status = 0;
  const std::string ready = ops("/readyz", status);
  EXPECT_EQ(status, 200U);
  EXPECT_NE(ready.find("policies-refused: "), std::string::npos) << ready;
  write_policy("Wiki");
  server_->poll_files();
  EXPECT_EQ(ask(*client, review).at("allowed"), true);
  EXPECT_EQ(ops("/readyz", status).find("policies-refused"), std::string::npos);
}

// Keys, certificates and trust roots stand beside the documents that name them, in folders of their
// own or elsewhere: a new one is taken like a new policy.
TEST_F(Running, FilesThatDocumentsNameAreWatched) {
  write_policy("Wiki");
  const auto write = [&](const std::filesystem::path& path, const std::string& text) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path.string() + ".next") << text;
    std::filesystem::rename(path.string() + ".next", path);
  };
  const std::string pem = test::Minted::authority(SystemClock().now()).pem();
  const std::filesystem::path elsewhere = folder_ / "elsewhere" / "deep" / "roots.pem";
  const std::filesystem::path beside = folder_ / "policies" / "trust" / "roots.pem";
  write(elsewhere, pem);
  write(beside, pem);
  const auto authority = [](const std::string& name, const std::string& file) {
    return "apiVersion: portreeve.openova.io/v1alpha1\nkind: Authority\nmetadata: {name: " + name +
           "}\nspec:\n  repositories: ['r.test/**']\n  certificates: {roots: '" + file +
           "', identity: 'https://a.test/b/c'}\n  log: none\n  timestamp: required\n";
  };
  write(folder_ / "policies" / "authority.yaml",
        authority("a", elsewhere.string()) + "---\n" + authority("b", "trust/roots.pem"));
  start(true);
  const auto digest = [&] {
    unsigned status = 0;
    const std::string ready = ops("/readyz", status);
    const std::size_t at = ready.find("policies: sha256:");
    return at == std::string::npos ? ready : ready.substr(at, 81);
  };
  const std::string before = digest();
  server_->poll_files();
  EXPECT_EQ(digest(), before);
  write(elsewhere, pem + "\n");
  server_->poll_files();
  const std::string after = digest();
  EXPECT_NE(after, before);
  write(beside, pem + "\n");
  server_->poll_files();
  EXPECT_NE(digest(), after);
  // One that cannot be read keeps the set out; put right, it is taken without another change.
  const std::string good = digest();
  write(beside, "nothing");
  server_->poll_files();
  EXPECT_EQ(digest(), good);
  write(beside, pem);
  server_->poll_files();
  EXPECT_NE(digest(), good);
}

// Whoever runs the gate learns that its trust root is old, and that a new one was taken.
TEST_F(Running, AnOldTrustRootIsSaid) {
  const std::filesystem::path root = folder_ / "trust" / "root.json";
  std::filesystem::create_directory(root.parent_path());
  const auto write = [&](int days) {
    const std::filesystem::path next = folder_ / "root.next";
    std::ofstream(next) << verifiers::TrustRoot::embedded_json() << std::string(days == 0 ? 1 : 2, '\n');
    std::filesystem::last_write_time(next, std::filesystem::file_time_type::clock::now() -
                                               std::chrono::hours(24 * days));
    std::filesystem::rename(next, root);
  };
  write(200);
  std::ofstream(folder_ / "config.yaml") << "apiVersion: portreeve.openova.io/v1alpha1\nkind: Config\n"
                                            "spec: {trustRoot: trust/root.json}\n";
  ASSERT_NO_FATAL_FAILURE(start());
  unsigned status = 0;
  EXPECT_NE(ops("/readyz", status).find("trust-root: trust root trust/root.json is of "), std::string::npos);
  EXPECT_EQ(status, 200U) << "a warning keeps nobody out";
  write(0);
  server_->poll_files();
  EXPECT_EQ(ops("/readyz", status).find("trust-root: "), std::string::npos);
}

// Only rules of the profile wait, and they are named.
TEST_F(Running, WhatWaitsForTheCutoverIsNamed) {
  start(false, "", "openova");
  unsigned status = 0;
  const std::string ready = ops("/readyz", status);
  EXPECT_NE(ready.find("cutover: from a day that Config.cutover does not name yet on "), std::string::npos) << ready;
  EXPECT_NE(ready.find(" rules do what they say, before it less: "), std::string::npos) << ready;
  EXPECT_NE(ready.find("blueprint-sbom/elements"), std::string::npos) << ready;
}

TEST_F(Running, AProfileThatJudgesNoObjectIsRefused) {
  ServerOptions options;
  options.listen = options.ops_listen = "127.0.0.1:0";
  options.tls.self_signed_names = "localhost";
  options.decision_log = (folder_ / "log").string();
  options.policies.profile = "sbom-file";
  const auto server = Server::start(options);
  ASSERT_FALSE(server.ok());
  EXPECT_EQ(server.error().message, "profile \"sbom-file\" judges no object of a cluster: the gate would let everything in; "
                                    "name another one");
}

TEST_F(Running, CredentialHelpersAreRefused) {
  std::ofstream(folder_ / "policies" / "registry.yaml")
      << "apiVersion: portreeve.openova.io/v1alpha1\nkind: Registry\nmetadata: {name: r}\n"
         "spec: {host: r.test, credentials: {dockerConfig: config.json, helpers: true}}\n";
  ServerOptions options;
  options.listen = options.ops_listen = "127.0.0.1:0";
  options.tls.self_signed_names = "localhost";
  options.decision_log = (folder_ / "log").string();
  options.policies.folders = {(folder_ / "policies").string()};
  const auto server = Server::start(options);
  ASSERT_FALSE(server.ok());
  EXPECT_NE(server.error().message.find("the gate runs no programs"), std::string::npos) << server.error().message;
}

TEST_F(Running, ReloadsUnderLoadFailNoCall) {
  write_policy("Wiki");
  start(true);
  std::atomic<bool> stop{false};
  std::atomic<int> asked{0};
  std::thread load([&] {
    auto client = connect();
    while (!stop) {
      EXPECT_EQ(ask(*client, review_of(object_named("bp-wiki"))).at("allowed"), true);
      ++asked;
    }
  });
  for (int i = 0; i < 25; ++i) {
    write_policy("Wiki");
    server_->poll_files();
  }
  while (asked < 25) std::this_thread::yield();
  stop = true;
  load.join();
}

TEST_F(Running, AnAnswerThatCannotBeLoggedIsARefusal) {
  start(false, "/dev/full");
  auto client = connect();
  const auto response = ask(*client, review_of(object_named("bp-wiki")));
  EXPECT_EQ(response.at("allowed"), false);
  EXPECT_EQ(response.at("status").at("code"), 503);
  unsigned status = 0;
  EXPECT_NE(ops("/readyz", status).find("decision-log: the last write failed"), std::string::npos);
  EXPECT_EQ(status, 503U);
}

TEST_F(Running, ALargeReviewIsJudgedAndAThirdPartyWaitsForNothing) {
  start();
  auto client = connect();
  std::string text;
  for (int i = 0; i < 1'000'000; ++i) text += "\\u003c";
  const auto response = ask(
      *client, review_of(object_named("bp-wiki", ",\"configSchema\":{\"x\":\"" + text + "\"}")));
  EXPECT_EQ(response.at("allowed"), true);
}

TEST_F(Running, DrainsOnRequest) {
  start();
  auto client = connect();
  EXPECT_EQ(ask(*client, review_of(object_named("bp-wiki"))).at("allowed"), true);
  server_->drain_and_stop();
  EXPECT_TRUE(client->ended());
}

TEST(ServerOptions, WhatIsWrongIsSaid) {
  ServerOptions options;
  options.listen = "9443";
  EXPECT_EQ(Server::start(options).error().message,
            "\"9443\": expected ADDRESS:PORT, such as 127.0.0.1:9443");
  options.listen = "127.0.0.1:0";
  options.policies.profile = "openvoa";
  EXPECT_EQ(Server::start(options).error().message,
            "--profile \"openvoa\": not in this version; known: identity, openova, sbom-file");
  options.policies.profile = "";
  options.policies.folders = {"/nowhere"};
  EXPECT_EQ(Server::start(options).error().code, Errc::misconfigured);
}

}  // namespace
}  // namespace portreeve::webhook
