#pragma once

#include <string>
#include <string_view>

namespace portreeve {

/// RFC 4648 §4, with padding, on one line.
std::string to_base64(std::string_view bytes);

}  // namespace portreeve
