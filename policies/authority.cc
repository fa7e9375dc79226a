#include "policies/authority.h"

#include <algorithm>

#include "core/file.h"
#include "core/limits.h"
#include "core/time.h"
#include "verifiers/artifact.h"

namespace portreeve::policies {
namespace {

using verifiers::Authority;
using verifiers::LogNeed;

// A Result of a lower layer, at a place of the document.
template <class T>
Result<T> placed(const Fields& fields, const Value& where, std::string_view what, Result<T> result) {
  if (result.ok()) return result;
  return fields.error(where, std::string(what) + ": " + result.error().message);
}

Result<std::string> read_named(Fields& fields, std::string_view key, const ReadNamedFile& read) {
  PORTREEVE_TRY(const std::string name, fields.need_text(key));
  return placed(fields, fields.object()[key], std::string(key) + " " + name, read(name));
}

Result<verifiers::IdentityRule> read_identity(Fields& fields) {
  PORTREEVE_TRY(const std::string exact, fields.maybe_text("identity"));
  PORTREEVE_TRY(const std::string pattern, fields.maybe_text("identityPattern"));
  const Value exact_value = fields.object()["identity"];
  const Value pattern_value = fields.object()["identityPattern"];
  if (exact_value.present() == pattern_value.present()) {
    return fields.error(fields.object(), "expected exactly one of identity and identityPattern");
  }
  if (exact_value.present()) {
    return placed(fields, exact_value, "identity", verifiers::IdentityRule::exact(exact));
  }
  return placed(fields, pattern_value, "identityPattern", verifiers::IdentityRule::pattern(pattern));
}

Result<std::map<std::string, std::string>> read_claims(Fields& fields) {
  PORTREEVE_TRY(const Value claims, fields.maybe("claims", ValueType::object));
  std::map<std::string, std::string> out;
  for (const Value member : claims) {
    const std::string_view name = member.key().text();
    if (verifiers::find_claim_kind(name) == nullptr) {
      std::string known;
      for (const verifiers::ClaimKind& kind : verifiers::claim_kinds()) {
        known += (known.empty() ? "" : ", ") + std::string(kind.name);
      }
      return fields.error(member.key(), "claims: unknown claim \"" + std::string(name) +
                                            "\"; known are " + known);
    }
    if (!member.is_string() || member.text().empty()) {
      return fields.error(member, "claims." + std::string(name) + ": expected a text");
    }
    out.emplace(name, member.text());
  }
  return out;
}

Result<verifiers::KeylessSigners> read_keyless(const Source& source, const Value& value) {
  PORTREEVE_TRY(Fields fields, Fields::open(source, value, "spec.keyless"));
  PORTREEVE_TRY(const std::string issuer, fields.need_text("issuer"));
  PORTREEVE_TRY(verifiers::IdentityRule identity, read_identity(fields));
  verifiers::KeylessSigners signers{issuer, std::move(identity), {}};
  PORTREEVE_TRY(signers.claims, read_claims(fields));
  PORTREEVE_CHECK(fields.finish());
  return signers;
}

Result<verifiers::CertificateSigners> read_certificates(const Source& source, const Value& value,
                                                        const ReadNamedFile& read) {
  PORTREEVE_TRY(Fields fields, Fields::open(source, value, "spec.certificates"));
  PORTREEVE_TRY(const std::string roots, read_named(fields, "roots", read));
  std::string intermediates;
  if (fields.take("intermediates").present()) {
    PORTREEVE_TRY(intermediates, read_named(fields, "intermediates", read));
  }
  PORTREEVE_TRY(verifiers::PrivateAuthority ca,
                placed(fields, value["roots"], "roots",
                       verifiers::PrivateAuthority::make(roots, intermediates)));
  PORTREEVE_TRY(verifiers::IdentityRule identity, read_identity(fields));
  verifiers::CertificateSigners signers{std::move(ca), std::move(identity), {}, {}};
  if (fields.take("issuer").present()) {
    PORTREEVE_TRY(signers.issuer, fields.need_text("issuer"));
  }
  PORTREEVE_TRY(signers.claims, read_claims(fields));
  PORTREEVE_CHECK(fields.finish());
  return signers;
}

enum class Ed25519Form { either, pure, prehashed };
enum class RsaForm { pkcs1, pss };

constexpr std::pair<std::string_view, Ed25519Form> kEd25519[] = {{"pure", Ed25519Form::pure},
                                                                 {"ph", Ed25519Form::prehashed}};
constexpr std::pair<std::string_view, RsaForm> kRsa[] = {{"pkcs1", RsaForm::pkcs1},
                                                         {"pss", RsaForm::pss}};
constexpr std::pair<std::string_view, crypto::HashKind> kHashes[] = {
    {"sha256", crypto::HashKind::sha256},
    {"sha384", crypto::HashKind::sha384},
    {"sha512", crypto::HashKind::sha512}};

struct KeyForm {
  std::optional<crypto::HashKind> hash;
  Ed25519Form ed25519 = Ed25519Form::either;
  RsaForm rsa = RsaForm::pkcs1;
};

crypto::Scheme by_hash(crypto::HashKind hash, crypto::Scheme sha256, crypto::Scheme sha384,
                       crypto::Scheme sha512) {
  switch (hash) {
    case crypto::HashKind::sha256:
      return sha256;
    case crypto::HashKind::sha384:
      return sha384;
    case crypto::HashKind::sha512:
      return sha512;
  }
  return sha256;
}

std::vector<crypto::Scheme> schemes_of(const crypto::PublicKey& key, const KeyForm& form) {
  using crypto::Scheme;
  const crypto::HashKind hash = form.hash.value_or(crypto::HashKind::sha256);
  switch (key.kind()) {
    case crypto::KeyKind::ed25519:
      if (form.ed25519 == Ed25519Form::pure) return {Scheme::ed25519};
      if (form.ed25519 == Ed25519Form::prehashed) return {Scheme::ed25519ph};
      return crypto::default_schemes(key);
    case crypto::KeyKind::rsa:
      if (form.rsa == RsaForm::pss) {
        return {by_hash(hash, Scheme::rsa_pss_sha256, Scheme::rsa_pss_sha384, Scheme::rsa_pss_sha512)};
      }
      return {by_hash(hash, Scheme::rsa_pkcs1_sha256, Scheme::rsa_pkcs1_sha384,
                      Scheme::rsa_pkcs1_sha512)};
    case crypto::KeyKind::ecdsa_p256:
    case crypto::KeyKind::ecdsa_p384:
    case crypto::KeyKind::ecdsa_p521:
      if (!form.hash.has_value()) return crypto::default_schemes(key);
      return {by_hash(hash, Scheme::ecdsa_sha256, Scheme::ecdsa_sha384, Scheme::ecdsa_sha512)};
  }
  return {};
}

// What a key of another kind would silently ignore is refused: somebody relies on it.
Outcome check_form(const Fields& fields, const crypto::PublicKey& key) {
  const Value& object = fields.object();
  const bool ed25519 = key.kind() == crypto::KeyKind::ed25519;
  const bool rsa = key.kind() == crypto::KeyKind::rsa;
  for (const auto& [name, fits] : {std::pair<std::string_view, bool>{"ed25519", ed25519},
                                   {"rsa", rsa},
                                   {"hash", !ed25519}}) {
    if (object[name].present() && !fits) {
      return fields.error(object[name], std::string(name) + ": the key is " +
                                            std::string(crypto::to_string(key.kind())));
    }
  }
  return Done{};
}

Result<std::optional<TimePoint>> read_time(Fields& fields, std::string_view key) {
  PORTREEVE_TRY(const std::string text, fields.maybe_text(key));
  if (!fields.object()[key].present()) return std::optional<TimePoint>();
  PORTREEVE_TRY(const TimePoint time, placed(fields, fields.object()[key], key, parse_time(text)));
  return std::optional<TimePoint>(time);
}

Result<verifiers::AuthorityKey> read_key(const Source& source, const Value& value,
                                         const ReadNamedFile& read) {
  PORTREEVE_TRY(Fields fields, Fields::open(source, value, "spec.keys"));
  PORTREEVE_TRY(const std::string pem, read_named(fields, "file", read));
  PORTREEVE_TRY(crypto::PublicKey key, placed(fields, value["file"], value["file"].text(),
                                              crypto::PublicKey::from_pem(pem)));
  KeyForm form;
  if (const Value word = fields.take("ed25519"); word.present()) {
    PORTREEVE_TRY(form.ed25519, read_word(source, word, kEd25519));
  }
  if (const Value word = fields.take("rsa"); word.present()) {
    PORTREEVE_TRY(form.rsa, read_word(source, word, kRsa));
  }
  if (const Value word = fields.take("hash"); word.present()) {
    PORTREEVE_TRY(form.hash, read_word(source, word, kHashes));
  }
  verifiers::Validity window;
  PORTREEVE_TRY(window.start, read_time(fields, "from"));
  PORTREEVE_TRY(window.end, read_time(fields, "until"));
  PORTREEVE_CHECK(fields.finish());
  PORTREEVE_CHECK(check_form(fields, key));
  std::vector<crypto::Scheme> schemes = schemes_of(key, form);
  return verifiers::AuthorityKey{std::string(value["file"].text()), std::move(key),
                                 std::move(schemes), window};
}

Result<verifiers::KeySigners> read_keys(const Source& source, const Value& list,
                                        const ReadNamedFile& read) {
  if (!list.is_array() || list.size() == 0) {
    return source.error(list, "spec.keys: expected a list with at least one key");
  }
  if (list.size() > limits::kAuthorityKeys) {
    return source.error(list, "spec.keys: " + std::to_string(list.size()) + " keys, limit is " +
                                  std::to_string(limits::kAuthorityKeys));
  }
  verifiers::KeySigners signers;
  for (const Value entry : list) {
    PORTREEVE_TRY(verifiers::AuthorityKey key, read_key(source, entry, read));
    signers.keys.push_back(std::move(key));
  }
  return signers;
}

using Signers = decltype(Authority::signers);

Result<Signers> read_signers(const Source& source, Fields& spec, const ReadNamedFile& read) {
  const Value keyless = spec.take("keyless");
  const Value keys = spec.take("keys");
  const Value certificates = spec.take("certificates");
  if (int{keyless.present()} + int{keys.present()} + int{certificates.present()} != 1) {
    return spec.error(spec.object(), "expected exactly one of keyless, keys and certificates");
  }
  if (keyless.present()) {
    PORTREEVE_TRY(verifiers::KeylessSigners signers, read_keyless(source, keyless));
    return Signers(std::move(signers));
  }
  if (keys.present()) {
    PORTREEVE_TRY(verifiers::KeySigners signers, read_keys(source, keys, read));
    return Signers(std::move(signers));
  }
  PORTREEVE_TRY(verifiers::CertificateSigners signers, read_certificates(source, certificates, read));
  return Signers(std::move(signers));
}

// "required" is one; a number is so many distinct ones; the other word is none.
Result<std::size_t> read_need(const Source& source, const Value& value, std::string_view none,
                              std::size_t otherwise) {
  if (!value.present()) return otherwise;
  if (value.is_string() && value.text() == "required") return std::size_t{1};
  if (value.is_string() && value.text() == none) return std::size_t{0};
  if (value.is_number() && value.text().size() == 1 && value.text() >= "1" && value.text() <= "9") {
    return static_cast<std::size_t>(value.text()[0] - '0');
  }
  return source.error(value, "expected required, " + std::string(none) +
                                 " or a number of distinct ones from 1 to 9");
}

Outcome read_needs(const Source& source, Fields& spec, Authority& out) {
  const bool keyless = std::holds_alternative<verifiers::KeylessSigners>(out.signers);
  const Value log = spec.take("log");
  out.log = out.uses_keys() ? LogNeed::none : LogNeed::required;
  if (log.is_string() && log.text() == "proof") {
    out.log = LogNeed::proof;
  } else if (log.is_string() && log.text() == "if-present" && out.uses_keys()) {
    out.log = LogNeed::if_present;
  } else {
    PORTREEVE_TRY(const std::size_t logs, read_need(source, log, "none", out.uses_keys() ? 0 : 1));
    out.log = logs == 0 ? LogNeed::none : LogNeed::required;
    out.logs = std::max<std::size_t>(logs, 1);
  }
  const Value sct = spec.take("sct");
  if (sct.present() && !keyless) {
    return spec.error(sct, "sct: only certificates of a trust root's CAs (keyless) carry any");
  }
  PORTREEVE_TRY(out.scts, read_need(source, sct, "none", keyless ? 1 : 0));
  PORTREEVE_TRY(out.timestamps, read_need(source, spec.take("timestamp"), "optional", 0));
  return Done{};
}

Result<verifiers::TrustRootPtr> read_trust_root(Fields& spec, const ReadNamedFile& read) {
  PORTREEVE_TRY(const std::string name, spec.maybe_text("trustRoot"));
  const Value value = spec.object()["trustRoot"];
  if (!value.present()) return verifiers::TrustRootPtr();
  if (name == "embedded") return verifiers::TrustRoot::embedded();
  PORTREEVE_TRY(std::string json, placed(spec, value, "trustRoot " + name, read(name)));
  return placed(spec, value, "trustRoot",
                verifiers::TrustRoot::parse(std::move(json), {name, std::nullopt}));
}

Result<std::vector<verifiers::RepositoryGlob>> read_repositories(Fields& spec) {
  PORTREEVE_TRY(const std::vector<std::string> texts, spec.maybe_texts("repositories"));
  const Value value = spec.object()["repositories"];
  if (texts.empty()) {
    return spec.error(value, "repositories: expected a list such as ['ghcr.io/acme/**']");
  }
  std::vector<verifiers::RepositoryGlob> out;
  for (const std::string& text : texts) {
    PORTREEVE_TRY(verifiers::RepositoryGlob glob,
                  placed(spec, value, "repositories", verifiers::RepositoryGlob::compile(text)));
    out.push_back(std::move(glob));
  }
  return out;
}

}  // namespace

Result<Authority> read_authority(const Source& source, const Value& root,
                                 const ReadNamedFile& read) {
  PORTREEVE_TRY(Fields document, Fields::open(source, root, "Authority"));
  document.take("apiVersion");
  document.take("kind");
  PORTREEVE_TRY(const Value metadata, document.need("metadata", ValueType::object));
  PORTREEVE_TRY(const Value spec_value, document.need("spec", ValueType::object));
  PORTREEVE_CHECK(document.finish());
  PORTREEVE_TRY(Fields meta, Fields::open(source, metadata, "metadata"));
  PORTREEVE_TRY(const std::string name, meta.need_text("name"));
  meta.take("labels");
  meta.take("annotations");
  PORTREEVE_CHECK(meta.finish());
  PORTREEVE_TRY(Fields spec, Fields::open(source, spec_value, "spec"));
  PORTREEVE_TRY(std::vector<verifiers::RepositoryGlob> repositories, read_repositories(spec));
  PORTREEVE_TRY(Signers signers, read_signers(source, spec, read));
  Authority out{name, std::move(repositories), std::move(signers), nullptr};
  PORTREEVE_TRY(out.trust_root, read_trust_root(spec, read));
  PORTREEVE_CHECK(read_needs(source, spec, out));
  PORTREEVE_TRY(out.attestation_is_signature, spec.maybe_bool("attestationIsSignature", false));
  constexpr std::pair<std::string_view, bool> kReference[] = {{"any", false}, {"same", true}};
  if (const Value word = spec.take("dockerReference"); word.present()) {
    PORTREEVE_TRY(out.same_reference, read_word(source, word, kReference));
  }
  PORTREEVE_CHECK(spec.finish());
  if (const Outcome whole = out.check(); !whole.ok()) {
    return spec.error(spec_value, whole.error().message);
  }
  return out;
}

std::string path_beside(const std::string& file, const std::string& name) {
  if (!name.empty() && name[0] == '/') return name;
  const std::size_t slash = file.rfind('/');
  return (slash == std::string::npos ? "" : file.substr(0, slash + 1)) + name;
}

ReadNamedFile files_beside(const std::string& file) {
  return [file](const std::string& name) {
    return read_file(path_beside(file, name), limits::kPolicyFileBytes);
  };
}

}  // namespace portreeve::policies
