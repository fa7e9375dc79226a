#include "policies/sbom_facts.h"

#include "core/limits.h"
#include "core/utf8.h"

namespace portreeve::policies {

std::string SbomFact::text() const {
  const std::string where = utf8::printable(found, limits::kQuotedBytes);
  if (!is_signed()) return "unsigned, found at " + where;
  return "signed by " + utf8::printable(signer, limits::kQuotedBytes) + ", found at " + where;
}

}  // namespace portreeve::policies
