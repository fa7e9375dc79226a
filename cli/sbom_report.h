#pragma once

// How `portreeve sbom` shows a model.

#include <iosfwd>
#include <string>

#include "sbom/container.h"
#include "sbom/model.h"

namespace portreeve::cli {

struct SbomView {
  const std::string& file;
  const sbom::Unwrapped& wrapped;
  const sbom::Document& document;
};

/// One JSON document, schema portreeve.openova.io/sbom/v1 (docs/sbom.md). Components are named by
/// their index; what a document does not state is not there; NONE and NOASSERTION are objects.
void write_sbom_json(const SbomView& view, std::ostream& out);
/// For a terminal: summary, licences, graph, defects. The last line says how many defects.
void write_sbom_text(const SbomView& view, std::ostream& out);

/// Defects that make a document wrong, rather than questionable.
std::size_t sbom_errors(const sbom::Document& document) noexcept;

}  // namespace portreeve::cli
