#include "core/semver.h"

#include "core/semver_scanner.h"

namespace portreeve {

using semver::compare_digits;
using semver::compare_prereleases;
using semver::Scanner;

Result<Version> Version::parse(std::string_view text) {
  Scanner scan{"version", text};
  Version version{std::string(text)};
  PORTREEVE_CHECK(scan.number("the major number"));
  if (!scan.skip('.')) return scan.expected("'.' and the minor number");
  version.minor_ = scan.at;
  PORTREEVE_CHECK(scan.number("the minor number"));
  if (!scan.skip('.')) return scan.expected("'.' and the patch number");
  version.patch_ = scan.at;
  PORTREEVE_CHECK(scan.number("the patch number"));
  version.prerelease_ = version.build_ = text.size() + 1;
  if (scan.skip('-')) {
    version.prerelease_ = scan.at;
    PORTREEVE_CHECK(scan.identifiers(true));
  }
  if (scan.skip('+')) {
    version.build_ = scan.at;
    if (version.prerelease_ > text.size()) version.prerelease_ = scan.at;
    PORTREEVE_CHECK(scan.identifiers(false));
  }
  if (!scan.done()) return scan.expected("'-', '+' or the end");
  return version;
}

std::string_view Version::major() const noexcept {
  return std::string_view(text_).substr(0, minor_ - 1);
}
std::string_view Version::minor() const noexcept {
  return std::string_view(text_).substr(minor_, patch_ - 1 - minor_);
}
std::string_view Version::patch() const noexcept {
  return std::string_view(text_).substr(patch_, prerelease_ - 1 - patch_);
}
std::string_view Version::prerelease() const noexcept {
  if (prerelease_ >= build_) return {};
  return std::string_view(text_).substr(prerelease_, build_ - 1 - prerelease_);
}
std::string_view Version::build() const noexcept {
  if (build_ > text_.size()) return {};
  return std::string_view(text_).substr(build_);
}

int compare(const Version& a, const Version& b) noexcept {
  if (const int order = compare_digits(a.major(), b.major()); order != 0) return order;
  if (const int order = compare_digits(a.minor(), b.minor()); order != 0) return order;
  if (const int order = compare_digits(a.patch(), b.patch()); order != 0) return order;
  return compare_prereleases(a.prerelease(), b.prerelease());
}

}  // namespace portreeve
