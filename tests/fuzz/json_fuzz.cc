#include "core/json.h"

#include "core/utf8.h"
#include "tests/fuzz/fuzz.h"

namespace portreeve::fuzz {
namespace {

constexpr ReadLimits kLimits{1 << 20, 64, 20'000};

std::string canonical(const Value& value) {
  std::string out;
  json::append_canonical(out, value);
  return out;
}

// Every view stays inside the document, every offset inside its source.
void walk(const Value& value, const Document& document) {
  check(value.offset() <= document.source().size(), "offset behind the text", "");
  check(utf8::first_invalid(value.text()) == utf8::kValid, "text is not UTF-8", value.text());
  std::uint32_t count = 0;
  for (const Value child : value) {
    ++count;
    if (value.is_object()) {
      check(value[child.key().text()].same_node(child), "a key finds another member",
            child.key().text());
    }
    walk(child, document);
  }
  check(count == value.size(), "size differs from what is iterated", canonical(value));
}

}  // namespace
}  // namespace portreeve::fuzz

// What is read has one canonical form, which reads as an equal document; what the reader refuses
// has a position, and gives the budget back.
PORTREEVE_FUZZ_TARGET(json) {
  using namespace portreeve;
  using namespace portreeve::fuzz;
  MemoryBudget budget(16 << 20);
  (void)json::salvage_uid(text);
  {
    const auto first = json::parse(std::string(text), kLimits, &budget);
    if (first.ok()) {
      walk(first.value()->root(), *first.value());
      const std::string form = canonical(first.value()->root());
      const auto second = json::parse(form, {1 << 24, 64, 20'000}, nullptr);
      check(second.ok(), "the canonical form is refused", form);
      check(equal(first.value()->root(), second.value()->root()), "values differ", form);
      check(canonical(second.value()->root()) == form, "forms differ", form);
    } else {
      check(first.error().message.rfind("line ", 0) == 0, "no position", first.error().message);
    }
  }
  check(budget.used() == 0, "budget not given back", "");
}
