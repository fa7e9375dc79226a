#include "sbom/inventory.h"

#include <algorithm>

#include "core/digest.h"
#include "core/utf8.h"

namespace portreeve::sbom {
namespace {

constexpr std::size_t kMostDigests = 4096;
constexpr std::size_t kLabelBytes = 160;

}  // namespace

std::string digest_text(const Hash& hash) {
  if (hash.algorithm != HashAlgorithm::sha256) return {};
  std::string hex(hash.value.view());
  for (char& c : hex) {
    if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
  }
  const Result<Digest> digest = Digest::parse("sha256:" + hex);
  return digest.ok() ? digest.value().text() : std::string();
}

void Inventory::read_purls() {
  const Document& document = *document_;
  first_purl_.reserve(document.components.size() + 1);
  for (std::uint32_t i = 0; i < document.components.size(); ++i) {
    first_purl_.push_back(static_cast<std::uint32_t>(purls_.size()));
    const Component& component = document.components[i];
    if (component.element != Element::file && !component.external) packages_.push_back(i);
    for (const Identifier& identifier : document.identifiers_of(component)) {
      if (identifier.kind != IdentifierKind::purl || !identifier.text.has_value()) continue;
      InventoryPurl row{i, identifier.text.view(), std::nullopt, {}};
      Result<PurlReading> read = read_purl(row.written);
      if (read.ok()) {
        row.purl = std::move(read.value().purl);
        if (!read.value().repairs.empty()) row.fault = read.value().repairs.front();
      } else {
        row.fault = read.error().message;
      }
      purls_.push_back(std::move(row));
    }
  }
  first_purl_.push_back(static_cast<std::uint32_t>(purls_.size()));
}

void Inventory::collect_digests() {
  for (const InventoryPurl& row : purls_) {
    if (!row.purl || digests_.size() >= kMostDigests) continue;
    if (const Result<Digest> digest = Digest::parse(row.purl->version); digest.ok()) {
      digests_.push_back({row.purl->text(), digest.value().text()});
    }
    for (const Hash& hash : document_->hashes_of(document_->components[row.component])) {
      std::string text = digest_text(hash);
      if (!text.empty()) digests_.push_back({row.purl->text(), std::move(text)});
    }
  }
  const auto less = [](const Named& a, const Named& b) {
    return a.purl != b.purl ? a.purl < b.purl : a.digest < b.digest;
  };
  std::sort(digests_.begin(), digests_.end(), less);
  digests_.erase(std::unique(digests_.begin(), digests_.end(),
                             [](const Named& a, const Named& b) {
                               return a.purl == b.purl && a.digest == b.digest;
                             }),
                 digests_.end());
}

std::shared_ptr<const Inventory> Inventory::make(DocumentPtr document) {
  std::shared_ptr<Inventory> out(new Inventory);
  out->document_ = std::move(document);
  out->read_purls();
  out->collect_digests();
  return out;
}

std::span<const InventoryPurl> Inventory::purls_of(std::uint32_t component) const noexcept {
  if (component + 1 >= first_purl_.size()) return {};
  return {purls_.data() + first_purl_[component],
          first_purl_[component + 1] - first_purl_[component]};
}

bool Inventory::is_primary(std::uint32_t component) const noexcept {
  return document_->components[component].primary;
}

std::string_view Inventory::version_of(std::uint32_t component) const noexcept {
  const Text& version = document_->components[component].version;
  if (version.has_value() && !version.view().empty()) return version.view();
  for (const InventoryPurl& row : purls_of(component)) {
    if (row.purl && !row.purl->version.empty()) return row.purl->version;
  }
  return {};
}

std::string Inventory::identity(std::uint32_t component) const {
  for (const InventoryPurl& row : purls_of(component)) {
    if (!row.purl) continue;
    Purl key;
    key.type = row.purl->type;
    key.namespace_ = row.purl->namespace_;
    key.name = row.purl->name;
    key.version =
        row.purl->version.empty() ? std::string(version_of(component)) : row.purl->version;
    return key.text();
  }
  const Component& row = document_->components[component];
  return std::string(to_string(row.kind)) + "\n" + std::string(row.group.view()) + "\n" +
         std::string(row.name.view()) + "\n" + std::string(row.version.view());
}

std::string Inventory::label(std::uint32_t component) const {
  const Component& row = document_->components[component];
  std::string out(row.name.view());
  if (!row.group.view().empty()) out = std::string(row.group.view()) + "/" + out;
  if (out.empty()) out = std::string(row.ref.view());
  if (out.empty()) out = "(without a name)";
  const std::string_view version = version_of(component);
  if (!version.empty()) out += " " + std::string(version);
  return utf8::printable(out, kLabelBytes);
}

std::size_t Inventory::footprint() const noexcept {
  std::size_t out = document_->footprint() + purls_.size() * (sizeof(InventoryPurl) + 64) +
                    (first_purl_.size() + packages_.size()) * sizeof(std::uint32_t);
  return out + digests_.size() * 192;
}

}  // namespace portreeve::sbom
