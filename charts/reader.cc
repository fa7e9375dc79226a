#include "charts/reader.h"

#include <algorithm>
#include <set>

#include "charts/folder.h"
#include "charts/metadata.h"
#include "charts/package.h"
#include "core/base64.h"
#include "core/inflate.h"
#include "core/limits.h"
#include "core/tar.h"
#include "core/utf8.h"
#include "core/yaml.h"

namespace portreeve::charts {
namespace {

constexpr ReadLimits kYamlLimits{limits::kChartYamlBytes, limits::kEvidenceDepth, 100'000};
constexpr ReadLimits kValuesLimits{limits::kChartFileBytes, limits::kReviewDepth,
                                   limits::kReviewValues};
/// From here on own files are compressed to know what they take; below it nothing can be too much.
constexpr std::uint64_t kPackFrom = 32 * 1024;

std::string shown(std::string_view text) { return "\"" + utf8::printable(text, 128) + "\""; }

bool begins(std::string_view text, std::string_view with) noexcept {
  return text.substr(0, with.size()) == with;
}
bool ends(std::string_view text, std::string_view with) noexcept {
  return text.size() >= with.size() && text.substr(text.size() - with.size()) == with;
}

// The folder of a subchart, seen from itself.
class Below final : public FileSource {
 public:
  Below(const FileSource& whole, std::string prefix, std::vector<FolderEntry> entries)
      : whole_(whole), prefix_(std::move(prefix)), entries_(std::move(entries)) {}
  std::vector<FolderEntry> list() const override { return entries_; }
  Result<std::string> read(const std::string& path) const override {
    return whole_.read(prefix_ + path);
  }

 private:
  const FileSource& whole_;
  std::string prefix_;
  std::vector<FolderEntry> entries_;
};

/// What reading a chart and its subcharts shares.
struct Session {
  Allowance allowance;
  std::vector<Fault> faults;
};

struct Level {
  Form form = Form::source;
  std::string place;
  std::uint32_t depth = 0;
  bool ignoring = false;  ///< .helmignore counts: the outermost folder of a source tree.
  bool counted = false;   ///< Its files were not counted before.
};

ChartPtr read_chart(const FileSource& files, const Level& level, Session& session);
ChartPtr read_archive(std::string_view bytes, const Level& level, Session& session);

/// Reads one chart of one level.
class Builder {
 public:
  Builder(const FileSource& files, const Level& level, Session& session)
      : files_(files),
        session_(session),
        chart_(std::make_shared<Chart>()),
        depth_(level.depth),
        ignoring_(level.ignoring),
        counted_(level.counted) {
    chart_->form = level.form;
    chart_->place = level.place;
    chart_->memory = MemoryBudget::Reservation(session.allowance.memory);
  }

  ChartPtr run() {
    entries_ = files_.list();
    std::sort(entries_.begin(), entries_.end(),
              [](const FolderEntry& a, const FolderEntry& b) { return a.path < b.path; });
    if (!check_paths(entries_, *chart_, session_.faults)) return nullptr;
    if (ignoring_ && !leave_out()) return nullptr;
    if (!check_entries(entries_, *chart_, counted_ ? &session_.allowance : nullptr,
                       session_.faults)) {
      return nullptr;
    }
    if (!read_chart_yaml()) return nullptr;
    read_requirements();
    read_lock();
    read_values();
    read_own();
    read_subcharts();
    return chart_;
  }

 private:
  FaultSink sink(std::string_view file) { return {session_.faults, chart_->path_of(file)}; }

  const FolderEntry* find(std::string_view path) const {
    const auto at =
        std::lower_bound(entries_.begin(), entries_.end(), path,
                         [](const FolderEntry& e, std::string_view p) { return e.path < p; });
    return at == entries_.end() || at->path != path ? nullptr : &*at;
  }

  std::optional<std::string> text_of(const std::string& path, std::size_t most) {
    const FolderEntry* const entry = find(path);
    if (entry == nullptr) return std::nullopt;
    FaultSink faults = sink(path);
    if (entry->size > most) {
      faults.add(Fault::Weight::refused,
                 Error{Errc::limit, "larger than " + std::to_string(most) + " bytes"});
      return std::nullopt;
    }
    Result<std::string> text = files_.read(path);
    if (text.ok() && text.value().size() <= limits::kChartFileBytes) return std::move(text).value();
    faults.add(Fault::Weight::refused,
               text.ok() ? Error{Errc::limit, "grew while it was read"} : text.error());
    return std::nullopt;
  }

  bool leave_out() {
    std::optional<std::string> rules;
    if (find(".helmignore") != nullptr) {
      rules = text_of(".helmignore", limits::kChartYamlBytes);
      if (!rules) return false;
    }
    return apply_helmignore(rules, entries_, *chart_, session_.faults);
  }

  DocumentPtr parse(const std::string& path, std::string text, const ReadLimits& limits,
                    Fault::Weight weight) {
    Result<DocumentPtr> document = yaml::parse(std::move(text), limits, session_.allowance.memory);
    if (document.ok()) return std::move(document).value();
    sink(path).add(weight, document.error());
    return nullptr;
  }

  bool read_chart_yaml() {
    const std::string file = "Chart.yaml";
    if (find(file) == nullptr) {
      sink(file).add(Fault::Weight::refused, Error{Errc::malformed, "is missing"});
      return false;
    }
    std::optional<std::string> text = text_of(file, limits::kChartYamlBytes);
    if (!text) return false;
    chart_->metadata = parse(file, std::move(*text), kYamlLimits, Fault::Weight::refused);
    if (chart_->metadata == nullptr) return false;
    FaultSink faults = sink(file);
    faults.reads(chart_->metadata->source());
    return read_metadata(*chart_, faults);
  }

  // Helm lets requirements.yaml replace what Chart.yaml says, of version 2 charts too.
  void read_requirements() {
    const std::string file = "requirements.yaml";
    std::optional<std::string> text = text_of(file, limits::kChartYamlBytes);
    if (!text) return;
    if (chart_->api_version != "v1") {
      sink(file).refuse(
          {},
          "beside a Chart.yaml of apiVersion v2: Helm takes its dependencies instead; "
          "write them into Chart.yaml");
      return;
    }
    DocumentPtr document = parse(file, std::move(*text), kYamlLimits, Fault::Weight::refused);
    if (document == nullptr) return;
    FaultSink faults = sink(file);
    faults.reads(document->source());
    refuse_disguises(document->root(), faults);
    chart_->dependencies = read_dependencies(document->root()["dependencies"], false, faults);
    chart_->dependencies_document = document;
    chart_->dependencies_file = file;
  }

  void read_lock() {
    const bool first = chart_->api_version == "v1" && find("Chart.lock") == nullptr;
    chart_->lock_file = first ? "requirements.lock" : "Chart.lock";
    std::optional<std::string> text = text_of(chart_->lock_file, limits::kChartYamlBytes);
    if (!text) return;
    Lock lock;
    lock.document = parse(chart_->lock_file, std::move(*text), kYamlLimits, Fault::Weight::refused);
    if (lock.document == nullptr) return;
    FaultSink faults = sink(chart_->lock_file);
    lock.digest = std::string(lock.document->root()["digest"].text());
    lock.dependencies = read_dependencies(lock.document->root()["dependencies"], true, faults);
    chart_->lock = std::move(lock);
  }

  void read_values() {
    const std::string file = "values.yaml";
    if (find(file) == nullptr) return;
    chart_->values_unread = true;
    std::optional<std::string> text = text_of(file, limits::kChartFileBytes);
    if (!text) return;
    Result<yaml::Stream> stream =
        yaml::parse_stream(std::move(*text), kValuesLimits, session_.allowance.memory);
    if (!stream.ok()) {
      sink(file).add(Fault::Weight::unread, stream.error());
      return;
    }
    const std::vector<DocumentPtr>& documents = stream.value().documents;
    if (documents.size() > 1) {
      sink(file).add(Fault::Weight::unread, documents[1]->root(),
                     "a second document: some versions of Helm merge it, others leave it out");
      return;
    }
    chart_->values_unread = false;
    if (documents.empty() || documents[0]->root().is_null()) return;
    if (!documents[0]->root().is_object()) {
      sink(file).refuse(
          documents[0]->root(),
          "expected a map, found " + std::string(to_string(documents[0]->root().type())));
      chart_->values_unread = true;
      return;
    }
    chart_->values = documents[0];
  }

  // Templates are kept; of everything else the size.
  void read_own() {
    std::uint64_t own = 0;
    for (const FolderEntry& entry : entries_) {
      if (begins(entry.path, "charts/") && !ends(entry.path, ".prov")) continue;
      chart_->files.push_back({entry.path, entry.size});
      if (begins(entry.path, "crds/")) chart_->has_crds = true;
      own += entry.size;
      if (!begins(entry.path, "templates/")) continue;
      std::optional<std::string> text = text_of(entry.path, limits::kChartFileBytes);
      if (!text) continue;
      if (!chart_->memory.grow(text->size()).ok()) {
        sink(entry.path).add(Fault::Weight::unread, Error{Errc::limit, "out of memory"});
        continue;
      }
      chart_->templates.push_back({entry.path, std::move(*text)});
    }
    chart_->packed_bytes = own * 4 / 3;
    if (depth_ == 0 && own >= kPackFrom) pack();
  }

  // The release holds its files as base64, and is compressed as a whole.
  void pack() {
    GzipCounter counter;
    for (const ChartFile& file : chart_->files) {
      const Result<std::string> text = files_.read(file.path);
      if (!text.ok()) return;
      counter.write(to_base64(text.value()));
    }
    chart_->packed_bytes = counter.finish();
    chart_->packed_exact = true;
  }

  // What lies below charts/, by the name directly below it (pkg/chart/loader/load.go).
  void read_subcharts() {
    std::map<std::string, std::vector<FolderEntry>> groups;
    for (const FolderEntry& entry : entries_) {
      if (!begins(entry.path, "charts/") || ends(entry.path, ".prov")) continue;
      const std::string rest = entry.path.substr(7);
      const std::size_t slash = rest.find('/');
      const std::string name = rest.substr(0, slash);
      if (name[0] == '_' || name[0] == '.') continue;
      groups[name].push_back(
          {slash == std::string::npos ? "" : rest.substr(slash + 1), entry.type, entry.size});
    }
    for (auto& [name, entries] : groups) {
      ChartPtr subchart = read_subchart(name, entries);
      if (subchart == nullptr) {
        chart_->subcharts_unread = true;
      } else {
        chart_->subcharts.push_back(std::move(subchart));
      }
    }
  }

  ChartPtr read_subchart(const std::string& name, std::vector<FolderEntry>& entries) {
    const std::string path = "charts/" + name;
    if (depth_ + 1 > limits::kChartDepth) {
      sink(path).add(Fault::Weight::refused,
                     Error{Errc::limit,
                           "subcharts nested deeper than " + std::to_string(limits::kChartDepth)});
      return nullptr;
    }
    Level level{chart_->form, chart_->path_of(path), depth_ + 1};
    if (ends(name, ".tgz")) {
      if (entries.size() != 1 || !entries[0].path.empty()) {
        sink(path).add(Fault::Weight::refused,
                       Error{Errc::malformed, "a folder called like a package"});
        return nullptr;
      }
      const std::optional<std::string> bytes = text_of(path, limits::kChartFileBytes);
      if (!bytes) return nullptr;
      level.form = Form::package;
      return read_archive(*bytes, level, session_);
    }
    if (entries.size() == 1 && entries[0].path.empty()) {
      sink(path).add(Fault::Weight::refused, Error{Errc::malformed,
                                                   "a file directly below charts/: Helm takes it "
                                                   "for a subchart without Chart.yaml and fails"});
      return nullptr;
    }
    return read_chart(Below(files_, path + "/", std::move(entries)), level, session_);
  }

  const FileSource& files_;
  Session& session_;
  std::shared_ptr<Chart> chart_;
  std::uint32_t depth_;
  bool ignoring_;
  bool counted_;
  std::vector<FolderEntry> entries_;
};

ChartPtr read_chart(const FileSource& files, const Level& level, Session& session) {
  return Builder(files, level, session).run();
}

ChartPtr read_archive(std::string_view bytes, const Level& level, Session& session) {
  FaultSink faults(session.faults, level.place);
  MemoryBudget::Reservation memory(session.allowance.memory);
  const std::uint64_t before = session.allowance.bytes;
  Result<Unpacked> unpacked = unpack(bytes, session.allowance);
  Outcome room = memory.grow(static_cast<std::size_t>(session.allowance.bytes - before));
  if (!unpacked.ok() || !room.ok()) {
    faults.add(Fault::Weight::refused, unpacked.ok() ? room.error() : unpacked.error());
    return nullptr;
  }
  const std::string top = unpacked.value().top;
  ChartPtr chart = read_chart(MemoryFiles(std::move(unpacked.value().files)), level, session);
  if (chart != nullptr && chart->name != top) {
    faults.add(Fault::Weight::refused,
               Error{Errc::malformed,
                     "its directory is " + shown(top) + ", its chart " + shown(chart->name)});
  }
  return chart;
}

}  // namespace

std::vector<FolderEntry> MemoryFiles::list() const {
  std::vector<FolderEntry> out;
  for (const auto& [path, text] : files_)
    out.push_back({path, FolderEntry::Type::file, text.size()});
  return out;
}

Result<std::string> MemoryFiles::read(const std::string& path) const {
  const auto at = files_.find(path);
  if (at == files_.end()) return Error{Errc::not_found, "no such file"};
  return at->second;
}

Reading read_folder(const FileSource& files, Form form, MemoryBudget* memory) {
  Session session;
  session.allowance.memory = memory;
  Level level;
  level.form = form;
  level.ignoring = form == Form::source;
  level.counted = true;
  Reading out;
  out.chart = read_chart(files, level, session);
  out.faults = std::move(session.faults);
  return out;
}

Reading read_package(std::string_view bytes, MemoryBudget* memory) {
  Session session;
  session.allowance.memory = memory;
  Level level;
  level.form = Form::package;
  Reading out;
  out.chart = read_archive(bytes, level, session);
  out.faults = std::move(session.faults);
  return out;
}

}  // namespace portreeve::charts
