// trusted_root.json → TrustRoot.

#include <algorithm>
#include <array>

#include "core/json.h"
#include "core/limits.h"
#include "crypto/hash.h"
#include "verifiers/key_details.h"
#include "verifiers/proto_json.h"
#include "verifiers/trust_root.h"

namespace portreeve::verifiers {
namespace {

constexpr std::uint32_t kDepth = 16;
constexpr std::uint32_t kValues = 10'000;
constexpr std::array<std::string_view, 4> kMediaTypes = {
    "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
    "application/vnd.dev.sigstore.trustedroot+json;version=0.2",
    "application/vnd.dev.sigstore.trustedroot.v0.1+json",
    "application/vnd.dev.sigstore.trustedroot.v0.2+json",
};
constexpr std::string_view kTreeHash = "SHA2_256";

// The root is no candidate: its refusals leave as Errors, whose code this stands for.
constexpr Reason kRefused = Reason::bundle_malformed;

Error to_error(const Rejection& rejection) {
  return {rejection.reason == Reason::too_large ? Errc::limit : Errc::malformed, rejection.message};
}

/// A list of log keys or authorities, of which each is usable or set aside.
template <class T>
using Usable = std::optional<T>;

Checked<std::optional<TimePoint>> read_time(ProtoMessage& message, std::string_view name) {
  PORTREEVE_TRY(const std::string text, message.text(name));
  if (text.empty()) return std::optional<TimePoint>();
  if (text.find('T') == std::string::npos) return message.wrong(name, "expected an RFC 3339 time");
  PORTREEVE_TRY(const TimePoint time, step(kRefused, message.path(name), parse_time(text)));
  return std::optional<TimePoint>(time);
}

Checked<Validity> read_validity(ProtoMessage& parent, bool start_needed) {
  Validity validity;
  const Value member = parent.take("validFor");
  if (member.present()) {
    PORTREEVE_TRY(ProtoMessage message,
                  ProtoMessage::open(member, parent.path("validFor"), kRefused));
    PORTREEVE_TRY(validity.start, read_time(message, "start"));
    PORTREEVE_TRY(validity.end, read_time(message, "end"));
    PORTREEVE_CHECK(message.finish());
  }
  if (start_needed && !validity.start)
    return parent.wrong("validFor", "no start; a log's key needs one");
  if (validity.start && validity.end && *validity.end < *validity.start) {
    return parent.wrong("validFor", "ends before it starts");
  }
  return validity;
}

Checked<std::string> read_key_id(ProtoMessage& parent, std::string_view name) {
  const Value member = parent.take(name);
  if (!member.present()) return std::string();
  PORTREEVE_TRY(ProtoMessage message, ProtoMessage::open(member, parent.path(name), kRefused));
  PORTREEVE_TRY(std::string id, message.bytes("keyId"));
  PORTREEVE_CHECK(message.finish());
  return id;
}

struct LogKey {
  std::string bytes;
  std::string details;
  Validity valid_for;
};

Checked<LogKey> read_log_key(ProtoMessage& log) {
  PORTREEVE_TRY(ProtoMessage message,
                ProtoMessage::open(log.take("publicKey"), log.path("publicKey"), kRefused));
  LogKey key;
  PORTREEVE_TRY(key.bytes, message.bytes("rawBytes"));
  PORTREEVE_TRY(key.details, message.text("keyDetails"));
  PORTREEVE_TRY(key.valid_for, read_validity(message, true));
  if (key.bytes.empty()) return message.wrong("rawBytes", "no key");
  if (key.details.empty()) return message.wrong("keyDetails", "missing");
  PORTREEVE_CHECK(message.finish());
  return key;
}

}  // namespace

/// Fills one TrustRoot.
class TrustRootReader {
 public:
  explicit TrustRootReader(TrustRoot& root) : root_(root) {}

  Passed read(const Value& document) {
    PORTREEVE_TRY(ProtoMessage message, ProtoMessage::open(document, "trusted root", kRefused));
    message.take("mediaType");
    PORTREEVE_CHECK(each(message, "tlogs", [&](const Value& entry, const std::string& where) {
      return read_log(entry, where, root_.tlogs_);
    }));
    PORTREEVE_CHECK(each(message, "ctlogs", [&](const Value& entry, const std::string& where) {
      return read_log(entry, where, root_.ctlogs_);
    }));
    PORTREEVE_CHECK(
        each(message, "certificateAuthorities", [&](const Value& entry, const std::string& where) {
          return read_authority(entry, where, ChainPurpose::code_signing, root_.cas_);
        }));
    PORTREEVE_CHECK(
        each(message, "timestampAuthorities", [&](const Value& entry, const std::string& where) {
          return read_authority(entry, where, ChainPurpose::time_stamping, root_.tsas_);
        }));
    return message.finish();
  }

 private:
  template <class Read>
  Passed each(ProtoMessage& message, std::string_view name, const Read& read) {
    PORTREEVE_TRY(const std::vector<Value> entries, message.list(name, limits::kTrustRootEntries));
    for (std::size_t i = 0; i < entries.size(); ++i) {
      PORTREEVE_CHECK(read(entries[i], std::string(name) + "[" + std::to_string(i) + "]"));
    }
    return Done{};
  }

  void set_aside(const std::string& where, const std::string& log_id, const std::string& reason) {
    root_.unsupported_.push_back({where, log_id, reason});
  }

  Passed read_log(const Value& entry, const std::string& where, std::vector<TransparencyLog>& out) {
    PORTREEVE_TRY(ProtoMessage message, ProtoMessage::open(entry, where, kRefused));
    PORTREEVE_TRY(std::string base_url, message.text("baseUrl"));
    PORTREEVE_TRY(const std::string tree_hash, message.text("hashAlgorithm"));
    PORTREEVE_TRY(LogKey raw, read_log_key(message));
    PORTREEVE_TRY(std::string log_id, read_key_id(message, "logId"));
    PORTREEVE_TRY(std::string checkpoint_id, read_key_id(message, "checkpointKeyId"));
    PORTREEVE_TRY(std::string operator_name, message.text("operator"));
    PORTREEVE_CHECK(message.finish());
    if (log_id.empty()) return message.wrong("logId", "missing");
    if (tree_hash != kTreeHash) {
      if (tree_hash.empty()) return message.wrong("hashAlgorithm", "missing");
      set_aside(where, log_id, "hash algorithm " + quoted(tree_hash));
      return Done{};
    }
    const KeyDetails* const details = find_key_details(raw.details);
    if (details == nullptr) {
      set_aside(where, log_id, "unsupported algorithm: keyDetails " + quoted(raw.details));
      return Done{};
    }
    Result<crypto::PublicKey> key = details->pkcs1 ? crypto::PublicKey::from_pkcs1(raw.bytes)
                                                   : crypto::PublicKey::from_spki(raw.bytes);
    if (!key.ok() && key.error().code == Errc::unsupported) {
      set_aside(where, log_id, key.error().message);
      return Done{};
    }
    PORTREEVE_TRY(crypto::PublicKey public_key,
                  step(kRefused, message.path("publicKey.rawBytes") + " (" + raw.details + ")",
                       std::move(key)));
    if (public_key.kind() != details->kind ||
        (details->bits != 0 && details->bits != public_key.bits())) {
      return message.wrong("publicKey", "is " + std::string(to_string(public_key.kind())) +
                                            ", but keyDetails says " + raw.details);
    }
    out.push_back({std::move(base_url), std::move(log_id), std::move(checkpoint_id),
                   std::move(operator_name), std::move(public_key), details->scheme, raw.valid_for,
                   where});
    return Done{};
  }

  // Every certificate of the chain, or nothing when one has an unsupported key.
  Checked<Usable<std::vector<crypto::Certificate>>> read_chain(ProtoMessage& authority,
                                                               const std::string& where) {
    PORTREEVE_TRY(ProtoMessage message, ProtoMessage::open(authority.take("certChain"),
                                                           authority.path("certChain"), kRefused));
    PORTREEVE_TRY(const std::vector<Value> entries,
                  message.list("certificates", limits::kChainCertificates));
    PORTREEVE_CHECK(message.finish());
    if (entries.empty()) return authority.wrong("certChain", "no certificate");
    std::vector<crypto::Certificate> chain;
    for (std::size_t i = 0; i < entries.size(); ++i) {
      const std::string at = message.path("certificates") + "[" + std::to_string(i) + "]";
      PORTREEVE_TRY(ProtoMessage certificate, ProtoMessage::open(entries[i], at, kRefused));
      PORTREEVE_TRY(const std::string der, certificate.bytes("rawBytes"));
      PORTREEVE_CHECK(certificate.finish());
      Result<crypto::Certificate> parsed = crypto::Certificate::from_der(der);
      if (!parsed.ok() && parsed.error().code == Errc::unsupported) {
        set_aside(where, "", parsed.error().message);
        return Usable<std::vector<crypto::Certificate>>();
      }
      PORTREEVE_TRY(crypto::Certificate good, step(kRefused, at, std::move(parsed)));
      chain.push_back(std::move(good));
    }
    return Usable<std::vector<crypto::Certificate>>(std::move(chain));
  }

  template <class Authority>
  Passed read_authority(const Value& entry, const std::string& where, ChainPurpose purpose,
                        std::vector<Authority>& out) {
    PORTREEVE_TRY(ProtoMessage message, ProtoMessage::open(entry, where, kRefused));
    PORTREEVE_CHECK(read_subject(message));
    PORTREEVE_TRY(std::string uri, message.text("uri"));
    PORTREEVE_TRY(std::string operator_name, message.text("operator"));
    PORTREEVE_TRY(const Validity valid_for, read_validity(message, false));
    PORTREEVE_TRY(Usable<std::vector<crypto::Certificate>> chain, read_chain(message, where));
    PORTREEVE_CHECK(message.finish());
    if (!chain) return Done{};
    out.push_back({std::move(uri), std::move(operator_name), where,
                   TrustedChain(std::move(*chain), purpose), valid_for});
    return Done{};
  }

  // Names for people; the certificates say who it is.
  static Passed read_subject(ProtoMessage& authority) {
    const Value member = authority.take("subject");
    if (!member.present()) return Done{};
    PORTREEVE_TRY(ProtoMessage message,
                  ProtoMessage::open(member, authority.path("subject"), kRefused));
    PORTREEVE_CHECK(message.text("organization"));
    PORTREEVE_CHECK(message.text("commonName"));
    return message.finish();
  }

  TrustRoot& root_;
};

namespace {

Outcome check_media_type(const Value& document) {
  const Value type = document["mediaType"];
  const bool known = type.is_string() && std::find(kMediaTypes.begin(), kMediaTypes.end(),
                                                   type.text()) != kMediaTypes.end();
  if (known) return Done{};
  if (!document.is_object()) return Error{Errc::malformed, "trusted root: not an object"};
  return Error{Errc::unsupported,
               "trusted root.mediaType: " + (type.present() ? quoted(type.text()) : "missing") +
                   ", expected " + std::string(kMediaTypes[0]) + " or a later form"};
}

}  // namespace

Result<TrustRootPtr> TrustRoot::parse(std::string json, Source source) {
  std::shared_ptr<TrustRoot> root(new TrustRoot());
  root->source_ = std::move(source);
  root->digest_ = Digest(crypto::sha256(json));
  Result<DocumentPtr> document =
      json::parse(std::move(json), {limits::kTrustRootBytes, kDepth, kValues}, nullptr);
  if (!document.ok()) return with_context(std::move(document).error(), "trusted root");
  PORTREEVE_CHECK(check_media_type(document.value()->root()));
  const Passed read = TrustRootReader(*root).read(document.value()->root());
  if (!read.ok()) return to_error(read.error());
  return TrustRootPtr(std::move(root));
}

}  // namespace portreeve::verifiers
