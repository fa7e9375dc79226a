#pragma once

#include <set>
#include <string>

#include "policies/chart_facts.h"

namespace portreeve::policies {

/// The images of all pods that a chart renders to, as they are written.
std::set<std::string> rendered_images(const RenderFacts& render);

}  // namespace portreeve::policies
