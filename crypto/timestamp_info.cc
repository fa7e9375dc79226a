#include "crypto/timestamp_info.h"

#include "crypto/der.h"

namespace portreeve::crypto {
namespace {

// AlgorithmIdentifier of a hash: parameters absent or NULL.
Result<HashKind> read_hash(std::string_view content) {
  der::Reader reader(content);
  PORTREEVE_TRY(const der::Element oid, reader.expect(der::kOid));
  if (reader.peek() == der::kNull) PORTREEVE_CHECK(reader.next());
  PORTREEVE_CHECK(reader.finish());
  PORTREEVE_TRY(const std::string text, der::oid_text(oid.content));
  const std::optional<HashKind> kind = hash_of_oid(text);
  if (kind) return *kind;
  return Error{Errc::unsupported,
               "time stamp: imprint by hash " + text + "; expected SHA-256, SHA-384 or SHA-512"};
}

Outcome read_imprint(std::string_view content, TimestampInfo& info) {
  der::Reader reader(content);
  PORTREEVE_TRY(const der::Element algorithm, reader.expect(der::kSequence));
  PORTREEVE_TRY(const der::Element digest, reader.expect(der::kOctetString));
  PORTREEVE_CHECK(reader.finish());
  PORTREEVE_TRY(info.imprint_hash, read_hash(algorithm.content));
  if (digest.content.size() != size_of(info.imprint_hash)) {
    return Error{Errc::malformed,
                 "time stamp: imprint of " + std::to_string(digest.content.size()) + " bytes"};
  }
  info.imprint = std::string(digest.content);
  return Done{};
}

// Extensions: SEQUENCE OF { OID, critical BOOLEAN DEFAULT FALSE, OCTET STRING }.
Outcome refuse_critical(std::string_view content) {
  der::Reader reader(content);
  while (!reader.at_end()) {
    PORTREEVE_TRY(const der::Element extension, reader.expect(der::kSequence));
    der::Reader inside(extension.content);
    PORTREEVE_CHECK(inside.expect(der::kOid));
    if (inside.peek() == der::kBoolean) {
      return Error{Errc::unsupported, "time stamp: critical extension"};
    }
  }
  return Done{};
}

// accuracy, ordering, nonce, tsa: they change nothing for us, but must stand where they belong.
Outcome read_rest(der::Reader& reader) {
  for (const std::uint8_t tag :
       {der::kSequence, der::kBoolean, der::kInteger, der::context(0, true)}) {
    if (reader.peek() == tag) PORTREEVE_CHECK(reader.next());
  }
  if (reader.peek() == der::context(1, true)) {
    PORTREEVE_TRY(const der::Element extensions, reader.next());
    PORTREEVE_CHECK(refuse_critical(extensions.content));
  }
  return reader.finish();
}

}  // namespace

std::optional<HashKind> hash_of_oid(std::string_view oid) noexcept {
  if (oid == "2.16.840.1.101.3.4.2.1") return HashKind::sha256;
  if (oid == "2.16.840.1.101.3.4.2.2") return HashKind::sha384;
  if (oid == "2.16.840.1.101.3.4.2.3") return HashKind::sha512;
  return std::nullopt;
}

Result<TimestampInfo> read_timestamp_info(std::string_view der) {
  TimestampInfo info;
  PORTREEVE_TRY(const der::Element outer, der::only(der, der::kSequence));
  der::Reader reader(outer.content);
  PORTREEVE_TRY(const der::Element version, reader.expect(der::kInteger));
  if (version.content != "\x01") return Error{Errc::unsupported, "time stamp: version; expected 1"};
  PORTREEVE_CHECK(
      reader.expect(der::kOid));  // Policy: what the authority promises, not what it proves.
  PORTREEVE_TRY(const der::Element imprint, reader.expect(der::kSequence));
  PORTREEVE_CHECK(read_imprint(imprint.content, info));
  PORTREEVE_TRY(const der::Element serial, reader.expect(der::kInteger));
  info.serial = std::string(serial.content);
  PORTREEVE_TRY(const der::Element time, reader.expect(der::kGeneralizedTime));
  PORTREEVE_TRY(info.time, der::time(time, true));
  PORTREEVE_CHECK(read_rest(reader));
  return info;
}

}  // namespace portreeve::crypto
