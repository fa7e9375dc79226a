#pragma once

// A registry, a layout and an archive with minted artifacts, and the command over them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "oci/media_type.h"
#include "tests/net/mint.h"
#include "tests/oci/content.h"
#include "tests/oci/scratch.h"
#include "tests/oci/tar_text.h"
#include "tests/support/command.h"
#include "tests/support/fake_registry.h"
#include "tests/support/mint_signature.h"

namespace portreeve::audit {

inline constexpr char kBundleType[] = "application/vnd.dev.sigstore.bundle.v0.3+json";
inline constexpr char kHead[] = "apiVersion: portreeve.openova.io/v1alpha1\n";

/// An OCI layout that a test puts together.
class LayoutText {
 public:
  std::string add_blob(const std::string& bytes) {
    blobs_[oci::digest_of(bytes).hex()] = bytes;
    return bytes;
  }
  /// A manifest with an entry in index.json; `name` empty: without a name.
  void add_manifest(const std::string& bytes, const std::string& name) {
    add_blob(bytes);
    const std::string named =
        name.empty() ? ""
                     : R"(,"annotations":{"org.opencontainers.image.ref.name":")" + name + "\"}";
    entries_.push_back(oci::descriptor_json(oci::kOciManifest, bytes, named));
  }
  std::map<std::string, std::string> files() const {
    std::map<std::string, std::string> out;
    out["oci-layout"] = R"({"imageLayoutVersion":"1.0.0"})";
    out["index.json"] = oci::index_json(entries_);
    for (const auto& [hex, bytes] : blobs_) out["blobs/sha256/" + hex] = bytes;
    return out;
  }
  void write(const oci::Scratch& scratch, const std::string& folder) const {
    for (const auto& [name, bytes] : files()) scratch.write(folder + "/" + name, bytes);
  }
  std::string tar() const {
    std::string out;
    for (const auto& [name, bytes] : files())
      out += oci::tar_header(name, bytes.size()) + oci::padded(bytes);
    return out + std::string(1024, '\0');
  }

 private:
  std::map<std::string, std::string> blobs_;
  std::vector<std::string> entries_;
};

class AuditTest : public ::testing::Test {
 protected:
  AuditTest() : mint_(testing::shared_mint()) {
    mint_.bytes = image_;
    ca_ = scratch_.write("ca.pem", authority_.pem());
    root_ = scratch_.write("root.json", mint_.sigstore.trusted_root().json());
    key_ = scratch_.write("ship.pub", mint_.key.public_pem());
    server_.put_manifest("acme/ship", image_, std::string(oci::kOciManifest), "1.0");
  }

  static TimePoint wall() {
    return std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now());
  }
  std::string target(const std::string& rest = "acme/ship:1.0") const {
    return "oci://" + server_.host() + "/" + rest;
  }
  /// `portreeve audit` of these, with the registry's CA and the minted root.
  testing::Ran audit(std::vector<std::string> args) const {
    args.insert(args.begin(), "audit");
    args.insert(args.end(), {"--ca", ca_, "--trusted-root", root_});
    return testing::ran(args);
  }
  /// An Authority file.
  std::string authority(const std::string& identity, const std::string& repositories) const {
    return scratch_.write(
        "authority.yaml",
        kHead + std::string("kind: Authority\nmetadata: {name: ship}\nspec:\n  repositories: ['") +
            repositories + "']\n  keyless: {issuer: '" + std::string(testing::kMintIssuer) +
            "', identity: '" + identity + "'}\n");
  }
  std::string good_authority() const {
    return authority(std::string(testing::kMintIdentity), "*/**");
  }

  std::string referrer(const std::string& bundle) const {
    return oci::manifest_json(kBundleType, bundle, oci::descriptor_json(oci::kOciManifest, image_),
                              std::string(R"(,"artifactType":")") + kBundleType + "\"");
  }
  void push(const std::string& bundle) {
    server_.put_blob("acme/ship", bundle);
    server_.put_manifest("acme/ship", referrer(bundle), std::string(oci::kOciManifest));
  }
  void push(const testing::SignatureSpec& spec = {}) { push(mint_.bundle(spec).dump()); }
  /// As `.sig`.
  void push_legacy(const testing::SignatureSpec& spec) {
    const verifiers::Candidate made = mint_.legacy_signature(spec);
    server_.put_blob("acme/ship", made.bytes);
    auto manifest = testing::Json::parse(oci::manifest_json(made.media_type, made.bytes));
    for (const auto& [name, text] : made.annotations) manifest["layers"][0]["annotations"][name] = text;
    server_.put_manifest("acme/ship", manifest.dump(), std::string(oci::kOciManifest),
                         oci::digest_tag(oci::digest_of(image_), ".sig"));
  }
  /// The image and what is about it.
  LayoutText layout(const std::string& name, const std::vector<std::string>& bundles) const {
    LayoutText out;
    out.add_blob("{}");
    out.add_blob("layer");
    out.add_manifest(image_, name);
    for (const std::string& bundle : bundles) {
      out.add_blob(bundle);
      out.add_manifest(referrer(bundle), "");
    }
    return out;
  }

  const test::Minted authority_ = test::Minted::authority(wall());
  const test::Minted leaf_ = test::Minted::make({}, wall(), &authority_);
  const oci::Scratch scratch_;
  const std::string image_ = oci::manifest_json("application/x", "layer");
  const std::string digest_ = oci::digest_of(image_).text();
  testing::SignatureMint& mint_;
  test::FakeRegistry server_{leaf_};
  std::string ca_, root_, key_;
};

}  // namespace portreeve::audit
