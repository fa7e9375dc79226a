#include "oci/registries.h"

#include <algorithm>

#include "core/limits.h"
#include "oci/records.h"

namespace portreeve::oci {
namespace {

bool serves(const RegistryConfig& config, const Reference& reference) {
  if (config.serves.empty()) return reference.registry() == config.host;
  return std::any_of(config.serves.begin(), config.serves.end(),
                     [&](const Glob& glob) { return glob.matches(reference.name()); });
}

std::string repository_at(const RegistryConfig& config, const Reference& reference) {
  return (config.prefix.empty() ? "" : config.prefix + "/") + reference.repository();
}

}  // namespace

Result<std::shared_ptr<const Registries>> Registries::open(Parts parts) {
  const std::shared_ptr<Registries> out(new Registries(std::move(parts)));
  if (out->parts_.layout != nullptr) return std::shared_ptr<const Registries>(out);
  for (const RegistryConfig& config : out->parts_.configs) PORTREEVE_CHECK(out->add(config));
  PORTREEVE_CHECK(out->add_signature_places());
  return std::shared_ptr<const Registries>(out);
}

Outcome Registries::add(const RegistryConfig& config) {
  Entry entry;
  entry.config = config;
  PORTREEVE_TRY(entry.store, open_registry(config, *parts_.clock));
  for (const std::string& path : config.layouts) {
    auto files = open_layout_directory(path);
    if (!files.ok()) {
      return Error{Errc::misconfigured, config.where + ": layouts: " + files.error().message};
    }
    auto layout = ImageLayout::open(std::move(files).value(), LayoutNames::full);
    if (!layout.ok()) {
      return Error{Errc::misconfigured, config.where + ": layouts: " + layout.error().message};
    }
    entry.layouts.push_back(std::move(layout).value());
  }
  entries_.push_back(std::move(entry));
  return Done{};
}

// A signature repository may be on the host of another Registry: that one's credentials are used.
Outcome Registries::add_signature_places() {
  for (Entry& entry : entries_) {
    for (const std::string& text : entry.config.signatures) {
      const auto reference = Reference::parse(text, ShortNames::refuse);
      if (!reference.ok() || !reference.value().tag().empty() || reference.value().digest()) {
        return Error{Errc::misconfigured,
                     entry.config.where + ": signatures: expected host/repository, found " + text};
      }
      const Entry* host = nullptr;
      for (const Entry& other : entries_) {
        if (other.config.host == reference.value().registry() && (host == nullptr || &other == &entry)) {
          host = &other;
        }
      }
      if (host == nullptr) {
        return Error{Errc::misconfigured, entry.config.where + ": signatures: no Registry names the host " +
                                              reference.value().registry()};
      }
      entry.signatures.push_back({host->store.get(), reference.value().repository()});
    }
  }
  return Done{};
}

std::string Registries::host_for(const Reference& reference) const {
  if (parts_.layout != nullptr) return parts_.layout->place();
  for (const Entry& entry : entries_) {
    if (serves(entry.config, reference)) return entry.config.host;
  }
  return {};
}

std::string Registries::place_of(const Reference& reference) const {
  for (const Entry& entry : entries_) {
    if (serves(entry.config, reference)) {
      return entry.config.host + "/" + repository_at(entry.config, reference);
    }
  }
  return {};
}

std::vector<Place> Registries::places(const Reference& name, bool with_signatures) const {
  std::vector<Place> out;
  if (parts_.layout != nullptr) return {{parts_.layout.get(), name.name()}};
  const auto add = [&](const Place& place) {
    const bool known = std::any_of(out.begin(), out.end(), [&](const Place& other) {
      return other.store == place.store && other.repository == place.repository;
    });
    if (!known) out.push_back(place);
  };
  for (const Entry& entry : entries_) {
    if (!serves(entry.config, name)) continue;
    for (const auto& layout : entry.layouts) add({layout.get(), name.name()});
  }
  for (const Entry& entry : entries_) {
    if (!serves(entry.config, name)) continue;
    add({entry.store.get(), repository_at(entry.config, name)});
    if (!with_signatures) continue;
    for (const Place& place : entry.signatures) add(place);
  }
  return out;
}

Result<std::vector<Place>> Registries::need_places(const Reference& name) const {
  std::vector<Place> out = places(name, false);
  if (out.empty()) {
    return Error{Errc::untrusted, name.name() + ": no Registry serves this name, and only "
                                                "registries that are configured are contacted"};
  }
  return out;
}

Result<ContentPtr> Registries::kept(const Digest& digest, std::size_t limit, const Ask& ask) const {
  if (parts_.evidence == nullptr) return Error{Errc::not_found, "nothing is kept"};
  auto content = std::make_shared<Content>();
  PORTREEVE_TRY(content->bytes, parts_.evidence->get(digest, limit));
  content->memory = MemoryBudget::Reservation(ask.memory);
  PORTREEVE_CHECK(content->memory.grow(content->bytes.size()));
  content->digest = digest;
  content->from = "evidence store";
  return ContentPtr(std::move(content));
}

// A full disk costs speed later, not this decision.
void Registries::keep(const ContentPtr& content) const {
  if (parts_.evidence == nullptr) return;
  (void)parts_.evidence->put(content->digest, content->bytes);
}

// The first place that has it. What the others said is told if none has: the weightiest, because
// "not found" by one mirror is nothing when another did not answer.
Result<ContentPtr> Registries::first_of(const std::vector<Place>& places, Wanted wanted,
                                        const Ask& ask) const {
  std::optional<Error> error;
  for (const Place& place : places) {
    wanted.repository = place.repository;
    Result<ContentPtr> content = place.store->fetch_one(wanted, ask);
    if (content.ok()) return content;
    if (!error || error->code == Errc::not_found) error = content.error();
  }
  return *error;
}

Result<Resolution> Registries::resolve(const Reference& reference, const Ask& ask) const {
  Resolution out;
  out.at = parts_.clock->now();
  if (reference.digest()) {
    PORTREEVE_TRY(out.manifest, manifest(reference, *reference.digest(), ask));
  } else {
    if (reference.tag().empty()) {
      return Error{Errc::malformed, reference.text() + ": has neither a tag nor a digest"};
    }
    PORTREEVE_TRY(const std::vector<Place> places, need_places(reference));
    PORTREEVE_TRY(out.manifest, first_of(places, Wanted::tagged("", reference.tag()), ask));
    // No digest holds these bytes to anything: what is no manifest is a wrong answer, and must not
    // be remembered as what the tag means.
    const auto document = parse_manifest(out.manifest->bytes, out.manifest->media_type, ask.memory);
    if (!document.ok()) {
      return with_context(document.error(), out.manifest->from + ": " + reference.text());
    }
    keep(out.manifest);
  }
  out.digest = out.manifest->digest;
  if (parts_.evidence == nullptr || reference.tag().empty()) return out;
  const Result<TagRecord> before = recall_tag(*parts_.evidence, reference);
  if (before.ok() && before.value().digest != out.digest) out.before = before.value().digest;
  // With a digest in the reference nobody was asked what the tag means now.
  if (!reference.digest()) (void)remember_tag(*parts_.evidence, reference, {out.digest, out.at});
  return out;
}

Result<Resolution> Registries::remembered(const Reference& reference) const {
  if (parts_.evidence == nullptr) return Error{Errc::not_found, "no evidence store is configured"};
  PORTREEVE_TRY(const TagRecord record, recall_tag(*parts_.evidence, reference));
  Resolution out;
  out.digest = record.digest;
  out.at = record.at;
  out.remembered = true;
  PORTREEVE_TRY(out.manifest, kept(record.digest, limits::kManifestBytes, Ask{}));
  return out;
}

Result<ContentPtr> Registries::manifest(const Reference& name, const Digest& digest,
                                        const Ask& ask) const {
  PORTREEVE_TRY(const std::vector<Place> places, need_places(name));
  Result<ContentPtr> known = kept(digest, limits::kManifestBytes, ask);
  if (known.ok()) return known;
  PORTREEVE_TRY(ContentPtr content, first_of(places, Wanted::manifest("", digest), ask));
  keep(content);
  return content;
}

Result<ContentPtr> Registries::remembered_manifest(const Digest& digest, const Ask& ask) const {
  return kept(digest, limits::kManifestBytes, ask);
}

Result<ContentPtr> Registries::blob(const Reference& name, const Descriptor& descriptor,
                                    std::size_t limit, const Ask& ask) const {
  PORTREEVE_TRY(const std::vector<Place> places, need_places(name));
  const Wanted wanted = Wanted::blob("", descriptor, limit);
  if (descriptor.size <= wanted.limit) {
    Result<ContentPtr> known = kept(descriptor.digest, wanted.limit, ask);
    if (known.ok() && known.value()->bytes.size() == descriptor.size) return known;
  }
  PORTREEVE_TRY(ContentPtr content, first_of(places, wanted, ask));
  keep(content);
  return content;
}

std::vector<Result<ContentPtr>> Registries::layers(const Candidate& candidate,
                                                   const std::vector<Descriptor>& wanted,
                                                   std::size_t limit, const Ask& ask) const {
  std::vector<Result<ContentPtr>> out;
  std::vector<Wanted> missing;
  std::vector<std::size_t> places;
  for (const Descriptor& descriptor : wanted) {
    const Wanted one = Wanted::blob(candidate.place.repository, descriptor, limit);
    Result<ContentPtr> known = Error{Errc::not_found, ""};
    if (descriptor.size <= one.limit) known = kept(descriptor.digest, one.limit, ask);
    if (known.ok() && known.value()->bytes.size() != descriptor.size) {
      known = Error{Errc::unverified, "another size"};
    }
    if (!known.ok()) {
      missing.push_back(one);
      places.push_back(out.size());
    }
    out.push_back(std::move(known));
  }
  if (missing.empty()) return out;
  std::vector<Result<ContentPtr>> got = candidate.place.store->fetch(missing, ask);
  for (std::size_t i = 0; i < got.size(); ++i) {
    // A layout with a manifest but not its layers must not hide the registry's copy.
    for (const Place& other : candidate.elsewhere) {
      if (got[i].ok()) break;
      const Place& own = candidate.place;
      if (other.store == own.store && other.repository == own.repository) continue;
      Wanted again = missing[i];
      again.repository = other.repository;
      Result<ContentPtr> second = other.store->fetch_one(std::move(again), ask);
      if (second.ok() || got[i].error().code == Errc::not_found) got[i] = std::move(second);
    }
    if (got[i].ok()) keep(got[i].value());
    out[places[i]] = std::move(got[i]);
  }
  return out;
}

Discovery Registries::discover(const Reference& name, const Digest& digest,
                               const DiscoveryLimits& limits, const Ask& ask) const {
  const std::vector<Place> all = places(name, true);
  if (all.empty()) {
    Discovery out;
    out.incomplete = need_places(name).error();
    return out;
  }
  Discovery out = oci::discover(all, digest, limits, ask);
  out.at = parts_.clock->now();
  if (parts_.evidence == nullptr || out.candidates.empty()) return out;
  for (const Candidate& candidate : out.candidates) keep(candidate.content);
  // Half an answer must not replace a whole one.
  const bool partly = out.incomplete && out.incomplete->code != Errc::limit;
  if (partly && recall_candidates(*parts_.evidence, name, digest).ok()) return out;
  (void)remember_candidates(*parts_.evidence, name, digest, out.candidates, out.at);
  return out;
}

Discovery Registries::remembered_candidates(const Reference& name, const Digest& digest,
                                            const Ask& ask) const {
  Discovery out;
  const std::vector<Place> all = places(name, true);
  if (parts_.evidence == nullptr || all.empty()) return out;
  out.at = parts_.clock->now();
  const auto records = recall_candidates(*parts_.evidence, name, digest);
  if (!records.ok()) return out;
  out.at = records.value().at;
  for (const CandidateRecord& record : records.value().candidates) {
    Result<ContentPtr> content = kept(record.digest, limits::kManifestBytes, ask);
    if (!content.ok()) continue;
    Result<ManifestDocument> document = parse_manifest(content.value()->bytes, "", ask.memory);
    Manifest* const manifest = document.ok() ? std::get_if<Manifest>(&document.value()) : nullptr;
    if (manifest == nullptr) continue;
    if (manifest->subject && manifest->subject->digest != digest) continue;
    Place place = all.front();
    for (const Place& one : all) {
      if (one.text() == record.place) place = one;
    }
    out.candidates.push_back({std::move(*manifest), content.value(), place, record.shape, {}, {}});
  }
  return out;
}

}  // namespace portreeve::oci
