// Checks `signature` and `attestation`: somebody we trust signed the artifact that is judged.

#include "policies/chart_check.h"
#include "policies/signature_check.h"

namespace portreeve::policies {
namespace {

Result<CompiledCheck> compiled(Fields& with, const DataSet& data, verifiers::Demand::Kind kind) {
  PORTREEVE_TRY(std::shared_ptr<const SignatureCheck> check,
                SignatureCheck::compile(with, data, kind));
  CompiledCheck out;
  out.judge = [check](const Scope& scope, Judgements& said) { check->judge(scope, said); };
  out.needs = [check](const Scope& scope) { return check->needs(scope); };
  out.asks = check->asks();
  out.about_artifact = true;
  return out;
}

}  // namespace

Result<CompiledCheck> compile_signature(Fields& with, const DataSet& data) {
  return compiled(with, data, verifiers::Demand::Kind::signature);
}

Result<CompiledCheck> compile_attestation(Fields& with, const DataSet& data) {
  const Value charts = with.take("charts");
  if (charts.present() && !charts.is_boolean()) {
    return with.error(charts, "charts: expected true or false");
  }
  PORTREEVE_TRY(CompiledCheck check, compiled(with, data, verifiers::Demand::Kind::attestation));
  if (!charts.present() || !charts.boolean()) return check;
  return only_of_charts(data, std::move(check));
}

}  // namespace portreeve::policies
