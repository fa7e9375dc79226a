#include "verifiers/authority.h"

#include <algorithm>

#include "verifiers/identity_pattern.h"
#include "verifiers/rejection.h"

namespace portreeve::verifiers {
namespace {

Error wrong(std::string message) { return {Errc::misconfigured, std::move(message)}; }

// RFC 3986 §3.1: scheme ":".
bool has_scheme(std::string_view text) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  if (text.empty() || !letter(text[0])) return false;
  for (const char c : text) {
    if (c == ':') return true;
    if (!letter(c) && !(c >= '0' && c <= '9') && c != '+' && c != '-' && c != '.') return false;
  }
  return false;
}

}  // namespace

Result<RepositoryGlob> RepositoryGlob::compile(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos || slash == 0) {
    return wrong("repository " + quoted(text) + ": expected host/path, such as ghcr.io/acme/**");
  }
  const std::string_view host = text.substr(0, slash);
  if (host.find("**") != std::string_view::npos) {
    return wrong("repository " + quoted(text) + ": ** cannot stand in the host; write *");
  }
  PORTREEVE_TRY(Glob host_glob, Glob::compile(host));
  PORTREEVE_TRY(Glob path_glob, Glob::compile(text.substr(slash + 1)));
  return RepositoryGlob(std::move(host_glob), std::move(path_glob));
}

bool RepositoryGlob::matches(std::string_view name) const {
  const std::size_t slash = name.find('/');
  if (slash == std::string_view::npos) return false;
  return host_.matches(name.substr(0, slash)) && path_.matches(name.substr(slash + 1));
}

Result<IdentityRule> IdentityRule::exact(std::string text) {
  if (text.empty()) return wrong("identity: must not be empty");
  return IdentityRule(std::move(text));
}

Result<IdentityRule> IdentityRule::pattern(std::string_view expression) {
  PORTREEVE_TRY(const std::string meant, read_identity_pattern(expression));
  PORTREEVE_TRY(Pattern compiled, Pattern::compile(meant));
  return IdentityRule(std::move(compiled));
}

bool IdentityRule::matches(const crypto::AlternativeName& name) const {
  if (!kind_fits(name)) return false;
  if (const auto* const text = std::get_if<std::string>(&rule_)) return *text == name.value;
  return std::get<Pattern>(rule_).matches(name.value);
}

std::string IdentityRule::text() const {
  if (const auto* const text = std::get_if<std::string>(&rule_)) return *text;
  return std::get<Pattern>(rule_).expression();
}

bool kind_fits(const crypto::AlternativeName& name) {
  const bool scheme = has_scheme(name.value);
  const bool at = name.value.find('@') != std::string::npos;
  const bool mark = name.value.find('!') != std::string::npos;
  switch (name.kind) {
    case crypto::NameKind::uri:
      return scheme;
    case crypto::NameKind::email:
      return !scheme && at;
    case crypto::NameKind::other_name:
      return !scheme && (mark || !at);
    case crypto::NameKind::dns:
    case crypto::NameKind::ip:
    case crypto::NameKind::unknown:
      return false;
  }
  return false;
}

bool Authority::covers(std::string_view repository) const {
  return std::any_of(repositories.begin(), repositories.end(),
                     [&](const RepositoryGlob& glob) { return glob.matches(repository); });
}

Outcome Authority::check() const {
  if (const auto* const keyed = std::get_if<KeySigners>(&signers)) {
    if (keyed->keys.empty()) return wrong("keys: at least one");
    for (const AuthorityKey& key : keyed->keys) {
      if (key.schemes.empty()) return wrong("keys: " + key.name + ": no signature scheme");
      if (key.window.start && key.window.end && *key.window.end < *key.window.start) {
        return wrong("keys: " + key.name + ": until is before from");
      }
    }
    return Done{};
  }
  if (const auto* const keyless = std::get_if<KeylessSigners>(&signers)) {
    if (keyless->issuer.empty()) {
      return wrong("keyless: issuer is missing: an identity means nothing without who vouches for it");
    }
  }
  // A short-lived certificate proves nothing without a time that somebody else vouches for.
  if (log == LogNeed::none && timestamps == 0) {
    return wrong("log: none needs timestamp: required, else nothing says when it was signed");
  }
  return Done{};
}

}  // namespace portreeve::verifiers
