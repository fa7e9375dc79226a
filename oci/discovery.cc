#include "oci/discovery.h"

#include <algorithm>
#include <map>
#include <utility>

#include "core/utf8.h"
#include "oci/media_type.h"

namespace portreeve::oci {
namespace {

bool begins(std::string_view text, std::string_view prefix) noexcept {
  return text.substr(0, prefix.size()) == prefix;
}

// unavailable first: it may pass, and then the answer may be another.
int weight(Errc code) noexcept {
  switch (code) {
    case Errc::unavailable: return 6;
    case Errc::untrusted: return 5;
    case Errc::limit: return 4;
    case Errc::unverified: return 3;
    case Errc::malformed:
    case Errc::unsupported: return 2;
    case Errc::misconfigured:
    case Errc::internal: return 7;
    case Errc::not_found: return 0;
  }
  return 7;
}

void weigh(std::optional<Error>& heaviest, const Error& error) {
  const int now = heaviest ? weight(heaviest->code) : 0;
  if (weight(error.code) > now) heaviest = error;
}

// Who is looked at first. Wrong hints cost a place in the queue, nothing else.
int order_of(const Descriptor& descriptor) {
  const std::string_view type = descriptor.artifact_type;
  if (begins(type, kSigstoreBundlePrefix) || begins(type, "application/vnd.dev.cosign") ||
      type.find("in-toto") != std::string_view::npos ||
      type.find("dsse") != std::string_view::npos) {
    return 0;
  }
  // Many writers left this type on bundles (GHCR, until late 2026), or none.
  return type.empty() || type == kEmptyConfig ? 1 : 2;
}

class Discoverer {
 public:
  Discoverer(Discovery& out, const Digest& digest, const DiscoveryLimits& limits, const Ask& ask)
      : out_(out), digest_(digest), limits_(limits), ask_(ask) {
    for (const Candidate& candidate : out_.candidates) known_[candidate.content->digest] = kTaken;
  }

  void ask_place(const Place& place) {
    if (place.store->local()) return ask_layout(place);
    Survey survey = place.store->survey(place.repository, digest_, ask_);
    take_tag(place, Shape::signature_tag, std::move(survey.signature));
    take_tag(place, Shape::attestation_tag, std::move(survey.attestation));
    const std::size_t before = listed_.size();
    const bool certain = take_list(place, Shape::referrers_api, std::move(survey.referrers));
    if (!certain || listed_.size() == before) {
      ask_list(place, Shape::fallback_tag);
    } else {
      out_.fallback_left_out.push_back(place);
    }
  }

  void ask_list(const Place& place, Shape shape) {
    take_list(place, shape, place.store->list_referrers(shape, place.repository, digest_, ask_));
  }

  // Fetches and judges what was listed, the promising ones first.
  void examine() {
    std::stable_sort(listed_.begin(), listed_.end(), [](const Entry& a, const Entry& b) {
      return order_of(a.descriptor) < order_of(b.descriptor);
    });
    std::vector<Entry> unique = distinct();
    if (unique.size() > limits_.listed) {
      over("lists " + std::to_string(unique.size()) + " referrers, limit is " +
           std::to_string(limits_.listed));
      unique.resize(limits_.listed);
    }
    const std::size_t room = limits_.examined - std::min(limits_.examined, out_.candidates.size());
    if (unique.size() > room) {
      over("has " + std::to_string(unique.size() + out_.candidates.size()) +
           " signature candidates, examined are " + std::to_string(limits_.examined));
      unique.resize(room);
    }
    while (!unique.empty()) {
      // All of one place together, in the order of the queue.
      const Place place = unique.front().place;
      std::vector<Entry> here, rest;
      for (Entry& entry : unique) {
        const bool same = entry.place.store == place.store && entry.place.repository == place.repository;
        (same ? here : rest).push_back(std::move(entry));
      }
      fetch(place, here);
      unique = std::move(rest);
    }
  }

 private:
  struct Entry {
    Descriptor descriptor;
    Place place;
    Shape shape;
  };
  static constexpr std::size_t kTaken = static_cast<std::size_t>(-1);

  void ask_layout(const Place& place) {
    for (const Shape shape : {Shape::referrers_api, Shape::fallback_tag, Shape::signature_tag,
                              Shape::attestation_tag}) {
      ask_list(place, shape);
    }
  }

  // False: the question was not answered to the end.
  bool take_list(const Place& place, Shape shape, Result<Listed> listed) {
    Asked& asked = note(place, shape);
    if (!listed.ok()) {
      fail(asked, listed.error());
      return false;
    }
    asked.found = listed.value().manifests.size();
    asked.unreadable = listed.value().rejected;
    const std::optional<Error> short_of = listed.value().short_of;
    if (short_of) fail(asked, *short_of);
    for (Descriptor& descriptor : listed.value().manifests) {
      listed_.push_back({std::move(descriptor), place, shape});
    }
    return !short_of;
  }

  void take_tag(const Place& place, Shape shape, Result<ContentPtr> got) {
    Asked& asked = note(place, shape);
    if (!got.ok()) return fail(asked, got.error());
    asked.found = 1;
    if (!repeated(got.value()->digest, place, shape)) judge(place, shape, got.value());
  }

  Asked& note(const Place& place, Shape shape) {
    out_.asked.push_back({place.text(), shape, 0, 0, std::nullopt});
    return out_.asked.back();
  }

  void fail(Asked& asked, const Error& error) {
    asked.failure = error;
    weigh(out_.incomplete, error);
  }

  void over(const std::string& what) {
    weigh(out_.incomplete, Error{Errc::limit, digest_.text() + ": " + what});
  }

  // The same manifest listed by several shapes is one candidate that remembers all of them.
  bool repeated(const Digest& digest, const Place& place, Shape shape) {
    const auto known = known_.find(digest);
    if (known == known_.end()) return false;
    for (Candidate& candidate : out_.candidates) {
      if (candidate.content->digest == digest) {
        candidate.also.push_back(place.text() + ", " + std::string(to_string(shape)));
        candidate.elsewhere.push_back(place);
      }
    }
    return true;
  }

  std::vector<Entry> distinct() {
    std::vector<Entry> out;
    for (Entry& entry : listed_) {
      const Digest digest = entry.descriptor.digest;
      // An index that lists itself, or the artifact, as its own referrer.
      if (digest == digest_ || repeated(digest, entry.place, entry.shape)) continue;
      const auto [at, fresh] = queued_.emplace(digest, out.size());
      if (fresh) {
        out.push_back(std::move(entry));
      } else {
        also_[digest].push_back(entry.place.text() + ", " + std::string(to_string(entry.shape)));
        elsewhere_[digest].push_back(entry.place);
      }
    }
    return out;
  }

  void fetch(const Place& place, const std::vector<Entry>& entries) {
    std::vector<Wanted> wanted;
    for (const Entry& entry : entries) {
      wanted.push_back(Wanted::manifest(place.repository, entry.descriptor.digest));
    }
    std::vector<Result<ContentPtr>> got = place.store->fetch(std::move(wanted), ask_);
    for (std::size_t i = 0; i < entries.size(); ++i) {
      Result<ContentPtr> content = std::move(got[i]);
      if (!content.ok()) content = from_elsewhere(entries[i].descriptor.digest, content.error());
      if (content.ok()) {
        judge(place, entries[i].shape, content.value());
      } else {
        // What could not be fetched may be the good one. Not so what is gone: lists outlive what
        // they list.
        if (content.error().code != Errc::not_found) weigh(out_.incomplete, content.error());
        reject(place, entries[i].shape, entries[i].descriptor.digest, content.error());
      }
    }
  }

  // Listed in two places, missing in one (a mirror that copies lists but not all manifests).
  // What one of them did not answer outweighs that another has it not.
  Result<ContentPtr> from_elsewhere(const Digest& digest, Error why) {
    for (const Place& place : elsewhere_[digest]) {
      auto content = place.store->fetch_one(Wanted::manifest(place.repository, digest), ask_);
      if (content.ok()) return content;
      if (weight(content.error().code) > weight(why.code)) why = content.error();
    }
    return why;
  }

  // A bad entry says nothing about the others.
  void reject(const Place& place, Shape shape, const Digest& digest, Error reason) {
    out_.rejected.push_back({place.text(), shape, digest, std::move(reason)});
  }

  void judge(const Place& place, Shape shape, const ContentPtr& content) {
    known_[content->digest] = kTaken;
    // Bytes that a digest holds to what was listed need nobody's word for their type.
    const bool listed = shape == Shape::referrers_api || shape == Shape::fallback_tag;
    Result<ManifestDocument> document =
        parse_manifest(content->bytes, listed ? "" : content->media_type, ask_.memory);
    if (!document.ok()) {
      // What a tag gives is bound to no digest: bytes that are no manifest may be the answer's
      // fault and not the manifest's.
      if (!listed || document.error().code == Errc::limit) weigh(out_.incomplete, document.error());
      return reject(place, shape, content->digest, document.error());
    }
    Manifest* const manifest = std::get_if<Manifest>(&document.value());
    if (manifest == nullptr) {
      return reject(place, shape, content->digest,
                    Error{Errc::unsupported, "an index, which signs nothing"});
    }
    if (listed && !manifest->subject) {
      return reject(place, shape, content->digest,
                    Error{Errc::unverified, "listed as a referrer, but it has no subject"});
    }
    if (manifest->subject && manifest->subject->digest != digest_) {
      return reject(place, shape, content->digest,
                    Error{Errc::unverified, "its subject is " + manifest->subject->digest.text()});
    }
    Candidate candidate{std::move(*manifest), content, place, shape, {}, {}};
    const auto also = also_.find(content->digest);
    if (also != also_.end()) candidate.also = std::move(also->second);
    candidate.elsewhere = elsewhere_[content->digest];
    out_.candidates.push_back(std::move(candidate));
  }

  Discovery& out_;
  const Digest& digest_;
  const DiscoveryLimits& limits_;
  const Ask& ask_;
  std::vector<Entry> listed_;
  std::map<Digest, std::size_t> known_;   ///< Judged.
  std::map<Digest, std::size_t> queued_;  ///< To be fetched.
  std::map<Digest, std::vector<std::string>> also_;
  std::map<Digest, std::vector<Place>> elsewhere_;
};

}  // namespace

LayerKind kind_of(const Descriptor& layer) noexcept {
  if (begins(layer.media_type, kSigstoreBundlePrefix)) return LayerKind::bundle;
  if (layer.media_type == kSimpleSigning) return LayerKind::simple_signing;
  if (layer.media_type == kDsseEnvelope) return LayerKind::envelope;
  return LayerKind::other;
}

std::string Place::text() const {
  return store->local() ? store->place() : store->place() + "/" + repository;
}

std::string Asked::text() const {
  std::string out = place + ", " + std::string(to_string(shape)) + ": ";
  if (failure && failure->code == Errc::not_found) return out + "nothing there";
  if (failure) return out + failure->message;
  return out + std::to_string(found) + " listed";
}

Error Discovery::absence(std::string_view what) const {
  if (incomplete) return *incomplete;
  std::string message = "no " + std::string(what) + " found; asked: ";
  for (std::size_t i = 0; i < asked.size(); ++i) message += (i == 0 ? "" : "; ") + asked[i].text();
  if (!rejected.empty()) message += "; not counted: " + std::to_string(rejected.size());
  return Error{Errc::not_found, message + ". A plain copy of an artifact leaves its signatures behind"};
}

Discovery discover(const std::vector<Place>& places, const Digest& digest,
                   const DiscoveryLimits& limits, const Ask& ask) {
  Discovery out;
  Discoverer discoverer(out, digest, limits, ask);
  for (const Place& place : places) discoverer.ask_place(place);
  discoverer.examine();
  return out;
}

void widen(Discovery& discovery, const Digest& digest, const DiscoveryLimits& limits,
           const Ask& ask) {
  const std::vector<Place> left_out = std::exchange(discovery.fallback_left_out, {});
  Discoverer discoverer(discovery, digest, limits, ask);
  for (const Place& place : left_out) discoverer.ask_list(place, Shape::fallback_tag);
  discoverer.examine();
}

}  // namespace portreeve::oci
