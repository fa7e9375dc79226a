#include "core/reference.h"

#include "tests/fuzz/fuzz.h"

// A reference prints as a text that reads as itself, strictly, and holds only what the grammar has.
PORTREEVE_FUZZ_TARGET(reference) {
  using namespace portreeve;
  using namespace portreeve::fuzz;
  const auto strict = Reference::parse(text, ShortNames::refuse);
  const auto docker = Reference::parse(text, ShortNames::docker);
  check(!strict.ok() || docker.ok(), "strict takes what docker refuses", text);
  if (!docker.ok()) return;
  const std::string form = docker.value().text();
  const auto again = Reference::parse(form, ShortNames::refuse);
  check(again.ok(), "the canonical text is refused", form);
  check(again.value().text() == form, "the canonical text is not stable", form);
  check(strict.ok() != docker.value().expanded(), "expanded silently", form);
  check(again.value().registry() == docker.value().registry(), "registry differs", form);
  check(again.value().repository() == docker.value().repository(), "repository differs", form);
  check(
      form.find("..") == std::string::npos || docker.value().tag().find("..") != std::string::npos,
      "dots", form);
  check(form.find_first_of("%?#\\ ") == std::string::npos, "characters of a URL", form);
}
