#include "core/tar.h"
#include "crypto/hash.h"
#include "oci/image_layout.h"
#include "tests/fuzz/fuzz.h"

// An archive, or an index.json alone: whatever it holds, what comes out has the digest it was asked
// by, and nothing is read outside of it.
PORTREEVE_FUZZ_TARGET(layout) {
  using namespace portreeve;
  using namespace portreeve::fuzz;
  using namespace portreeve::oci;
  MemoryBudget budget(16 << 20);
  (void)clean_path(text.substr(0, 200));
  auto files = open_layout_archive_bytes(std::string(text), "fuzz", &budget);
  if (!files.ok()) {
    check(files.error().code != Errc::internal, "our defect", files.error().message);
    return;
  }
  for (const std::string_view name : {"../x", "/etc/passwd", ""}) {
    check(!files.value()->read(name, 100).ok(), "a name that is no name", name);
  }
  const auto layout = ImageLayout::open(std::move(files).value(), LayoutNames::bare);
  if (!layout.ok()) return;
  const auto entries = layout.value()->entries();
  if (!entries.ok()) return;
  const Ask ask{std::chrono::steady_clock::now() + std::chrono::seconds(5), &budget, nullptr};
  for (const Descriptor& entry : entries.value()) {
    const auto content = layout.value()->fetch_one(Wanted::manifest("", entry.digest), ask);
    if (content.ok()) {
      check(Digest(crypto::sha256(content.value()->bytes)) == entry.digest, "another digest", entry.digest.text());
    }
    for (const Shape shape : {Shape::referrers_api, Shape::fallback_tag, Shape::signature_tag}) {
      (void)layout.value()->list_referrers(shape, "r", entry.digest, ask);
    }
  }
}
