#pragma once

// Where fixtures and goldens are found. A function, so that no test's object file depends on where
// the tree stands: ccache then serves every checkout.

#include <string>

namespace portreeve::test {

/// The root of the source tree, absolute, without a trailing slash.
const std::string& source_dir();

}  // namespace portreeve::test
