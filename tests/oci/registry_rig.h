#pragma once

// A fake registry with TLS, and our store in front of it.

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>

#include "core/base64.h"
#include "oci/registry_store.h"
#include "tests/net/mint.h"
#include "tests/oci/content.h"
#include "tests/oci/scratch.h"
#include "tests/support/fake_registry.h"

namespace portreeve::oci {

class RegistryRig : public testing::Test {
 protected:
  using Fake = test::FakeRegistry;
  using FakeOptions = test::FakeRegistryOptions;

  static TimePoint now() {
    return std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now());
  }
  std::unique_ptr<Fake> fake(FakeOptions options = {}) {
    return std::make_unique<Fake>(leaf_, std::move(options));
  }
  RegistryConfig config(const Fake& fake) {
    RegistryConfig out;
    out.name = "test";
    out.host = fake.host();
    out.where = "registry.yaml:1:1";
    out.ca_file = scratch_.write("ca.pem", authority_.pem());
    out.deadline = Milliseconds(10'000);
    out.requests_per_second = 10'000;
    return out;
  }
  /// Credentials for the fake's host.
  void log_in(RegistryConfig& config, const std::string& pair) {
    config.docker_config = scratch_.write(
        "config.json", R"({"auths":{")" + config.host + R"(":{"auth":")" + to_base64(pair) + R"("}}})");
  }
  std::shared_ptr<const RegistryStore> open(const RegistryConfig& config) {
    RegistryTransport::Parts parts;
    parts.config = config;
    net::HttpClientOptions options;
    options.ca_pem = authority_.pem();
    options.unsafe_plain_http = config.unsafe_plain_http;
    parts.http = net::make_http_client(options).value();
    parts.root = net::Url::parse((config.unsafe_plain_http ? "http://" : "https://") + config.host).value();
    parts.credentials.file = config.docker_config;
    parts.clock = &clock_;
    parts.backoff = Milliseconds(5);
    return std::make_shared<const RegistryStore>(std::move(parts));
  }
  std::shared_ptr<const RegistryStore> open(const Fake& fake) { return open(config(fake)); }
  Ask ask(int ms = 10'000) { return ask_within(Milliseconds(ms), &memory_); }

  std::string got(const ContentStore& store, Wanted wanted, int ms = 10'000) {
    const auto content = store.fetch_one(std::move(wanted), ask(ms));
    return content.ok() ? content.value()->bytes : error_text(content);
  }

  const test::Minted authority_ = test::Minted::authority(now());
  const test::Minted leaf_ = test::Minted::make({}, now(), &authority_);
  const Scratch scratch_;
  const SystemClock clock_;
  MemoryBudget memory_{64 << 20};
  const std::string image_ = manifest_json("application/x", "layer");
};

}  // namespace portreeve::oci
