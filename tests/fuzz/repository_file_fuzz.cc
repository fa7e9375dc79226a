#include "guard/judge.h"
#include "guard/settings.h"
#include "guard/tree.h"
#include "policies/repository_group.h"
#include "tests/fuzz/fuzz.h"

// One file of a repository: its first byte says what it is called. Whatever it holds, what is made of
// it stands within its text, and an edit is a scalar of it.
PORTREEVE_FUZZ_TARGET(repository_file) {
  using namespace portreeve;
  using namespace portreeve::guard;
  if (text.empty()) return;
  const std::string body(text.substr(1));
  const bool chart = text.front() == 'c';
  const std::string path = chart ? "p/Chart.yaml" : text.front() == 'j' ? "p/a.json" : "p/a.yaml";
  MemoryBudget budget(16 << 20);
  {
    const TreeFile file =
        parse_source(path, chart ? Role::chart : Role::manifest, body, budget);
    for (const ObjectEntry& object : objects_of(file)) {
      fuzz::check(!object.subject.kind.empty(), "an object without a kind", body);
      const MadeObject made = make_manifest(object);
      object.subject.object.for_each_member([&](const Value& value) {
        const auto extent = scalar_extent(*file.text, value);
        if (!extent.has_value()) return;
        fuzz::check(extent->first < extent->second && extent->second <= body.size(),
                    "an edit outside the text", body);
      });
    }
    const Layout layout({FileEntry{path, body.size()}});
    const MadeObject repository = make_repository({&file}, layout, {"/Pod"});
    for (const auto& [pointer, origin] : repository.origins) {
      fuzz::check(origin.begin <= body.size(), "an origin outside the text", pointer);
      Finding finding;
      finding.path = pointer;
      place_finding(repository, finding);
      fuzz::check(finding.location.has_value() && finding.location->line > 0, "no place", pointer);
    }
    for (const WaiverText& waiver : waivers_in(path, body)) {
      fuzz::check(waiver.text.size() <= body.size(), "a waiver longer than its file", body);
    }
  }
  fuzz::check(budget.used() == 0, "budget not given back", "");
}
