#pragma once

#include <cstdint>
#include <string_view>

namespace portreeve::sbom {

/// What a document says about one thing. "Nothing there", "there is none" and "I do not claim to
/// know" are three answers; no reader and no rule may turn one into another.
enum class Stated : std::uint8_t {
  absent,        ///< The field is not there.
  none,          ///< SPDX NONE: the author says that there is none.
  no_assertion,  ///< SPDX NOASSERTION, CycloneDX "unknown": the author does not say.
  value,
};

/// A stated text. Borrows from the bytes or the pool of its Document; 16 bytes, copied freely.
class Text {
 public:
  Text() = default;
  /// A value, possibly empty. REQUIRES: fewer than 2^32 bytes.
  explicit Text(std::string_view text) noexcept
      : data_(text.data()), size_(static_cast<std::uint32_t>(text.size())), state_(Stated::value) {}
  /// NONE or NOASSERTION as written.
  Text(Stated state, std::string_view text) noexcept
      : data_(text.data()), size_(static_cast<std::uint32_t>(text.size())), state_(state) {}

  Stated state() const noexcept { return state_; }
  bool absent() const noexcept { return state_ == Stated::absent; }
  bool has_value() const noexcept { return state_ == Stated::value; }
  /// The value; empty for anything else. An empty value and an absent one differ: has_value().
  std::string_view view() const noexcept { return has_value() ? written() : std::string_view(); }
  /// The bytes as they stand in the document, "NONE" and "NOASSERTION" included.
  std::string_view written() const noexcept { return {data_, size_}; }

 private:
  const char* data_ = nullptr;
  std::uint32_t size_ = 0;
  Stated state_ = Stated::absent;
};
static_assert(sizeof(Text) == 16);

}  // namespace portreeve::sbom
