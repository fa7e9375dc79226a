#pragma once

#include <cstddef>
#include <string>

namespace portreeve::bench {

/// A CREATE of a Blueprint that the whole catalog accepts, padded by a realistic configSchema to
/// about `bytes`, as the API server writes it.
std::string blueprint_review(std::size_t bytes);
/// The same with a description of `count` '<' that the API server escapes to six bytes each.
std::string large_review(std::size_t count);

}  // namespace portreeve::bench
