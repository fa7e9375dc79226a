// Whether a document is what its XML schema describes.

#include <algorithm>
#include <cstdlib>

#include "core/utf8.h"
#include "sbom/draft.h"
#include "sbom/xml_schema_node.h"
#include "sbom/xml_text.h"

namespace portreeve::sbom {
namespace {

// Lexical forms of XML Schema 1.0 part 2, §3.2 and §3.3.
const Pattern& form_of(XmlBuiltin builtin) {
  static const auto make = [](const char* expression) {
    return std::move(Pattern::compile(expression)).value();
  };
  static const Pattern integer = make("[-+]?[0-9]+");
  static const Pattern natural = make("[+]?[0-9]+|-0+");
  static const Pattern positive = make("[+]?0*[1-9][0-9]*");
  static const Pattern decimal = make("[-+]?([0-9]+([.][0-9]*)?|[.][0-9]+)");
  static const std::string day = "-?[0-9]{4,9}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])";
  static const std::string zone = "(Z|[-+](0[0-9]|1[0-4]):[0-5][0-9])?";
  static const Pattern date = make((day + zone).c_str());
  static const Pattern date_time = make(
      (day + "T(([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]+)?|24:00:00([.]0+)?)" + zone)
          .c_str());
  static const Pattern boolean = make("true|false|1|0");
  switch (builtin) {
    case XmlBuiltin::integer:
      return integer;
    case XmlBuiltin::natural:
      return natural;
    case XmlBuiltin::positive:
      return positive;
    case XmlBuiltin::decimal:
      return decimal;
    case XmlBuiltin::date:
      return date;
    case XmlBuiltin::date_time:
      return date_time;
    case XmlBuiltin::boolean:
    case XmlBuiltin::text:
      break;
  }
  return boolean;
}

std::string_view what_is(XmlBuiltin builtin) noexcept {
  switch (builtin) {
    case XmlBuiltin::boolean:
      return "true or false";
    case XmlBuiltin::integer:
      return "a whole number";
    case XmlBuiltin::natural:
      return "a whole number of at least 0";
    case XmlBuiltin::positive:
      return "a whole number of at least 1";
    case XmlBuiltin::decimal:
      return "a decimal number";
    case XmlBuiltin::date:
      return "a date";
    case XmlBuiltin::date_time:
      return "a date and time";
    case XmlBuiltin::text:
      break;
  }
  return "a text";
}

std::size_t characters(std::string_view text) noexcept {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

constexpr std::size_t kNumberBytes = 64;  // Of a number with bounds; none of them is near that.

}  // namespace

struct XmlSchema::Judge {
  Violation& violation;
  std::string_view prefix{};
  std::string_view space{};  ///< The namespace that is described.
  std::string joined{};

  bool fail(const pugi::xml_node& node, std::string message) {
    violation.at = xml_offset(node);
    violation.message = std::move(message);
    return false;
  }
  static std::string tag(const pugi::xml_node& node) {
    return "<" + utf8::printable(xml_local(node.name()), 64) + ">";
  }
  bool foreign(const pugi::xml_node& node) const { return xml_foreign(node, prefix, space); }

  // "" if `text` is one; else what was expected.
  std::string lacks(const Simple& type, std::string_view text) const {
    if (!type.members.empty()) {
      std::string first;
      for (const Simple* const member : type.members) {
        std::string why = lacks(*member, text);
        if (why.empty()) return {};
        if (first.empty()) first = std::move(why);
      }
      return first;
    }
    if (type.base != nullptr) {
      std::string why = lacks(*type.base, text);
      if (!why.empty()) return why;
    }
    if (type.builtin != XmlBuiltin::text && !form_of(type.builtin).matches(text))
      return std::string(what_is(type.builtin));
    if (type.enumerated && !std::binary_search(type.words.begin(), type.words.end(), text))
      return "one of " + list(type.words);
    if (!type.patterns.empty() &&
        std::none_of(type.patterns.begin(), type.patterns.end(),
                     [&](const Pattern& pattern) { return pattern.matches(text); })) {
      return "a text like " + type.patterns.front().expression();
    }
    return out_of_bounds(type, text);
  }

  static std::string list(const std::vector<std::string>& words) {
    constexpr std::size_t kMost = 16;
    std::string out;
    for (std::size_t i = 0; i < words.size() && i < kMost; ++i)
      out += (i == 0 ? "" : ", ") + words[i];
    if (words.size() > kMost) out += ", … (" + std::to_string(words.size()) + " words)";
    return out;
  }

  static std::string out_of_bounds(const Simple& type, std::string_view text) {
    if (type.min_length && characters(text) < *type.min_length)
      return "at least " + std::to_string(*type.min_length) + " characters";
    if (type.max_length && characters(text) > *type.max_length)
      return "at most " + std::to_string(*type.max_length) + " characters";
    if (!type.minimum && !type.maximum) return {};
    const std::string number(text.substr(0, kNumberBytes));
    const double value = std::strtod(number.c_str(), nullptr);
    if ((type.minimum && value < *type.minimum) || (type.maximum && value > *type.maximum)) {
      return "a number from " + (type.minimum ? std::to_string(*type.minimum) : "any") + " to " +
             (type.maximum ? std::to_string(*type.maximum) : "any");
    }
    return {};
  }

  bool element(const pugi::xml_node& node, const Type* type) {
    if (type == nullptr) return true;
    if (!attributes(node, *type)) return false;
    pugi::xml_node at = next(node.first_child());
    if (type->text != nullptr) {
      if (at) return unexpected(node, at, *type);
      const std::string_view text = xml_own_text(node, joined);
      const std::string want = lacks(*type->text, text);
      return want.empty() || fail(node, tag(node) + ": expected " + want + ", found " + quoted(text));
    }
    if (!type->mixed && !xml_own_text(node, joined).empty())
      return fail(node, tag(node) + ": expected elements, found the text " + quoted(xml_own_text(node, joined)));
    if (type->content && !match(*type->content, at, node)) return false;
    return !at || unexpected(node, at, *type);
  }

  bool attributes(const pugi::xml_node& node, const Type& type) {
    for (const pugi::xml_attribute& attribute : node.attributes()) {
      const std::string_view name = attribute.name();
      // Namespaces and attributes of other vocabularies.
      if (name == "xmlns" || name.find(':') != std::string_view::npos) continue;
      const auto known = std::find_if(type.attributes.begin(), type.attributes.end(),
                                      [&](const Type::Attribute& one) { return one.name == name; });
      if (known == type.attributes.end()) {
        if (type.any_attribute) continue;
        return fail(node, tag(node) + ": is no attribute of it: " + quoted(name));
      }
      if (known->type == nullptr) continue;
      const std::string want = lacks(*known->type, attribute.value());
      if (want.empty()) continue;
      return fail(node, tag(node) + " attribute " + quoted(name) + ": expected " + want +
                            ", found " + quoted(attribute.value()));
    }
    for (const Type::Attribute& wanted : type.attributes) {
      if (wanted.required && !node.attribute(wanted.name.c_str()))
        return fail(node, tag(node) + ": without attribute " + quoted(wanted.name));
    }
    return true;
  }

  static pugi::xml_node next(pugi::xml_node node) {
    while (node && node.type() != pugi::node_element) node = node.next_sibling();
    return node;
  }

  bool starts(const Particle& particle, const pugi::xml_node& at) const {
    switch (particle.kind) {
      case Particle::Kind::element:
        return xml_local(at.name()) == particle.name && !foreign(at);
      case Particle::Kind::any:
        return foreign(at);
      case Particle::Kind::choice:
        return std::any_of(particle.parts.begin(), particle.parts.end(),
                           [&](const Particle& part) { return starts(part, at); });
      case Particle::Kind::sequence:
        break;
    }
    for (const Particle& part : particle.parts) {
      if (starts(part, at)) return true;
      if (!may_be_empty(part)) return false;
    }
    return false;
  }

  static bool may_be_empty(const Particle& particle) {
    if (particle.min == 0) return true;
    const auto empty = [](const Particle& part) { return may_be_empty(part); };
    if (particle.kind == Particle::Kind::sequence)
      return std::all_of(particle.parts.begin(), particle.parts.end(), empty);
    if (particle.kind == Particle::Kind::choice)
      return std::any_of(particle.parts.begin(), particle.parts.end(), empty);
    return false;
  }

  // Moves `at` behind what the particle takes. One element of look-ahead is enough: a schema whose
  // particles overlap is none ("unique particle attribution").
  bool match(const Particle& particle, pugi::xml_node& at, const pugi::xml_node& around) {
    std::uint32_t times = 0;
    while (times < particle.max && at && starts(particle, at)) {
      if (!match_once(particle, at, around)) return false;
      ++times;
    }
    if (times >= particle.min || may_be_empty(particle)) return true;
    return fail(at ? at : around, tag(around) + ": without " + names(particle) +
                                      (at ? ", found " + tag(at) + " there" : ""));
  }

  bool match_once(const Particle& particle, pugi::xml_node& at, const pugi::xml_node& around) {
    switch (particle.kind) {
      case Particle::Kind::element:
        if (!element(at, particle.type)) return false;
        at = next(at.next_sibling());
        return true;
      case Particle::Kind::any:
        at = next(at.next_sibling());
        return true;
      case Particle::Kind::choice:
        return match(*std::find_if(particle.parts.begin(), particle.parts.end(),
                                   [&](const Particle& part) { return starts(part, at); }),
                     at, around);
      case Particle::Kind::sequence:
        break;
    }
    return std::all_of(particle.parts.begin(), particle.parts.end(),
                       [&](const Particle& part) { return match(part, at, around); });
  }

  // What may stand where `particle` is missing.
  static std::string names(const Particle& particle) {
    if (particle.kind == Particle::Kind::element) return "<" + particle.name + ">";
    if (particle.kind == Particle::Kind::any) return "an element of another namespace";
    std::string out;
    for (const Particle& part : particle.parts) {
      if (particle.kind == Particle::Kind::sequence && may_be_empty(part)) continue;
      out += (out.empty() ? "" : " or ") + names(part);
      if (particle.kind == Particle::Kind::sequence) break;
    }
    return out;
  }

  static bool mentions(const Particle& particle, std::string_view name) {
    return particle.kind == Particle::Kind::element
               ? particle.name == name
               : std::any_of(particle.parts.begin(), particle.parts.end(),
                             [&](const Particle& part) { return mentions(part, name); });
  }

  bool unexpected(const pugi::xml_node& around, const pugi::xml_node& node, const Type& type) {
    const std::string_view name = xml_local(node.name());
    if (foreign(node))
      return fail(node, tag(around) + ": no element of another namespace may stand here: " +
                            quoted(node.name()));
    const bool known = type.content && mentions(*type.content, name);
    if (known && node == next(around.first_child()) && !starts(*type.content, node))
      return fail(node, tag(around) + ": without " + names(*type.content) + ", found " + tag(node) +
                            " there");
    if (known)
      return fail(node, tag(around) + ": " + tag(node) + " stands there too often or out of order");
    return fail(node, tag(around) + ": is no element of it: " + quoted(name));
  }

  // xs:unique bom-ref, selector .//*
  bool unique(const pugi::xml_node& root) {
    std::vector<std::pair<std::string_view, pugi::xml_node>> all;
    for (pugi::xml_node node = root.first_child(); node;) {
      if (const pugi::xml_attribute name = node.attribute("bom-ref"))
        all.emplace_back(name.value(), node);
      if (node.first_child()) {
        node = node.first_child();
        continue;
      }
      while (node && node != root && !node.next_sibling()) node = node.parent();
      node = node == root ? pugi::xml_node() : node.next_sibling();
    }
    const auto less = [](const auto& a, const auto& b) {
      return a.first != b.first ? a.first < b.first : xml_offset(a.second) < xml_offset(b.second);
    };
    std::sort(all.begin(), all.end(), less);
    const auto twice = std::adjacent_find(
        all.begin(), all.end(), [](const auto& a, const auto& b) { return a.first == b.first; });
    return twice == all.end() ||
           fail(std::next(twice)->second, "two elements are called " + quoted(twice->first));
  }
};

bool XmlSchema::valid(const pugi::xml_node& root, Violation& violation) const {
  Judge judge{violation};
  judge.prefix = xml_prefix(root.name());
  judge.space = xml_namespace(root);
  if (xml_local(root.name()) != root_name_)
    return judge.fail(root, "expected <" + root_name_ + ">, found " + Judge::tag(root));
  return judge.element(root, root_) && (!unique_names_ || judge.unique(root));
}

}  // namespace portreeve::sbom
