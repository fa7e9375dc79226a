#pragma once

#include <string>
#include <string_view>

#include "core/result.h"

namespace portreeve {

/// RFC 4648 §4, with padding, on one line.
std::string to_base64(std::string_view bytes);

enum class Base64 {
  standard,  ///< RFC 4648 §4, padding required.
  /// What ProtoJSON and DSSE readers must take: §4 or §5 (URL-safe), padding optional; one alphabet
  /// throughout.
  either,
};

/// The bytes that `text` encodes. CR and LF are skipped (signers wrap lines); any other foreign
/// character, padding that is not needed, bits that no byte uses: refused, so that within one
/// alphabet the bytes have one spelling. Errors: malformed.
Result<std::string> from_base64(std::string_view text, Base64 form);

}  // namespace portreeve
