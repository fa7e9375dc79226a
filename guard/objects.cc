// Kubernetes objects of a file.

#include "guard/inventory.h"

namespace portreeve::guard {
namespace {

std::string text_of(const Value& value) { return std::string(value.text()); }

// What the API server's discovery would say; an object that lacks it is told apart by `fault`.
Subject subject_of(const DocumentPtr& document, const Value& object, std::string& fault) {
  Subject out;
  out.door = Door::guard;
  out.document = document;
  out.object = object;
  const std::string api = text_of(object["apiVersion"]);
  const std::size_t slash = api.find('/');
  out.group = slash == std::string::npos ? "" : api.substr(0, slash);
  out.version = slash == std::string::npos ? api : api.substr(slash + 1);
  out.resource_group = out.group;
  out.kind = text_of(object["kind"]);
  const Value metadata = object["metadata"];
  if (!metadata.is_object()) {
    fault = "metadata: expected a map";
    return out;
  }
  for (const std::string_view key : {"name", "namespace"}) {
    const Value member = metadata[key];
    if (member.present() && !member.is_string())
      fault = "metadata." + std::string(key) + ": expected a text";
  }
  out.name = text_of(metadata["name"]);
  out.name_space = text_of(metadata["namespace"]);
  return out;
}

bool is_kubernetes(const Value& value) noexcept {
  const auto named = [&](std::string_view key) {
    return value[key].is_string() && !value[key].text().empty();
  };
  return named("apiVersion") && named("kind");
}

ObjectEntry entry_of(const TreeFile* file, const DocumentPtr& document, const Value& value) {
  ObjectEntry entry;
  entry.subject = subject_of(document, value, entry.fault);
  entry.file = file;
  return entry;
}

bool is_list(const Value& value) noexcept {
  const std::string_view kind = value["kind"].text();
  return kind.size() > 4 - 1 && kind.substr(kind.size() - 4) == "List" && value["items"].is_array();
}

void add(const TreeFile& file, const DocumentPtr& document, const Value& value,
         std::vector<ObjectEntry>& out) {
  if (!is_kubernetes(value)) return;
  if (is_list(value)) {
    for (const Value item : value["items"]) add(file, document, item, out);
    return;
  }
  out.push_back(entry_of(&file, document, value));
  out.back().subject.file = file.path;
}

std::string unescaped(std::string_view token) {
  std::string out(token);
  for (std::size_t i = out.find('~'); i != std::string::npos; i = out.find('~', i + 1)) {
    out.replace(i, 2, out.compare(i, 2, "~1") == 0 ? "/" : "~");
  }
  return out;
}

}  // namespace

// The file's name alone says nothing: kubectl applies whatever object stands in it.
bool is_kustomization(const TreeFile& file, const Value& root) {
  constexpr std::string_view kGroup = "kustomize.config.k8s.io/";
  if (file.role != Role::kustomization) return false;
  return !is_kubernetes(root) || root["apiVersion"].text().substr(0, kGroup.size()) == kGroup;
}

std::optional<ObjectEntry> rendered_object(const TreeFile& file, const DocumentPtr& document) {
  if (!is_kubernetes(document->root())) return std::nullopt;
  return entry_of(&file, document, document->root());
}

std::vector<ObjectEntry> objects_of(const TreeFile& file) {
  std::vector<ObjectEntry> out;
  if (file.role != Role::manifest && file.role != Role::kustomization) return out;
  for (const DocumentPtr& document : file.documents) {
    if (!is_kustomization(file, document->root())) add(file, document, document->root(), out);
  }
  return out;
}

std::string chart_label(const TreeFile& chart) {
  if (chart.documents.size() != 1) return "repo:" + chart.path;
  const Value root = chart.documents[0]->root();
  if (!root["name"].is_string()) return "repo:" + chart.path;
  return "chart:" + text_of(root["name"]) + "@" + text_of(root["version"]);
}

Value resolve_pointer(const Value& root, std::string_view pointer, bool& exact) {
  Value at = root;
  exact = true;
  for (std::size_t begin = 0; begin < pointer.size();) {
    const std::size_t end = std::min(pointer.find('/', begin + 1), pointer.size());
    const std::string token = unescaped(pointer.substr(begin + 1, end - begin - 1));
    Value next = at[token];
    if (at.is_array() && !token.empty() && token.size() < 8 &&
        token.find_first_not_of("0123456789") == std::string::npos) {
      next = at.at(static_cast<std::uint32_t>(std::stoul(token)));
    }
    if (!next.present()) {
      exact = false;
      return at;
    }
    at = next;
    begin = end;
  }
  return at;
}

void place_finding(const ObjectEntry& object, Finding& finding) {
  if (finding.location.has_value() || !finding.path.has_value()) return;
  bool exact = true;
  const Position at = resolve_pointer(object.subject.object, *finding.path, exact).position();
  finding.location = Location{object.file->path, at.line, at.column};
}

}  // namespace portreeve::guard
