#pragma once

#include <vector>

#include "core/file.h"

namespace portreeve::policies {

/// The policies that this program was built with (policies/catalog/*.yaml), named "catalog/FILE".
std::vector<SourceFile> embedded_catalog();

}  // namespace portreeve::policies
