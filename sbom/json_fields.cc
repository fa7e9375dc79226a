#include "sbom/json_fields.h"

#include <algorithm>

#include "sbom/spdx_words.h"

namespace portreeve::sbom {

bool JsonFields::stated_text(Text& out, std::size_t most) {
  std::string_view view;
  if (!kept(view, most)) return false;
  out = stated(view);
  return true;
}

bool JsonFields::reference(std::string_view& out) {
  const std::uint32_t at = cursor_.at();
  if (!kept(out)) return false;
  const bool control = std::any_of(out.begin(), out.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
  });
  if (control) return cursor_.fail(at, "control character in an identifier: " + quoted(out));
  return !out.empty() || cursor_.fail(at, "empty identifier");
}

bool JsonFields::too_long(std::uint32_t at, std::size_t size, std::size_t most) {
  return cursor_.fail(
      at, "text of " + std::to_string(size) + " bytes, limit is " + std::to_string(most),
      Errc::limit);
}

bool JsonFields::memory() {
  return cursor_.fail(cursor_.at(), "no memory left for this document", Errc::limit);
}

bool JsonFields::expected(std::uint32_t at, std::string_view what, std::string_view wanted,
                          std::string_view found) {
  return cursor_.fail(
      at, std::string(what) + ": expected " + std::string(wanted) + ", found " + quoted(found));
}

bool JsonFields::unknown_member(std::string_view key) {
  for (const std::string_view claim : {"spdxVersion", "@context", "bomFormat", "artifacts"}) {
    if (key == claim) {
      return cursor_.fail(
          cursor_.at(), "a document of two formats: " + quoted(key) + " is no member of this one");
    }
  }
  return cursor_.skip();
}

bool JsonFields::missing(std::uint32_t at, std::string_view what, std::string_view field) {
  return cursor_.fail(at, std::string(what) + " without \"" + std::string(field) + "\"");
}

}  // namespace portreeve::sbom
