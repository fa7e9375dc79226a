// Objects of our own group, made of what a repository and a change hold.

#include <algorithm>

#include "guard/maker.h"
#include "guard/pins.h"

namespace portreeve::guard {
namespace {

bool is_utf8_text(const TreeFile& file) { return file.text != nullptr && is_text(*file.text); }

std::size_t line_begin(std::string_view text, std::uint32_t line) {
  std::size_t begin = 0;
  for (std::uint32_t i = 1; i < line; ++i) {
    begin = text.find('\n', begin);
    if (begin == std::string_view::npos) return text.size();
    ++begin;
  }
  return begin;
}

// https://github.com/OWNER/REPOSITORY/releases/download/VERSION/…
struct Link {
  std::string project;
  std::string version;
  std::size_t at = 0;  ///< Of the version.
};

std::vector<Link> links_in(std::string_view text) {
  constexpr std::string_view kHost = "https://github.com/";
  constexpr std::string_view kMiddle = "/releases/download/";
  constexpr std::size_t kLongest = 256;
  std::vector<Link> out;
  for (std::size_t at = text.find(kMiddle); at != std::string_view::npos;
       at = text.find(kMiddle, at + 1)) {
    const std::size_t from = at > kLongest ? at - kLongest : 0;
    const std::size_t host = text.substr(from, at - from).rfind(kHost);
    if (host == std::string_view::npos) continue;
    const std::size_t begin = from + host + kHost.size();
    Link link;
    link.project = std::string(text.substr(begin, at - begin));
    link.at = at + kMiddle.size();
    const std::size_t end = text.find_first_of("/ \t\r\n\"'", link.at);
    link.version = std::string(text.substr(link.at, end - link.at));
    if (std::count(link.project.begin(), link.project.end(), '/') == 1)
      out.push_back(std::move(link));
  }
  return out;
}

void add_vendored(Maker& maker, const std::vector<const TreeFile*>& files, const Layout& layout,
                  const std::string& folder) {
  maker.begin_list("vendored");
  for (const std::string& vendored : layout.vendored()) {
    const std::string prefix = folder.empty() ? "charts/" : folder + "/charts/";
    if (vendored.compare(0, prefix.size(), prefix) != 0) continue;
    for (const TreeFile* file : files) {
      if (file->path != vendored + "/Chart.yaml" || file->documents.size() != 1) continue;
      const Value root = file->documents[0]->root();
      maker.begin();
      for (const std::string_view key : {"name", "version", "appVersion"}) {
        if (root[key].present()) maker.copy(key, root[key]);
      }
      maker.end();
    }
  }
  maker.end();
}

// Subcharts from a folder ("file://../x"), by where that leads.
void add_local(Maker& maker, const std::vector<const TreeFile*>& files, const TreeFile& chart,
               std::size_t index) {
  constexpr std::string_view kScheme = "file://";
  const Value root = chart.documents[0]->root();
  maker.begin_list("local");
  std::size_t at = 0;
  std::size_t number = 0;
  for (const Value dependency : root["dependencies"]) {
    const std::string pointer = "/dependencies/" + std::to_string(number++) + "/repository";
    const std::string_view source = dependency["repository"].text();
    if (source.substr(0, kScheme.size()) != kScheme) continue;
    const auto path = joined_path(folder_of(chart.path), source.substr(kScheme.size()));
    const std::string wanted = !path ? "" : path->empty() ? "Chart.yaml" : *path + "/Chart.yaml";
    const bool there = std::any_of(files.begin(), files.end(),
                                   [&](const TreeFile* file) { return file->path == wanted; });
    maker.begin();
    maker.text("name", source);
    maker.text("state", there  ? "there"
                        : path ? "not in the repository"
                               : "outside of the repository");
    maker.end();
    Origin origin{&chart, root};
    origin.pointer = pointer;
    maker.origin("/charts/" + std::to_string(index) + "/local/" + std::to_string(at++) + "/state",
                 std::move(origin));
  }
  maker.end_list();
}

void add_charts(Maker& maker, const std::vector<const TreeFile*>& files, const Layout& layout) {
  maker.begin_list("charts");
  std::size_t index = 0;
  const std::vector<std::string>& own = layout.charts();
  for (const TreeFile* file : files) {
    if (file->role != Role::chart || file->documents.size() != 1) continue;
    // A subchart below charts/ is part of the chart around it.
    if (!std::binary_search(own.begin(), own.end(), folder_of(file->path))) continue;
    const Value root = file->documents[0]->root();
    if (!root.is_object()) continue;
    maker.begin();
    maker.text("file", file->path);
    maker.text("subject", chart_label(*file));
    maker.copy("chart", root);
    add_vendored(maker, files, layout, std::string(folder_of(file->path)));
    add_local(maker, files, *file, index);
    maker.end();
    maker.origin("/charts/" + std::to_string(index++) + "/chart", {file, root});
  }
  maker.end();
}

std::string escaped(std::string_view token) {
  std::string out;
  for (const char c : token) out += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
  return out;
}

void add_objects(Maker& maker, const std::vector<const TreeFile*>& files,
                 const std::set<std::string>& kinds) {
  std::map<std::string, std::vector<ObjectEntry>> by_kind;
  for (const std::string& kind : kinds) by_kind[kind];
  for (const TreeFile* file : files) {
    for (ObjectEntry& entry : objects_of(*file)) {
      const auto at = by_kind.find(entry.subject.group + "/" + entry.subject.kind);
      if (at != by_kind.end()) at->second.push_back(std::move(entry));
    }
  }
  maker.begin("objects");
  for (const auto& [kind, entries] : by_kind) {
    maker.begin_list(kind);
    for (std::size_t i = 0; i < entries.size(); ++i) {
      maker.begin();
      maker.text("file", entries[i].file->path);
      maker.text("subject", entries[i].subject.id());
      maker.copy("object", entries[i].subject.object);
      maker.end();
      maker.origin("/objects/" + escaped(kind) + "/" + std::to_string(i) + "/object",
                   {entries[i].file, entries[i].subject.object});
    }
    maker.end_list();
  }
  maker.end();
}

void add_pins(Maker& maker, const std::vector<const TreeFile*>& files) {
  maker.begin_list("pins");
  std::size_t index = 0;
  for (const ChartInstall& install : chart_installs(files)) {
    maker.begin();
    maker.text("file", install.file->path);
    maker.text("subject", install.subject);
    if (!install.chart.empty()) maker.text("chart", install.chart);
    if (!install.missing.empty()) maker.text("missing", install.missing);
    if (!install.version.empty()) maker.text("version", install.version);
    if (!install.opaque.empty()) maker.text("digest", install.opaque);
    maker.end();
    const std::string at = "/pins/" + std::to_string(index++);
    maker.origin(at + (install.missing.empty() ? "/chart" : "/missing"), install.chart_at);
    maker.origin(at + (install.opaque.empty() ? "/version" : "/digest"), install.version_at);
  }
  maker.end();
}

void add_links(Maker& maker, const std::vector<const TreeFile*>& files) {
  maker.begin_list("links");
  std::size_t index = 0;
  for (const TreeFile* file : files) {
    if (!is_utf8_text(*file)) continue;
    for (const Link& link : links_in(*file->text)) {
      maker.begin();
      maker.text("file", file->path);
      maker.text("subject", "repo:" + file->path);
      maker.text("project", link.project);
      maker.text("version", link.version);
      maker.end();
      Origin origin{file, Value()};
      origin.begin = link.at;
      maker.origin("/links/" + std::to_string(index++) + "/version", std::move(origin));
    }
  }
  maker.end();
}

}  // namespace

std::set<std::string> kinds_looked_up(const policies::PolicySet& policies) {
  constexpr std::string_view kBegin = "objects['";
  std::set<std::string> out;
  for (const policies::Policy& policy : policies.policies()) {
    policy.document_root["spec"]["rules"].for_each_scalar({}, [&](const Value& value) {
      const std::string_view text = value.text();
      for (std::size_t at = text.find(kBegin); at != std::string_view::npos;
           at = text.find(kBegin, at + 1)) {
        const std::size_t begin = at + kBegin.size();
        const std::size_t end = text.find('\'', begin);
        if (end != std::string_view::npos) out.emplace(text.substr(begin, end - begin));
      }
    });
  }
  return out;
}

MadeObject make_repository(const std::vector<const TreeFile*>& files, const Layout& layout,
                           const std::set<std::string>& kinds) {
  Maker maker("Repository");
  add_charts(maker, files, layout);
  add_objects(maker, files, kinds);
  add_pins(maker, files);
  add_links(maker, files);
  return maker.finish("repo:.");
}

MadeObject make_text_file(const TreeFile& file) {
  Maker maker("TextFile");
  maker.text("path", file.path);
  maker.text("text", *file.text);
  maker.origin("/text", {&file, Value()});
  return maker.finish("repo:" + file.path);
}

MadeObject make_template(const TreeFile& file) {
  Maker maker("TemplateFile");
  maker.text("path", file.path);
  maker.text("text", *file.text);
  maker.origin("/text", {&file, Value()});
  return maker.finish("repo:" + file.path);
}

MadeObject make_changed_lines(const TreeFile& file,
                              const std::vector<std::pair<std::uint32_t, std::uint32_t>>& lines) {
  Maker maker("ChangedLines");
  maker.text("path", file.path);
  maker.begin_list("lines");
  const std::string_view text = *file.text;
  std::size_t index = 0;
  for (const auto& [first, last] : lines) {
    std::size_t begin = line_begin(text, first);
    for (std::uint32_t line = first; line <= last && begin < text.size(); ++line) {
      const std::size_t end = std::min(text.find('\n', begin), text.size());
      maker.element(text.substr(begin, end - begin));
      Origin origin{&file, Value()};
      origin.line = line;
      origin.begin = begin;
      maker.origin("/lines/" + std::to_string(index++), std::move(origin));
      begin = end + 1;
    }
  }
  maker.end();
  return maker.finish("repo:" + file.path);
}

MadeObject make_commit(const std::string& id, const std::string& message) {
  Maker maker("Commit");
  const std::size_t end = std::min(message.find('\n'), message.size());
  maker.name(id);
  maker.text("subject", std::string_view(message).substr(0, end));
  maker.text("body", std::string_view(message).substr(end));
  return maker.finish("repo:commit/" + id);
}

MadeObject make_pull_request(const std::string& text, const std::vector<std::string>& labels) {
  Maker maker("PullRequest");
  const std::size_t end = std::min(text.find('\n'), text.size());
  maker.text("title", std::string_view(text).substr(0, end));
  maker.text("body", std::string_view(text).substr(end));
  std::string lines;  // One a line: rules ask whether any is among them.
  for (const std::string& label : labels) lines += (lines.empty() ? "" : "\n") + label;
  maker.text("labels", lines);
  return maker.finish("repo:pull-request");
}

MadeObject make_chart_change(const TreeFile& chart, const TreeFile* before,
                             const std::vector<std::string>& changed) {
  Maker maker("ChartChange");
  const Value root = chart.documents[0]->root();
  maker.text("file", chart.path);
  maker.copy("chart", root);
  maker.begin_list("changed");
  for (const std::string& path : changed) maker.element(path);
  maker.end();
  maker.origin("/chart", {&chart, root});
  MadeObject out = maker.finish(chart_label(chart));
  if (before == nullptr || before->documents.size() != 1) return out;
  Maker old("ChartChange");
  old.copy("chart", before->documents[0]->root());
  const MadeObject stored = old.finish("");
  out.subject.operation = Operation::update;
  out.subject.old_document = stored.subject.document;
  out.subject.old = stored.subject.object;
  return out;
}

MadeObject make_manifest(const ObjectEntry& object) {
  Maker maker("Manifest");
  maker.copy("manifest", object.subject.object);
  maker.origin("/manifest", {object.file, object.subject.object});
  MadeObject out = maker.finish(object.subject.id());
  out.subject.name_space = object.subject.name_space;
  return out;
}

MadeObject make_rendered(const Value& object, const std::string& label) {
  Maker maker("Manifest");
  maker.copy("manifest", object);
  return maker.finish(label);
}

namespace {

// The origin of the longest pointer that `path` begins with.
const std::pair<const std::string, Origin>* origin_of(const MadeObject& made,
                                                      std::string_view path) {
  for (std::string_view at = path;; at = at.substr(0, at.rfind('/'))) {
    const auto found = made.origins.find(at);
    if (found != made.origins.end()) return &*found;
    if (at.empty()) return nullptr;
  }
}

void place_in_text(const Origin& origin, std::string_view rest, Finding& finding) {
  std::size_t offset = origin.begin;
  if (rest.size() > 1 && rest.size() < 12 &&
      rest.find_first_not_of("0123456789", 1) == std::string_view::npos) {
    offset += std::stoul(std::string(rest.substr(1)));
  }
  const Position at = position_in(*origin.file->text, std::min(offset, origin.file->text->size()));
  finding.location = Location{origin.file->path, at.line, at.column};
  finding.path.reset();
}

}  // namespace

void place_finding(const MadeObject& made, Finding& finding) {
  if (finding.subject == made.subject.id()) finding.subject = made.label;
  if (finding.location.has_value() || !finding.path.has_value()) return;
  const auto* found = origin_of(made, *finding.path);
  if (found == nullptr) {
    finding.path.reset();
    return;
  }
  const Origin& origin = found->second;
  const std::string rest = origin.pointer + finding.path->substr(found->first.size());
  if (!origin.root.present()) return place_in_text(origin, rest, finding);
  bool exact = true;
  const Position at = resolve_pointer(origin.root, rest, exact).position();
  finding.location = Location{origin.file->path, at.line, at.column};
  finding.path = rest;
}

}  // namespace portreeve::guard
