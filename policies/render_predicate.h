#pragma once

// The render attestation: what `helm template` made of a chart, said by somebody who rendered it,
// so that a gate that executes no program can judge it. docs/render-attestation.md.

#include <string>
#include <string_view>

#include "charts/chart.h"
#include "core/result.h"
#include "core/value.h"
#include "policies/chart_facts.h"

namespace portreeve::policies {

inline constexpr std::string_view kRenderPredicate = "https://portreeve.openova.io/render/v1";

/// Whose render it is.
struct RenderSubject {
  std::string name, version;  ///< Of Chart.yaml.
  charts::Form form = charts::Form::package;
};

/// An unsigned in-toto statement (v1) about the chart's bytes: subject "NAME-VERSION.tgz" with the
/// digest of the package (of a source tree "NAME", with the digest of its files). One text for
/// equal facts. For `cosign attest` take the predicate: it makes a statement about the OCI
/// manifest.
std::string render_statement(const RenderSubject& subject, const RenderFacts& facts);

/// What a predicate says, with Origin::attestation. Documents hold apiVersion, kind, name and
/// namespace only. Nothing here says that anybody may be believed: that is the Verifier's matter.
/// Errors: malformed (a field is missing, of another type, or contradicts another one).
Result<RenderFacts> read_render_predicate(const Value& predicate);

}  // namespace portreeve::policies
