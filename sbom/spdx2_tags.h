#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace portreeve::sbom {

/// A tag of SPDX 2.3 tag-value: where it may stand, and whether an element has it once at most.
struct Spdx2Tag {
  enum class Section : std::uint8_t { document, package, file, snippet, licence, any };
  std::string_view name;
  Section section;
  bool once;
};
inline constexpr std::size_t kSpdx2Tags = 80;

/// Its row, below kSpdx2Tags; nullptr: no tag of SPDX 2.
const Spdx2Tag* spdx2_tag(std::string_view name) noexcept;
std::size_t spdx2_tag_index(const Spdx2Tag& tag) noexcept;
/// The tag that differs from `name` in case only; nullptr: none does.
const Spdx2Tag* spdx2_tag_but_case(std::string_view name) noexcept;

}  // namespace portreeve::sbom
