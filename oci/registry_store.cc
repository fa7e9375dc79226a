#include "oci/registry_store.h"

#include <algorithm>
#include <set>

#include "core/file.h"
#include "core/limits.h"
#include "core/reference.h"
#include "core/utf8.h"
#include "oci/media_type.h"
#include "oci/redirect.h"

namespace portreeve::oci {
namespace {

// The Docker Hub's API is not on the host of its names.
std::string api_host(const std::string& host) {
  return host == "docker.io" ? "registry-1.docker.io" : host;
}

bool manifest_type(std::string_view type) {
  return type == kOciManifest || type == kOciIndex || type == kDockerManifest || type == kDockerIndex;
}

// Everything that goes into a path has passed the grammar, whoever built it.
Outcome check_name(const Wanted& wanted) {
  const std::string tag = wanted.digest ? "" : ":" + wanted.tag;
  const auto reference = Reference::parse("host.example/" + wanted.repository + tag, ShortNames::refuse);
  if (!reference.ok()) return with_context(reference.error(), utf8::printable(wanted.text(), 128));
  if (!wanted.digest && wanted.tag.empty()) {
    return Error{Errc::internal, wanted.repository + ": neither a digest nor a tag"};
  }
  return Done{};
}

std::string referrers_target(const std::string& repository, const Digest& digest) {
  return "/v2/" + repository + "/referrers/" + digest.text();
}

}  // namespace

std::vector<Result<ContentStore::Raw>> RegistryStore::read(const std::vector<Wanted>& wanted,
                                                           const Ask& ask) const {
  std::vector<Result<Raw>> out;
  std::vector<RegistryRequest> requests;
  std::vector<std::size_t> places;
  for (const Wanted& one : wanted) {
    const Outcome good = check_name(one);
    out.emplace_back(good.ok() ? Error{Errc::internal, "not asked"} : good.error());
    if (!good.ok()) continue;
    places.push_back(out.size() - 1);
    requests.push_back(request_for(one));
  }
  std::vector<Result<net::HttpReply>> replies =
      requests.empty() ? std::vector<Result<net::HttpReply>>()
                       : transport_.get(std::move(requests), ask);
  for (std::size_t i = 0; i < replies.size(); ++i) {
    out[places[i]] = to_raw(wanted[places[i]], std::move(replies[i]));
  }
  return out;
}

RegistryRequest RegistryStore::request_for(const Wanted& wanted) {
  const bool manifest = wanted.kind == Wanted::Kind::manifest;
  RegistryRequest out;
  out.repository = wanted.repository;
  out.target = "/v2/" + wanted.repository + (manifest ? "/manifests/" : "/blobs/") +
               (wanted.digest ? wanted.digest->text() : wanted.tag);
  if (manifest) out.accept = std::string(kManifestAccept);
  out.limit = wanted.size ? std::min<std::size_t>(wanted.limit, *wanted.size) : wanted.limit;
  return out;
}

Result<ContentStore::Raw> RegistryStore::to_raw(const Wanted& wanted,
                                                Result<net::HttpReply> reply) const {
  if (!reply.ok()) return std::move(reply).error();
  net::HttpReply& http = reply.value();
  const std::string name = config_.host + "/" + wanted.text();
  if (http.status == 404) return Error{Errc::not_found, name + ": not found (HTTP 404)"};
  if (http.status != 200) {
    return Error{Errc::unavailable, name + ": HTTP " + std::to_string(http.status)};
  }
  PORTREEVE_TRY(const std::string type, http.single("content-type"));
  Raw raw;
  raw.media_type = essence(type);
  if (wanted.kind == Wanted::Kind::manifest && !raw.media_type.empty() &&
      !manifest_type(raw.media_type)) {
    const bool schema1 = raw.media_type.find("distribution.manifest.v1") != std::string::npos;
    return Error{schema1 ? Errc::unsupported : Errc::malformed,
                 name + ": expected a manifest, served as \"" +
                     utf8::printable(raw.media_type, 100) + "\"" +
                     (schema1 ? " (schema 1 is not read)" : "")};
  }
  raw.bytes = std::move(http.body);
  raw.memory = std::move(http.memory);
  raw.from = config_.host;
  return raw;
}

Result<Listed> RegistryStore::list_referrers(Shape shape, const std::string& repository,
                                             const Digest& digest, const Ask& ask) const {
  if (shape == Shape::referrers_api) {
    PORTREEVE_CHECK(check_name(Wanted::manifest(repository, digest)));
    const std::string target = referrers_target(repository, digest);
    std::vector<Result<net::HttpReply>> replies =
        transport_.get({referrers_request(repository, target)}, ask);
    return all_pages(repository, target, std::move(replies.at(0)), ask);
  }
  if (shape != Shape::fallback_tag) {
    return Error{Errc::internal, place() + ": not a way to list referrers"};
  }
  PORTREEVE_TRY(const ContentPtr index,
                fetch_one(Wanted::tagged(repository, digest_tag(digest, "")), ask));
  Result<ReferrerList> list = parse_referrer_list(index->bytes, ask.memory);
  if (!list.ok()) return with_context(list.error(), config_.host + ": fallback tag");
  Listed out;
  out.manifests = std::move(list.value().manifests);
  out.rejected = list.value().rejected.size();
  return out;
}

RegistryRequest RegistryStore::referrers_request(const std::string& repository,
                                                 const std::string& target) const {
  return {repository, target, std::string(kOciIndex), limits::kManifestBytes};
}

Result<Listed> RegistryStore::all_pages(const std::string& repository, const std::string& target,
                                        Result<net::HttpReply> first, const Ask& ask) const {
  Listed out;
  net::Url url = transport_.root();
  url.target = target;
  PORTREEVE_TRY(std::string next, add_page(url, std::move(first), ask, out));
  std::set<std::string> seen = {target};
  while (!next.empty()) {
    if (seen.size() == limits::kReferrerPages || !seen.insert(next).second) {
      out.short_of = Error{Errc::limit, config_.host + ": list of referrers has more than " +
                                            std::to_string(limits::kReferrerPages) +
                                            " pages, or goes in circles"};
      break;
    }
    url.target = next;
    std::vector<Result<net::HttpReply>> replies =
        transport_.get({referrers_request(repository, next)}, ask);
    Result<std::string> following = add_page(url, std::move(replies.at(0)), ask, out);
    if (!following.ok()) {  // What came before stays good; what is missing is said.
      out.short_of = following.error();
      break;
    }
    next = following.value();
  }
  return out;
}

Survey RegistryStore::survey(const std::string& repository, const Digest& digest,
                             const Ask& ask) const {
  const Wanted signature = Wanted::tagged(repository, digest_tag(digest, ".sig"));
  const Wanted attestation = Wanted::tagged(repository, digest_tag(digest, ".att"));
  if (const Outcome good = check_name(signature); !good.ok()) {
    return Survey{good.error(), good.error(), good.error()};
  }
  const std::string target = referrers_target(repository, digest);
  std::vector<Result<net::HttpReply>> replies = transport_.get(
      {referrers_request(repository, target), request_for(signature), request_for(attestation)}, ask);
  return Survey{all_pages(repository, target, std::move(replies.at(0)), ask),
                verify(signature, to_raw(signature, std::move(replies.at(1)))),
                verify(attestation, to_raw(attestation, std::move(replies.at(2))))};
}

// Gives the target of the next page; empty: that was the last one.
Result<std::string> RegistryStore::add_page(const net::Url& url, Result<net::HttpReply> reply,
                                            const Ask& ask, Listed& out) const {
  if (!reply.ok()) return std::move(reply).error();
  const net::HttpReply& http = reply.value();
  const std::string name = config_.host + ": referrers API";
  // A registry that knows the way answers 200, also for none; others say one of these.
  if (http.status == 404 || http.status == 400 || http.status == 405 || http.status == 406) {
    return Error{Errc::not_found, name + ": not there (HTTP " + std::to_string(http.status) + ")"};
  }
  if (http.status != 200) {
    return Error{Errc::unavailable, name + ": HTTP " + std::to_string(http.status)};
  }
  PORTREEVE_TRY(const std::string type, http.single("content-type"));
  if (essence(type) != kOciIndex) {
    return Error{Errc::malformed, name + ": expected an image index, served as \"" +
                                      utf8::printable(essence(type), 100) + "\""};
  }
  Result<ReferrerList> list = parse_referrer_list(http.body, ask.memory);
  if (!list.ok()) return with_context(list.error(), name);
  if (out.manifests.size() + list.value().manifests.size() > limits::kIndexManifests) {
    return Error{Errc::limit, name + ": more than " + std::to_string(limits::kIndexManifests) +
                                  " entries"};
  }
  out.rejected += list.value().rejected.size();
  std::move(list.value().manifests.begin(), list.value().manifests.end(),
            std::back_inserter(out.manifests));
  for (const std::string_view link : http.all("link")) {
    PORTREEVE_TRY(std::string next, next_page(url, link));
    if (!next.empty()) return next;
  }
  return std::string();
}

Result<std::shared_ptr<const RegistryStore>> open_registry(const RegistryConfig& config,
                                                           const Clock& clock) {
  net::HttpClientOptions options;
  options.proxy = config.proxy;
  options.unsafe_plain_http = config.unsafe_plain_http;
  if (!config.ca_file.empty()) {
    Result<std::string> pem = read_file(config.ca_file, limits::kMiB);
    if (!pem.ok()) return Error{Errc::misconfigured, config.where + ": ca: " + pem.error().message};
    options.ca_pem = std::move(pem).value();
    if (options.ca_pem.empty()) {
      return Error{Errc::misconfigured, config.where + ": ca: " + config.ca_file + " is empty"};
    }
  }
  RegistryTransport::Parts parts;
  const std::string scheme = config.unsafe_plain_http ? "http://" : "https://";
  Result<net::Url> root = net::Url::parse(scheme + api_host(config.host));
  if (!root.ok()) return Error{Errc::misconfigured, config.where + ": host: " + root.error().message};
  parts.root = std::move(root).value();
  auto client = net::make_http_client(std::move(options));
  if (!client.ok()) return Error{Errc::misconfigured, config.where + ": " + client.error().message};
  parts.http = std::move(client).value();
  parts.config = config;
  parts.credentials.file = config.docker_config;
  parts.credentials.helpers = config.credential_helpers;
  parts.clock = &clock;
  return std::make_shared<const RegistryStore>(std::move(parts));
}

}  // namespace portreeve::oci
