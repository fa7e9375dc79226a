#include "oci/authorizer.h"

#include <algorithm>
#include <charconv>

#include "core/base64.h"
#include "core/json.h"
#include "core/limits.h"

namespace portreeve::oci {
namespace {

using net::Url;

constexpr std::size_t kRemembered = 4096;  // Tokens; then all are forgotten.
constexpr std::int64_t kDefaultSeconds = 60;  // "If omitted, this defaults to 60 seconds."
constexpr std::int64_t kMostSeconds = 3600;

// Token servers that are known to be their registry's own.
constexpr std::pair<std::string_view, std::string_view> kOwnServers[] = {
    {"registry-1.docker.io", "auth.docker.io"}, {"registry.gitlab.com", "gitlab.com"}};

std::string scope_of(const std::string& repository) { return "repository:" + repository + ":pull"; }

Secret basic_value(const Credential& credential) {
  return Secret("Basic " + to_base64(credential.username + ":" + credential.password.reveal()));
}

// What goes into a header field must not end it.
bool clean_token(std::string_view token) {
  return !token.empty() && std::all_of(token.begin(), token.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

Error untrusted(std::string message) { return Error{Errc::untrusted, std::move(message)}; }

}  // namespace

Result<Url> Authorizer::checked_realm(const std::string& realm) const {
  const std::string registry = parts_.registry.authority();
  Result<Url> parsed = Url::parse(realm);
  if (!parsed.ok()) return with_context(parsed.error(), registry + ": realm of the challenge");
  const Url& url = parsed.value();
  const bool own = url.host == parts_.registry.host;
  if (url.scheme != "https" && !(own && parts_.registry.scheme == "http")) {
    return untrusted(registry + ": realm " + url.shown() + " is not https: not asked");
  }
  bool named = own;
  for (const std::string& server : parts_.token_servers) {
    named = named || server == url.authority() || server == url.host;
  }
  for (const auto& [host, server] : kOwnServers) {
    named = named || (parts_.registry.host == host && url.host == server);
  }
  if (!named) {
    return untrusted(registry + ": its challenge names the token server " + url.authority() +
                     ", which is neither on its own host nor in `tokenServers` of its Registry: not "
                     "asked");
  }
  return url;
}

Result<Authorizer::Way> Authorizer::choose(const net::HttpReply& reply) const {
  const std::string registry = parts_.registry.authority();
  std::optional<Way> basic;
  for (const std::string_view field : reply.all("www-authenticate")) {
    Result<std::vector<Challenge>> challenges = parse_challenges(field);
    if (!challenges.ok()) return with_context(challenges.error(), registry);
    for (const Challenge& challenge : challenges.value()) {
      if (challenge.scheme == "bearer") {
        return Way{false, std::string(challenge["realm"]), std::string(challenge["service"])};
      }
      if (challenge.scheme == "basic" && !basic) basic = Way{true, "", ""};
    }
  }
  if (basic) return *basic;
  return untrusted(registry + ": HTTP 401 without a Bearer or Basic challenge");
}

Result<Authorizer::Value> Authorizer::expected(const std::string& repository, const Ask& ask) {
  Way way;
  std::size_t attempt = 0;
  {
    const MutexLock lock(mutex_);
    if (!way_) return Value{};
    way = *way_;
    const auto known = preferred_.find(repository);
    if (known != preferred_.end()) attempt = known->second;
  }
  // A file that lost an entry since: the registry will ask, and answer() says what is wrong.
  Result<Value> value = with_credential(way, repository, attempt, ask);
  if (!value.ok() && value.error().code == Errc::untrusted) return Value{};
  return value;
}

Result<Authorizer::Value> Authorizer::answer(const net::HttpReply& reply,
                                             const std::string& repository, std::size_t attempt,
                                             const Ask& ask) {
  PORTREEVE_TRY(const Way way, choose(reply));
  PORTREEVE_TRY(Value value, with_credential(way, repository, attempt, ask));
  const MutexLock lock(mutex_);
  way_ = way;
  if (preferred_.size() >= kRemembered) preferred_.clear();
  preferred_[repository] = attempt;
  return value;
}

void Authorizer::forget(const std::string& repository) {
  const MutexLock lock(mutex_);
  for (auto& [key, token] : tokens_) {
    if (std::get<2>(key) == repository) token.good_until = SteadyTime{};
  }
}

Result<Authorizer::Value> Authorizer::with_credential(const Way& way, const std::string& repository,
                                                      std::size_t attempt, const Ask& ask) {
  const std::string name = parts_.registry.authority() + "/" + repository;
  PORTREEVE_TRY(const std::vector<Credential> credentials,
                parts_.credentials.lookup(parts_.credential_host, repository));
  if (attempt >= std::max<std::size_t>(credentials.size(), way.basic ? 0 : 1)) {
    const std::string had = parts_.credentials.file.empty()
                                ? "no credentials are configured for this registry"
                                : parts_.credentials.file + " has no (further) entry that fits";
    return untrusted(name + ": not authorised (HTTP 401); " + had);
  }
  const Credential credential = credentials.empty() ? Credential{} : credentials[attempt];
  if (way.basic) return Value{basic_value(credential), false};
  if (!credential.registry_token.empty()) {
    return Value{Secret("Bearer " + credential.registry_token.reveal()), false};
  }
  return bearer(way, repository, credential, ask);
}

Result<Authorizer::Value> Authorizer::bearer(const Way& way, const std::string& repository,
                                             const Credential& credential, const Ask& ask) {
  const TokenKey key{way.realm, way.service, repository, credential.id};
  {
    const MutexLock lock(mutex_);
    if (tokens_.size() >= kRemembered) {
      // Not those in flight: somebody waits for them.
      std::erase_if(tokens_, [](const auto& entry) { return !entry.second.fetching; });
    }
    const std::uint64_t seen = tokens_[key].flights;
    while (tokens_[key].fetching) {
      const SteadyTime now = std::chrono::steady_clock::now();
      if (now >= ask.deadline) {
        return Error{Errc::unavailable, parts_.registry.authority() +
                                            ": no token before the deadline"};
      }
      changed_.wait_for(mutex_, ask.deadline - now);
    }
    Token& token = tokens_[key];
    if (std::chrono::steady_clock::now() < token.good_until) {
      return Value{Secret("Bearer " + token.value.reveal()), true};
    }
    if (token.flights != seen && token.failure) return *token.failure;  // The one we waited for.
    token.fetching = true;
  }
  Result<Token> fetched = fetch(way, repository, credential, ask);
  const MutexLock lock(mutex_);
  Token& token = tokens_[key];
  token.fetching = false;
  ++token.flights;
  changed_.notify_all();
  if (!fetched.ok()) {
    token.failure = fetched.error();
    return fetched.error();
  }
  token.failure.reset();
  token.value = fetched.value().value;
  token.good_until = fetched.value().good_until;
  return Value{Secret("Bearer " + token.value.reveal()), false};
}

Result<Authorizer::Token> Authorizer::fetch(const Way& way, const std::string& repository,
                                            const Credential& credential, const Ask& ask) const {
  PORTREEVE_TRY(const Url realm, checked_realm(way.realm));
  if (!credential.identity_token.empty()) {
    PORTREEVE_TRY(const net::HttpReply reply, post(realm, way, repository, credential, ask));
    const bool unknown = reply.status == 404 || reply.status == 405;
    if (!unknown || credential.username.empty()) return read(realm, reply);
  }
  PORTREEVE_TRY(const net::HttpReply reply, get(realm, way, repository, credential, ask));
  return read(realm, reply);
}

Result<net::HttpReply> Authorizer::post(const Url& realm, const Way& way,
                                        const std::string& repository, const Credential& credential,
                                        const Ask& ask) const {
  net::HttpCall call;
  call.method = "POST";
  call.url = realm;
  call.body = "grant_type=refresh_token&service=" + net::percent_encode(way.service) +
              "&client_id=portreeve&scope=" + net::percent_encode(scope_of(repository)) +
              "&refresh_token=" + net::percent_encode(credential.identity_token.reveal());
  call.fields.push_back({"Content-Type", "application/x-www-form-urlencoded"});
  call.body_limit = limits::kTokenBytes;
  call.deadline = ask.deadline;
  call.cancelled = ask.cancelled;
  return perform(std::move(call));
}

Result<net::HttpReply> Authorizer::get(const Url& realm, const Way& way,
                                       const std::string& repository, const Credential& credential,
                                       const Ask& ask) const {
  net::HttpCall call;
  call.url = realm;
  call.url.target += realm.target.find('?') == std::string::npos ? "?" : "&";
  if (!way.service.empty()) call.url.target += "service=" + net::percent_encode(way.service) + "&";
  call.url.target += "scope=" + net::percent_encode(scope_of(repository));
  if (!credential.username.empty()) {
    call.fields.push_back({"Authorization", basic_value(credential).reveal()});
  }
  call.body_limit = limits::kTokenBytes;
  call.deadline = ask.deadline;
  call.cancelled = ask.cancelled;
  return perform(std::move(call));
}

// A token server is a host like any other: counted, and spared when it asks for that or fails.
Result<net::HttpReply> Authorizer::perform(net::HttpCall call) const {
  return parts_.perform ? parts_.perform(std::move(call)) : parts_.http->perform_one(std::move(call));
}

Result<Authorizer::Token> Authorizer::read(const Url& realm, const net::HttpReply& reply) const {
  const std::string name = "token server " + realm.shown();
  const std::string status = " (HTTP " + std::to_string(reply.status) + ")";
  if (reply.status >= 300 && reply.status < 400) {
    return untrusted(name + ": redirects" + status + ": not followed, it could lead credentials away");
  }
  if (reply.status == 429 || reply.status == 408 || reply.status >= 500) {
    return Error{Errc::unavailable, name + ": no token" + status};
  }
  if (reply.status != 200) return untrusted(name + ": no token" + status);
  Result<DocumentPtr> document = json::parse(reply.body, {limits::kTokenBytes, 16, 1024}, nullptr);
  if (!document.ok()) return Error{Errc::malformed, name + ": its answer is no JSON"};
  const portreeve::Value root = document.value()->root();
  const portreeve::Value token = root["token"].is_string() ? root["token"] : root["access_token"];
  if (!clean_token(token.text())) return Error{Errc::malformed, name + ": its answer has no token"};
  std::int64_t seconds = kDefaultSeconds;
  const std::string_view text = root["expires_in"].text();
  if (root["expires_in"].is_number()) {
    std::int64_t value = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc() && stop == text.data() + text.size()) {
      seconds = std::clamp<std::int64_t>(value, 0, kMostSeconds);
    }
  }
  Token out;
  out.value = Secret(std::string(token.text()));
  const auto margin = std::chrono::seconds(std::min<std::int64_t>(10, seconds / 10 + 1));
  out.good_until = std::chrono::steady_clock::now() + std::chrono::seconds(seconds) - margin;
  return out;
}

}  // namespace portreeve::oci
