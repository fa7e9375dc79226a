#include "policies/registry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/json.h"
#include "core/yaml.h"

namespace portreeve::policies {
namespace {

Result<RegistryConfig> read(const std::string& spec, const std::string& file = "/etc/p/r.yaml") {
  const auto document = yaml::parse("apiVersion: portreeve.openova.io/v1alpha1\nkind: Registry\nmetadata: {name: r}\nspec: " + spec + "\n",
                                    json::review_limits(), nullptr);
  if (!document.ok()) return document.error();
  return read_registry(Source{file}, document.value()->root());
}

std::string refused(const std::string& spec) {
  const auto config = read(spec);
  return config.ok() ? "taken" : config.error().message;
}

TEST(Registry, EveryField) {
  const auto config = read(
      "{host: registry.sov.example, serves: ['ghcr.io/openova-io/**'], prefix: proxy/ghcr,\n"
      " signatures: [registry.sov.example/signatures], layouts: [/var/lib/e, near], ca: ca.pem,\n"
      " credentials: {dockerConfig: config.json, helpers: true}, tokenServers: ['auth.sov.example:8443'],\n"
      " proxy: 'http://proxy:3128', owner: platform, unsafePlainHttp: true,\n"
      " limits: {parallel: 4, requestsPerSecond: 7, deadline: 1500ms}}");
  ASSERT_TRUE(config.ok()) << config.error().message;
  const RegistryConfig& c = config.value();
  EXPECT_EQ(c.name, "r");
  EXPECT_EQ(c.host, "registry.sov.example");
  EXPECT_TRUE(c.serves.at(0).matches("ghcr.io/openova-io/bp-x"));
  EXPECT_EQ(c.prefix, "proxy/ghcr");
  EXPECT_EQ(c.layouts, (std::vector<std::string>{"/var/lib/e", "/etc/p/near"}));
  EXPECT_EQ(c.ca_file, "/etc/p/ca.pem");
  EXPECT_EQ(c.docker_config, "/etc/p/config.json");
  EXPECT_TRUE(c.credential_helpers);
  EXPECT_TRUE(c.unsafe_plain_http);
  EXPECT_EQ(c.parallel, 4U);
  EXPECT_EQ(c.requests_per_second, 7U);
  EXPECT_EQ(c.deadline, Milliseconds(1500));
  EXPECT_EQ(c.where, "/etc/p/r.yaml:1:1");
  const RegistryConfig plain = read("{host: 'localhost:5000'}").value();
  EXPECT_FALSE(plain.credential_helpers);
  EXPECT_FALSE(plain.unsafe_plain_http);
  EXPECT_EQ(plain.deadline, Milliseconds(4000));
}

TEST(Registry, Refused) {
  const struct {
    std::string spec, want;
  } kCases[] = {
      {"{}", "host"},
      {"{host: ''}", "host"},
      {"{host: 'https://ghcr.io'}", "host"},
      {"{host: ghcr.io/team}", "expected a host"},
      {"{host: GHCR.io}", "as \"ghcr.io\""},
      {"{host: 'ghcr.io:0'}", "port"},
      {"{host: 'user@ghcr.io'}", "host"},
      {"{host: ghcr.io, serve: [x]}", "serve"},
      {"{host: ghcr.io, serves: ['**']}", "wildcards only after the host"},
      {"{host: ghcr.io, serves: ['*.io/x']}", "wildcards only after the host"},
      {"{host: ghcr.io, serves: [ghcr.io]}", "wildcards only after the host"},
      {"{host: ghcr.io, serves: ['ghcr.io/[a]']}", "serves"},
      {"{host: ghcr.io, prefix: '../x'}", "prefix"},
      {"{host: ghcr.io, signatures: ['ghcr.io/x:1']}", "without tag"},
      {"{host: ghcr.io, signatures: [x]}", "signatures"},
      {"{host: ghcr.io, layouts: ['']}", "layouts"},
      {"{host: ghcr.io, credentials: {secret: a/b}}", "not in this version"},
      {"{host: ghcr.io, credentials: {}}", "dockerConfig"},
      {"{host: ghcr.io, tokenServers: ['https://x']}", "tokenServers"},
      {"{host: ghcr.io, proxy: 'socks5://x'}", "proxy"},
      {"{host: ghcr.io, unsafePlainHttp: 'yes'}", "unsafePlainHttp"},
      {"{host: ghcr.io, plainHttp: true}", "plainHttp"},
      {"{host: ghcr.io, limits: {parallel: 0}}", "1 to 64"},
      {"{host: ghcr.io, limits: {parallel: 65}}", "1 to 64"},
      {"{host: ghcr.io, limits: {requestsPerSecond: 0}}", "1 to 10000"},
      {"{host: ghcr.io, limits: {deadline: 4}}", "100ms to 60s"},
      {"{host: ghcr.io, limits: {deadline: 4m}}", "100ms to 60s"},
      {"{host: ghcr.io, limits: {deadline: 61s}}", "100ms to 60s"},
      {"{host: ghcr.io, limits: {deadline: 1ms}}", "100ms to 60s"},
  };
  for (const auto& c : kCases) {
    EXPECT_THAT(refused(c.spec), testing::AllOf(testing::HasSubstr(c.want), testing::StartsWith("/etc/p/r.yaml:"))) << c.spec;
  }
}

TEST(Registry, TogetherTheyAgree) {
  RegistryConfig a = read("{host: h.io}").value();
  RegistryConfig b = a;
  EXPECT_THAT(check_registries({a, b}).error().message, testing::HasSubstr("defined twice"));
  b.name = "other";
  EXPECT_TRUE(check_registries({a, b}).ok());
  b.ca_file = "other.pem";
  EXPECT_THAT(check_registries({a, b}).error().message, testing::HasSubstr("with other credentials, ca"));
}

}  // namespace
}  // namespace portreeve::policies
