#include <algorithm>

#include "render/output.h"
#include "tests/fuzz/fuzz.h"

// What a helm prints, whatever that is: every document is empty, unread or has content, and the
// counts are those of the list.
PORTREEVE_FUZZ_TARGET(render_output) {
  using namespace portreeve;
  using namespace portreeve::fuzz;
  MemoryBudget memory(64 << 20);
  const auto output = render::read_output(text, &memory);
  if (!output.ok()) return;
  const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  check(output.value().lines == lines, "lines as wc counts them", text);
  std::size_t filled = 0;
  std::size_t unread = 0;
  for (const render::RenderedDocument& one : output.value().documents) {
    if (!one.unread.empty()) {
      check(one.content == nullptr && !one.empty, "unread, and yet read", text);
      ++unread;
    } else if (!one.empty) {
      check(one.content != nullptr, "filled with nothing", text);
      ++filled;
    }
    check(one.line >= 1 && one.line <= lines + 2, "a line of the output", text);
    check(one.source.find('\x1b') == std::string::npos, "terminal escapes in a name", text);
  }
  check(filled == output.value().filled && unread == output.value().unread, "counts", text);
}
