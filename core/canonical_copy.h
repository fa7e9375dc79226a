#pragma once

#include <string>
#include <string_view>

#include "core/value.h"

namespace portreeve::json {

/// Appends the canonical form of a value, as append_canonical() does. `source` is the text of its
/// document: what stands there in canonical form already is copied and not spelt again, and that is
/// nearly all of what an API server writes. Empty: everything is spelt. Linear in the value.
void copy_canonical(std::string& out, const Value& value, std::string_view source);

}  // namespace portreeve::json
