// check `field`: find all values first, then judge each, so that one bad value in a list is named.

#include <memory>

#include "policies/check.h"
#include "policies/condition.h"

namespace portreeve::policies {

Result<CompiledCheck> compile_field(Fields& with, const DataSet& data) {
  PORTREEVE_TRY(FieldCondition condition, FieldCondition::compile(with, data));
  const auto shared = std::make_shared<const FieldCondition>(std::move(condition));
  return CompiledCheck{
      [shared](const Scope& scope, Judgements& out) { shared->judge(scope, Words::wanted, out); }, {}};
}

}  // namespace portreeve::policies
