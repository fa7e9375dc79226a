#include "core/reference.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "core/utf8.h"

namespace portreeve {
namespace {

constexpr std::size_t kReferenceBytes = 1024;
constexpr std::size_t kHostBytes = 253;        // RFC 1035 §2.3.4
constexpr std::size_t kLabelBytes = 63;        // RFC 1035 §2.3.4
constexpr std::size_t kRepositoryBytes = 255;  // What registries and runtimes take.
constexpr std::size_t kTagBytes = 128;         // distribution-spec: {0,127} after the first.

Error bad(std::string reason) { return Error{Errc::malformed, std::move(reason)}; }

bool lower(char c) noexcept { return c >= 'a' && c <= 'z'; }
bool upper(char c) noexcept { return c >= 'A' && c <= 'Z'; }
bool digit(char c) noexcept { return c >= '0' && c <= '9'; }

bool all_digits(std::string_view text) noexcept {
  return !text.empty() && std::all_of(text.begin(), text.end(), digit);
}

std::string lower_case(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (upper(c)) c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

Outcome check_port(std::string_view port) {
  unsigned value = 0;
  const bool shape = all_digits(port) && port.size() <= 5 && port[0] != '0';
  if (shape) std::from_chars(port.data(), port.data() + port.size(), value);
  if (value == 0 || value > 65535) {
    return bad("port \"" + std::string(port) + "\" is not a number from 1 to 65535");
  }
  return Done{};
}

Outcome check_label(std::string_view label) {
  if (label.empty()) return bad("host has an empty label");
  if (label.size() > kLabelBytes) return bad("host has a label of more than 63 characters");
  for (const char c : label) {
    if (!lower(c) && !digit(c) && c != '-') {
      return bad("host holds a character outside a-z, 0-9, '-' and '.'");
    }
  }
  if (label.front() == '-' || label.back() == '-') {
    return bad("host has a label that begins or ends with '-'");
  }
  return Done{};
}

// "127.1", "0177.0.0.1" and "2130706433" are addresses to some resolvers: only one spelling passes.
Outcome check_ipv4(const std::string& host) {
  in_addr address{};
  char text[INET_ADDRSTRLEN];
  if (::inet_pton(AF_INET, host.c_str(), &address) != 1 ||
      ::inet_ntop(AF_INET, &address, text, sizeof text) == nullptr || host != text) {
    return bad("host ends in a number but is not an IPv4 address in dotted decimal form");
  }
  return Done{};
}

Result<std::string> canonical_ipv6(std::string_view inside) {
  in6_addr address{};
  char text[INET6_ADDRSTRLEN];
  if (::inet_pton(AF_INET6, std::string(inside).c_str(), &address) != 1 ||
      ::inet_ntop(AF_INET6, &address, text, sizeof text) == nullptr) {
    return bad("host in brackets is not an IPv6 address");
  }
  return "[" + std::string(text) + "]";
}

Result<std::string> canonical_registry(std::string_view text) {
  std::string_view port;
  bool has_port = false;
  std::string host;
  if (text.front() == '[') {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return bad("host has '[' without ']'");
    PORTREEVE_TRY(host, canonical_ipv6(text.substr(1, end - 1)));
    const std::string_view rest = text.substr(end + 1);
    has_port = !rest.empty();
    if (has_port && rest.front() != ':') return bad("host goes on behind ']'");
    if (has_port) port = rest.substr(1);
  } else {
    const std::size_t colon = text.find(':');
    has_port = colon != std::string_view::npos;
    if (has_port) port = text.substr(colon + 1);
    host = lower_case(text.substr(0, colon));
    if (host.empty()) return bad("host is missing");
    if (host.size() > kHostBytes) return bad("host has more than 253 characters");
    if (host.back() == '.') return bad("host ends with a dot");
    std::string_view last;
    for (std::size_t from = 0; from <= host.size();) {
      const std::size_t dot = std::min(host.find('.', from), host.size());
      last = std::string_view(host).substr(from, dot - from);
      PORTREEVE_CHECK(check_label(last));
      from = dot + 1;
    }
    if (all_digits(last) || last.substr(0, 2) == "0x") PORTREEVE_CHECK(check_ipv4(host));
  }
  if (has_port) {
    PORTREEVE_CHECK(check_port(port));
    host.append(":").append(port);
  }
  return host;
}

// [a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*
Outcome check_component(std::string_view component) {
  if (component.empty()) return bad("repository has an empty component");
  if (component == "." || component == "..") return bad("repository has a component of dots");
  for (std::size_t i = 0; i < component.size();) {
    const char c = component[i];
    if (lower(c) || digit(c)) {
      ++i;
      continue;
    }
    if (upper(c)) return bad("repository holds upper-case letters");
    if (c != '.' && c != '_' && c != '-') {
      return bad("repository holds a character outside a-z, 0-9, '.', '_', '-' and '/'");
    }
    std::size_t end = i;
    while (end < component.size() && component[end] == c) ++end;
    const std::size_t most = c == '.' ? 1 : c == '_' ? 2 : component.size();
    const bool between = i > 0 && end < component.size() &&
                         (lower(component[end]) || digit(component[end]) || upper(component[end]));
    if (!between || end - i > most) {
      return bad(
          "repository has a separator ('.', '_', '__' or '-') that is not between letters "
          "or digits");
    }
    i = end;
  }
  return Done{};
}

Outcome check_repository(std::string_view repository) {
  if (repository.empty()) return bad("repository is missing");
  if (repository.size() > kRepositoryBytes) return bad("repository has more than 255 characters");
  for (std::size_t from = 0; from <= repository.size();) {
    const std::size_t slash = std::min(repository.find('/', from), repository.size());
    PORTREEVE_CHECK(check_component(repository.substr(from, slash - from)));
    from = slash + 1;
  }
  return Done{};
}

// [a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}
Outcome check_tag(std::string_view tag) {
  if (tag.empty()) return bad("tag is empty");
  if (tag.size() > kTagBytes) return bad("tag has more than 128 characters");
  for (const char c : tag) {
    if (!lower(c) && !upper(c) && !digit(c) && c != '_' && c != '.' && c != '-') {
      return bad("tag holds a character outside A-Z, a-z, 0-9, '_', '.' and '-'");
    }
  }
  if (tag.front() == '.' || tag.front() == '-') return bad("tag begins with '.' or '-'");
  return Done{};
}

Outcome check_characters(std::string_view text) {
  if (text.empty()) return bad("empty");
  if (text.size() > kReferenceBytes) return bad("more than 1024 bytes");
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80) return bad("holds a character outside ASCII; write a host in its xn-- form");
    if (byte <= 0x20 || byte == 0x7F) return bad("holds white space or a control character");
    if (c == '%') return bad("holds '%': nothing is decoded");
    if (c == '?' || c == '#') return bad("holds '?' or '#': a reference is not a URL");
    if (c == '\\') return bad("holds a backslash");
  }
  if (text.find("://") != std::string_view::npos)
    return bad("begins with a scheme; write host/repository");
  return Done{};
}

// distribution/reference's rule for the first component.
bool names_a_host(std::string_view first) noexcept {
  return first.find_first_of(".:[") != std::string_view::npos || first == "localhost" ||
         std::any_of(first.begin(), first.end(), upper);
}

struct Place {
  std::string registry;
  std::string repository;
  bool expanded = false;
};

constexpr std::string_view kDocker = "docker.io";

// Docker's short forms, made long. Runtimes also take 64 hexadecimal digits for an image id.
Result<Place> split_place(std::string_view name) {
  Place place;
  const std::size_t slash = name.find('/');
  const std::string_view first = name.substr(0, slash);
  const bool has_host = slash != std::string_view::npos && names_a_host(first);
  if (has_host) {
    PORTREEVE_TRY(place.registry, canonical_registry(first));
    // "REGISTRY/app": in lower case it would be docker.io/registry/app.
    if (!names_a_host(place.registry)) return bad("host has neither a dot nor a port");
    place.repository = name.substr(slash + 1);
  } else {
    if (slash == 0) return bad("host is missing");
    const bool hexadecimal = name.find_first_not_of("0123456789abcdef") == std::string_view::npos;
    if (name.size() == 64 && hexadecimal)
      return bad("64 hexadecimal digits are an image id, not a name");
    place.registry = kDocker;
    place.repository = name;
    place.expanded = true;
  }
  if (place.registry == "index.docker.io") {
    place.registry = kDocker;
    place.expanded = true;
  }
  if (place.registry == kDocker && place.repository.find('/') == std::string::npos) {
    place.repository = "library/" + place.repository;
    place.expanded = true;
  }
  return place;
}

}  // namespace

Result<Reference> Reference::parse(std::string_view text, ShortNames short_names) {
  const auto refuse = [&](Error error) {
    return with_context(std::move(error), "reference \"" + utf8::printable(text, 256) + "\"");
  };
  Reference out;
  const auto read = [&]() -> Outcome {
    PORTREEVE_CHECK(check_characters(text));
    std::string_view name = text;
    const std::size_t at = name.find('@');
    if (at != std::string_view::npos) {
      const std::string_view digest = name.substr(at + 1);
      if (digest.find('/') != std::string_view::npos) return bad("holds user information");
      PORTREEVE_TRY(out.digest_, Digest::parse(digest));
      name = name.substr(0, at);
    }
    // A colon behind the last slash begins the tag; one before it, a port.
    const std::size_t slash = name.rfind('/');
    const std::size_t colon = name.find(':', slash == std::string_view::npos ? 0 : slash);
    if (colon != std::string_view::npos) {
      out.tag_ = name.substr(colon + 1);
      PORTREEVE_CHECK(check_tag(out.tag_));
      name = name.substr(0, colon);
    }
    PORTREEVE_TRY(Place place, split_place(name));
    PORTREEVE_CHECK(check_repository(place.repository));
    out.registry_ = std::move(place.registry);
    out.repository_ = std::move(place.repository);
    out.expanded_ = place.expanded;
    if (out.expanded_ && short_names == ShortNames::refuse) {
      return bad("short for " + out.text() + "; write that");
    }
    return Done{};
  };
  Outcome outcome = read();
  if (!outcome.ok()) return refuse(std::move(outcome).error());
  return out;
}

std::string Reference::text() const {
  std::string out = name();
  if (!tag_.empty()) out += ":" + tag_;
  if (digest_) out += "@" + digest_->text();
  return out;
}

}  // namespace portreeve
