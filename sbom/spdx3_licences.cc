#include "sbom/spdx3_licences.h"

#include "sbom/spdx_words.h"

namespace portreeve::sbom {
namespace {

constexpr int kMostDepth = 32;
constexpr std::size_t kMostBytes = 64 * 1024;
// Sets that hold sets name much with few bytes: 25 MB of them became 3 GiB of expressions.
constexpr std::size_t kMostOfAll = 16 * 1024 * 1024;

// "https://spdx.org/licenses/MIT" and "…#LicenseRef-1" end in the name that an expression uses.
std::string_view last_part(std::string_view ref) noexcept {
  return ref.substr(ref.find_last_of("/#") + 1);
}

bool names_listed(std::string_view ref) noexcept {
  return ref.find("spdx.org/licenses/") != std::string_view::npos;
}

}  // namespace

bool Spdx3Licences::take(const Spdx3Item& item) {
  constexpr std::string_view kSimple = "simplelicensing_";
  constexpr std::string_view kExpanded = "expandedlicensing_";
  if (item.type.substr(0, kSimple.size()) != kSimple &&
      item.type.substr(0, kExpanded.size()) != kExpanded) {
    return false;
  }
  rows_.emplace(item.id, Row{item.type.substr(item.type.find('_') + 1), item.expression, item.name,
                             item.licence_text, item.subject, item.addition, item.members});
  return true;
}

void Spdx3Licences::finish(Draft& draft) {
  for (const auto& [id, row] : rows_) {
    if (row.type == "CustomLicense" || row.type == "SimpleLicensingText") {
      draft.document().licence_texts.push_back({Text(last_part(id)), row.name, row.full_text});
    }
  }
}

bool Spdx3Licences::text(std::string_view ref, Draft& draft, Text& out) {
  if (const auto known = known_.find(ref); known != known_.end()) return out = known->second, true;
  std::string expression;
  if (written_ > kMostOfAll && rows_.find(ref) != rows_.end()) {
    expression = "NOASSERTION";
  } else if (!render(ref, 0, expression)) {
    return false;
  }
  written_ += expression.size();
  out = stated(draft.keep(expression));
  known_.emplace(ref, out);
  return true;
}

bool Spdx3Licences::render(std::string_view ref, int depth, std::string& out) const {
  if (depth > kMostDepth || out.size() > kMostBytes) return out += "NOASSERTION", true;
  const auto found = rows_.find(ref);
  if (found == rows_.end()) {
    if (last_part(ref).find("NoneLicense") != std::string_view::npos) return out += "NONE", true;
    if (last_part(ref).find("NoAssertionLicense") != std::string_view::npos)
      return out += "NOASSERTION", true;
    if (!names_listed(ref)) return false;
    out += last_part(ref);
    return true;
  }
  const Row& row = found->second;
  if (!row.expression.absent()) return out += row.expression.written(), true;
  if (row.type == "ConjunctiveLicenseSet" || row.type == "DisjunctiveLicenseSet") {
    const std::string_view between = row.type[0] == 'C' ? " AND " : " OR ";
    if (row.members.empty()) return out += "NOASSERTION", true;
    out += '(';
    for (std::size_t i = 0; i < row.members.size(); ++i) {
      if (i > 0) out += between;
      if (!render(row.members[i], depth + 1, out)) return false;
    }
    out += ')';
    return true;
  }
  if (row.type == "OrLaterOperator")
    return render(row.subject, depth + 1, out) && (out += '+', true);
  if (row.type == "WithAdditionOperator") {
    if (!render(row.subject, depth + 1, out)) return false;
    out += " WITH ";
    return render(row.addition, depth + 1, out);
  }
  if (row.type == "NoneLicense") return out += "NONE", true;
  if (row.type == "NoAssertionLicense") return out += "NOASSERTION", true;
  out += last_part(ref);
  return true;
}

}  // namespace portreeve::sbom
