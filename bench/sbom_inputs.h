#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace portreeve::bench {

/// A name and what makes the text: SBOMs of real shapes, and of shapes that are to cost much.
using SbomInput = std::pair<std::string, std::function<std::string()>>;
std::vector<SbomInput> sbom_inputs();

}  // namespace portreeve::bench
