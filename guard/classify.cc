#include "guard/classify.h"

#include <algorithm>

namespace portreeve::guard {
namespace {

bool ends_with(std::string_view text, std::string_view suffix) noexcept {
  return text.size() >= suffix.size() && text.substr(text.size() - suffix.size()) == suffix;
}

bool below(std::string_view path, std::string_view folder) noexcept {
  if (folder.empty()) return true;
  return path.size() > folder.size() && path.substr(0, folder.size()) == folder &&
         path[folder.size()] == '/';
}

std::string_view rest_below(std::string_view path, std::string_view folder) noexcept {
  return folder.empty() ? path : path.substr(folder.size() + 1);
}

bool begins_with(std::string_view text, std::string_view prefix) noexcept {
  return text.substr(0, prefix.size()) == prefix;
}

bool is_data(std::string_view path) noexcept {
  return ends_with(path, ".yaml") || ends_with(path, ".yml") || ends_with(path, ".json");
}

// What Helm itself reads at the top of a chart.
bool is_chart_file(std::string_view rest) noexcept {
  if (rest.find('/') != std::string_view::npos) {
    return begins_with(rest, "ci/") || begins_with(rest, "tests/");
  }
  if (rest == "Chart.lock" || rest == "requirements.yaml" || rest == "requirements.lock")
    return true;
  return begins_with(rest, "values") && is_data(rest);
}

}  // namespace

std::string_view name_of(std::string_view path) noexcept {
  return path.substr(path.rfind('/') + 1);
}

std::string_view folder_of(std::string_view path) noexcept {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

std::optional<std::string> joined_path(std::string_view folder, std::string_view path) {
  if (path.substr(0, 1) == "/") return std::nullopt;
  std::vector<std::string_view> parts;
  for (std::string_view rest : {folder, path}) {
    while (!rest.empty()) {
      const std::size_t slash = std::min(rest.find('/'), rest.size());
      const std::string_view part = rest.substr(0, slash);
      rest.remove_prefix(std::min(slash + 1, rest.size()));
      if (part.empty() || part == ".") continue;
      if (part != "..") {
        parts.push_back(part);
      } else if (parts.empty()) {
        return std::nullopt;
      } else {
        parts.pop_back();
      }
    }
  }
  std::string out;
  for (const std::string_view part : parts) out += (out.empty() ? "" : "/") + std::string(part);
  return out;
}

Layout::Layout(const std::vector<FileEntry>& files) {
  for (const FileEntry& file : files) {
    if (name_of(file.path) == "Chart.yaml") folders_.insert(std::string(folder_of(file.path)));
  }
  for (const std::string& folder : folders_) {
    bool inside = false;
    for (const std::string& other : folders_) {
      inside = inside || (folder != other && below(folder, other) &&
                          begins_with(rest_below(folder, other), "charts/"));
    }
    (inside ? vendored_ : own_).push_back(folder);
  }
}

const std::string* Layout::chart_of(std::string_view path) const {
  std::string_view folder = folder_of(path);
  while (true) {
    if (const auto at = folders_.find(folder); at != folders_.end()) return &*at;
    if (folder.empty()) return nullptr;
    folder = folder_of(folder);
  }
}

Role Layout::role_of(std::string_view path) const {
  if (begins_with(path, ".portreeve/")) return Role::settings;
  std::string_view folder = folder_of(path);
  while (true) {
    const auto chart = folders_.find(folder);
    if (chart != folders_.end()) {
      const std::string_view rest = rest_below(path, *chart);
      if (begins_with(rest, "charts/")) return Role::vendored;
      if (begins_with(rest, "templates/")) return Role::template_file;
      if (rest == "Chart.yaml") return Role::chart;
      if (is_chart_file(rest)) return Role::chart_values;
    }
    if (folder.empty()) break;
    folder = folder_of(folder);
  }
  const std::string_view name = name_of(path);
  if (name == "kustomization.yaml" || name == "kustomization.yml" || name == "Kustomization") {
    return Role::kustomization;
  }
  return is_data(path) ? Role::manifest : Role::text;
}

}  // namespace portreeve::guard
