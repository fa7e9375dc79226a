#include "core/yaml.h"

#include <memory>
#include <string>

#include "core/json.h"
#include "core/yaml_plain.h"
#include "tests/fuzz/fuzz.h"

// A document read from YAML is what JSON would have said: its canonical form reads as an equal
// document. What is valid JSON of modest numbers reads the same as YAML, or is refused.
PORTREEVE_FUZZ_TARGET(yaml) {
  using namespace portreeve;
  using namespace portreeve::fuzz;
  constexpr ReadLimits kLimits{1 << 16, 64, 20'000};
  constexpr ReadLimits kAgain{1 << 24, 64, 40'000};
  MemoryBudget budget(16 << 20);
  {
    const auto stream = yaml::parse_stream(std::string(text), kLimits, &budget);
    if (!stream.ok()) {
      const Error& error = stream.error();
      check(error.message.rfind("line ", 0) == 0, "no position", error.message);
      check(error.code == Errc::malformed || error.code == Errc::limit, "code", error.message);
    } else {
      for (const DocumentPtr& document : stream.value().documents) {
        std::string form;
        json::append_canonical(form, document->root());
        const auto again = json::parse(form, kAgain, nullptr);
        check(again.ok(), "the canonical form is refused", form);
        check(equal(document->root(), again.value()->root()), "values differ", form);
        check(document->source() == text, "documents share their text", form);
      }
      for (const yaml::Ambiguity& ambiguity : stream.value().ambiguities) {
        check(ambiguity.offset <= text.size(), "offset behind the text", ambiguity.text);
        check(ambiguity.as_11 != ambiguity.as_12, "no ambiguity", ambiguity.text);
      }
    }
  }
  check(budget.used() == 0, "budget not given back", "");
  const auto shared = std::make_shared<const std::string>(text);
  if (const auto plain = yaml::read_plain(shared, kLimits, nullptr)) {
    const auto library = yaml::read_by_library(shared, kLimits, nullptr);
    check(library.ok(), "read as plain, refused by yaml-cpp", text);
    const auto& documents = library.value().documents;
    check(documents.size() == plain->documents.size(), "number of documents", text);
    for (std::size_t i = 0; i < documents.size(); ++i) {
      check(equal(documents[i]->root(), plain->documents[i]->root()), "yaml-cpp differs", text);
    }
  }
}
