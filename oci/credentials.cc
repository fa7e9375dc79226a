#include "oci/credentials.h"

#include <algorithm>

#include "core/base64.h"
#include "core/file.h"
#include "core/json.h"
#include "core/limits.h"
#include "core/utf8.h"
#include "crypto/hash.h"
#include "oci/credential_helper.h"

namespace portreeve::oci {
namespace {

constexpr ReadLimits kLimits{limits::kCredentialFileBytes, 16, 100'000};
constexpr std::string_view kDockerHubKey = "https://index.docker.io/v1/";

std::string lower_case(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  return out;
}

// One label against a shell glob of '*' and '?'. The kubelet's character classes are not taken.
bool label_matches(std::string_view glob, std::string_view label) {
  std::size_t g = 0, l = 0, star = std::string_view::npos, resume = 0;
  while (l < label.size()) {
    if (g < glob.size() && (glob[g] == '?' || glob[g] == label[l])) {
      ++g, ++l;
    } else if (g < glob.size() && glob[g] == '*') {
      star = g++;
      resume = l;
    } else if (star != std::string_view::npos) {
      g = star + 1;
      l = ++resume;
    } else {
      return false;
    }
  }
  while (g < glob.size() && glob[g] == '*') ++g;
  return g == glob.size();
}

bool host_matches(std::string_view pattern, std::string_view host) {
  const auto port_of = [](std::string_view text) {
    const std::size_t colon = text.rfind(':');
    const bool v6 = colon != std::string_view::npos && text.find(']', colon) != std::string_view::npos;
    return colon == std::string_view::npos || v6 ? text.size() : colon;
  };
  if (pattern.substr(port_of(pattern)) != host.substr(port_of(host))) return false;
  pattern = pattern.substr(0, port_of(pattern));
  host = host.substr(0, port_of(host));
  if (pattern == host) return true;
  while (true) {
    const std::size_t p = std::min(pattern.find('.'), pattern.size());
    const std::size_t h = std::min(host.find('.'), host.size());
    if (!label_matches(pattern.substr(0, p), host.substr(0, h))) return false;
    const bool last = p == pattern.size();
    if (last != (h == host.size())) return false;  // Other number of labels.
    if (last) return true;
    pattern.remove_prefix(p + 1);
    host.remove_prefix(h + 1);
  }
}

bool path_matches(std::string_view prefix, std::string_view repository) {
  if (prefix.empty()) return true;
  if (repository.substr(0, prefix.size()) != prefix) return false;
  return repository.size() == prefix.size() || repository[prefix.size()] == '/';
}

// docker's name for itself, and ours.
std::string_view canonical_host(std::string_view host) {
  return host == "index.docker.io" || host == "registry-1.docker.io" ? "docker.io" : host;
}

}  // namespace

class CredentialReader {
 public:
  explicit CredentialReader(const std::string& name) : name_(name) {}

  Result<CredentialFile> read(const Value& root) {
    if (!root.is_object()) return bad("", "expected an object");
    const bool modern = root["auths"].present() || root["credHelpers"].present() ||
                        root["credsStore"].present() || root.size() == 0;
    const Value auths = modern ? root["auths"] : root;
    if (auths.is_object()) {
      for (const Value entry : auths) PORTREEVE_CHECK(add(entry.key().text(), entry));
    } else if (auths.present() && !auths.is_null()) {
      return bad("auths", "expected an object");
    }
    if (modern) PORTREEVE_CHECK(read_helpers(root));
    std::stable_sort(out_.entries_.begin(), out_.entries_.end(), [](const auto& a, const auto& b) {
      return a.host.size() + a.path.size() > b.host.size() + b.path.size();
    });
    return std::move(out_);
  }

 private:
  Error bad(std::string_view key, std::string_view what) const {
    return Error{Errc::malformed, name_ + ": " + utf8::printable(key, 128) +
                                      (key.empty() ? "" : ": ") + std::string(what)};
  }

  Outcome read_helpers(const Value& root) {
    const Value store = root["credsStore"];
    if (store.present() && !store.is_null()) {
      if (!valid_helper(store.text())) return bad("credsStore", "expected a name of a-z, 0-9 and '-'");
      out_.store_ = std::string(store.text());
    }
    const Value helpers = root["credHelpers"];
    if (!helpers.present() || helpers.is_null()) return Done{};
    if (!helpers.is_object()) return bad("credHelpers", "expected an object");
    for (const Value entry : helpers) {
      if (!valid_helper(entry.text())) return bad("credHelpers", "expected names of a-z, 0-9 and '-'");
      out_.helpers_.push_back({lower_case(entry.key().text()), std::string(entry.text())});
    }
    return Done{};
  }

  // Key normalisation as the kubelet's: scheme, "/v1/" and "/v2/" go.
  Outcome add(std::string_view key, const Value& entry) {
    if (!entry.is_object()) return bad(key, "expected an object");
    std::string_view rest = key;
    for (const std::string_view scheme : {"https://", "http://"}) {
      if (rest.substr(0, scheme.size()) == scheme) rest.remove_prefix(scheme.size());
    }
    CredentialFile::Entry out;
    const std::size_t slash = std::min(rest.find('/'), rest.size());
    out.host = lower_case(rest.substr(0, slash));
    std::string_view path = rest.substr(std::min(slash + 1, rest.size()));
    for (const std::string_view version : {"v1", "v2"}) {
      if (path == version || path.substr(0, version.size() + 1) == std::string(version) + "/") {
        path.remove_prefix(std::min(version.size() + 1, path.size()));
        break;
      }
    }
    while (!path.empty() && path.back() == '/') path.remove_suffix(1);
    out.path = std::string(path);
    out.host = std::string(canonical_host(out.host));
    if (out.host.empty()) return bad(key, "names no host");
    PORTREEVE_CHECK(read_entry(key, entry, out.credential));
    const Credential& c = out.credential;
    // docker leaves empty entries behind when a store holds the secret.
    if (c.username.empty() && c.identity_token.empty() && c.registry_token.empty()) return Done{};
    out_.entries_.push_back(std::move(out));
    return Done{};
  }

  Result<std::string> text(std::string_view key, const Value& entry, std::string_view member) const {
    const Value value = entry[member];
    if (!value.present() || value.is_null()) return std::string();
    if (!value.is_string()) return bad(key, std::string(member) + " is not a string");
    if (value.text().find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos &&
        member != "auth") {
      return bad(key, std::string(member) + " holds a line end");
    }
    return std::string(value.text());
  }

  Outcome read_entry(std::string_view key, const Value& entry, Credential& out) const {
    PORTREEVE_TRY(const std::string auth, text(key, entry, "auth"));
    PORTREEVE_TRY(out.username, text(key, entry, "username"));
    PORTREEVE_TRY(std::string password, text(key, entry, "password"));
    PORTREEVE_TRY(std::string identity, text(key, entry, "identitytoken"));
    PORTREEVE_TRY(std::string bearer, text(key, entry, "registrytoken"));
    if (!auth.empty()) PORTREEVE_CHECK(split_auth(key, auth, out.username, password));
    out.password = Secret(std::move(password));
    out.identity_token = Secret(std::move(identity));
    out.registry_token = Secret(std::move(bearer));
    // A digest of all of it, so that a rotated secret does not meet its predecessor's token.
    out.id = name_ + "#" + utf8::printable(key, 128) + "#" +
             crypto::sha256_hex(out.username + '\0' + out.password.reveal() + '\0' +
                                out.identity_token.reveal() + '\0' + out.registry_token.reveal())
                 .substr(0, 16);
    return Done{};
  }

  // base64(user ":" password); the password may hold ':', padding varies.
  Outcome split_auth(std::string_view key, const std::string& auth, std::string& username,
                     std::string& password) const {
    std::string packed;
    for (const char c : auth) {
      if (c != '\n' && c != '\r' && c != ' ') packed += c;
    }
    const Result<std::string> decoded = from_base64(packed, Base64::either);
    if (!decoded.ok()) return bad(key, "auth is not base64");
    std::string pair = decoded.value();
    while (!pair.empty() && (pair.back() == '\n' || pair.back() == '\0')) pair.pop_back();
    const std::size_t colon = pair.find(':');
    if (colon == std::string::npos) return bad(key, "auth is not user:password");
    if (pair.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) {
      return bad(key, "auth holds a line end");
    }
    username = pair.substr(0, colon);
    password = pair.substr(colon + 1);
    return Done{};
  }

  const std::string& name_;
  CredentialFile out_;
};

Result<CredentialFile> CredentialFile::parse(std::string_view text, const std::string& name) {
  Result<DocumentPtr> document = json::parse(std::string(text), kLimits, nullptr);
  if (!document.ok()) return with_context(document.error(), name);
  return CredentialReader(name).read(document.value()->root());
}

std::vector<Credential> CredentialFile::lookup(std::string_view host,
                                               std::string_view repository) const {
  std::vector<Credential> out;
  const std::string wanted = lower_case(canonical_host(host));
  for (const Entry& entry : entries_) {
    if (host_matches(entry.host, wanted) && path_matches(entry.path, repository)) {
      out.push_back(entry.credential);
    }
  }
  return out;
}

std::string CredentialFile::helper(std::string_view host) const {
  const std::string wanted = lower_case(host);
  for (const Helper& helper : helpers_) {
    if (helper.host == wanted) return helper.suffix;
  }
  return store_;
}

Result<std::vector<Credential>> CredentialSource::lookup(std::string_view host,
                                                         std::string_view repository) const {
  if (file.empty()) return std::vector<Credential>();
  const Result<std::string> text = read_file(file, limits::kCredentialFileBytes);
  if (!text.ok()) return Error{Errc::misconfigured, text.error().message};
  PORTREEVE_TRY(const CredentialFile parsed, CredentialFile::parse(text.value(), file));
  std::vector<Credential> out = parsed.lookup(host, repository);
  const std::string program = parsed.helper(host);
  if (program.empty() || !out.empty()) return out;
  if (!helpers) {
    return Error{Errc::misconfigured,
                 file + ": credentials for " + std::string(host) + " are kept by the helper \"" +
                     program + "\", and helpers are not enabled; put an auths entry there"};
  }
  const std::string server = canonical_host(host) == "docker.io" ? std::string(kDockerHubKey)
                                                                 : std::string(host);
  PORTREEVE_TRY(Credential found, run_credential_helper(program, server, patience));
  if (!found.id.empty()) out.push_back(std::move(found));
  return out;
}

}  // namespace portreeve::oci
