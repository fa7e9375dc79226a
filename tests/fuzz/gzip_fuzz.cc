#include "core/inflate.h"
#include "tests/fuzz/fuzz.h"

// What comes out stays below the limit, and the same however it is read.
PORTREEVE_FUZZ_TARGET(gzip) {
  using namespace portreeve;
  using portreeve::fuzz::check;
  constexpr std::size_t kMost = 1 << 20;
  std::string read[2];
  bool whole[2] = {false, false};
  for (const std::size_t piece : {std::size_t{64 * 1024}, std::size_t{7}}) {
    const int way = piece == 7 ? 1 : 0;
    MemorySource source(text);
    auto stream = open_gzip(source, {kMost});
    if (!stream.ok()) return;
    std::string buffer(piece, '\0');
    while (read[way].size() <= kMost + piece) {
      const auto got = stream.value()->read(buffer.data(), buffer.size());
      if (!got.ok()) {
        check(got.error().code == Errc::malformed || got.error().code == Errc::limit, "our defect",
              got.error().message);
        break;
      }
      whole[way] = got.value() == 0;
      if (whole[way]) break;
      read[way].append(buffer.data(), got.value());
    }
    check(read[way].size() <= kMost, "more than the limit came out", "");
  }
  check(whole[0] == whole[1], "it depends on how it is read whether it can be", "");
  if (whole[0]) check(read[0] == read[1], "it depends on how it is read", "");
}
