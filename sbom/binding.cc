#include "sbom/binding.h"

#include <algorithm>

namespace portreeve::sbom {
namespace {

std::optional<Digest> digest_of(std::string_view hex) {
  std::string text = "sha256:";
  for (const char c : hex) text += c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
  Result<Digest> parsed = Digest::parse(text);
  return parsed.ok() ? std::optional<Digest>(parsed.value()) : std::nullopt;
}

// "…sha256:HEX" with 64 digits and nothing of the kind behind them; a purl may write %3A.
std::optional<Digest> digest_in(std::string_view text) {
  for (const std::string_view mark : {"sha256:", "sha256%3A", "sha256%3a"}) {
    const std::size_t at = text.find(mark);
    if (at == std::string_view::npos) continue;
    const std::string_view rest = text.substr(at + mark.size());
    const std::size_t end = std::min(rest.find_first_not_of("0123456789abcdefABCDEF"), rest.size());
    if (end == 64) return digest_of(rest.substr(0, 64));
  }
  return std::nullopt;
}

std::optional<InnerWhat> what_is(const Digest& digest, const ArtifactDigests& artifact) {
  if (digest == artifact.manifest) return InnerWhat::manifest;
  if (artifact.index.has_value() && digest == *artifact.index) return InnerWhat::index;
  if (artifact.config.has_value() && digest == *artifact.config) return InnerWhat::config;
  const auto& layers = artifact.content_layers;
  if (std::find(layers.begin(), layers.end(), digest) != layers.end())
    return InnerWhat::content_layer;
  for (const ArtifactDigests::Platform& platform : artifact.platforms) {
    if (digest == platform.manifest) return InnerWhat::platform;
  }
  return std::nullopt;
}

// What a component is called by, as opposed to a digest of some of its content: there is one.
constexpr bool is_name(InnerHow how) noexcept {
  return how == InnerHow::purl || how == InnerHow::version || how == InnerHow::name;
}

void look(Inner& inner, const std::optional<Digest>& digest, InnerHow how, std::uint32_t component,
          std::string_view text, const ArtifactDigests& artifact) {
  if (!digest.has_value()) return;
  const std::optional<InnerWhat> what = what_is(*digest, artifact);
  if (what.has_value()) {
    if (inner.binding == InnerBinding::bound) return;
    inner.binding = InnerBinding::bound;
    inner.how = how;
    inner.what = *what;
    inner.component = component;
    inner.found = text;
    return;
  }
  if (is_name(how) && inner.against.empty()) {
    inner.against = text;
    inner.against_how = how;
  }
  if (inner.binding != InnerBinding::unknown) return;
  inner.binding = InnerBinding::other;
  inner.how = how;
  inner.component = component;
  inner.found = text;
}

Inner look_at(const Document& document, std::uint32_t index, const ArtifactDigests& artifact) {
  Inner inner;
  const Component& c = document.components[index];
  for (const Identifier& id : document.identifiers_of(c)) {
    const std::string_view purl = id.text.view();
    if (id.kind == IdentifierKind::purl)
      look(inner, digest_in(purl), InnerHow::purl, index, purl, artifact);
  }
  const std::string_view version = c.version.view();
  if (version.substr(0, 7) == "sha256:")
    look(inner, digest_in(version), InnerHow::version, index, version, artifact);
  for (const Hash& hash : document.hashes_of(c)) {
    if (hash.algorithm != HashAlgorithm::sha256) continue;
    const std::string_view hex = hash.value.view();
    look(inner, digest_of(hex), InnerHow::hash, index, hex, artifact);
  }
  for (const Property& property : document.properties_of(c)) {
    const std::string_view name = property.name.view();
    const bool repo = name == "repoDigest" || name.find("RepoDigest") != std::string_view::npos ||
                      name.find("ImageID") != std::string_view::npos ||
                      name.find("repoDigests") != std::string_view::npos;
    const std::string_view value = property.value.view();
    if (repo) look(inner, digest_in(value), InnerHow::repo_digest, index, value, artifact);
  }
  const std::string_view name = c.name.view();
  if (name.find("@sha256:") != std::string_view::npos)
    look(inner, digest_in(name), InnerHow::name, index, name, artifact);
  return inner;
}

}  // namespace

Outer outer_binding(std::span<const SubjectDigest> subjects, const ArtifactDigests& artifact) {
  Outer outer;
  for (const SubjectDigest& subject : subjects) {
    if (subject.algorithm != "sha256") continue;
    if (outer.binding == OuterBinding::unknown) outer.binding = OuterBinding::other;
    const std::optional<Digest> digest = digest_of(subject.hex);
    if (!digest.has_value()) continue;
    if (*digest == artifact.manifest) outer.binding = OuterBinding::artifact;
    for (std::size_t i = 0; i < artifact.platforms.size(); ++i) {
      if (artifact.platforms[i].manifest == *digest) outer.platforms.push_back(i);
    }
  }
  if (outer.binding == OuterBinding::other && !outer.platforms.empty())
    outer.binding = OuterBinding::platform;
  return outer;
}

std::vector<std::size_t> uncovered_platforms(std::span<const Outer> sboms,
                                             const ArtifactDigests& artifact) {
  std::vector<bool> covered(artifact.platforms.size(), false);
  for (const Outer& outer : sboms) {
    if (outer.binding == OuterBinding::artifact) return {};
    for (const std::size_t platform : outer.platforms) covered[platform] = true;
  }
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < covered.size(); ++i) {
    if (!covered[i]) out.push_back(i);
  }
  return out;
}

Inner inner_binding(const Document& document, const ArtifactDigests& artifact) {
  Inner inner;
  for (const std::uint32_t index : document.primary) {
    const Inner one = look_at(document, index, artifact);
    if (one.binding == InnerBinding::bound) return one;
    if (inner.binding == InnerBinding::unknown) inner = one;
  }
  const std::string_view name = document.name.view();
  if (name.find("@sha256:") != std::string_view::npos) {
    look(inner, digest_in(name), InnerHow::name, kNowhere, name, artifact);
  }
  // What another primary component names is no contradiction to the document's name.
  if (inner.binding == InnerBinding::bound) inner.against = {};
  return inner;
}

std::string_view to_string(OuterBinding binding) noexcept {
  switch (binding) {
    case OuterBinding::artifact:
      return "artifact";
    case OuterBinding::platform:
      return "platform";
    case OuterBinding::other:
      return "other";
    case OuterBinding::unknown:
      return "unknown";
  }
  return "?";
}

std::string_view to_string(InnerBinding binding) noexcept {
  switch (binding) {
    case InnerBinding::bound:
      return "bound";
    case InnerBinding::other:
      return "other";
    case InnerBinding::unknown:
      return "unknown";
  }
  return "?";
}

std::string_view to_string(InnerHow how) noexcept {
  switch (how) {
    case InnerHow::purl:
      return "purl";
    case InnerHow::version:
      return "version";
    case InnerHow::hash:
      return "hash";
    case InnerHow::repo_digest:
      return "repo-digest";
    case InnerHow::name:
      return "name";
  }
  return "?";
}

std::string_view to_string(InnerWhat what) noexcept {
  switch (what) {
    case InnerWhat::manifest:
      return "manifest";
    case InnerWhat::index:
      return "index";
    case InnerWhat::platform:
      return "platform";
    case InnerWhat::config:
      return "config";
    case InnerWhat::content_layer:
      return "content-layer";
  }
  return "?";
}

}  // namespace portreeve::sbom
