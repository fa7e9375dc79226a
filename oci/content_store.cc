#include "oci/content_store.h"

#include <utility>

#include "core/limits.h"
#include "crypto/hash.h"

namespace portreeve::oci {

Wanted Wanted::manifest(std::string repository, const Digest& digest) {
  Wanted out;
  out.repository = std::move(repository);
  out.digest = digest;
  out.limit = limits::kManifestBytes;
  return out;
}

Wanted Wanted::tagged(std::string repository, std::string tag) {
  Wanted out;
  out.repository = std::move(repository);
  out.tag = std::move(tag);
  out.limit = limits::kManifestBytes;
  return out;
}

Wanted Wanted::blob(std::string repository, const Descriptor& descriptor, std::size_t limit) {
  Wanted out;
  out.kind = Kind::blob;
  out.repository = std::move(repository);
  out.digest = descriptor.digest;
  out.size = descriptor.size;
  out.limit = std::min(limit, limits::kBlobBytes);
  return out;
}

std::string Wanted::text() const {
  return repository + (digest ? "@" + digest->text() : ":" + tag);
}

std::string_view to_string(Shape shape) noexcept {
  switch (shape) {
    case Shape::referrers_api: return "referrers API";
    case Shape::fallback_tag: return "fallback tag";
    case Shape::signature_tag: return "signature tag (.sig)";
    case Shape::attestation_tag: return "attestation tag (.att)";
  }
  return "";
}

std::string digest_tag(const Digest& digest, std::string_view suffix) {
  return "sha256-" + digest.hex() + std::string(suffix);
}

Result<ContentPtr> ContentStore::verify(const Wanted& wanted, Result<Raw> raw) {
  if (!raw.ok()) return std::move(raw).error();
  Raw& got = raw.value();
  const std::string name = got.from + ": " + wanted.text();
  if (got.bytes.size() > wanted.limit) {
    return Error{Errc::limit, name + ": " + std::to_string(got.bytes.size()) +
                                  " bytes, limit is " + std::to_string(wanted.limit)};
  }
  if (wanted.size && *wanted.size != got.bytes.size()) {
    return Error{Errc::unverified, name + ": expected " + std::to_string(*wanted.size) +
                                       " bytes, found " + std::to_string(got.bytes.size())};
  }
  auto content = std::make_shared<Content>();
  content->digest = Digest(crypto::sha256(got.bytes));
  if (wanted.digest && *wanted.digest != content->digest) {
    return Error{Errc::unverified, name + ": the bytes that came have digest " +
                                       content->digest.text()};
  }
  content->bytes = std::move(got.bytes);
  content->media_type = std::move(got.media_type);
  content->from = std::move(got.from);
  content->memory = std::move(got.memory);
  return ContentPtr(std::move(content));
}

std::vector<Result<ContentPtr>> ContentStore::fetch(std::vector<Wanted> wanted,
                                                    const Ask& ask) const {
  std::vector<Result<ContentPtr>> out;
  std::vector<Wanted> possible;
  std::vector<std::size_t> places;
  out.reserve(wanted.size());
  for (Wanted& one : wanted) {
    if (one.size && *one.size > one.limit) {
      out.emplace_back(Error{Errc::limit, place() + ": " + one.text() + ": described as " +
                                              std::to_string(*one.size) + " bytes, limit is " +
                                              std::to_string(one.limit)});
      continue;
    }
    places.push_back(out.size());
    out.emplace_back(Error{Errc::internal, place() + ": " + one.text() + ": not read"});
    possible.push_back(std::move(one));
  }
  std::vector<Result<Raw>> raws = possible.empty() ? std::vector<Result<Raw>>()
                                                   : read(possible, ask);
  for (std::size_t i = 0; i < raws.size() && i < places.size(); ++i) {
    out[places[i]] = verify(possible[i], std::move(raws[i]));
  }
  return out;
}

Survey ContentStore::survey(const std::string& repository, const Digest& digest,
                            const Ask& ask) const {
  std::vector<Result<ContentPtr>> tags =
      fetch({Wanted::tagged(repository, digest_tag(digest, ".sig")),
             Wanted::tagged(repository, digest_tag(digest, ".att"))},
            ask);
  return Survey{list_referrers(Shape::referrers_api, repository, digest, ask),
                std::move(tags.at(0)), std::move(tags.at(1))};
}

Result<ContentPtr> ContentStore::fetch_one(Wanted wanted, const Ask& ask) const {
  std::vector<Wanted> one;
  one.push_back(std::move(wanted));
  return std::move(fetch(std::move(one), ask).at(0));
}

}  // namespace portreeve::oci
