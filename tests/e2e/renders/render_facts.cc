// What the renderer makes of charts, one JSON line each, for script/e2e to compare with a plain
// helm:
//
//   render_facts HELM CACHE|- SUBCHARTS|- CHART...      CHART: a folder or a .tgz

#include <cstdio>
#include <filesystem>
#include <iostream>

#include "charts/reader.h"
#include "core/file.h"
#include "core/json.h"
#include "core/limits.h"
#include "core/time.h"
#include "engine/renderer.h"
#include "policies/evidence.h"
#include "policies/render_predicate.h"

namespace {

using namespace portreeve;

/// A folder on disk.
class Folder final : public charts::FileSource {
 public:
  explicit Folder(std::filesystem::path top) : top_(std::move(top)) {}
  std::vector<charts::FolderEntry> list() const override {
    std::vector<charts::FolderEntry> out;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(top_)) {
      if (entry.is_directory()) continue;
      const auto type = entry.is_symlink() ? charts::FolderEntry::Type::symbolic_link
                                           : charts::FolderEntry::Type::file;
      out.push_back({std::filesystem::relative(entry.path(), top_).generic_string(), type,
                     entry.file_size()});
    }
    return out;
  }
  Result<std::string> read(const std::string& path) const override {
    return read_file((top_ / path).string(), limits::kChartFileBytes);
  }

 private:
  const std::filesystem::path top_;
};

Result<engine::RenderInput> input_of(const std::string& chart,
                                     const engine::SubchartSupply* supply) {
  if (!std::filesystem::is_directory(chart)) {
    PORTREEVE_TRY(std::string bytes, read_file(chart, limits::kChartBytes));
    const charts::Reading reading = charts::read_package(bytes, nullptr);
    return engine::input_of_package(reading, std::move(bytes));
  }
  const Folder folder{chart};
  return engine::input_of_tree(charts::read_folder(folder, charts::Form::source, nullptr), folder,
                               supply);
}

std::string text(std::string_view value) {
  std::string out;
  json::append_string(out, value);
  return out;
}

std::string line_of(const std::string& chart, const Result<engine::RenderInput>& input,
                    const Evidence& evidence) {
  std::string out = "{\"chart\":" + text(chart);
  if (const auto* const absent = std::get_if<Absent>(&evidence)) {
    return out + ",\"outcome\":\"absent\",\"code\":" + text(to_string(absent->reason.code)) +
           ",\"reason\":" + text(absent->reason.message) + "}";
  }
  const auto& facts = *policies::value_of<policies::RenderFacts>(evidence);
  const policies::RenderSubject subject{input.value().chart.name, input.value().version,
                                        input.value().form};
  std::string statement = policies::render_statement(subject, facts);
  statement.pop_back();
  out += ",\"statement\":" + statement + ",\"notes\":[";
  for (std::size_t i = 0; i < facts.notes.size(); ++i)
    out += (i == 0 ? "" : ",") + text(facts.notes[i]);
  return out + "]}";
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 5) return 2;
  engine::Renderer::Options options;
  options.program = argv[1];
  if (std::string(argv[2]) != "-") options.cache_folder = argv[2];
  const auto renderer = engine::Renderer::open(options);
  if (!renderer.ok()) {
    std::cerr << renderer.error().message << "\n";
    return 2;
  }
  std::shared_ptr<const engine::SubchartSupply> supply;
  if (std::string(argv[3]) != "-") {
    auto opened = engine::SubchartSupply::open(argv[3], nullptr);
    if (!opened.ok()) {
      std::cerr << opened.error().message << "\n";
      return 2;
    }
    supply = opened.value();
  }
  std::vector<Result<engine::RenderInput>> inputs;
  for (int i = 4; i < argc; ++i) inputs.push_back(input_of(argv[i], supply.get()));
  const SystemClock clock;
  engine::Threads threads(clock);
  const std::vector<Evidence> all = renderer.value()->render_all(inputs, nullptr, threads);
  threads.shutdown();
  for (std::size_t i = 0; i < all.size(); ++i) {
    std::cout << line_of(argv[i + 4], inputs[i], all[i]) << "\n";
  }
  return 0;
}
