#pragma once

// What SPDX 2.2 and 2.3 mean, whichever way they are written: JSON and tag-value share it.

#include <string>
#include <string_view>

#include "core/result.h"
#include "sbom/draft.h"
#include "sbom/spdx_words.h"

namespace portreeve::sbom {

inline constexpr std::string_view kSpdx2Document = "SPDXRef-DOCUMENT";

class Spdx2 {
 public:
  explicit Spdx2(Draft& draft) : draft_(draft) {}

  /// "SPDX-2.2", "SPDX-2.3". Errors: unsupported.
  Outcome version(std::string_view text);
  bool is_2_2() const noexcept { return is_2_2_; }
  /// creators[]: one person, organization or tool. Errors: malformed.
  Outcome creator(std::string_view text);
  /// supplier, originator: NOASSERTION, or an agent. Errors: malformed.
  Outcome agent(std::string_view text, Range& range);
  /// `from` TYPE `to`; keeps the views. Errors: malformed.
  Outcome relationship(std::string_view from, std::string_view type, std::string_view to,
                       std::uint32_t at);
  Outcome checksum(Component& component, std::string_view algorithm, std::string_view value,
                   std::uint32_t at);
  void check_id(std::string_view id, std::uint32_t at);
  /// What only 2.2 demands of a package or file.
  void check_2_2(const Component& component, std::uint32_t index);
  Result<DocumentPtr> finish();

 private:
  Draft& draft_;
  bool is_2_2_ = false;
};

}  // namespace portreeve::sbom
