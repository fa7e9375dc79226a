#pragma once

// Manifests written by hand, and a store in memory.

#include <map>
#include <string>
#include <vector>

#include "crypto/hash.h"
#include "oci/content_store.h"
#include "oci/media_type.h"

namespace portreeve::oci {

inline Digest digest_of(std::string_view bytes) { return Digest(crypto::sha256(bytes)); }

inline std::string descriptor_json(std::string_view type, std::string_view bytes,
                                   const std::string& more = "") {
  return R"({"mediaType":")" + std::string(type) + R"(","digest":")" + digest_of(bytes).text() +
         R"(","size":)" + std::to_string(bytes.size()) + more + "}";
}

inline std::string descriptor_json(std::string_view type, const Digest& digest, std::size_t size,
                                   const std::string& more = "") {
  return R"({"mediaType":")" + std::string(type) + R"(","digest":")" + digest.text() +
         R"(","size":)" + std::to_string(size) + more + "}";
}

/// An OCI image manifest with one layer. `subject` empty: none.
inline std::string manifest_json(std::string_view layer_type, std::string_view layer,
                                 const std::string& subject = "", const std::string& more = "") {
  return R"({"schemaVersion":2,"mediaType":")" + std::string(kOciManifest) + R"(","config":)" +
         descriptor_json(kEmptyConfig, "{}") + R"(,"layers":[)" + descriptor_json(layer_type, layer) +
         "]" + (subject.empty() ? "" : R"(,"subject":)" + subject) + more + "}";
}

inline std::string index_json(const std::vector<std::string>& entries, const std::string& more = "") {
  std::string out = R"({"schemaVersion":2,"mediaType":")" + std::string(kOciIndex) + R"(","manifests":[)";
  for (std::size_t i = 0; i < entries.size(); ++i) out += (i == 0 ? "" : ",") + entries[i];
  return out + "]" + more + "}";
}

inline Ask ask_within(Milliseconds time, MemoryBudget* memory = nullptr) {
  return Ask{std::chrono::steady_clock::now() + time, memory, nullptr};
}

/// "not_found: message"
template <class T>
std::string error_text(const Result<T>& result) {
  if (result.ok()) return "ok";
  return std::string(to_string(result.error().code)) + ": " + result.error().message;
}

/// Reaches the private parts of ContentStore that an implementation writes.
class StoreAccess {
 public:
  using Raw = ContentStore::Raw;
};

/// A store in memory that gives whatever bytes it was told to, right or wrong.
class MemoryStore : public ContentStore {
 public:
  std::string place() const override { return "memory"; }
  void put(const std::string& key, const std::string& bytes, const std::string& type = "") {
    held_[key] = {bytes, type};
  }
  std::map<std::string, Result<Listed>> lists;  ///< By shape.

  Result<Listed> list_referrers(Shape shape, const std::string&, const Digest&,
                                const Ask&) const override {
    const auto found = lists.find(std::string(to_string(shape)));
    if (found == lists.end()) return Error{Errc::not_found, "memory: none"};
    return found->second;
  }
  mutable std::vector<std::string> reads;

 private:
  std::vector<Result<StoreAccess::Raw>> read(const std::vector<Wanted>& wanted,
                                             const Ask& ask) const override {
    std::vector<Result<StoreAccess::Raw>> out;
    for (const Wanted& one : wanted) {
      const std::string key = one.digest ? one.digest->text() : one.tag;
      reads.push_back(key);
      const auto found = held_.find(key);
      if (found == held_.end()) {
        out.emplace_back(Error{Errc::not_found, "memory: " + one.text() + ": not found"});
        continue;
      }
      StoreAccess::Raw raw;
      raw.bytes = found->second.first;
      raw.media_type = found->second.second;
      raw.from = place();
      raw.memory = MemoryBudget::Reservation(ask.memory);
      (void)raw.memory.grow(raw.bytes.size());
      out.emplace_back(std::move(raw));
    }
    return out;
  }
  std::map<std::string, std::pair<std::string, std::string>> held_;
};

}  // namespace portreeve::oci
