#pragma once

// How `portreeve sbom` shows a model.

#include <iosfwd>
#include <string>
#include <vector>

#include "sbom/container.h"
#include "sbom/model.h"
#include "sbom/profile.h"

namespace portreeve::cli {

/// How much of one profile a document states.
struct ProfileScore {
  const sbom::Profile* profile = nullptr;
  sbom::Coverage coverage;
  int score = 0;  ///< Percent, rounded down.
};
/// Of all shipped profiles, all components; nothing is verified here, so no signature counts.
std::vector<ProfileScore> sbom_scores(sbom::DocumentPtr document);

struct SbomView {
  const std::string& file;
  const sbom::Unwrapped& wrapped;
  const sbom::Document& document;
  const std::vector<ProfileScore>& scores;
};

/// One JSON document, schema portreeve.openova.io/sbom/v1 (docs/sbom.md). Components are named by
/// their index; what a document does not state is not there; NONE and NOASSERTION are objects.
void write_sbom_json(const SbomView& view, std::ostream& out);
/// For a terminal: summary, licences, graph, quality, defects. The last line says how many defects.
void write_sbom_text(const SbomView& view, std::ostream& out);

/// Defects that make a document wrong, rather than questionable.
std::size_t sbom_errors(const sbom::Document& document) noexcept;

}  // namespace portreeve::cli
