#pragma once

// A template without its actions: what they leave of the text, with marks where they write.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace portreeve::charts {

inline constexpr char kWritten = '\x01';   ///< An action that writes something.
inline constexpr char kBranched = '\x02';  ///< if, else, end, range …: writes nothing itself.

/// False: a branch, a comment or an assignment, which write nothing themselves.
bool action_writes(std::string_view action) noexcept;

class TemplateHoles {
 public:
  /// Comments and assignments leave nothing, a literal leaves itself, trim markers trim. Nothing: an
  /// action without end.
  static std::optional<TemplateHoles> of(std::string_view source);

  const std::string& text() const noexcept { return text_; }
  /// Where in the source a byte of text() comes from.
  std::size_t source_offset(std::size_t at) const noexcept;

 private:
  void add(std::string_view source, std::string_view piece);
  void add_action(std::string_view action, std::size_t at);

  std::string text_;
  std::vector<std::pair<std::size_t, std::size_t>> runs_;  ///< Text offset, source offset.
};

}  // namespace portreeve::charts
