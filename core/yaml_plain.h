#pragma once

#include <memory>
#include <optional>
#include <string>

#include "core/result.h"
#include "core/yaml_composer.h"

namespace portreeve::yaml {

/// Reads what most manifests, values and policies are written in: block mappings and sequences of
/// scalars on one line, literal and folded blocks, collections in brackets. nullopt for any text
/// that holds more than that (anchors, aliases, tags, tabs, CR, scalars over several lines,
/// directives, complex keys …) and for any text that is refused: yaml-cpp then reads it from the
/// start and has the word, errors included. What is read here is what yaml-cpp would read, offsets
/// included; tests compare the two. Linear in the text.
std::optional<Stream> read_plain(const std::shared_ptr<const std::string>& text,
                                 const ReadLimits& limits, MemoryBudget* budget);

/// What yaml-cpp alone makes of a text: what read_plain() is held against.
/// Errors: those of parse_stream().
Result<Stream> read_by_library(const std::shared_ptr<const std::string>& text,
                               const ReadLimits& limits, MemoryBudget* budget);

}  // namespace portreeve::yaml
