#include "charts/metadata.h"

#include <algorithm>
#include <charconv>
#include <set>

#include "core/limits.h"
#include "core/pattern.h"
#include "core/utf8.h"

namespace portreeve::charts {
namespace {

constexpr std::string_view kChartKeys[] = {
    "apiVersion",  "name",        "version",   "kubeVersion", "description", "type", "keywords",
    "home",        "sources",     "icon",      "appVersion",  "deprecated",  "tags", "dependencies",
    "maintainers", "annotations", "condition", "digest",      "generated"};
constexpr std::string_view kDependencyKeys[] = {"name", "version", "repository",    "condition",
                                                "tags", "enabled", "import-values", "alias"};
constexpr std::string_view kMaintainerKeys[] = {"name", "email", "url"};

std::string quoted(std::string_view text) {
  return "\"" + utf8::printable(text, limits::kQuotedBytes) + "\"";
}

// As encoding/json folds keys: ASCII letters, and the two others that fold to one.
std::string folded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (text.substr(i, 2) == "\xC5\xBF") {  // U+017F, long s
      out += 's';
      ++i;
    } else if (text.substr(i, 3) == "\xE2\x84\xAA") {  // U+212A, Kelvin sign
      out += 'k';
      i += 2;
    } else {
      out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
  }
  return out;
}

template <std::size_t N>
void refuse_other_case(const Value& object, const std::string_view (&known)[N], FaultSink& faults) {
  for (const Value member : object) {
    const std::string_view key = member.key().text();
    for (const std::string_view name : known) {
      if (key == name || folded(key) != folded(name)) continue;
      faults.refuse(member.key(), "key " + quoted(key) + ": Helm takes it for " +
                                      std::string(name) + ", other readers do not; write " +
                                      std::string(name));
    }
  }
}

// An indicator where a value begins is an anchor, an alias or a tag: a plain scalar begins
// otherwise.
void refuse_indicator(const Value& value, std::string_view source, FaultSink& faults) {
  const std::uint32_t at = value.offset();
  if (at >= source.size()) return;
  const char c = source[at];
  if (c == '&' || c == '*')
    faults.refuse(value, "anchors and aliases are not read here; write the value out");
  if (c == '!') faults.refuse(value, "tags are not read here; write the value in quotes");
}

void refuse_indicators(const Value& value, std::string_view source, FaultSink& faults) {
  refuse_indicator(value, source, faults);
  for (const Value child : value) {
    if (value.is_object()) refuse_indicator(child.key(), source, faults);
    refuse_indicators(child, source, faults);
  }
}

std::string raw_text(const Value& value, const FaultSink& faults) {
  const std::string_view written = source_of(faults.source(), value);
  if (!written.empty()) return std::string(written);
  if (value.is_boolean()) return value.boolean() ? "true" : "false";
  return std::string(value.text());
}

// A text; a number or boolean, which Helm rewrites before it takes it for one, is refused.
std::string text_of(const Value& object, std::string_view key, Fault::Weight weight,
                    FaultSink& faults) {
  const Value value = object[key];
  if (!value.present() || value.is_null()) return {};
  if (value.is_string()) return std::string(value.text());
  if (value.is_number() || value.is_boolean()) {
    faults.add(weight, value,
               std::string(key) + ": a " + std::string(to_string(value.type())) +
                   ", which Helm rewrites into a text; write \"" +
                   utf8::printable(raw_text(value, faults), 64) + "\" in quotes");
    return raw_text(value, faults);
  }
  faults.refuse(
      value, std::string(key) + ": expected a text, found " + std::string(to_string(value.type())));
  return {};
}

const Pattern& name_pattern() {
  static const Pattern kPattern = Pattern::compile("[a-zA-Z0-9._-]{1,250}").value();
  return kPattern;
}

const Pattern& alias_pattern() {
  static const Pattern kPattern = Pattern::compile("[a-zA-Z0-9_-]+").value();
  return kPattern;
}

const Pattern& version_pattern() {
  static const Pattern kPattern =
      Pattern::compile(R"(v?[0-9]+(\.[0-9]+)?(\.[0-9]+)?(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?)"
                       R"((\+[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?)")
          .value();
  return kPattern;
}

void read_name(Chart& chart, const Value& root, FaultSink& faults) {
  chart.name = text_of(root, "name", Fault::Weight::refused, faults);
  if (chart.name == "." || chart.name == ".." || !name_pattern().matches(chart.name)) {
    faults.refuse(root["name"].present() ? root["name"] : root,
                  "name " + quoted(chart.name) +
                      ": expected letters, digits, '.', '_' and '-', and "
                      "neither \".\" nor \"..\"");
  }
}

void read_versions(Chart& chart, const Value& root, FaultSink& faults) {
  chart.version = text_of(root, "version", Fault::Weight::refused, faults);
  if (!helm_version(chart.version)) {
    faults.refuse(root["version"].present() ? root["version"] : root,
                  chart.version.empty()
                      ? "version is missing"
                      : "version " + quoted(chart.version) + " is no SemVer version");
  }
  chart.app_version = text_of(root, "appVersion", Fault::Weight::doubtful, faults);
  chart.kube_version = text_of(root, "kubeVersion", Fault::Weight::refused, faults);
  chart.api_version = text_of(root, "apiVersion", Fault::Weight::refused, faults);
  if (chart.api_version.empty()) chart.api_version = "v1";
  if (chart.api_version != "v1" && chart.api_version != "v2") {
    faults.refuse(root["apiVersion"],
                  "apiVersion " + quoted(chart.api_version) + ": expected v1 or v2");
  }
  chart.type = text_of(root, "type", Fault::Weight::refused, faults);
  if (!chart.type.empty() && chart.type != "application" && chart.type != "library") {
    faults.refuse(root["type"], "type " + quoted(chart.type) + ": expected application or library");
  }
}

}  // namespace

void FaultSink::add(Fault fault) {
  fault.file = fault.file.empty() ? file_ : fault.file;
  if (out_->size() < Reading::kMostFaults) {
    out_->push_back(std::move(fault));
  } else if (fault.weight != Fault::Weight::doubtful) {
    out_->back() = std::move(fault);  // What weighs is never crowded out.
  }
}

void FaultSink::add(Fault::Weight weight, const Value& where, std::string reason) {
  Fault fault;
  fault.weight = weight;
  if (where.present()) fault.at = where.position();
  fault.reason = std::move(reason);
  add(std::move(fault));
}

void FaultSink::add(Fault::Weight weight, const Error& error) {
  Fault fault;
  fault.weight = error.transient ? Fault::Weight::unread : weight;
  fault.code = error.code;
  std::string_view text = error.message;
  const auto number = [&](std::string_view word, std::uint32_t& out) {
    if (text.substr(0, word.size()) != word) return false;
    const char* const begin = text.data() + word.size();
    const auto [end, bad] = std::from_chars(begin, text.data() + text.size(), out);
    if (bad != std::errc()) return false;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return true;
  };
  std::uint32_t line = 0;
  std::uint32_t column = 1;
  if (number("line ", line)) {
    (void)number(" column ", column);
    if (text.substr(0, 2) == ": ") text.remove_prefix(2);
    fault.at = {line, column};
  }
  fault.reason = utf8::printable(text, limits::kQuotedBytes * 2);
  add(std::move(fault));
}

bool helm_version(std::string_view text) { return version_pattern().matches(text); }

void refuse_disguises(const Value& root, FaultSink& faults) {
  refuse_other_case(root, kChartKeys, faults);
  for (const Value entry : root["dependencies"]) refuse_other_case(entry, kDependencyKeys, faults);
  for (const Value entry : root["maintainers"]) refuse_other_case(entry, kMaintainerKeys, faults);
}

std::vector<Dependency> read_dependencies(const Value& list, bool locked, FaultSink& faults) {
  std::vector<Dependency> out;
  if (!list.present() || list.is_null()) return out;
  if (!list.is_array()) {
    faults.refuse(list,
                  "dependencies: expected a list, found " + std::string(to_string(list.type())));
    return out;
  }
  std::set<std::string> names;
  for (const Value entry : list) {
    if (!entry.is_object()) {
      faults.refuse(entry, "dependencies: expected a map with name and version, found " +
                               std::string(to_string(entry.type())));
      continue;
    }
    Dependency one;
    one.entry = entry;
    one.name = text_of(entry, "name", Fault::Weight::refused, faults);
    one.version = text_of(entry, "version", Fault::Weight::refused, faults);
    one.repository = text_of(entry, "repository", Fault::Weight::refused, faults);
    one.alias = text_of(entry, "alias", Fault::Weight::refused, faults);
    one.condition = text_of(entry, "condition", Fault::Weight::refused, faults);
    for (const Value tag : entry["tags"]) {
      if (tag.is_string()) one.tags.emplace_back(tag.text());
    }
    if (one.name.empty()) faults.refuse(entry, "dependencies: an entry without name");
    if (!one.alias.empty() && !alias_pattern().matches(one.alias)) {
      faults.refuse(entry["alias"],
                    "alias " + quoted(one.alias) + ": expected letters, digits, '_' and '-'");
    }
    const std::string& key = one.alias.empty() ? one.name : one.alias;
    if (!locked && !names.insert(key).second) {
      faults.refuse(entry, "two dependencies are called " + quoted(key));
    }
    out.push_back(std::move(one));
  }
  return out;
}

bool read_metadata(Chart& chart, FaultSink& faults) {
  const Value root = chart.metadata->root();
  if (!root.is_object()) {
    faults.refuse(root, "expected a map with apiVersion, name and version");
    return false;
  }
  refuse_disguises(root, faults);
  refuse_indicators(root, chart.metadata->source(), faults);
  read_name(chart, root, faults);
  read_versions(chart, root, faults);
  const Value annotations = root["annotations"];
  if (annotations.present() && !annotations.is_null() && !annotations.is_object()) {
    faults.refuse(annotations, "annotations: expected a map");
  }
  for (const Value entry : annotations) {
    if (!entry.is_object() && !entry.is_array()) continue;
    faults.refuse(entry, "annotations: expected a text in quotes");
  }
  chart.dependencies = read_dependencies(root["dependencies"], false, faults);
  chart.dependencies_document = chart.metadata;
  return true;
}

}  // namespace portreeve::charts
