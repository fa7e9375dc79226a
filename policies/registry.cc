#include "policies/registry.h"

#include <algorithm>
#include <charconv>
#include <set>

#include "core/reference.h"

namespace portreeve::policies {
namespace {

constexpr std::uint64_t kMostParallel = 64;
constexpr std::uint64_t kMostPerSecond = 10'000;
constexpr Milliseconds kShortest{100};
constexpr Milliseconds kLongest{60'000};

// "4s" or "1500ms".
Result<Milliseconds> read_duration(const Fields& fields, const Value& value, std::string_view key) {
  const std::string_view text = value.text();
  std::int64_t number = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view unit = text.substr(static_cast<std::size_t>(stop - text.data()));
  const bool good = value.is_string() && error == std::errc() && number >= 0 && number <= 1'000'000 &&
                    (unit == "s" || unit == "ms");
  const Milliseconds out(unit == "s" ? number * 1000 : number);
  if (!good || out < kShortest || out > kLongest) {
    return fields.error(value, std::string(key) + ": expected a time from 100ms to 60s, such as 4s");
  }
  return out;
}

// Relative to the file that names it: a policy folder can be mounted anywhere.
std::string beside(const Source& source, const std::string& path) {
  if (path.empty() || path.front() == '/') return path;
  const std::size_t slash = source.file.rfind('/');
  return slash == std::string::npos ? path : source.file.substr(0, slash + 1) + path;
}

// A host as references have it; what it would be changed to is named, not silently taken.
Outcome check_host(const Fields& fields, const Value& value, const std::string& host,
                   std::string_view key) {
  const auto reference = Reference::parse(host + "/x", ShortNames::refuse);
  if (!reference.ok()) {
    return fields.error(value, std::string(key) + ": " + reference.error().message);
  }
  if (reference.value().registry() != host || reference.value().repository() != "x") {
    return fields.error(value, std::string(key) + ": expected a host with an optional port, as \"" +
                                   reference.value().registry() + "\"");
  }
  return Done{};
}

Outcome check_repository(const Fields& fields, const Value& value, const std::string& text,
                         std::string_view key) {
  const auto reference = Reference::parse(text, ShortNames::refuse);
  if (!reference.ok()) {
    return fields.error(value, std::string(key) + ": " + reference.error().message);
  }
  if (!reference.value().tag().empty() || reference.value().digest()) {
    return fields.error(value, std::string(key) + ": expected a repository without tag or digest");
  }
  return Done{};
}

Outcome read_credentials(const Source& source, const Value& value, RegistryConfig& out) {
  PORTREEVE_TRY(Fields fields, Fields::open(source, value, "credentials"));
  if (fields.take("secret").present()) {
    return fields.error(value["secret"],
                        "credentials.secret: not in this version; mount the secret and name its "
                        "file with dockerConfig");
  }
  PORTREEVE_TRY(const std::string file, fields.need_text("dockerConfig"));
  PORTREEVE_TRY(out.credential_helpers, fields.maybe_bool("helpers", false));
  PORTREEVE_CHECK(fields.finish());
  if (file.empty()) return fields.error(value["dockerConfig"], "dockerConfig: expected a file");
  out.docker_config = beside(source, file);
  return Done{};
}

Outcome read_limits(const Source& source, const Value& value, RegistryConfig& out) {
  PORTREEVE_TRY(Fields fields, Fields::open(source, value, "limits"));
  PORTREEVE_TRY(const std::uint64_t parallel, fields.maybe_count("parallel", out.parallel));
  PORTREEVE_TRY(const std::uint64_t rate,
                fields.maybe_count("requestsPerSecond", out.requests_per_second));
  const Value deadline = fields.take("deadline");
  PORTREEVE_CHECK(fields.finish());
  if (parallel == 0 || parallel > kMostParallel) {
    return fields.error(value["parallel"], "parallel: expected 1 to 64");
  }
  if (rate == 0 || rate > kMostPerSecond) {
    return fields.error(value["requestsPerSecond"], "requestsPerSecond: expected 1 to 10000");
  }
  out.parallel = static_cast<std::uint32_t>(parallel);
  out.requests_per_second = static_cast<std::uint32_t>(rate);
  if (deadline.present()) {
    PORTREEVE_TRY(out.deadline, read_duration(fields, deadline, "deadline"));
  }
  return Done{};
}

Outcome read_names(Fields& spec, RegistryConfig& out) {
  const Value& object = spec.object();
  PORTREEVE_TRY(out.host, spec.need_text("host"));
  PORTREEVE_CHECK(check_host(spec, object["host"], out.host, "host"));
  PORTREEVE_TRY(const std::vector<std::string> serves, spec.maybe_texts("serves"));
  for (const std::string& text : serves) {
    Result<Glob> glob = Glob::compile(text);
    if (!glob.ok()) return spec.error(object["serves"], "serves: " + glob.error().message);
    // "**" or "*/x" would send every name, and its credentials, to this host.
    const std::string host = text.substr(0, text.find('/'));
    if (host.find('*') != std::string::npos || host.find('?') != std::string::npos ||
        host.size() == text.size()) {
      return spec.error(object["serves"],
                        "serves: expected host/repository with wildcards only after the host, as "
                        "'ghcr.io/team/**'; found " + text);
    }
    out.serves.push_back(std::move(glob).value());
  }
  PORTREEVE_TRY(out.prefix, spec.maybe_text("prefix"));
  if (!out.prefix.empty()) {
    PORTREEVE_CHECK(check_repository(spec, object["prefix"], "host.example/" + out.prefix, "prefix"));
  }
  PORTREEVE_TRY(out.signatures, spec.maybe_texts("signatures"));
  for (const std::string& text : out.signatures) {
    PORTREEVE_CHECK(check_repository(spec, object["signatures"], text, "signatures"));
  }
  PORTREEVE_TRY(out.token_servers, spec.maybe_texts("tokenServers"));
  for (const std::string& host : out.token_servers) {
    PORTREEVE_CHECK(check_host(spec, object["tokenServers"], host, "tokenServers"));
  }
  return Done{};
}

Outcome read_spec(Fields& spec, RegistryConfig& out) {
  const Value& object = spec.object();
  const Source& source = spec.source();
  PORTREEVE_CHECK(read_names(spec, out));
  PORTREEVE_TRY(out.layouts, spec.maybe_texts("layouts"));
  for (std::string& path : out.layouts) {
    if (path.empty()) return spec.error(object["layouts"], "layouts: expected directories");
    path = beside(source, path);
  }
  PORTREEVE_TRY(const std::string ca, spec.maybe_text("ca"));
  out.ca_file = beside(source, ca);
  if (const Value credentials = spec.take("credentials"); credentials.present()) {
    PORTREEVE_CHECK(read_credentials(source, credentials, out));
  }
  PORTREEVE_TRY(out.proxy, spec.maybe_text("proxy"));
  if (!out.proxy.empty() && out.proxy.substr(0, 7) != "http://") {
    return spec.error(object["proxy"], "proxy: expected http://host:port");
  }
  PORTREEVE_TRY(out.owner, spec.maybe_text("owner"));
  PORTREEVE_TRY(out.unsafe_plain_http, spec.maybe_bool("unsafePlainHttp", false));
  if (const Value limits = spec.take("limits"); limits.present()) {
    PORTREEVE_CHECK(read_limits(source, limits, out));
  }
  return spec.finish();
}

}  // namespace

Result<RegistryConfig> read_registry(const Source& source, const Value& root) {
  PORTREEVE_TRY(Fields document, Fields::open(source, root, "Registry"));
  document.take("apiVersion");
  document.take("kind");
  PORTREEVE_TRY(const Value metadata, document.need("metadata", ValueType::object));
  PORTREEVE_TRY(const Value spec_value, document.need("spec", ValueType::object));
  PORTREEVE_CHECK(document.finish());
  RegistryConfig out;
  out.where = source.at(root);
  PORTREEVE_TRY(Fields meta, Fields::open(source, metadata, "metadata"));
  PORTREEVE_TRY(out.name, meta.need_text("name"));
  meta.take("labels");
  meta.take("annotations");
  PORTREEVE_CHECK(meta.finish());
  PORTREEVE_TRY(Fields spec, Fields::open(source, spec_value, "spec"));
  PORTREEVE_CHECK(read_spec(spec, out));
  return out;
}

Outcome check_registries(const std::vector<RegistryConfig>& registries) {
  std::set<std::string> names;
  for (std::size_t i = 0; i < registries.size(); ++i) {
    const RegistryConfig& one = registries[i];
    if (!names.insert(one.name).second) {
      return Error{Errc::misconfigured,
                   one.where + ": Registry \"" + one.name + "\" is defined twice"};
    }
    for (std::size_t j = 0; j < i; ++j) {
      const RegistryConfig& other = registries[j];
      const bool same = one.docker_config == other.docker_config && one.ca_file == other.ca_file &&
                        one.proxy == other.proxy && one.unsafe_plain_http == other.unsafe_plain_http;
      if (one.host == other.host && !same) {
        return Error{Errc::misconfigured, one.where + ": host " + one.host + " stands in " +
                                              other.where +
                                              " with other credentials, ca, proxy or protocol"};
      }
    }
  }
  return Done{};
}

}  // namespace portreeve::policies
