#include "audit/target.h"

#include <algorithm>

#include <array>

#include "core/file.h"
#include "core/limits.h"
#include "core/utf8.h"

namespace portreeve::audit {
namespace {

constexpr std::string_view kList = "list:";
constexpr std::size_t kListBytes = 16 * limits::kMiB;

constexpr std::array<TargetKind, 5> kKinds = {{
    {"oci://", "HOST/REPOSITORY:TAG[@DIGEST]", "an artifact in a registry", check_registry_target,
     open_registry_target},
    {"oci-layout:", "DIR[:TAG|@DIGEST]", "an OCI image layout, or one artifact in it",
     check_layout_target, open_layout_target},
    {"oci-archive:", "FILE[:TAG|@DIGEST]", "a tar of such a layout (plain, gzip or zstd)",
     check_layout_target, open_archive_target},
    {"chart:", "FILE.tgz|DIR", "a Helm chart, as it is packed or as it stands in a folder",
     check_chart_target, open_chart_target},
    {"sbom:", "FILE", "an SBOM by itself: shape, identifiers, licences, graph, minimum elements",
     check_sbom_target, open_sbom_target},
}};

Error wrong(const std::string& text, const std::string& why) {
  return Error{Errc::misconfigured, utf8::printable(text, limits::kQuotedBytes) + ": " + why};
}

bool starts_with(const std::string& text, std::string_view prefix) {
  return text.compare(0, prefix.size(), prefix) == 0;
}

Outcome add(const std::string& text, TargetList& out) {
  for (const TargetKind& kind : kKinds) {
    if (!starts_with(text, kind.prefix)) continue;
    std::string rest = text.substr(kind.prefix.size());
    if (const Outcome checked = kind.check(rest, out.named); !checked.ok()) {
      return wrong(text, checked.error().message);
    }
    out.targets.push_back({text, std::move(rest), &kind});
    return Done{};
  }
  std::string known;
  for (const TargetKind& kind : kKinds) known += std::string(kind.prefix) + ", ";
  return wrong(text, "expected a target that begins with " + known + "or " + std::string(kList));
}

Outcome add_list(const std::string& text, TargetList& out) {
  const std::string file = text.substr(kList.size());
  if (file.empty()) return wrong(text, "names no file");
  const Result<std::string> lines = read_file(file, kListBytes);
  if (!lines.ok()) {
    out.unreadable.emplace_back(text, lines.error());
    return Done{};
  }
  std::size_t number = 0;
  for (std::size_t at = 0; at < lines.value().size();) {
    const std::size_t end = std::min(lines.value().find('\n', at), lines.value().size());
    std::string line = lines.value().substr(at, end - at);
    at = end + 1;
    ++number;
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.empty() || line.front() == '#') continue;
    if (const Outcome added = add(line, out); !added.ok()) {
      return with_context(added.error(), file + ":" + std::to_string(number));
    }
  }
  return Done{};
}

}  // namespace

std::span<const TargetKind> target_kinds() noexcept { return kKinds; }

Result<TargetList> read_targets(const std::vector<std::string>& texts) {
  TargetList out;
  for (const std::string& text : texts) {
    PORTREEVE_CHECK(starts_with(text, kList) ? add_list(text, out) : add(text, out));
  }
  return out;
}

bool only_sbom_files(const TargetList& list) noexcept {
  return std::all_of(list.targets.begin(), list.targets.end(), [](const Target& target) {
    return target.kind != nullptr && target.kind->check == &check_sbom_target;
  });
}

}  // namespace portreeve::audit
