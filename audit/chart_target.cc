// Targets chart:FILE.tgz and chart:DIR: a chart by itself, as `guard` judges it in a repository.

#include <sys/stat.h>

#include <algorithm>
#include <any>
#include <filesystem>

#include "audit/followed.h"
#include "audit/target.h"
#include "charts/reader.h"
#include "core/file.h"
#include "core/limits.h"
#include "core/utf8.h"
#include "engine/render_input.h"
#include "policies/chart_facts.h"
#include "policies/rendered_images.h"

namespace portreeve::audit {
namespace {

namespace fs = std::filesystem;
using policies::ChartFacts;
using policies::RenderFacts;

bool is_folder(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

/// The files below a folder. Links are listed and not followed.
class DiskFolder final : public charts::FileSource {
 public:
  /// Errors: unavailable, limit.
  static Result<DiskFolder> open(const std::string& root) {
    DiskFolder out(root);
    std::error_code error;
    fs::recursive_directory_iterator at(root, fs::directory_options::none, error);
    for (; !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
      const fs::file_status status = at->symlink_status(error);
      if (error) break;
      if (fs::is_directory(status)) continue;
      if (out.entries_.size() == limits::kChartFiles) {
        return Error{Errc::limit,
                     root + ": more than " + std::to_string(limits::kChartFiles) + " files"};
      }
      charts::FolderEntry entry;
      entry.path = at->path().lexically_relative(root).generic_string();
      entry.type = fs::is_symlink(status)        ? charts::FolderEntry::Type::symbolic_link
                   : fs::is_regular_file(status) ? charts::FolderEntry::Type::file
                                                 : charts::FolderEntry::Type::other;
      if (entry.type == charts::FolderEntry::Type::file) entry.size = at->file_size(error);
      if (error) break;
      out.entries_.push_back(std::move(entry));
    }
    if (error) return Error{Errc::unavailable, root + ": " + error.message()};
    return out;
  }
  std::vector<charts::FolderEntry> list() const override { return entries_; }
  Result<std::string> read(const std::string& path) const override {
    return read_file(root_ + "/" + path, limits::kChartFileBytes);
  }

 private:
  explicit DiskFolder(std::string root) : root_(std::move(root)) {}
  std::string root_;
  std::vector<charts::FolderEntry> entries_;
};

class ChartJob final : public Job {
 public:
  ChartJob(const Session& session, std::string text, std::string path)
      : session_(session),
        text_(std::move(text)),
        path_(std::move(path)),
        images_(session, session.registries()) {}

  void start(std::function<void()> done) override {
    const Outcome read = is_folder(path_) ? read_tree() : read_package();
    if (!read.ok()) failure_ = read.error();
    const auto* const facts = policies::value_of<RenderFacts>(render_);
    rendered_ = facts != nullptr && facts->outcome == RenderFacts::Outcome::rendered ? facts
                                                                                     : nullptr;
    if (failure_ || !session_.options().images || rendered_ == nullptr) return done();
    images_.start(policies::rendered_images(*rendered_), std::move(done));
  }

  report::SubjectReport finish(Proposals& proposals) override {
    if (failure_) return unreadable(text_, *failure_);
    report::SubjectReport out;
    judge(out);
    if (session_.options().images) add_tree(out, proposals);
    out.verdict.decision = decide(out.verdict.findings);
    sort_findings(out.verdict.findings);
    return out;
  }

 private:
  Outcome read_tree() {
    std::string root = path_;
    while (root.size() > 1 && root.back() == '/') root.pop_back();
    file_ = root + "/Chart.yaml";
    PORTREEVE_TRY(const DiskFolder folder, DiskFolder::open(root));
    facts_.reading = charts::read_folder(folder, charts::Form::source, &session_.memory());
    facts_.folder = root;
    facts_.in_tree = true;
    render(engine::input_of_tree(facts_.reading, folder, nullptr));
    return Done{};
  }

  Outcome read_package() {
    PORTREEVE_TRY(std::string bytes, read_file(path_, limits::kChartBytes));
    file_ = path_ + "/Chart.yaml";
    facts_.reading = charts::read_package(bytes, &session_.memory());
    render(engine::input_of_package(facts_.reading, std::move(bytes)));
    return Done{};
  }

  void render(const Result<engine::RenderInput>& input) {
    const auto& renderer = session_.renderer();
    if (!input.ok()) {
      render_ = Absent{input.error()};
    } else if (!renderer.ok()) {
      render_ = Absent{Error{Errc::unavailable, renderer.error().message}};
    } else {
      session_.tell("rendering " + path_);
      render_ = renderer.value()->render(input.value(), &session_.memory());
    }
  }

  void judge(report::SubjectReport& out) const {
    Subject subject;
    subject.door = Door::audit;
    subject.nature = Nature::chart;
    subject.file = file_;
    subject.called = text_;
    const charts::ChartPtr& chart = facts_.reading.chart;
    if (chart != nullptr) {
      subject.document = chart->metadata;
      subject.object = chart->metadata->root();
      subject.name = chart->name;
      if (!chart->name.empty()) subject.called = "chart:" + chart->name + "@" + chart->version;
    }
    EvidenceMap evidence;
    Fact fact;
    fact.value = std::make_shared<const std::any>(facts_);
    fact.provenance = path_;
    evidence.emplace(policies::tree_key(file_), std::move(fact));
    evidence.emplace(policies::tree_key(file_, "render"), render_);
    out.subject = subject.called;
    out.origin = path_;
    out.verdict = session_.policies().judge(subject, session_.clock().now(), &evidence, nullptr);
    if (chart == nullptr) say_unread(out);
  }

  // A chart that does not parse is a finding; without a policy about it, it still is one.
  void say_unread(report::SubjectReport& out) const {
    const charts::Fault* const worst = facts_.reading.worst();
    Finding finding;
    finding.rule = "audit/chart-unreadable";
    finding.severity = Severity::high;
    finding.status = FindingStatus::fail;
    finding.effect = Effect::deny;
    finding.subject = out.subject;
    finding.message = "This is no chart that Helm and everybody else read alike.";
    finding.expected = "Chart.yaml and the files of a Helm chart";
    finding.found = worst == nullptr ? "no Chart.yaml" : worst->text();
    finding.fix = "name a chart's folder, or the package that `helm package` makes of it";
    out.verdict.findings.push_back(std::move(finding));
    out.verdict.gated = true;
  }

  void add_tree(report::SubjectReport& out, Proposals& proposals) {
    const charts::ChartPtr& chart = facts_.reading.chart;
    if (chart == nullptr) return;
    if (rendered_ == nullptr) {
      const auto* const absent = std::get_if<Absent>(&render_);
      out.verdict.findings.push_back(images_unknown(
          out.subject, absent != nullptr ? absent->reason.message : "the chart does not render"));
    }
    // Before its images are counted in.
    const std::string state(to_string(decide(out.verdict.findings)));
    std::vector<report::TreeNode> children = images_.finish(out.verdict, proposals);
    out.tree.push_back(
        chart_node(session_, chart->name, chart->version, state, std::move(children)));
  }

  const Session& session_;
  const std::string text_;
  const std::string path_;
  std::string file_;
  ChartFacts facts_;
  Evidence render_ = Absent{Error{Errc::internal, "not rendered"}};
  const RenderFacts* rendered_ = nullptr;
  std::optional<Error> failure_;
  ImageJobs images_;
};

}  // namespace

Outcome check_chart_target(const std::string& rest, std::vector<Reference>&) {
  if (rest.empty()) return Error{Errc::misconfigured, "names no file and no folder"};
  return Done{};
}

Result<std::vector<JobPtr>> open_chart_target(const std::string& text, const std::string& rest,
                                              const Session& session) {
  std::vector<JobPtr> out;
  out.push_back(std::make_unique<ChartJob>(session, text, rest));
  return out;
}

}  // namespace portreeve::audit
