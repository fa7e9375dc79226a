#include "sbom/purl.h"

#include <algorithm>

#include "core/utf8.h"
#include "sbom/purl_types.h"

namespace portreeve::sbom {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }

void fold(std::string& text) {
  for (char& c : text) {
    if (is_upper(c)) c = static_cast<char>(c - 'A' + 'a');
  }
}

int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

Error malformed(std::string message) { return {Errc::malformed, std::move(message)}; }

/// Percent-decoding (RFC 3986 §2.1) of one part.
Result<std::string> decode(std::string_view text, std::string_view part) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
    if (high < 0 || low < 0) {
      return malformed(std::string(part) + ": '%' without two hexadecimal digits");
    }
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  if (utf8::first_invalid(out) != utf8::kValid) return malformed(std::string(part) + ": not UTF-8");
  for (const char c : out) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      return malformed(std::string(part) + ": control character");
    }
  }
  return out;
}

/// Everything but letters, digits, '.', '-', '_', '~' and ':' is encoded (ECMA-427 §5.4).
void encode(std::string& out, std::string_view text, bool slashes = false) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  for (const char c : text) {
    if (is_letter(c) || is_digit(c) ||
        std::string_view(".-_~:").find(c) != std::string_view::npos || (slashes && c == '/')) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += kHex[byte >> 4U];
    out += kHex[byte & 15U];
  }
}

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> out;
  for (;;) {
    const std::size_t end = text.find(at);
    out.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return out;
    text.remove_prefix(end + 1);
  }
}

std::string_view trim_slashes(std::string_view text) {
  while (!text.empty() && text.front() == '/') text.remove_prefix(1);
  while (!text.empty() && text.back() == '/') text.remove_suffix(1);
  return text;
}

/// Segments of a namespace or subpath: empty ones go, and in a subpath '.' and '..' too.
Result<std::string> decode_path(std::string_view text, std::string_view part, bool subpath) {
  std::string out;
  for (const std::string_view segment : split(text, '/')) {
    PORTREEVE_TRY(const std::string decoded, decode(segment, part));
    if (decoded.empty() || (subpath && (decoded == "." || decoded == ".."))) continue;
    if (decoded.find('/') != std::string::npos) {
      return malformed(std::string(part) + ": encoded '/' in a segment");
    }
    if (!out.empty()) out += '/';
    out += decoded;
  }
  return out;
}

struct Reader {
  bool repair = false;
  std::vector<std::string> repairs{};
  Purl purl{};

  /// False in strict mode: it has to be refused.
  bool repaired(std::string what) {
    if (repair) repairs.push_back(std::move(what));
    return repair;
  }
  Outcome qualifiers(std::string_view text);
  Outcome qualifier(std::string_view pair);
  Outcome path(std::string_view text);
  Outcome read(std::string_view text);
  Outcome finish();
  Outcome normalise(const PurlType& type);
};

Outcome check_key(std::string_view key) {
  bool good = !key.empty() && is_letter(key.front());
  for (const char c : key) {
    good = good && (is_letter(c) || is_digit(c) || c == '.' || c == '-' || c == '_');
  }
  if (good) return Done{};
  return malformed("qualifier key \"" + utf8::printable(key, 64) +
                   "\": expected a letter, then letters, digits, '.', '-' or '_'");
}

Outcome Reader::qualifier(std::string_view pair) {
  const std::size_t equals = pair.find('=');
  if (equals == std::string_view::npos) return malformed("qualifier without '='");
  std::string key(pair.substr(0, equals));
  PORTREEVE_CHECK(check_key(key));
  // The suite demands both: "Platform" is refused, "repositorY_url" is folded.
  if (is_upper(key.front()) && !repaired("qualifier key \"" + key + "\" is not in lower case")) {
    return malformed("qualifier key \"" + key + "\": expected a lower-case letter first");
  }
  fold(key);
  PORTREEVE_TRY(std::string value, decode(pair.substr(equals + 1), "qualifier " + key));
  if (value.empty()) return Done{};
  if (!purl.qualifiers.emplace(key, std::move(value)).second) {
    return malformed("qualifier " + key + ": given twice");
  }
  return Done{};
}

Outcome Reader::qualifiers(std::string_view text) {
  for (const std::string_view pair : split(text, '&')) {
    if (pair.empty()) continue;
    PORTREEVE_CHECK(qualifier(pair));
  }
  return Done{};
}

/// type/namespace/name@version
Outcome Reader::path(std::string_view text) {
  while (!text.empty() && text.front() == '/') text.remove_prefix(1);
  const std::size_t type_end = text.find('/');
  purl.type = text.substr(0, type_end);
  if (type_end == std::string_view::npos) {
    return malformed(purl.type.find('@') == std::string::npos ? "no name" : "no type");
  }
  text.remove_prefix(type_end + 1);
  const std::size_t at = text.rfind('@');
  // "npm/@scope/name" has no version: that '@' begins a segment, and another one follows.
  const bool scope = at != std::string_view::npos && (at == 0 || text[at - 1] == '/') &&
                     text.find('/', at) != std::string_view::npos;
  if (at != std::string_view::npos && !scope) {
    PORTREEVE_TRY(purl.version, decode(text.substr(at + 1), "version"));
    text = text.substr(0, at);
    if (!text.empty() && text.back() == '/') return malformed("no name");
  }
  text = trim_slashes(text);
  const PurlType* const type = purl_type(purl.type);
  const bool first = type != nullptr && type->name_has_slashes;
  const std::size_t slash = first ? text.find('/') : text.rfind('/');
  if (slash != std::string_view::npos) {
    PORTREEVE_TRY(purl.namespace_, decode_path(text.substr(0, slash), "namespace", false));
    text.remove_prefix(slash + 1);
  }
  PORTREEVE_TRY(purl.name, decode(text, "name"));
  return Done{};
}

Outcome Reader::read(std::string_view text) {
  constexpr std::string_view kScheme = "pkg:";
  std::string scheme(text.substr(0, kScheme.size()));
  fold(scheme);
  if (scheme != kScheme) return malformed("does not begin with 'pkg:'");
  text.remove_prefix(kScheme.size());
  if (const std::size_t hash = text.rfind('#'); hash != std::string_view::npos) {
    PORTREEVE_TRY(purl.subpath, decode_path(text.substr(hash + 1), "subpath", true));
    text = text.substr(0, hash);
  }
  if (const std::size_t mark = text.rfind('?'); mark != std::string_view::npos) {
    PORTREEVE_CHECK(qualifiers(text.substr(mark + 1)));
    text = text.substr(0, mark);
  }
  std::string lower(text);
  // The type decides how the rest is split.
  const std::size_t begin = lower.find_first_not_of('/');
  for (std::size_t i = begin; i < lower.size() && lower[i] != '/'; ++i) {
    if (is_upper(lower[i])) lower[i] = static_cast<char>(lower[i] - 'A' + 'a');
  }
  PORTREEVE_CHECK(path(lower));
  return finish();
}

/// What the type says about its parts.
Outcome Reader::normalise(const PurlType& type) {
  if (type.namespace_ == PurlType::Need::prohibited && !purl.namespace_.empty()) {
    return malformed("type " + purl.type + " has no namespace");
  }
  if (type.namespace_ == PurlType::Need::required && purl.namespace_.empty() &&
      !repaired("type " + purl.type + " needs a namespace")) {
    return malformed("type " + purl.type + " needs a namespace");
  }
  if (type.fold_namespace) fold(purl.namespace_);
  const auto url = purl.qualifiers.find("repository_url");
  bool fold_name =
      type.fold_name || (!type.fold_when_repository.empty() && url != purl.qualifiers.end() &&
                         url->second.find(type.fold_when_repository) != std::string::npos);
  for (const std::string& host : type.folded_hosts)
    fold_name = fold_name || purl.namespace_ == host;
  if (fold_name) fold(purl.name);
  if (!type.replace_from.empty()) {
    std::replace(purl.name.begin(), purl.name.end(), type.replace_from[0], type.replace_with[0]);
  }
  if (type.fold_version) fold(purl.version);
  if (!type.forbidden_in_name.empty() &&
      purl.name.find(type.forbidden_in_name) != std::string::npos) {
    return malformed("type " + purl.type + ": name with '" + type.forbidden_in_name + "'");
  }
  if (type.name_pattern && !type.name_pattern->matches(purl.name)) {
    return malformed("type " + purl.type + ": name does not fit " +
                     type.name_pattern->expression());
  }
  if (type.version_pattern && !purl.version.empty() &&
      !type.version_pattern->matches(purl.version)) {
    return malformed("type " + purl.type + ": version does not fit " +
                     type.version_pattern->expression());
  }
  for (const std::string& key : type.qualifiers) {
    if (purl.qualifiers.count(key) == 0 &&
        !repaired("type " + purl.type + " needs the qualifier " + key)) {
      return malformed("type " + purl.type + " needs the qualifier " + key);
    }
  }
  return Done{};
}

Outcome Reader::finish() {
  if (purl.type.empty()) return malformed("no type");
  fold(purl.type);
  if (!is_letter(purl.type.front())) return malformed("type begins with no letter");
  for (const char c : purl.type) {
    if (!is_letter(c) && !is_digit(c) && c != '.' && c != '-') {
      return malformed("type \"" + utf8::printable(purl.type, 64) +
                       "\": expected letters, digits, '.' or '-'");
    }
  }
  if (purl.name.empty()) return malformed("no name");
  const PurlType* const type = purl_type(purl.type);
  return type == nullptr ? Outcome(Done{}) : normalise(*type);
}

Result<Reader> read_with(std::string_view text, bool repair) {
  if (text.size() > kPurlBytes) {
    return Error{Errc::limit, "purl: " + std::to_string(text.size()) + " bytes, limit is " +
                                  std::to_string(kPurlBytes)};
  }
  Reader reader{repair};
  if (Outcome read = reader.read(text); !read.ok()) {
    return with_context(std::move(read).error(), "purl \"" + utf8::printable(text, 128) + "\"");
  }
  return reader;
}

}  // namespace

Result<Purl> Purl::parse(std::string_view text) {
  PORTREEVE_TRY(Reader reader, read_with(text, false));
  return std::move(reader.purl);
}

Result<PurlReading> read_purl(std::string_view text) {
  PORTREEVE_TRY(Reader reader, read_with(text, true));
  PurlReading out{std::move(reader.purl), std::move(reader.repairs)};
  if (out.repairs.empty() && out.purl.text() != text) {
    out.repairs.push_back("canonical is " + utf8::printable(out.purl.text(), 256));
  }
  return out;
}

Result<Purl> Purl::build(Purl parts) {
  Reader reader;
  std::map<std::string, std::string> given;
  given.swap(parts.qualifiers);
  reader.purl = std::move(parts);
  for (auto& [key, value] : given) {
    PORTREEVE_CHECK(check_key(key));
    std::string lower = key;
    fold(lower);
    if (!value.empty()) reader.purl.qualifiers.emplace(std::move(lower), std::move(value));
  }
  reader.purl.namespace_ = trim_slashes(reader.purl.namespace_);
  reader.purl.subpath = trim_slashes(reader.purl.subpath);
  PORTREEVE_CHECK(reader.finish());
  return std::move(reader.purl);
}

std::string Purl::package() const {
  std::string out = "pkg:" + type;
  if (!namespace_.empty()) {
    out += '/';
    encode(out, namespace_, true);
  }
  out += '/';
  const PurlType* const row = purl_type(type);
  encode(out, name, row != nullptr && row->name_has_slashes);
  return out;
}

std::string Purl::text() const {
  std::string out = package();
  if (!version.empty()) {
    out += '@';
    encode(out, version);
  }
  char before = '?';
  for (const auto& [key, value] : qualifiers) {
    out += before;
    out += key + '=';
    encode(out, value);
    before = '&';
  }
  if (!subpath.empty()) {
    out += '#';
    encode(out, subpath, true);
  }
  return out;
}

bool Purl::operator==(const Purl& other) const {
  return type == other.type && namespace_ == other.namespace_ && name == other.name &&
         version == other.version && qualifiers == other.qualifiers && subpath == other.subpath;
}

std::string_view version_scheme_of(std::string_view purl_type) noexcept {
  struct Row {
    std::string_view type, scheme;
  };
  static constexpr Row kRows[] = {
      {"alpm", "alpm"},    {"apk", "apk"},         {"bazel", "generic"},    {"bitnami", "semver"},
      {"cargo", "semver"}, {"cocoapods", "gem"},   {"composer", "generic"}, {"conan", "conan"},
      {"cran", "generic"}, {"deb", "deb"},         {"docker", "generic"},   {"ebuild", "gentoo"},
      {"gem", "gem"},      {"generic", "generic"}, {"github", "generic"},   {"golang", "golang"},
      {"helm", "semver"},  {"hex", "semver"},      {"maven", "maven"},      {"npm", "npm"},
      {"nuget", "nuget"},  {"oci", "generic"},     {"pub", "semver"},       {"pypi", "pypi"},
      {"rpm", "rpm"},      {"swift", "semver"},
  };
  for (const Row& row : kRows) {
    if (row.type == purl_type) return row.scheme;
  }
  return {};
}

}  // namespace portreeve::sbom
