#pragma once

#include <string>
#include <string_view>

namespace portreeve::policies {

/// A file of the shipped catalog with its lines of `spec.examples` left empty, so that every other
/// line stands where it stood. Knows the catalog's own form only: two spaces before "examples:",
/// four or more before what belongs to it.
std::string without_examples(std::string_view text);

}  // namespace portreeve::policies
