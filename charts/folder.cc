#include "charts/folder.h"

#include <algorithm>
#include <set>

#include "charts/helmignore.h"
#include "core/tar.h"
#include "core/utf8.h"

namespace portreeve::charts {
namespace {

constexpr std::size_t kMostIgnored = 1024;

std::string left_out_folder(const HelmIgnore& rules, const std::string& path) {
  for (std::size_t slash = path.find('/'); slash != std::string::npos;
       slash = path.find('/', slash + 1)) {
    if (rules.ignores(std::string_view(path).substr(0, slash), true))
      return path.substr(0, slash + 1);
  }
  return {};
}

Outcome check_path(const std::string& written) {
  PORTREEVE_TRY(const std::string path, clean_path(written));
  if (path == written) return Done{};
  return Error{Errc::malformed,
               "path \"" + utf8::printable(written, 128) + "\" is not written plainly"};
}

Outcome check_entry(const FolderEntry& entry, Allowance* allowance) {
  switch (entry.type) {
    case FolderEntry::Type::file:
      break;
    case FolderEntry::Type::symbolic_link:
      return Error{Errc::malformed,
                   "a symbolic link: Helm follows it out of the chart; put the file itself there"};
    case FolderEntry::Type::other:
      return Error{Errc::malformed, "neither a file nor a folder"};
  }
  if (allowance == nullptr) return Done{};
  return allowance->take_file(entry.size);
}

void doubt_folded_names(const std::vector<FolderEntry>& entries, const Chart& chart,
                        std::vector<Fault>& faults) {
  std::set<std::string> seen;
  for (const FolderEntry& entry : entries) {
    std::string folded = entry.path;
    for (char& c : folded) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if (seen.insert(std::move(folded)).second) continue;
    FaultSink(faults, chart.path_of(entry.path))
        .doubt({}, "another file differs in the case of letters only");
  }
}

}  // namespace

bool apply_helmignore(const std::optional<std::string>& rules, std::vector<FolderEntry>& entries,
                      Chart& chart, std::vector<Fault>& faults) {
  const Result<HelmIgnore> read =
      rules ? HelmIgnore::parse(*rules) : Result<HelmIgnore>(HelmIgnore());
  if (!read.ok()) {
    FaultSink(faults, chart.path_of(".helmignore")).add(Fault::Weight::refused, read.error());
    return false;
  }
  std::vector<FolderEntry> kept;
  std::string folder;  // Left out as a whole.
  for (FolderEntry& entry : entries) {
    if (!folder.empty() && entry.path.compare(0, folder.size(), folder) == 0) continue;
    if (!read.value().leaves_out(entry.path)) {
      kept.push_back(std::move(entry));
      continue;
    }
    folder = left_out_folder(read.value(), entry.path);
    if (chart.ignored.size() < kMostIgnored) {
      chart.ignored.push_back(folder.empty() ? entry.path : folder);
    }
  }
  entries = std::move(kept);
  return true;
}

bool check_paths(const std::vector<FolderEntry>& entries, const Chart& chart,
                 std::vector<Fault>& faults) {
  for (const FolderEntry& entry : entries) {
    const Outcome plain = check_path(entry.path);
    if (plain.ok()) continue;
    FaultSink(faults, chart.path_of(entry.path)).add(Fault::Weight::refused, plain.error());
    return false;
  }
  return true;
}

bool check_entries(const std::vector<FolderEntry>& entries, const Chart& chart,
                   Allowance* allowance, std::vector<Fault>& faults) {
  for (const FolderEntry& entry : entries) {
    const Outcome plain = check_entry(entry, allowance);
    if (plain.ok()) continue;
    FaultSink(faults, chart.path_of(entry.path)).add(Fault::Weight::refused, plain.error());
    return false;
  }
  doubt_folded_names(entries, chart, faults);
  return true;
}

}  // namespace portreeve::charts
