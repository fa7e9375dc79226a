#pragma once

// What SPDX 2.2 and 2.3 mean, whichever way they are written: JSON and tag-value share it.

#include <string>
#include <string_view>
#include <vector>

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
  /// SPDX 2.3 §6.2: CC0-1.0, nothing else.
  void check_data_licence(std::uint32_t at);
  /// Keeps a custom licence; its id must be a LicenseRef- of its own.
  void licence_text(const LicenceText& row, std::uint32_t at);
  /// Keeps an annotation; who, when and what must be there. Errors: malformed.
  Outcome annotation(const Annotation& row, std::uint32_t at);
  /// `documents`: the DocumentRef- that the document declares.
  Result<DocumentPtr> finish(std::vector<std::string_view> documents);

 private:
  void check_licence_ids();
  void check_documents(std::vector<std::string_view> documents);
  Draft& draft_;
  bool is_2_2_ = false;
};

}  // namespace portreeve::sbom
