#include "oci/image_layout.h"

#include <algorithm>

#include "core/json.h"
#include "core/limits.h"
#include "core/utf8.h"
#include "crypto/hash.h"
#include "oci/media_type.h"

namespace portreeve::oci {
namespace {

constexpr std::string_view kRefName = "org.opencontainers.image.ref.name";
constexpr std::string_view kCosignKind = "kind";
constexpr unsigned kIndexDepth = 3;
constexpr std::size_t kManifests = 65'536;  // Looked into, of one layout.

std::string blob_name(const Digest& digest) { return "blobs/sha256/" + digest.hex(); }

std::string_view annotation(const Descriptor& descriptor, std::string_view key) {
  const auto found = descriptor.annotations.find(key);
  return found == descriptor.annotations.end() ? std::string_view() : found->second;
}

bool from_digest(std::string_view tag) { return tag.size() >= 71 && tag.substr(0, 7) == "sha256-"; }

Outcome check_version(const std::string& text, const std::string& place) {
  Result<DocumentPtr> document = json::parse(text, {4096, 8, 64}, nullptr);
  if (!document.ok()) return with_context(document.error(), place + ": oci-layout");
  const std::string_view version = document.value()->root()["imageLayoutVersion"].text();
  if (version != "1.0.0") {
    return Error{Errc::unsupported, place + ": oci-layout: expected imageLayoutVersion 1.0.0, found \"" +
                                        utf8::printable(version, 32) + "\""};
  }
  return Done{};
}

}  // namespace

Result<std::shared_ptr<const ImageLayout>> ImageLayout::open(std::unique_ptr<LayoutFiles> files,
                                                             LayoutNames names) {
  const std::string place = files->place();
  Result<std::string> marker = files->read("oci-layout", 4096);
  if (!marker.ok()) {
    if (marker.error().code != Errc::not_found) return marker.error();
    return Error{Errc::malformed, place + ": no OCI image layout: the file oci-layout is missing"};
  }
  PORTREEVE_CHECK(check_version(marker.value(), place));
  std::shared_ptr<const ImageLayout> out(new ImageLayout(std::move(files), names));
  PORTREEVE_CHECK(out->map());
  return out;
}

Result<std::vector<Descriptor>> ImageLayout::entries() const {
  PORTREEVE_TRY(const std::shared_ptr<const Map> map, this->map());
  return map->entries;
}

Result<std::shared_ptr<const ImageLayout::Map>> ImageLayout::map() const {
  const std::string version = files_->version();
  {
    const MutexLock lock(mutex_);
    if (map_ != nullptr && map_->version == version) return map_;
  }
  PORTREEVE_TRY(std::shared_ptr<const Map> fresh, read_map());
  const MutexLock lock(mutex_);
  map_ = fresh;
  return fresh;
}

Result<std::shared_ptr<const ImageLayout::Map>> ImageLayout::read_map() const {
  auto map = std::make_shared<Map>();
  map->version = files_->version();
  Result<std::string> text = files_->read("index.json", limits::kManifestBytes);
  if (!text.ok()) {
    if (text.error().code != Errc::not_found) return text.error();
    return Error{Errc::malformed, place() + ": index.json is missing"};
  }
  Result<ManifestDocument> document = parse_manifest(text.value(), "", nullptr);
  if (!document.ok()) return with_context(document.error(), place() + ": index.json");
  Index* const index = std::get_if<Index>(&document.value());
  if (index == nullptr) return Error{Errc::malformed, place() + ": index.json: not an index"};
  map->entries = std::move(index->manifests);
  for (const Descriptor& entry : map->entries) add_manifest(*map, entry, 0);
  return std::shared_ptr<const Map>(std::move(map));
}

// A blob that is missing, wrong or no manifest is no referrer; whoever asks for it is told why.
void ImageLayout::add_manifest(Map& map, const Descriptor& descriptor, unsigned depth) const {
  if (map.media_types.size() >= kManifests) {
    map.cut = true;
    return;
  }
  if (!map.media_types.emplace(descriptor.digest, descriptor.media_type).second) return;
  const Result<std::string> bytes =
      files_->read(blob_name(descriptor.digest), limits::kManifestBytes);
  if (!bytes.ok() || Digest(crypto::sha256(bytes.value())) != descriptor.digest) return;
  const Result<ManifestDocument> document = parse_manifest(bytes.value(), "", nullptr);
  if (!document.ok()) return;
  if (const auto& about = subject(document.value())) {
    map.referrers.emplace(about->digest, descriptor);
  }
  const Index* const index = std::get_if<Index>(&document.value());
  if (index == nullptr || depth >= kIndexDepth) return;
  for (const Descriptor& child : index->manifests) add_manifest(map, child, depth + 1);
}

Result<Descriptor> ImageLayout::named(const Map& map, const std::string& repository,
                                      const std::string& tag) const {
  const Descriptor* found = nullptr;
  const std::string full = repository + ":" + tag;
  const bool bare = names_ == LayoutNames::bare || from_digest(tag);
  for (const Descriptor& entry : map.entries) {
    const std::string_view name = annotation(entry, kRefName);
    if (name.empty() || (name != full && !(bare && name == tag))) continue;
    if (found != nullptr && found->digest != entry.digest) {
      return Error{Errc::malformed, place() + ": the name " + utf8::printable(full, 256) +
                                        " stands for two digests"};
    }
    found = &entry;
  }
  if (found == nullptr) {
    return Error{Errc::not_found, place() + ": " + utf8::printable(full, 256) + ": not found"};
  }
  return *found;
}

std::vector<Result<ContentStore::Raw>> ImageLayout::read(const std::vector<Wanted>& wanted,
                                                         const Ask& ask) const {
  std::vector<Result<Raw>> out;
  const Result<std::shared_ptr<const Map>> map = this->map();
  for (const Wanted& one : wanted) {
    if (map.ok()) {
      out.push_back(read_one(*map.value(), one, ask));
    } else {
      out.emplace_back(map.error());
    }
  }
  return out;
}

Result<ContentStore::Raw> ImageLayout::read_one(const Map& map, const Wanted& wanted,
                                                const Ask& ask) const {
  Raw raw;
  raw.from = place();
  Digest digest;
  if (wanted.digest) {
    digest = *wanted.digest;
    const auto known = map.media_types.find(digest);
    if (wanted.kind == Wanted::Kind::manifest && known != map.media_types.end()) {
      raw.media_type = known->second;
    }
  } else {
    PORTREEVE_TRY(const Descriptor entry, named(map, wanted.repository, wanted.tag));
    digest = entry.digest;
    raw.media_type = entry.media_type;
  }
  PORTREEVE_TRY(raw.bytes, files_->read(blob_name(digest), wanted.limit));
  raw.memory = MemoryBudget::Reservation(ask.memory);
  PORTREEVE_CHECK(raw.memory.grow(raw.bytes.size()));
  // A tag's bytes have a digest to keep here, too: the one in index.json.
  if (!wanted.digest && Digest(crypto::sha256(raw.bytes)) != digest) {
    return Error{Errc::unverified, place() + ": " + wanted.text() + ": index.json says " +
                                       digest.text() + ", the blob's bytes have another digest"};
  }
  return raw;
}

Result<Listed> ImageLayout::list_referrers(Shape shape, const std::string& repository,
                                           const Digest& digest, const Ask& ask) const {
  PORTREEVE_TRY(const std::shared_ptr<const Map> map, this->map());
  if (shape == Shape::signature_tag || shape == Shape::attestation_tag) {
    return tagged_or_marked(*map, shape, repository, digest);
  }
  Listed out;
  if (shape == Shape::fallback_tag) {
    PORTREEVE_TRY(const ContentPtr index,
                  fetch_one(Wanted::tagged(repository, digest_tag(digest, "")), ask));
    Result<ReferrerList> list = parse_referrer_list(index->bytes, ask.memory);
    if (!list.ok()) return with_context(list.error(), place() + ": fallback tag");
    out.manifests = std::move(list.value().manifests);
    out.rejected = list.value().rejected.size();
    return out;
  }
  const auto [first, last] = map->referrers.equal_range(digest);
  for (auto entry = first; entry != last; ++entry) out.manifests.push_back(entry->second);
  if (map->cut) {
    out.short_of = Error{Errc::limit, place() + ": more than " + std::to_string(kManifests) +
                                          " manifests"};
  }
  return out;
}

Result<Listed> ImageLayout::tagged_or_marked(const Map& map, Shape shape,
                                             const std::string& repository,
                                             const Digest& digest) const {
  const bool signature = shape == Shape::signature_tag;
  Listed out;
  Result<Descriptor> tagged = named(map, repository, digest_tag(digest, signature ? ".sig" : ".att"));
  if (tagged.ok()) {
    out.manifests.push_back(std::move(tagged).value());
  } else if (tagged.error().code != Errc::not_found) {
    out.short_of = tagged.error();
  }
  const std::string_view mark = signature ? "dev.cosignproject.cosign/sigs"
                                          : "dev.cosignproject.cosign/atts";
  for (const Descriptor& entry : map.entries) {
    if (annotation(entry, kCosignKind) == mark) out.manifests.push_back(entry);
  }
  if (out.manifests.empty() && !out.short_of) return tagged.error();
  return out;
}

}  // namespace portreeve::oci
