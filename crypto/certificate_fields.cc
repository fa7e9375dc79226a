#include "crypto/certificate_fields.h"

#include <algorithm>

#include "core/utf8.h"
#include "crypto/der.h"

namespace portreeve::crypto {
namespace {

constexpr std::size_t kExtensions = 128;
constexpr std::size_t kNames = 1024;

Error malformed(std::string_view what) { return {Errc::malformed, std::string(what)}; }

Result<TimePoint> read_time(der::Reader& reader) {
  PORTREEVE_TRY(const der::Element element, reader.next());
  return der::time(element, false);
}

Outcome read_validity(std::string_view content, CertificateFields& out) {
  der::Reader reader(content);
  PORTREEVE_TRY(out.not_before, read_time(reader));
  PORTREEVE_TRY(out.not_after, read_time(reader));
  return reader.finish();
}

// A BOOLEAN DEFAULT FALSE. DER leaves FALSE out, but some CAs write it; it says the same.
Result<bool> read_flag(der::Reader& reader) {
  if (reader.peek() != der::kBoolean) return false;
  PORTREEVE_TRY(const der::Element flag, reader.next());
  if (flag.content == "\xFF") return true;
  if (flag.content == std::string_view("\0", 1)) return false;
  return malformed("BOOLEAN is neither 00 nor FF");
}

Result<CertificateExtension> read_extension(std::string_view content) {
  der::Reader reader(content);
  CertificateExtension extension{{}, false, {}};
  PORTREEVE_TRY(const der::Element oid, reader.expect(der::kOid));
  PORTREEVE_TRY(extension.oid, der::oid_text(oid.content));
  PORTREEVE_TRY(extension.critical, read_flag(reader));
  PORTREEVE_TRY(const der::Element value, reader.expect(der::kOctetString));
  PORTREEVE_CHECK(reader.finish());
  extension.value = std::string(value.content);
  return extension;
}

Outcome read_extensions(CertificateFields& out) {
  der::Reader reader(out.extension_list);
  if (reader.at_end()) return malformed("empty list of extensions");
  while (!reader.at_end()) {
    PORTREEVE_TRY(const der::Element element, reader.expect(der::kSequence));
    PORTREEVE_TRY(CertificateExtension extension, read_extension(element.content));
    if (out.extensions.size() == kExtensions) return malformed("more than 128 extensions");
    out.extensions.push_back(std::move(extension));
  }
  // RFC 5280 §4.2. OpenSSL's accessors would use the first and never see the second.
  std::vector<std::string_view> oids;
  oids.reserve(out.extensions.size());
  for (const CertificateExtension& extension : out.extensions) oids.push_back(extension.oid);
  std::sort(oids.begin(), oids.end());
  const auto twice = std::adjacent_find(oids.begin(), oids.end());
  if (twice == oids.end()) return Done{};
  return malformed("extension " + std::string(*twice) + " is there twice");
}

Outcome read_tbs(std::string_view content, CertificateFields& out, std::string_view& algorithm) {
  der::Reader reader(content);
  if (reader.peek() != der::context(0, true)) {
    return Error{Errc::unsupported, "X.509 version 1; expected version 3"};
  }
  PORTREEVE_TRY(const der::Element version, reader.next());
  if (version.content != std::string_view("\x02\x01\x02", 3)) {
    return Error{Errc::unsupported, "X.509 version; expected version 3"};
  }
  PORTREEVE_TRY(const der::Element serial, reader.expect(der::kInteger));
  out.serial = serial.content;
  PORTREEVE_TRY(const der::Element signature, reader.expect(der::kSequence));
  algorithm = signature.whole;
  PORTREEVE_CHECK(reader.expect(der::kSequence));  // Issuer.
  PORTREEVE_TRY(const der::Element validity, reader.expect(der::kSequence));
  PORTREEVE_CHECK(read_validity(validity.content, out));
  PORTREEVE_CHECK(reader.expect(der::kSequence));  // Subject.
  PORTREEVE_TRY(const der::Element spki, reader.expect(der::kSequence));
  out.spki = spki.whole;
  if (reader.peek() == der::context(1, false)) PORTREEVE_CHECK(reader.next());
  if (reader.peek() == der::context(2, false)) PORTREEVE_CHECK(reader.next());
  if (reader.at_end()) return malformed("no extensions");
  PORTREEVE_TRY(const der::Element wrapper, reader.expect(der::context(3, true)));
  PORTREEVE_CHECK(reader.finish());
  out.before_extensions = content.substr(0, content.size() - wrapper.whole.size());
  PORTREEVE_TRY(const der::Element list, der::only(wrapper.content, der::kSequence));
  out.extension_list = list.content;
  return read_extensions(out);
}

// The text of an IA5String; NUL would end it early in other people's code.
Result<std::string> ia5_text(std::string_view bytes) {
  const bool good = std::all_of(bytes.begin(), bytes.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte > 0 && byte < 0x80;
  });
  if (!good) return malformed("NUL or a byte that is not ASCII");
  return std::string(bytes);
}

// SEQUENCE content { type-id OID, [0] EXPLICIT value }.
Result<AlternativeName> read_other_name(std::string_view content) {
  der::Reader reader(content);
  PORTREEVE_TRY(const der::Element oid, reader.expect(der::kOid));
  PORTREEVE_TRY(const der::Element wrapper, reader.expect(der::context(0, true)));
  PORTREEVE_CHECK(reader.finish());
  AlternativeName name{NameKind::other_name, {}, {}};
  PORTREEVE_TRY(name.oid, der::oid_text(oid.content));
  der::Reader inside(wrapper.content);
  PORTREEVE_TRY(const der::Element value, inside.next());
  PORTREEVE_CHECK(inside.finish());
  if (value.tag != der::kUtf8String) {
    name.kind = NameKind::unknown;
    return name;
  }
  if (utf8::first_invalid(value.content) != utf8::kValid ||
      value.content.find('\0') != std::string_view::npos) {
    return malformed("otherName with NUL or bytes that are not UTF-8");
  }
  name.value = std::string(value.content);
  return name;
}

Result<AlternativeName> read_name(const der::Element& element) {
  AlternativeName name{NameKind::unknown, {}, {}};
  if (element.tag == der::context(0, true)) return read_other_name(element.content);
  if (element.tag == der::context(1, false)) name.kind = NameKind::email;
  if (element.tag == der::context(2, false)) name.kind = NameKind::dns;
  if (element.tag == der::context(6, false)) name.kind = NameKind::uri;
  if (name.kind != NameKind::unknown) {
    PORTREEVE_TRY(name.value, ia5_text(element.content));
    return name;
  }
  if (element.tag == der::context(7, false)) {
    if (element.content.size() != 4 && element.content.size() != 16)
      return malformed("IP address length");
    return AlternativeName{NameKind::ip, std::string(element.content), {}};
  }
  name.value = std::string(element.whole);
  return name;
}

Outcome read_names(std::string_view value, CertificateFields& out) {
  PORTREEVE_TRY(const der::Element list, der::only(value, der::kSequence));
  der::Reader reader(list.content);
  while (!reader.at_end()) {
    PORTREEVE_TRY(const der::Element element, reader.next());
    if (out.names.size() == kNames) return malformed("more than 1024 names");
    PORTREEVE_TRY(AlternativeName name, read_name(element));
    out.names.push_back(std::move(name));
  }
  return Done{};
}

Outcome read_key_usage(std::string_view value, CertificateFields& out) {
  PORTREEVE_TRY(const der::Element bits, der::only(value, der::kBitString));
  if (bits.content.size() < 2 || bits.content.size() > 3 ||
      static_cast<std::uint8_t>(bits.content[0]) > 7) {
    return malformed("not a bit string of at least one bit");
  }
  out.has_key_usage = true;
  out.key_usage = static_cast<std::uint8_t>(bits.content[1]);
  if (bits.content.size() == 3)
    out.key_usage |= static_cast<std::uint32_t>(static_cast<std::uint8_t>(bits.content[2])) << 8;
  return Done{};
}

Outcome read_extended_key_usage(const CertificateExtension& extension, CertificateFields& out) {
  PORTREEVE_TRY(const der::Element list, der::only(extension.value, der::kSequence));
  der::Reader reader(list.content);
  if (reader.at_end()) return malformed("empty list");
  while (!reader.at_end()) {
    PORTREEVE_TRY(const der::Element element, reader.expect(der::kOid));
    PORTREEVE_TRY(std::string usage, der::oid_text(element.content));
    out.extended_key_usages.push_back(std::move(usage));
  }
  out.has_extended_key_usage = true;
  out.extended_key_usage_critical = extension.critical;
  return Done{};
}

Outcome read_basic_constraints(std::string_view value, CertificateFields& out) {
  PORTREEVE_TRY(const der::Element list, der::only(value, der::kSequence));
  der::Reader reader(list.content);
  PORTREEVE_TRY(out.basic_constraints_ca, read_flag(reader));
  if (reader.peek() == der::kInteger) {
    PORTREEVE_TRY(const der::Element element, reader.next());
    PORTREEVE_TRY(const std::string_view number, der::unsigned_integer(element.content));
    if (number.size() > 2) return malformed("path length out of range");
    std::uint32_t length = 0;
    for (const char c : number) length = length << 8 | static_cast<std::uint8_t>(c);
    out.path_length = length;
  }
  return reader.finish();
}

Outcome decode(const CertificateExtension& extension, CertificateFields& out) {
  if (extension.oid == "2.5.29.17") return read_names(extension.value, out);
  if (extension.oid == "2.5.29.15") return read_key_usage(extension.value, out);
  if (extension.oid == "2.5.29.37") return read_extended_key_usage(extension, out);
  if (extension.oid == "2.5.29.19") return read_basic_constraints(extension.value, out);
  return Done{};
}

}  // namespace

Result<CertificateFields> read_certificate(std::string_view der) {
  CertificateFields fields;
  PORTREEVE_TRY(const der::Element outer, der::only(der, der::kSequence));
  der::Reader reader(outer.content);
  PORTREEVE_TRY(const der::Element tbs, reader.expect(der::kSequence));
  PORTREEVE_TRY(const der::Element algorithm, reader.expect(der::kSequence));
  PORTREEVE_CHECK(reader.expect(der::kBitString));
  PORTREEVE_CHECK(reader.finish());
  fields.tbs = tbs.whole;
  std::string_view inner_algorithm;
  PORTREEVE_CHECK(read_tbs(tbs.content, fields, inner_algorithm));
  // RFC 5280 §4.1.1.2; only the inner one is signed.
  if (inner_algorithm != algorithm.whole) return malformed("two different signature algorithms");
  for (const CertificateExtension& extension : fields.extensions) {
    Outcome decoded = decode(extension, fields);
    if (!decoded.ok())
      return with_context(std::move(decoded).error(), "extension " + extension.oid);
  }
  return fields;
}

}  // namespace portreeve::crypto
