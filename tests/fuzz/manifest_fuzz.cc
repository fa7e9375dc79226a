#include "oci/manifest.h"

#include "core/json.h"
#include "oci/media_type.h"
#include "tests/fuzz/fuzz.h"

// What is taken as a manifest or index has exactly one reading: the type that it says, or would be
// served as, and no other; everything that names content is a digest.
PORTREEVE_FUZZ_TARGET(manifest) {
  using namespace portreeve;
  using namespace portreeve::fuzz;
  using namespace portreeve::oci;
  MemoryBudget budget(16 << 20);
  {
    const auto bare = parse_manifest(text, "", &budget);
    const auto list = parse_referrer_list(text, &budget);
    int taken = 0;
    for (const std::string_view type : {kOciManifest, kOciIndex, kDockerManifest, kDockerIndex}) {
      const auto typed = parse_manifest(text, type, &budget);
      if (!typed.ok()) continue;
      ++taken;
      check(bare.ok(), "taken with a type, refused without", text);
      check(media_type(typed.value()) == type, "has another type than it was served as", type);
    }
    check(taken <= 1, "two readings", text);
    check(!bare.ok() || taken == 1, "taken only without a type", text);
    check(!parse_manifest(text, "text/html", nullptr).ok(), "a page is a manifest", text);
    if (bare.ok()) {
      const bool index = std::holds_alternative<Index>(bare.value());
      const bool is_index_type = media_type(bare.value()) == kOciIndex || media_type(bare.value()) == kDockerIndex;
      check(index == is_index_type, "type and shape differ", text);
      check(media_type(bare.value()) != kOciIndex || list.ok(), "an index that lists nothing", text);
    }
  }
  check(budget.used() == 0, "budget not given back", "");
}
