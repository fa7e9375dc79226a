#include "sbom/vex.h"

#include "core/json.h"
#include "sbom/feeds.h"
#include "sbom/vulnerability_report.h"
#include "tests/fuzz/fuzz.h"

// OpenVEX, CSAF, CycloneDX VEX, scan reports and feeds: read or refused with a reason; and what is
// no statement about a question suppresses nothing.
PORTREEVE_FUZZ_TARGET(vex) {
  using namespace portreeve;
  using namespace portreeve::fuzz;
  const auto epss = sbom::EpssFeed::parse(text);
  check(epss.ok() || !epss.error().message.empty(), "a refusal without a message", "");
  const auto read = json::parse(std::string(text), json::review_limits(), nullptr);
  if (!read.ok()) return;
  const Value root = read.value()->root();
  const auto kev = sbom::KevFeed::read(root);
  check(kev.ok() || !kev.error().message.empty(), "a refusal without a message", "");
  const auto report = sbom::read_vulnerability_report(root);
  if (report.ok()) {
    for (const auto& found : report.value().found) check(!found.ids.empty(), "without an id", text);
  }
  const auto vex = sbom::read_vex(root);
  if (!vex.ok()) {
    check(!vex.error().message.empty(), "a refusal without a message", "");
    return;
  }
  const std::vector<std::string> nobody = {"CVE-0000-not-there"};
  const sbom::VexQuestion question{nobody, "sha256:0", {}, "pkg:npm/a@1", true, true};
  check(!sbom::suppressed_by({vex.value()}, question), "a statement about something else", text);
}
