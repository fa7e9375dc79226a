#include "sbom/licence_expression.h"

#include "tests/fuzz/fuzz.h"

// An expression has one text; what two grammars accept means the same in both; the leaves that
// decide a value have it.
PORTREEVE_FUZZ_TARGET(licence) {
  using namespace portreeve;
  using namespace portreeve::fuzz;
  using sbom::LicenceExpression;
  const auto lenient = LicenceExpression::parse(text, sbom::LicenceGrammar::lenient);
  for (const auto grammar : {sbom::LicenceGrammar::spec2, sbom::LicenceGrammar::spec3}) {
    const auto strict = LicenceExpression::parse(text, grammar);
    if (!strict.ok()) continue;
    check(lenient.ok() && lenient.value().text() == strict.value().text(), "grammars differ", text);
  }
  if (!lenient.ok()) return;
  const std::string canonical = lenient.value().text();
  if (canonical.size() <= sbom::kLicenceBytes) {
    const auto again = LicenceExpression::parse(canonical, sbom::LicenceGrammar::lenient);
    check(again.ok() && again.value().text() == canonical, "text is not stable", canonical);
  }
  std::size_t turn = 0;
  const auto judge = [&](const sbom::LicenceLeaf& leaf) -> std::optional<bool> {
    turn = leaf.written.size() % 3;
    return turn == 0   ? std::optional<bool>(true)
           : turn == 1 ? std::optional<bool>(false)
                       : std::nullopt;
  };
  const auto value = lenient.value().evaluate(judge);
  const auto deciding = lenient.value().deciding(judge);
  check(!deciding.empty(), "nothing decides", text);
  for (const auto* const leaf : deciding)
    check(judge(*leaf) == value, "a decider of another value", text);
}
