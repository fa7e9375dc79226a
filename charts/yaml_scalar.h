#pragma once

// Quoted scalars of YAML 1.2 §7.3 in a text that is no YAML as a whole.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace portreeve::charts {

/// Where the quote that closes the one at `begin` stands, before `end`; nothing: it is not closed.
std::optional<std::size_t> quote_end(std::string_view text, std::size_t begin, std::size_t end,
                                     char quote) noexcept;

/// What stands between two quotes: escapes decoded, lines folded. Nothing: an escape that YAML does
/// not know.
std::optional<std::string> unquoted(std::string_view inside, char quote);

}  // namespace portreeve::charts
