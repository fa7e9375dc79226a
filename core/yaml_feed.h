#pragma once

#include <cstddef>
#include <streambuf>
#include <string>
#include <string_view>

#include "core/result.h"

namespace portreeve::yaml {

/// Thrown to leave yaml-cpp from inside a callback; never leaves core/yaml.cc.
struct Refusal {
  Error error;
  std::size_t offset;
};

/// Errors: throws a Refusal.
[[noreturn]] void refuse(Errc code, std::size_t offset, std::string message);

/// Refuses text that yaml-cpp and the API server would read differently: bytes that are not UTF-8,
/// a byte order mark, control characters, line breaks other than LF and CRLF.
void check_characters(std::string_view text);

/// Whether a plain null ("~", "null") stands at `at`.
bool null_is_written(std::string_view text, std::size_t at) noexcept;

/// Whether the node at `at` has a tag.
bool has_tag(std::string_view text, std::size_t at) noexcept;

/// Refuses the scalar at `at` when it begins with a quote that is not closed: yaml-cpp takes the
/// end of the text for the closing quote when it stands behind a line break.
void check_quote(std::string_view text, std::size_t at);

/// Refuses the quoted scalar at `at` when blank lines stand before its closing quote: yaml-cpp drops
/// them, go-yaml does not.
void check_quoted_end(std::string_view text, std::size_t at);

/// Refuses the key at `at`, whose text has `size` bytes when it is plain, unless a colon follows:
/// yaml-cpp takes a last line "word" of a block mapping for "word: null".
void check_colon(std::string_view text, std::size_t at, std::size_t size);

/// Feeds a text to yaml-cpp and bounds how far it may read ahead of the events it reports.
/// Borrows the text.
class Feed final : public std::streambuf {
 public:
  explicit Feed(const std::string& text);
  /// An event arrived: what was read so far is no longer pending.
  void event() noexcept { pending_ = unclosed_ = 0; }

 protected:
  std::streamsize xsgetn(char* to, std::streamsize count) override;

 private:
  std::size_t pending_ = 0;   // Flow indicators read since the last event.
  std::size_t unclosed_ = 0;  // Brackets among them that are not closed again.
};

}  // namespace portreeve::yaml
