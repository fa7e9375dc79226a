#include <set>

#include "core/tar.h"
#include "tests/fuzz/fuzz.h"

// Whatever the bytes: entries lie inside of them, in order, and a path that passes is one.
PORTREEVE_FUZZ_TARGET(tar) {
  using namespace portreeve;
  using portreeve::fuzz::check;
  MemorySource source(text);
  TarReader reader(source, {1 << 20, 1000});
  std::uint64_t at = 0;
  for (int i = 0; i < 2000; ++i) {
    auto entry = reader.next();
    if (!entry.ok()) {
      check(entry.error().code != Errc::internal, "our defect", entry.error().message);
      return;
    }
    if (!entry.value()) return;
    const TarEntry& one = *entry.value();
    check(one.offset >= at && one.offset <= text.size(), "an entry outside of the archive",
          one.path);
    check(one.type == TarEntry::Type::file || one.size == 0, "data in what is no file", one.path);
    at = one.offset;
    const auto path = clean_path(one.path);
    if (path.ok()) {
      // By component: `a../b` and `..a` are names like any other.
      check(("/" + path.value() + "/").find("/../") == std::string::npos, "a path that leaves",
            path.value());
      check(path.value().empty() || path.value()[0] != '/', "an absolute path", path.value());
    }
    if (i % 2 == 0) {
      const auto data = reader.data(1 << 16);
      if (data.ok()) check(data.value().size() == one.size, "another size", one.path);
    }
  }
}
