#pragma once

// Licences of SPDX 3: elements of their own, written here as one expression each.

#include <map>
#include <string>
#include <string_view>

#include "sbom/draft.h"
#include "sbom/spdx3_item.h"

namespace portreeve::sbom {

class Spdx3Licences {
 public:
  /// Whether the element is a licence (simplelicensing_*, expandedlicensing_*).
  bool take(const Spdx3Item& item);
  /// Custom licences become licence texts.
  void finish(Draft& draft);
  /// The expression for `ref`; false: there is no such licence. At most 64 KiB and 32 levels, and
  /// 16 MiB in one document; beyond that what is deeper, or further, reads NOASSERTION: never a
  /// smaller set of licences.
  bool text(std::string_view ref, Draft& draft, Text& out);

 private:
  struct Row {
    std::string_view type;
    Text expression, name, full_text;
    std::string_view subject, addition;
    std::vector<std::string_view> members;
  };
  bool render(std::string_view ref, int depth, std::string& out) const;

  std::map<std::string_view, Row> rows_;
  std::map<std::string_view, Text> known_;  ///< What was asked for already.
  std::size_t written_ = 0;                 ///< Bytes of all expressions.
};

}  // namespace portreeve::sbom
