#include "tests/support/fake_registry.h"

#include <httplib.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "core/base64.h"
#include "crypto/hash.h"

namespace portreeve::test {
namespace {

std::unique_ptr<httplib::Server> make_server(const Minted& leaf, bool tls) {
  if (!tls) return std::make_unique<httplib::Server>();
  const std::string certificate = leaf.pem();
  const std::string key = leaf.key_pem();
  const crypto::BioPtr in(BIO_new_mem_buf(certificate.data(), static_cast<int>(certificate.size())));
  const crypto::CertificatePtr x(PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr));
  const crypto::BioPtr key_in(BIO_new_mem_buf(key.data(), static_cast<int>(key.size())));
  const crypto::KeyPtr k(PEM_read_bio_PrivateKey(key_in.get(), nullptr, nullptr, nullptr));
  return std::make_unique<httplib::SSLServer>(x.get(), k.get());
}

FakeAnswer not_found(const std::string& code) {
  FakeAnswer out;
  out.status = 404;
  out.body = R"({"errors":[{"code":")" + code + R"("}]})";
  return out;
}

std::string digest_text(const std::string& bytes) { return "sha256:" + crypto::sha256_hex(bytes); }

}  // namespace

#if defined(__SANITIZE_THREAD__)
/// The library is not built with ThreadSanitizer, which therefore does not see its locks, nor that it
/// closes a socket that its workers wrote to through libcrypto: whoever opens a file next gets the same
/// number. Nothing of the product runs on a worker of this server.
extern "C" const char* __tsan_default_suppressions();
extern "C" const char* __tsan_default_suppressions() {
  return "called_from_lib:libcpp-httplib.so\nrace:libcpp-httplib.so\nrace:httplib::ThreadPool::worker\n";
}
#endif

FakeRegistry::FakeRegistry(const Minted& leaf, FakeRegistryOptions options)
    : options_(std::move(options)), server_(make_server(leaf, options_.tls)) {
  server_->set_keep_alive_max_count(100'000);
  server_->set_keep_alive_timeout(1);
  server_->set_tcp_nodelay(true);
  server_->new_task_queue = [] { return new httplib::ThreadPool(48); };
  const auto all = [this](const httplib::Request& q, httplib::Response& s) { handle(q, s); };
  server_->Get(".*", all);
  server_->Post(".*", all);
  const int port = server_->bind_to_any_port("127.0.0.1");
  if (port <= 0) throw std::runtime_error("fake registry cannot listen");
  port_ = static_cast<std::uint16_t>(port);
  thread_ = std::thread([this] { server_->listen_after_bind(); });
  while (!server_->is_running()) std::this_thread::sleep_for(Milliseconds(1));
}

FakeRegistry::~FakeRegistry() {
  server_->stop();
  thread_.join();
}

Digest FakeRegistry::put_blob(const std::string& repository, const std::string& bytes) {
  const std::lock_guard lock(mutex_);
  blobs_[repository + "@" + digest_text(bytes)] = bytes;
  return Digest::parse(digest_text(bytes)).value();
}

Digest FakeRegistry::put_manifest(const std::string& repository, const std::string& bytes,
                                  const std::string& type, const std::string& tag) {
  Stored stored{bytes, type, "", ""};
  const auto json = nlohmann::json::parse(bytes, nullptr, false);
  if (json.is_object() && json.contains("subject") && json["subject"].contains("digest")) {
    stored.subject = json["subject"]["digest"];
    stored.artifact_type = json.value("artifactType", "");
  }
  const std::lock_guard lock(mutex_);
  manifests_[repository + "@" + digest_text(bytes)] = stored;
  if (!tag.empty()) tags_[repository + ":" + tag] = digest_text(bytes);
  return Digest::parse(digest_text(bytes)).value();
}

void FakeRegistry::set_tag(const std::string& repository, const std::string& tag,
                           const Digest& digest) {
  const std::lock_guard lock(mutex_);
  tags_[repository + ":" + tag] = digest.text();
}

void FakeRegistry::hook(Hook hook) {
  const std::lock_guard lock(mutex_);
  hook_ = std::move(hook);
}

std::vector<SeenRequest> FakeRegistry::seen() const {
  const std::lock_guard lock(mutex_);
  return seen_;
}

std::size_t FakeRegistry::count(std::string_view part) const {
  const std::lock_guard lock(mutex_);
  return static_cast<std::size_t>(std::count_if(seen_.begin(), seen_.end(), [&](const auto& one) {
    return one.target.find(part) != std::string::npos;
  }));
}

void FakeRegistry::forget_seen() {
  const std::lock_guard lock(mutex_);
  seen_.clear();
}

void FakeRegistry::handle(const httplib::Request& request, httplib::Response& response) {
  SeenRequest seen{request.method, request.target, request.get_header_value("Authorization"),
                   request.get_header_value("Accept"), request.get_header_value("Cookie"),
                   request.body};
  // httplib gives a form's body as parameters only.
  if (seen.body.empty()) {
    for (const auto& [key, value] : request.params) {
      if (request.method == "POST") seen.body += key + "=" + value + "&";
    }
  }
  Hook hook;
  {
    const std::lock_guard lock(mutex_);
    seen_.push_back(seen);
    hook = hook_;
  }
  const auto now = ++in_flight_;
  for (auto most = most_at_once_.load(); most < now && !most_at_once_.compare_exchange_weak(most, now);) {}
  if (options_.latency.count() > 0) std::this_thread::sleep_for(options_.latency);
  --in_flight_;
  std::optional<FakeAnswer> answer;
  if (hook) answer = hook(seen);
  send(answer ? *answer : ordinary(seen), response);
}

void FakeRegistry::send(const FakeAnswer& answer, httplib::Response& response) {
  if (answer.delay.count() > 0) std::this_thread::sleep_for(answer.delay);
  response.status = answer.status;
  for (const auto& [name, value] : answer.fields) response.set_header(name.c_str(), value);
  if (answer.endless) {
    response.set_chunked_content_provider(answer.type.c_str(), [](std::size_t, httplib::DataSink& sink) {
      const std::string chunk(64 * 1024, ' ');
      return sink.write(chunk.data(), chunk.size());
    });
  } else if (answer.drip) {
    response.set_chunked_content_provider(answer.type.c_str(), [](std::size_t, httplib::DataSink& sink) {
      std::this_thread::sleep_for(Milliseconds(20));
      return sink.write(" ", 1);
    });
  } else if (answer.announced) {
    const std::string body = answer.body;
    response.set_content_provider(*answer.announced, answer.type.c_str(),
                                  [body](std::size_t offset, std::size_t, httplib::DataSink& sink) {
                                    if (offset > 0) return false;
                                    return sink.write(body.data(), body.size()) && body.empty() == false;
                                  });
  } else {
    response.set_content(answer.body, answer.type.c_str());
  }
}

bool FakeRegistry::authorised(const SeenRequest& request) {
  if (options_.user.empty() && !options_.token) return true;
  if (options_.token) {
    const std::lock_guard lock(mutex_);
    return request.authorization.rfind("Bearer ", 0) == 0 && tokens_.count(request.authorization.substr(7)) > 0;
  }
  return request.authorization == "Basic " + to_base64(options_.user + ":" + options_.password);
}

FakeAnswer FakeRegistry::token(const SeenRequest& request) {
  const bool basic = request.authorization == "Basic " + to_base64(options_.user + ":" + options_.password);
  const bool refresh = request.method == "POST" && !options_.identity_token.empty() &&
                       request.body.find("refresh_token=" + options_.identity_token) != std::string::npos;
  FakeAnswer out;
  if (request.method == "POST" && options_.identity_token.empty()) return not_found("no POST here");
  if (!options_.user.empty() && !basic && !refresh) {
    out.status = 401;
    return out;
  }
  const std::lock_guard lock(mutex_);
  const std::string value = "token-" + std::to_string(tokens_.size() + 1);
  tokens_.insert(value);
  out.body = R"({"token":")" + value + R"(","expires_in":)" + std::to_string(options_.expires_in) + "}";
  return out;
}

FakeAnswer FakeRegistry::ordinary(const SeenRequest& request) {
  const std::string path = request.target.substr(0, request.target.find('?'));
  const std::string query = request.target.substr(path.size());
  if (path == "/token") return token(request);
  if (!authorised(request)) {
    FakeAnswer out;
    out.status = 401;
    const std::string realm = options_.realm.empty() ? url() + "/token" : options_.realm;
    out.fields.emplace("WWW-Authenticate",
                       options_.token ? "Bearer realm=\"" + realm + "\",service=\"fake, registry\",scope=\"repository:*:*\""
                                      : "Basic realm=\"fake\"");
    return out;
  }
  for (const std::string kind : {"/manifests/", "/blobs/", "/referrers/"}) {
    const std::size_t at = path.find(kind);
    if (path.rfind("/v2/", 0) != 0 || at == std::string::npos) continue;
    const std::string repository = path.substr(4, at - 4);
    const std::string reference = path.substr(at + kind.size());
    if (kind == "/manifests/") return manifest(repository, reference);
    if (kind == "/referrers/") return referrers(repository, reference, query);
    const std::lock_guard lock(mutex_);
    const auto blob = blobs_.find(repository + "@" + reference);
    if (blob == blobs_.end()) return not_found("BLOB_UNKNOWN");
    FakeAnswer out;
    out.body = blob->second;
    out.type = "application/octet-stream";
    return out;
  }
  return not_found("NAME_UNKNOWN");
}

FakeAnswer FakeRegistry::manifest(const std::string& repository, const std::string& reference) {
  const std::lock_guard lock(mutex_);
  const auto tag = tags_.find(repository + ":" + reference);
  const std::string digest = tag == tags_.end() ? reference : tag->second;
  const auto found = manifests_.find(repository + "@" + digest);
  if (found == manifests_.end()) return not_found("MANIFEST_UNKNOWN");
  FakeAnswer out;
  out.body = found->second.bytes;
  out.type = found->second.type;
  out.fields.emplace("Docker-Content-Digest", digest);
  return out;
}

FakeAnswer FakeRegistry::referrers(const std::string& repository, const std::string& digest,
                                   const std::string& query) {
  if (!options_.referrers) {
    FakeAnswer out = not_found("");
    out.body = "404 page not found";
    out.type = "text/plain";
    return out;
  }
  const std::lock_guard lock(mutex_);
  nlohmann::json list = nlohmann::json::array();
  for (const auto& [key, stored] : manifests_) {
    if (key.rfind(repository + "@", 0) != 0 || stored.subject != digest) continue;
    nlohmann::json entry{{"mediaType", stored.type}, {"digest", digest_text(stored.bytes)}, {"size", stored.bytes.size()}};
    if (!stored.artifact_type.empty()) entry["artifactType"] = stored.artifact_type;
    list.push_back(entry);
  }
  FakeAnswer out;
  if (options_.page > 0) {
    const std::size_t from = query.rfind("?last=", 0) == 0 ? std::stoul(query.substr(6)) : 0;
    const std::size_t to = std::min(from + options_.page, list.size());
    if (to < list.size()) {
      out.fields.emplace("Link", "</v2/" + repository + "/referrers/" + digest + "?last=" + std::to_string(to) + ">; rel=\"next\"");
    }
    nlohmann::json part = nlohmann::json::array();
    for (std::size_t i = from; i < to; ++i) part.push_back(list[i]);
    list = part;
  }
  out.body = nlohmann::json{{"schemaVersion", 2}, {"mediaType", "application/vnd.oci.image.index.v1+json"}, {"manifests", list}}.dump();
  out.type = "application/vnd.oci.image.index.v1+json";
  return out;
}

}  // namespace portreeve::test
