#include "guard/pins.h"

#include <algorithm>

#include "core/utf8.h"
#include "guard/templated.h"

namespace portreeve::guard {
namespace {

using policies::ChartPin;

bool is_word(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_' || c == '.';
}

bool names(std::string_view text, std::string_view word) noexcept {
  for (std::size_t at = text.find(word); at != std::string_view::npos;
       at = text.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    if ((at == 0 || !is_word(text[at - 1])) && (end == text.size() || !is_word(text[end])))
      return true;
  }
  return false;
}

// A chart's name; "./chart" is one of the folder that the Blueprint stands in.
std::string_view chart_of_seed(const Value& spec) noexcept {
  const Value source = spec["source"]["chart"];
  if (source.is_string()) return source.text();
  const std::string_view chart = spec["manifests"]["chart"].text();
  return chart.find('/') == std::string_view::npos ? chart : std::string_view();
}

ChartPin pin_of(ChartPin::Kind kind, const TreeFile& file, const DocumentPtr& document,
                const Value& version) {
  ChartPin out;
  out.kind = kind;
  out.file = file.path;
  out.document = document;
  out.version = version;
  if (version.is_string() && is_written_by_action(version.text()))
    out.unread = "a template action writes its version";
  return out;
}

}  // namespace

PinIndex::PinIndex(const TreeFiles& files, const Layout& layout) {
  for (const std::string& chart : layout.charts()) {
    const auto at = files.find((chart.empty() ? "" : chart + "/") + "Chart.yaml");
    if (at != files.end()) add_umbrella(*at->second);
  }
  for (const auto& [path, file] : files) add_seeds(*file);
}

void PinIndex::add_umbrella(const TreeFile& file) {
  if (file.documents.size() != 1) return;
  for (const Value dependency : file.documents[0]->root()["dependencies"]) {
    if (!dependency["name"].is_string()) continue;
    by_name_[std::string(dependency["name"].text())].push_back(
        pin_of(ChartPin::Kind::umbrella, file, file.documents[0], dependency["version"]));
  }
}

void PinIndex::add_seeds(const TreeFile& file) {
  if (!file.unread_parts.empty()) unread_.push_back(&file);
  const std::vector<ObjectEntry> objects =
      file.role == Role::template_file ? templated_objects(file) : objects_of(file);
  for (const ObjectEntry& object : objects) {
    if (object.subject.kind != "Blueprint") continue;
    const Value spec = object.subject.object["spec"];
    const std::string_view chart = chart_of_seed(spec);
    if (chart.empty()) continue;
    std::vector<ChartPin>& pins = by_name_[std::string(chart)];
    const DocumentPtr& document = object.subject.document;
    pins.push_back(pin_of(ChartPin::Kind::seed, file, document, spec["version"]));
    if (!spec["source"].is_object()) continue;
    ChartPin source = pin_of(ChartPin::Kind::seed, file, document, spec["source"]["version"]);
    source.place = spec["source"];
    pins.push_back(std::move(source));
  }
}

std::vector<ChartPin> PinIndex::of_chart(std::string_view name, const std::string& folder) const {
  std::vector<ChartPin> out;
  const std::string own = (folder.empty() ? "" : folder + "/") + "Chart.yaml";
  if (const auto known = by_name_.find(name); known != by_name_.end()) {
    std::copy_if(known->second.begin(), known->second.end(), std::back_inserter(out),
                 [&](const ChartPin& pin) { return pin.file != own; });
  }
  for (const TreeFile* file : unread_) {
    const bool named = std::any_of(file->unread_parts.begin(), file->unread_parts.end(),
                                   [&](const std::string& part) { return names(part, name); });
    if (!named || name.empty()) continue;
    ChartPin pin = pin_of(ChartPin::Kind::seed, *file, nullptr, Value());
    pin.unread = "the template is no YAML before it is rendered";
    out.push_back(std::move(pin));
  }
  return out;
}

namespace {

constexpr std::string_view kReleases = "helm.toolkit.fluxcd.io";
constexpr std::string_view kSources = "source.toolkit.fluxcd.io";

std::string last_part(std::string_view path) {
  while (!path.empty() && path.back() == '/') path.remove_suffix(1);
  return std::string(path.substr(path.rfind('/') + 1));
}

class Installs {
 public:
  explicit Installs(const std::vector<const TreeFile*>& files) {
    for (const TreeFile* file : files) {
      for (ObjectEntry& entry : objects_of(*file)) {
        const Subject& subject = entry.subject;
        const bool source = subject.group == kSources &&
                            (subject.kind == "OCIRepository" || subject.kind == "HelmChart");
        if (source)
          sources_.push_back({std::move(entry), false});
        else if (subject.group == kReleases && subject.kind == "HelmRelease")
          releases_.push_back(std::move(entry));
      }
    }
  }

  std::vector<ChartInstall> list() {
    for (const ObjectEntry& release : releases_) add_release(release);
    for (const Source& source : sources_) {
      if (!source.referred) add_source(source.entry, source.entry);
    }
    return std::move(out_);
  }

 private:
  struct Source {
    ObjectEntry entry;
    bool referred = false;
  };

  void add_release(const ObjectEntry& release) {
    const Value spec = release.subject.object["spec"];
    if (spec["chart"].present()) return add_chart(release, release, "/spec/chart/spec");
    const Value ref = spec["chartRef"];
    if (!ref.is_object()) return;
    bool found = false;
    const std::string_view space =
        ref["namespace"].is_string() ? ref["namespace"].text() : release.subject.name_space;
    for (Source& source : sources_) {
      const Subject& subject = source.entry.subject;
      if (subject.kind != ref["kind"].text() || subject.name != ref["name"].text() ||
          subject.name_space != space) {
        continue;
      }
      found = source.referred = true;
      add_source(release, source.entry);
    }
    if (!found) add_missing(release, ref, space);
  }

  // Which chart that would be, in which version, nothing here says.
  void add_missing(const ObjectEntry& release, const Value& ref, std::string_view space) {
    ChartInstall out = install(release, release, "/spec/chartRef", "/spec/chartRef");
    out.missing = std::string(ref["kind"].text()) + "/" + std::string(space) + "/" +
                  std::string(ref["name"].text());
    out_.push_back(std::move(out));
  }

  void add_source(const ObjectEntry& by, const ObjectEntry& source) {
    source.subject.kind == "HelmChart" ? add_chart(by, source, "/spec") : add_image(by, source);
  }

  static Origin at(const ObjectEntry& entry, std::string pointer) {
    Origin out{entry.file, entry.subject.object};
    out.pointer = std::move(pointer);
    return out;
  }

  // Flux takes no version of a chart in a Git repository or bucket.
  void add_chart(const ObjectEntry& by, const ObjectEntry& source, const std::string& pointer) {
    bool exact = true;
    const Value spec = resolve_pointer(source.subject.object, pointer, exact);
    if (!exact || !spec["chart"].is_string()) return;
    const std::string_view kind = spec["sourceRef"]["kind"].text();
    const bool by_content = kind == "GitRepository" || kind == "Bucket";
    if (by_content && !spec["version"].present()) return;
    ChartInstall out = install(by, source, pointer + "/chart", pointer + "/version");
    out.chart = last_part(spec["chart"].text());
    out.version = std::string(spec["version"].text());
    out_.push_back(std::move(out));
  }

  // https://fluxcd.io/flux/components/source/ocirepositories/#reference: the digest counts before
  // the range, that before the tag, and without any it is "latest".
  void add_image(const ObjectEntry& by, const ObjectEntry& source) {
    const Value spec = source.subject.object["spec"];
    if (!spec["url"].is_string()) return;
    const Value ref = spec["ref"];
    const bool range = ref["semver"].present() && !ref["digest"].present();
    const Value said = range ? ref["semver"] : ref["tag"];
    const std::string key = range ? "semver" : "tag";
    ChartInstall out = install(by, source, "/spec/url", "/spec/ref/" + key);
    out.chart = last_part(spec["url"].text());
    out.version = std::string(said.text());
    // A registry's tag has no '+'.
    if (!range) std::replace(out.version.begin(), out.version.end(), '_', '+');
    if (!said.present() && ref["digest"].present()) {
      out.opaque = std::string(ref["digest"].text());
      out.version_at.pointer = "/spec/ref/digest";
    }
    out_.push_back(std::move(out));
  }

  static ChartInstall install(const ObjectEntry& by, const ObjectEntry& source, std::string chart,
                              std::string version) {
    ChartInstall out;
    out.file = by.file;
    out.subject = by.subject.id();
    out.chart_at = at(source, std::move(chart));
    out.version_at = at(source, std::move(version));
    return out;
  }

  std::vector<Source> sources_;
  std::vector<ObjectEntry> releases_;
  std::vector<ChartInstall> out_;
};

}  // namespace

std::vector<ChartInstall> chart_installs(const std::vector<const TreeFile*>& files) {
  return Installs(files).list();
}

}  // namespace portreeve::guard
