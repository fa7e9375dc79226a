#include "policies/evidence.h"

#include "core/limits.h"
#include "core/utf8.h"
#include "crypto/hash.h"

namespace portreeve::policies {
namespace {

constexpr std::string_view kLastKnownGood = "last-known-good";

}  // namespace

std::string CandidateRow::outcome() const {
  const std::string text = rejection ? rejection->text() : "accepted, " + signer;
  return utf8::printable(text, limits::kQuotedBytes);
}

std::string SignatureAsk::id() const {
  // Lengths keep apart what would read the same run together.
  crypto::Sha256Stream hash;
  const auto add = [&](std::string_view text) {
    hash.update(std::to_string(text.size()) + ":");
    hash.update(text);
  };
  add(authority);
  add(std::to_string(static_cast<int>(demand.kind)) + (complete ? "c" : "-"));
  for (const std::string& type : demand.predicate_types) add(type);
  for (const auto& [key, value] : demand.annotations) {
    add(key);
    add(value);
  }
  return base32_prefix(Digest(hash.finish()), 16);
}

Key blueprint_key(std::string_view name, std::string_view version, std::string_view scope) {
  std::string artifact(name);
  if (!version.empty()) artifact.append("@").append(version);
  return Key{"blueprint", std::move(artifact), std::string(scope)};
}

std::string_view to_string(Platforms platforms) noexcept {
  switch (platforms) {
    case Platforms::index: return "index";
    case Platforms::all_children: return "all-children";
    case Platforms::any_child: return "any-child";
  }
  return "index";
}

std::string EvidenceScope::text() const {
  std::string out = trust;
  if (!ask.empty()) out += " " + ask;
  if (platforms != Platforms::index) out += " " + std::string(to_string(platforms));
  if (last_known_good) out += " " + std::string(kLastKnownGood);
  return out;
}

EvidenceScope EvidenceScope::parse(std::string_view text) {
  EvidenceScope out;
  bool first = true;
  while (!text.empty()) {
    const std::size_t space = text.find(' ');
    const std::string_view word = text.substr(0, space);
    text = space == std::string_view::npos ? std::string_view() : text.substr(space + 1);
    if (first) {
      out.trust = std::string(word);
    } else if (word == kLastKnownGood) {
      out.last_known_good = true;
    } else if (word == to_string(Platforms::all_children)) {
      out.platforms = Platforms::all_children;
    } else if (word == to_string(Platforms::any_child)) {
      out.platforms = Platforms::any_child;
    } else {
      out.ask = std::string(word);
    }
    first = false;
  }
  return out;
}

}  // namespace portreeve::policies
