#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace portreeve::utf8 {

inline constexpr std::size_t kValid = static_cast<std::size_t>(-1);

/// Offset of the first byte that does not belong to well-formed UTF-8 (RFC 3629: no surrogates, no
/// overlong forms, nothing above U+10FFFF), or kValid.
std::size_t first_invalid(std::string_view text) noexcept;

bool is_ascii(std::string_view text) noexcept;

/// Length (1–4) of the well-formed sequence at `at`, or 0. REQUIRES: at < text.size().
std::size_t sequence_length(std::string_view text, std::size_t at) noexcept;

/// The code point of the sequence at `at`. REQUIRES: sequence_length(text, at) == length > 0.
char32_t decode(std::string_view text, std::size_t at, std::size_t length) noexcept;

void append(std::string& out, char32_t code_point);

/// Untrusted text made fit for a terminal, a log or a message: control characters (C0, C1, DEL),
/// bidirectional controls, line separators and other invisible format characters become \u{XXXX},
/// bad UTF-8 becomes \u{FFFD}; cut to at most `max_bytes` with "…" at the end, never inside a
/// character.
std::string printable(std::string_view text, std::size_t max_bytes);

/// Number of code points. REQUIRES: valid UTF-8.
std::size_t length(std::string_view text) noexcept;

}  // namespace portreeve::utf8
