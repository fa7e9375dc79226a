#include "sbom/package_pattern.h"

#include <vector>

#include "core/utf8.h"
#include "sbom/version_order.h"

namespace portreeve::sbom {
namespace {

Error misconfigured(std::string message) { return {Errc::misconfigured, std::move(message)}; }

bool hex64(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

/// The eleven attributes of a CPE 2.3 formatted string (NISTIR 7695 §6.2); empty if it is none.
std::vector<std::string> cpe_parts(std::string_view text) {
  if (text.substr(0, 8) != "cpe:2.3:") return {};
  std::vector<std::string> out(1);
  for (std::size_t i = 8; i < text.size(); ++i) {
    if (text[i] == ':') {
      out.emplace_back();
      continue;
    }
    char c = text[i];
    out.back() += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if (c == '\\' && i + 1 < text.size()) out.back() += text[++i];
  }
  if (out.size() != 11) out.clear();
  return out;
}

}  // namespace

Result<PackagePattern> PackagePattern::compile(Parts parts) {
  PackagePattern out;
  if (parts.purl.empty() && parts.name.empty() && parts.cpe.empty() && parts.sha256.empty()) {
    return misconfigured("expected one of purl, name, cpe, sha256");
  }
  if (!parts.purl.empty()) {
    const Result<PurlReading> read = read_purl(parts.purl);
    if (!read.ok()) return misconfigured(read.error().message);
    const Purl& purl = read.value().purl;
    if (!purl.version.empty() || !purl.subpath.empty()) {
      return misconfigured("purl: write the version under versions, and no subpath");
    }
    out.type_ = purl.type;
    out.qualifiers_ = purl.qualifiers;
    Result<Glob> glob =
        Glob::compile(purl.namespace_.empty() ? purl.name : purl.namespace_ + "/" + purl.name);
    if (!glob.ok()) return misconfigured("purl: " + glob.error().message);
    out.path_ = std::move(glob).value();
  }
  if (parts.versions.substr(0, 5) == "vers:") {
    Result<Vers> range = Vers::parse(parts.versions);
    if (!range.ok()) return misconfigured(range.error().message);
    out.versions_ = std::move(range).value();
  } else {
    out.version_ = parts.versions;
  }
  if (!parts.name.empty()) {
    Result<Pattern> name = Pattern::compile(parts.name);
    if (!name.ok()) return misconfigured(name.error().message);
    out.name_ = std::move(name).value();
  }
  if (!parts.cpe.empty() && cpe_parts(parts.cpe).empty()) {
    return misconfigured("cpe: expected a CPE 2.3 formatted string with eleven parts");
  }
  if (!parts.sha256.empty() && !hex64(parts.sha256)) {
    return misconfigured("sha256: expected 64 hexadecimal digits in lower case");
  }
  out.parts_ = std::move(parts);
  return out;
}

bool PackagePattern::purl_matches(const Purl& purl) const {
  if (purl.type != type_) return false;
  for (const auto& [key, value] : qualifiers_) {
    const auto found = purl.qualifiers.find(key);
    if (found == purl.qualifiers.end() || found->second != value) return false;
  }
  return path_->matches(purl.namespace_.empty() ? purl.name : purl.namespace_ + "/" + purl.name);
}

std::optional<bool> PackagePattern::version_matches(std::string_view purl_type,
                                                    std::string_view version) const {
  if (!versions_ && version_.empty()) return true;
  if (version.empty()) return std::nullopt;
  if (versions_) return versions_->contains(version);
  if (version == version_) return true;
  const auto order = compare_versions(version_scheme_of(purl_type), version, version_);
  return order ? std::optional<bool>(*order == 0) : std::optional<bool>(false);
}

std::optional<bool> PackagePattern::any_purl(const Inventory& inventory,
                                             std::uint32_t component) const {
  std::optional<bool> out = false;
  for (const InventoryPurl& row : inventory.purls_of(component)) {
    if (!row.purl || !purl_matches(*row.purl)) continue;
    // A purl without a version has the component's (sbom.md §2.6).
    const std::string_view version =
        row.purl->version.empty() ? inventory.version_of(component) : row.purl->version;
    const auto in = version_matches(row.purl->type, version);
    if (in == true) return true;
    if (!in) out = std::nullopt;
  }
  return out;
}

bool PackagePattern::cpe_matches(std::string_view cpe) const {
  const auto ours = cpe_parts(parts_.cpe), theirs = cpe_parts(cpe);
  if (theirs.empty()) return false;
  for (std::size_t i = 0; i < ours.size(); ++i) {
    if (ours[i] != "*" && theirs[i] != "*" && ours[i] != theirs[i]) return false;
  }
  return true;
}

std::optional<bool> PackagePattern::matches(const Inventory& inventory,
                                            std::uint32_t component) const {
  const Document& document = inventory.document();
  const Component& row = document.components[component];
  if (name_ && !name_->matches(row.name.view())) return false;
  if (!parts_.cpe.empty()) {
    bool met = false;
    for (const Identifier& identifier : document.identifiers_of(row)) {
      met =
          met || (identifier.kind == IdentifierKind::cpe23 && cpe_matches(identifier.text.view()));
    }
    if (!met) return false;
  }
  if (!parts_.sha256.empty()) {
    bool met = false;
    for (const Hash& hash : document.hashes_of(row)) {
      met = met || digest_text(hash) == "sha256:" + parts_.sha256;
    }
    if (!met) return false;
  }
  if (path_) return any_purl(inventory, component);
  const auto purls = inventory.purls_of(component);
  const std::string_view type =
      !purls.empty() && purls.front().purl ? purls.front().purl->type : std::string_view("generic");
  return version_matches(type, inventory.version_of(component));
}

std::string PackagePattern::text() const {
  std::string out = parts_.purl;
  if (!parts_.name.empty()) out += (out.empty() ? "" : " ") + std::string("name ") + parts_.name;
  if (!parts_.cpe.empty()) out += (out.empty() ? "" : " ") + parts_.cpe;
  if (!parts_.sha256.empty()) out += (out.empty() ? "sha256 " : " sha256 ") + parts_.sha256;
  if (!parts_.versions.empty()) out += " " + parts_.versions;
  return utf8::printable(out, 256);
}

}  // namespace portreeve::sbom
