#pragma once

// One registry as a ContentStore. Specification: distribution-spec 1.1.1 (end-2, end-3, end-12).

#include <memory>
#include <string>
#include <vector>

#include "oci/content_store.h"
#include "oci/registry_transport.h"

namespace portreeve::oci {

/// Asks with the types of kManifestAccept; `Docker-Content-Digest` and `OCI-Filters-Applied` are
/// never believed; a manifest served as anything but a manifest type is malformed (a login page).
class RegistryStore final : public ContentStore {
 public:
  explicit RegistryStore(RegistryTransport::Parts parts)
      : config_(parts.config), transport_(std::move(parts)) {}

  std::string place() const override { return config_.host; }
  const RegistryConfig& config() const noexcept { return config_; }

  /// referrers_api: up to kReferrerPages pages, on the same origin; 404 and the other answers of
  /// registries without it are not_found. fallback_tag: the index behind the tag.
  Result<Listed> list_referrers(Shape shape, const std::string& repository, const Digest& digest,
                                const Ask& ask) const override;
  /// One round trip for the three.
  Survey survey(const std::string& repository, const Digest& digest,
                const Ask& ask) const override;

 private:
  std::vector<Result<Raw>> read(const std::vector<Wanted>& wanted, const Ask& ask) const override;
  Result<Raw> to_raw(const Wanted& wanted, Result<net::HttpReply> reply) const;
  static RegistryRequest request_for(const Wanted& wanted);
  RegistryRequest referrers_request(const std::string& repository, const std::string& target) const;
  /// Takes the first page and asks for the others.
  Result<Listed> all_pages(const std::string& repository, const std::string& target,
                           Result<net::HttpReply> first, const Ask& ask) const;
  Result<std::string> add_page(const net::Url& url, Result<net::HttpReply> reply, const Ask& ask,
                               Listed& out) const;

  const RegistryConfig config_;
  const RegistryTransport transport_;
};

/// Everything a registry store needs, from its configuration: reads the CA file, makes the HTTP
/// client. No network. Errors: misconfigured.
Result<std::shared_ptr<const RegistryStore>> open_registry(const RegistryConfig& config,
                                                           const Clock& clock);

}  // namespace portreeve::oci
