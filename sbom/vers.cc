#include "sbom/vers.h"

#include <algorithm>
#include <utility>

#include "core/utf8.h"
#include "sbom/version_order.h"

namespace portreeve::sbom {
namespace {

using Comparator = Vers::Comparator;
using Constraint = Vers::Constraint;

Error malformed(std::string message) { return {Errc::malformed, std::move(message)}; }

Comparator take_comparator(std::string_view& text) {
  constexpr std::pair<std::string_view, Comparator> kSigns[] = {
      {">=", Comparator::greater_equal}, {"<=", Comparator::less_equal},
      {"!=", Comparator::not_equal},     {"<", Comparator::less},
      {">", Comparator::greater},        {"=", Comparator::equal}};
  for (const auto& [sign, comparator] : kSigns) {
    if (text.substr(0, sign.size()) != sign) continue;
    text.remove_prefix(sign.size());
    return comparator;
  }
  return Comparator::equal;
}

/// What must be encoded in a version: what the range itself is written with.
bool plain(char c) {
  return is_version_digit(c) || is_version_letter(c) ||
         std::string_view(".-_~+:!^").find(c) != std::string_view::npos ||
         static_cast<unsigned char>(c) >= 0x80;
}

std::string encode(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (plain(c)) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += kHex[byte >> 4U];
    out += kHex[byte & 15U];
  }
  return out;
}

int hex(char c) {
  if (is_version_digit(c)) return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

Result<std::string> decode(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      if (!plain(text[i])) {
        return malformed("version \"" + utf8::printable(text, 64) + "\": '" +
                         utf8::printable(text.substr(i, 1), 8) + "' must be encoded");
      }
      out += text[i];
      continue;
    }
    if (i + 2 >= text.size() || hex(text[i + 1]) < 0 || hex(text[i + 2]) < 0) {
      return malformed("version \"" + utf8::printable(text, 64) +
                       "\": '%' without two hexadecimal digits");
    }
    out += static_cast<char>(hex(text[i + 1]) * 16 + hex(text[i + 2]));
    i += 2;
  }
  if (utf8::first_invalid(out) != utf8::kValid) return malformed("version: not UTF-8");
  // "%3A" is ':': encoded although it need not be. An encoded percent sign is '%25'.
  if (encode(out) != text) {
    return malformed("version \"" + utf8::printable(text, 64) + "\": canonical is \"" +
                     utf8::printable(encode(out), 64) + "\"");
  }
  return out;
}

Result<Constraint> read_constraint(std::string_view text) {
  if (text.empty()) return malformed("empty constraint");
  if (text == "*") return Constraint{Comparator::any, {}};
  Constraint out;
  out.comparator = take_comparator(text);
  if (text.empty()) return malformed("comparator without a version");
  PORTREEVE_TRY(out.version, decode(text));
  return out;
}

bool less_side(Comparator c) { return c == Comparator::less || c == Comparator::less_equal; }
bool greater_side(Comparator c) {
  return c == Comparator::greater || c == Comparator::greater_equal;
}

/// Of neighbours that look the same way, the wider one (vers-spec, "Version constraints
/// simplification").
std::vector<Constraint> simplify(const std::vector<Constraint>& constraints) {
  std::vector<Constraint> out;
  for (const Constraint& next : constraints) {
    if (!less_side(next.comparator) && !greater_side(next.comparator)) continue;
    if (!out.empty() && greater_side(out.back().comparator) && greater_side(next.comparator))
      continue;
    if (!out.empty() && less_side(out.back().comparator) && less_side(next.comparator))
      out.pop_back();
    out.push_back(next);
  }
  return out;
}

}  // namespace

std::string_view to_string(Vers::Comparator comparator) noexcept {
  switch (comparator) {
    case Comparator::equal:
      return "=";
    case Comparator::not_equal:
      return "!=";
    case Comparator::less:
      return "<";
    case Comparator::less_equal:
      return "<=";
    case Comparator::greater:
      return ">";
    case Comparator::greater_equal:
      return ">=";
    case Comparator::any:
      return "*";
  }
  return "";
}

Result<Vers> Vers::read(std::string_view text) {
  if (text.size() > kVersBytes)
    return Error{Errc::limit, "more than " + std::to_string(kVersBytes) + " bytes"};
  if (text.substr(0, 5) != "vers:") return malformed("does not begin with 'vers:'");
  text.remove_prefix(5);
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return malformed("no '/' after the scheme");
  Vers out;
  out.scheme_ = text.substr(0, slash);
  const auto& known = version_schemes();
  if (std::find(known.begin(), known.end(), out.scheme_) == known.end()) {
    return Error{Errc::unsupported,
                 "scheme \"" + utf8::printable(out.scheme_, 64) + "\" is not known"};
  }
  for (const std::string_view part : split_version(text.substr(slash + 1), '|')) {
    if (out.constraints_.size() == kVersConstraints) {
      return Error{Errc::limit, "more than " + std::to_string(kVersConstraints) + " constraints"};
    }
    PORTREEVE_TRY(Constraint constraint, read_constraint(part));
    if (out.scheme_ == "datetime" && constraint.comparator != Comparator::any &&
        !order_datetime(constraint.version, "1970-01-01T00:00:00Z")) {
      return malformed("\"" + utf8::printable(constraint.version, 64) + "\" is no RFC 3339 time");
    }
    out.constraints_.push_back(std::move(constraint));
  }
  for (const Constraint& constraint : out.constraints_) {
    if (constraint.comparator == Comparator::any && out.constraints_.size() > 1) {
      return malformed("'*' beside other constraints");
    }
  }
  return out;
}

Outcome Vers::sort() {
  // Insertion keeps the order of equals and stops at the first pair that cannot be compared.
  for (std::size_t i = 1; i < constraints_.size(); ++i) {
    for (std::size_t at = i; at > 0; --at) {
      const auto order =
          compare_versions(scheme_, constraints_[at - 1].version, constraints_[at].version);
      if (!order) {
        return malformed("\"" + utf8::printable(constraints_[at - 1].version, 64) + "\" and \"" +
                         utf8::printable(constraints_[at].version, 64) +
                         "\" cannot be compared as " + scheme_);
      }
      if (*order <= 0) break;
      std::swap(constraints_[at - 1], constraints_[at]);
    }
  }
  bounds_ = simplify(constraints_);
  return Done{};
}

Result<Vers> Vers::normalise(std::string_view text) {
  const std::string context = "version range \"" + utf8::printable(text, 128) + "\"";
  Result<Vers> out = read(text);
  if (!out.ok()) return with_context(std::move(out).error(), context);
  if (Outcome sorted = out.value().sort(); !sorted.ok()) {
    return with_context(std::move(sorted).error(), context);
  }
  return out;
}

Result<Vers> Vers::parse(std::string_view text) {
  PORTREEVE_TRY(Vers out, normalise(text));
  if (out.text() != text) {
    return malformed("version range \"" + utf8::printable(text, 128) + "\": canonical is \"" +
                     utf8::printable(out.text(), 128) + "\"");
  }
  return out;
}

std::string Vers::text() const {
  std::string out = "vers:" + scheme_ + "/";
  for (const Constraint& constraint : constraints_) {
    if (&constraint != &constraints_.front()) out += '|';
    if (constraint.comparator != Comparator::equal) out += to_string(constraint.comparator);
    out += encode(constraint.version);
  }
  return out;
}

std::optional<bool> Vers::contains(std::string_view version) const {
  if (constraints_.size() == 1 && constraints_[0].comparator == Comparator::any) return true;
  std::vector<int> orders;  // Of the version against each bound.
  bool excludes = false, includes = false;
  for (const Constraint& constraint : constraints_) {
    const auto order = compare_versions(scheme_, version, constraint.version);
    if (!order) return std::nullopt;
    const bool bound = less_side(constraint.comparator) || greater_side(constraint.comparator);
    excludes = excludes || constraint.comparator == Comparator::not_equal;
    includes = includes || constraint.comparator == Comparator::equal;
    if (*order != 0) continue;
    if (constraint.comparator == Comparator::not_equal) return false;
    if (!bound || constraint.comparator == Comparator::less_equal ||
        constraint.comparator == Comparator::greater_equal) {
      return true;
    }
  }
  // "all but" is said by != alone.
  if (bounds_.empty()) return excludes && !includes;
  for (const Constraint& bound : bounds_)
    orders.push_back(*compare_versions(scheme_, version, bound.version));
  if (less_side(bounds_.front().comparator) && orders.front() < 0) return true;
  if (greater_side(bounds_.back().comparator) && orders.back() > 0) return true;
  for (std::size_t i = 0; i + 1 < bounds_.size(); ++i) {
    if (greater_side(bounds_[i].comparator) && orders[i] > 0 && orders[i + 1] < 0) return true;
  }
  return false;
}

}  // namespace portreeve::sbom
