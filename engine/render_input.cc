#include "engine/render_input.h"

#include <algorithm>

#include "core/limits.h"
#include "core/utf8.h"
#include "crypto/hash.h"

namespace portreeve::engine {
namespace {

Outcome readable(const charts::Reading& reading) {
  if (const charts::Fault* const worst = reading.worst(); worst != nullptr && reading.refused()) {
    return Error{worst->code, "not rendered: " + worst->text()};
  }
  if (reading.chart == nullptr) return Error{Errc::malformed, "not rendered: it has no Chart.yaml"};
  return Done{};
}

bool holds(const charts::Chart& chart, std::string_view name) {
  return std::any_of(chart.subcharts.begin(), chart.subcharts.end(),
                     [&](const charts::ChartPtr& one) { return one->name == name; });
}

const charts::Dependency* locked(const charts::Chart& chart, std::string_view name) {
  if (!chart.lock) return nullptr;
  for (const charts::Dependency& one : chart.lock->dependencies) {
    if (one.name == name) return &one;
  }
  return nullptr;
}

// Lengths keep apart what would read the same run together.
Digest digest_of(std::vector<render::InputFile>& files) {
  std::sort(files.begin(), files.end(),
            [](const render::InputFile& a, const render::InputFile& b) { return a.path < b.path; });
  crypto::Sha256Stream hash;
  for (const render::InputFile& file : files) {
    hash.update(std::to_string(file.path.size()) + ":" + file.path +
                std::to_string(file.content.size()) + ":");
    hash.update(file.content);
  }
  return Digest(hash.finish());
}

Outcome copy_files(const charts::FileSource& files, RenderInput& input) {
  std::uint64_t bytes = 0;
  for (const charts::FolderEntry& entry : files.list()) {
    // What is no file was refused by the reader, or is left out by .helmignore.
    if (entry.type != charts::FolderEntry::Type::file) continue;
    bytes += entry.size;
    if (bytes > limits::kChartUnpackedBytes) {
      return Error{Errc::limit, "not rendered: more than " +
                                    std::to_string(limits::kChartUnpackedBytes) + " bytes"};
    }
    PORTREEVE_TRY(std::string content, files.read(entry.path));
    input.chart.files.push_back({entry.path, std::move(content)});
  }
  return Done{};
}

/// Fills in what the chart declares and does not hold.
class Supplying {
 public:
  Supplying(const charts::Chart& chart, const SubchartSupply* supply, RenderInput& input)
      : chart_(chart), supply_(supply), input_(input) {}

  Outcome run() {
    for (const charts::Dependency& wanted : chart_.dependencies) {
      if (holds(chart_, wanted.name)) continue;
      const std::string file = "charts/" + wanted.name + "-supplied.tgz";
      if (std::any_of(input_.chart.files.begin(), input_.chart.files.end(),
                      [&](const render::InputFile& one) { return one.path == file; })) {
        continue;  // The same chart under another alias.
      }
      const SuppliedChart* const found = find(wanted);
      if (found == nullptr) {
        missing_ += (missing_.empty() ? "" : ", ") + describe(wanted);
        continue;
      }
      input_.chart.files.push_back({file, *found->bytes});
      input_.notes.push_back("subchart " + found->name + " " + found->version + " supplied from " +
                             found->where);
    }
    if (missing_.empty()) return Done{};
    return Error{Errc::not_found, "subcharts are not vendored: " + utf8::printable(missing_, 400) +
                                      "; run `helm dependency build`, or name them by --subcharts"};
  }

 private:
  const SuppliedChart* find(const charts::Dependency& wanted) const {
    if (supply_ == nullptr) return nullptr;
    const charts::Dependency* const lock = locked(chart_, wanted.name);
    return lock != nullptr ? supply_->exactly(wanted.name, lock->version)
                           : supply_->within(wanted.name, wanted.version);
  }

  std::string describe(const charts::Dependency& wanted) const {
    const charts::Dependency* const lock = locked(chart_, wanted.name);
    std::string out = wanted.name + " " + (lock != nullptr ? lock->version : wanted.version);
    if (lock != nullptr) out += " (" + chart_.lock_file + ")";
    if (supply_ == nullptr) return out;
    const std::string others = supply_->versions_of(wanted.name);
    return out + (others.empty() ? " (not supplied)" : " (supplied: " + others + ")");
  }

  const charts::Chart& chart_;
  const SubchartSupply* supply_;
  RenderInput& input_;
  std::string missing_;
};

}  // namespace

Result<RenderInput> input_of_tree(const charts::Reading& reading, const charts::FileSource& files,
                                  const SubchartSupply* supply) {
  PORTREEVE_CHECK(readable(reading));
  const charts::Chart& chart = *reading.chart;
  RenderInput out;
  out.chart.name = chart.name;
  out.version = chart.version;
  PORTREEVE_CHECK(copy_files(files, out));
  if (chart.subcharts_unread) {
    return Error{Errc::malformed, "not rendered: there is a subchart that was not read"};
  }
  PORTREEVE_CHECK(Supplying(chart, supply, out).run());
  out.digest = digest_of(out.chart.files);
  return out;
}

Result<RenderInput> input_of_package(const charts::Reading& reading, std::string bytes) {
  PORTREEVE_CHECK(readable(reading));
  RenderInput out;
  out.form = charts::Form::package;
  out.chart.name = reading.chart->name;
  out.version = reading.chart->version;
  out.digest = Digest(crypto::sha256(bytes));
  out.chart.package = std::move(bytes);
  return out;
}

}  // namespace portreeve::engine
