#pragma once

// Artifacts that nobody whom we trust has signed, and each looks as if.

#include <vector>

#include "tests/engine/signature_rig.h"

namespace portreeve::engine {

inline constexpr char kSign[] = "https://sigstore.dev/cosign/sign/v1";

class Attacks;
struct Attack {
  const char* name;
  const char* want;  ///< The reason's name, or words of what was found.
  void (*prepare)(Attacks&);
};

/// Of the signer, of the log and the time, of the place: attacks_trust_test.cc.
std::vector<Attack> attacks_by_signers();
std::vector<Attack> attacks_by_logs();
std::vector<Attack> attacks_by_places();

class Attacks : public testing::SignatureRig, public ::testing::WithParamInterface<Attack> {
 public:
  using SignatureRig::authority;
  using SignatureRig::image_;
  using SignatureRig::kBundleType;
  using SignatureRig::keyed_authority;
  using SignatureRig::kHead;
  using SignatureRig::mint_;
  using SignatureRig::policy;
  using SignatureRig::push_bundle;
  using SignatureRig::push_signature;
  using SignatureRig::scratch_;
  using SignatureRig::server_;
  using SignatureRig::start_registry;
  using SignatureRig::write;

  /// As cosign 2 pushes it, under the tag of our image.
  void push_legacy(const verifiers::Candidate& candidate, const std::string& suffix = ".sig") {
    server_->put_blob("acme/ship", candidate.bytes);
    testing::Json manifest = testing::Json::parse(oci::manifest_json(candidate.media_type, candidate.bytes));
    for (const auto& [key, value] : candidate.annotations) manifest["layers"][0]["annotations"][key] = value;
    server_->put_manifest("acme/ship", manifest.dump(), std::string(oci::kOciManifest),
                          "sha256-" + oci::digest_of(image_).hex() + suffix);
  }
  void edited(const std::function<void(testing::Json&)>& edit, const testing::SignatureSpec& spec = {}) {
    testing::Json bundle = mint_.bundle(spec);
    edit(bundle);
    push_bundle(bundle.dump());
  }
  /// A statement about our image, changed before it is signed.
  void stated(const std::function<void(testing::Json&)>& edit) {
    testing::Json statement = testing::Json::parse(mint_.statement(kSign));
    edit(statement);
    testing::SignatureSpec spec;
    spec.payload = statement.dump();
    push_signature(spec);
  }
  void by_leaf(const std::function<void(testing::LeafSpec&)>& edit) {
    testing::LeafSpec spec;
    edit(spec);
    const auto leaf = mint_.sigstore.issue(spec);
    push_signature({.leaf = &leaf});
  }
  /// Signs `other` with the trusted leaf, and gives what `make` makes of that.
  template <class Make>
  auto about(const std::string& other, Make make) {
    const std::string before = std::exchange(mint_.bytes, other);
    auto out = make();
    mint_.bytes = before;
    return out;
  }
  void trust(const std::string& more) { write("authority.yaml", authority("ship", std::string(testing::kMintIdentity), more)); }
  void trust_key(const std::string& more = "") {
    scratch_.write("p/a.pem", mint_.key.public_pem());
    write("authority.yaml", keyed_authority("ship", "a.pem", more));
  }
  /// What a request whose target holds `part` gets.
  void answer(const std::string& part, const std::string& body, const std::string& type,
              const std::string& digest_field = "") {
    test::FakeAnswer out;
    out.body = body;
    out.type = type;
    if (!digest_field.empty()) out.fields.emplace("Docker-Content-Digest", digest_field);
    server_->hook([part, out](const test::SeenRequest& seen) {
      return seen.target.find(part) == std::string::npos ? std::nullopt : std::optional(out);
    });
  }

  const std::string other_ = oci::manifest_json("application/x", "another image");
  std::string object_ = kByTag;
};

}  // namespace portreeve::engine
