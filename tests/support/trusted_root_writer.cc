#include "tests/support/trusted_root_writer.h"

#include "core/base64.h"
#include "core/json.h"

namespace portreeve::testing {
namespace {

std::string json_text(std::string_view text) {
  std::string out;
  json::append_string(out, text);
  return out;
}

/// Members of one object; those without a value are left out.
class Object {
 public:
  void text(std::string_view name, const std::string& value) {
    if (!value.empty()) raw(name, json_text(value));
  }
  void raw(std::string_view name, const std::string& json) {
    if (!text_.empty()) text_ += ",";
    text_ += json_text(name) + ":" + json;
  }
  std::string json() const { return "{" + text_ + "}"; }

 private:
  std::string text_;
};

std::string base64_or_nothing(const std::string& bytes) {
  return bytes.empty() ? "" : to_base64(bytes);
}

std::string interval(const std::string& start, const std::string& end) {
  Object object;
  object.text("start", start);
  object.text("end", end);
  return object.json();
}

std::string log_json(const TrustedLogEntry& log) {
  Object key;
  key.text("rawBytes", base64_or_nothing(log.raw_bytes));
  key.text("keyDetails", log.key_details);
  key.raw("validFor", interval(log.start, log.end));
  Object object;
  object.text("baseUrl", log.base_url);
  object.text("hashAlgorithm", log.hash_algorithm);
  object.raw("publicKey", key.json());
  if (!log.log_id.empty()) object.raw("logId", "{\"keyId\":" + json_text(to_base64(log.log_id)) + "}");
  if (!log.checkpoint_key_id.empty()) {
    object.raw("checkpointKeyId", "{\"keyId\":" + json_text(to_base64(log.checkpoint_key_id)) + "}");
  }
  object.text("operator", log.operator_name);
  return object.json();
}

std::string authority_json(const TrustedAuthorityEntry& authority) {
  std::string certificates;
  for (const std::string& der : authority.certificates) {
    if (!certificates.empty()) certificates += ",";
    certificates += "{\"rawBytes\":" + json_text(to_base64(der)) + "}";
  }
  Object subject;
  subject.text("organization", authority.organization);
  subject.text("commonName", authority.common_name);
  Object object;
  object.raw("subject", subject.json());
  object.text("uri", authority.uri);
  object.raw("certChain", "{\"certificates\":[" + certificates + "]}");
  object.raw("validFor", interval(authority.start, authority.end));
  object.text("operator", authority.operator_name);
  return object.json();
}

template <class Entry>
std::string list(const std::vector<Entry>& entries, std::string (*write)(const Entry&)) {
  std::string out;
  for (const Entry& entry : entries) out += (out.empty() ? "" : ",") + write(entry);
  return "[" + out + "]";
}

}  // namespace

std::string TrustedRootDocument::json() const {
  Object object;
  object.text("mediaType", media_type);
  object.raw("tlogs", list(tlogs, log_json));
  object.raw("certificateAuthorities", list(certificate_authorities, authority_json));
  object.raw("ctlogs", list(ctlogs, log_json));
  object.raw("timestampAuthorities", list(timestamp_authorities, authority_json));
  return object.json();
}

TrustedLogEntry trusted_log(const MintLog& log) {
  TrustedLogEntry entry;
  entry.base_url = log.base_url();
  entry.raw_bytes = log.key.spki();
  entry.log_id = log.log_id();
  if (log.key.kind() == crypto::KeyKind::ed25519) entry.key_details = "PKIX_ED25519";
  return entry;
}

TrustedLogEntry trusted_log(const MintCtLog& log) {
  TrustedLogEntry entry;
  entry.base_url = "https://ct.test";
  entry.raw_bytes = log.key.spki();
  entry.log_id = log.log_id();
  if (log.key.kind() == crypto::KeyKind::rsa) {
    entry.raw_bytes = log.key.pkcs1();
    entry.key_details = "PKCS1_RSA_PKCS1V5";
  }
  return entry;
}

TrustedAuthorityEntry trusted_authority(const std::vector<const MintedCertificate*>& chain) {
  TrustedAuthorityEntry entry;
  for (const MintedCertificate* certificate : chain) entry.certificates.push_back(certificate->der);
  return entry;
}

}  // namespace portreeve::testing
