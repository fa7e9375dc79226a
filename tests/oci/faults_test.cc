// The n-th request fails, for every n: what comes out is either all that there is, or says that
// something is missing. No failure may look like an absence.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "oci/discovery.h"
#include "tests/oci/registry_rig.h"

namespace portreeve::oci {
namespace {

constexpr char kBundle[] = "application/vnd.dev.sigstore.bundle.v0.3+json";

/// Spoils call number `bad` (and, with `for_good`, all that come after it).
class FaultyClient final : public net::HttpClient {
 public:
  using Spoil = std::function<Result<net::HttpReply>()>;
  FaultyClient(std::shared_ptr<const net::HttpClient> inner, std::size_t bad, bool for_good, Spoil spoil)
      : inner_(std::move(inner)), bad_(bad), for_good_(for_good), spoil_(std::move(spoil)) {}

  std::vector<Result<net::HttpReply>> perform(std::vector<net::HttpCall> calls) const override {
    std::vector<Result<net::HttpReply>> out;
    for (net::HttpCall& call : calls) {
      const std::size_t number = count_++;
      const bool spoiled = number == bad_ || (for_good_ && number > bad_);
      out.push_back(spoiled ? spoil_() : inner_->perform_one(std::move(call)));
    }
    return out;
  }
  std::size_t calls() const { return count_; }

 private:
  const std::shared_ptr<const net::HttpClient> inner_;
  const std::size_t bad_;
  const bool for_good_;
  const Spoil spoil_;
  mutable std::atomic<std::size_t> count_{0};
};

class FaultsTest : public RegistryRig {
 protected:
  struct Seen {
    bool resolved = false;
    std::size_t candidates = 0;
    bool said = false;  ///< That something is missing.
    std::size_t calls = 0;
  };

  Seen run(const Fake& server, std::size_t bad, bool for_good, const FaultyClient::Spoil& spoil) {
    net::HttpClientOptions options;
    options.ca_pem = authority_.pem();
    const auto client = std::make_shared<FaultyClient>(net::make_http_client(options).value(), bad, for_good, spoil);
    RegistryTransport::Parts parts;
    parts.config = config(server);
    parts.http = client;
    parts.root = net::Url::parse(server.url()).value();
    parts.clock = &clock_;
    parts.backoff = Milliseconds(1);
    const RegistryStore store(std::move(parts));
    Seen out;
    const auto resolved = store.fetch_one(Wanted::tagged("a/b", "1.0"), ask());
    out.resolved = resolved.ok() && resolved.value()->digest == digest_of(image_);
    // By tag any bytes may come; whoever resolves looks whether they are a manifest.
    EXPECT_TRUE(!resolved.ok() || out.resolved ||
                !parse_manifest(resolved.value()->bytes, resolved.value()->media_type, nullptr).ok());
    const Discovery found = discover({{&store, "a/b"}}, digest_of(image_), {}, ask());
    out.candidates = found.candidates.size();
    out.said = found.absence("signature").code != Errc::not_found;
    out.calls = client->calls();
    return out;
  }
};

TEST_F(FaultsTest, NoFailureLooksLikeAnAbsence) {
  const auto server = fake({.referrers = false, .token = true});
  const std::string bundle = manifest_json(kBundle, "b", descriptor_json(kOciManifest, image_));
  server->put_manifest("a/b", image_, std::string(kOciManifest), "1.0");
  server->put_manifest("a/b", bundle, std::string(kOciManifest));
  server->put_manifest("a/b", manifest_json(kSimpleSigning, "s"), std::string(kOciManifest), digest_tag(digest_of(image_), ".sig"));
  server->put_manifest("a/b", index_json({descriptor_json(kOciManifest, bundle)}), std::string(kOciIndex), digest_tag(digest_of(image_), ""));
  const auto error = [](Errc code) { return [code] { return Result<net::HttpReply>(Error{code, "spoiled"}); }; };
  const auto status = [](unsigned code) {
    return [code] {
      net::HttpReply reply;
      reply.status = code;
      return Result<net::HttpReply>(std::move(reply));
    };
  };
  const auto page = [] {
    net::HttpReply reply;
    reply.status = 200;
    reply.fields.push_back({"content-type", "text/html"});
    reply.body = "<html>";
    return Result<net::HttpReply>(std::move(reply));
  };
  const std::pair<const char*, FaultyClient::Spoil> kSpoils[] = {
      {"unavailable", error(Errc::unavailable)}, {"untrusted", error(Errc::untrusted)},
      {"malformed", error(Errc::malformed)},     {"limit", error(Errc::limit)},
      {"internal", error(Errc::internal)},       {"500", status(500)},
      {"403", status(403)},                      {"401", status(401)},
      {"302", status(302)},                      {"204", status(204)},
      {"page", page},                            {"empty 200", status(200)},
  };
  const Seen whole = run(*server, 1'000'000, false, error(Errc::internal));
  EXPECT_TRUE(whole.resolved);
  EXPECT_EQ(whole.candidates, 2U);
  for (const auto& [name, spoil] : kSpoils) {
    for (const bool for_good : {false, true}) {
      for (std::size_t bad = 0; bad < whole.calls; ++bad) {
        const Seen seen = run(*server, bad, for_good, spoil);
        EXPECT_TRUE(seen.candidates == whole.candidates || seen.said)
            << name << " from call " << bad << (for_good ? " on" : "") << ": " << seen.candidates << " candidates";
      }
    }
  }
}

}  // namespace
}  // namespace portreeve::oci
