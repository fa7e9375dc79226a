#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace portreeve::sbom {

/// Which of two versions is older, as the ecosystem itself decides: <0, 0, >0. Nothing when the
/// scheme is not known or a version is none of that scheme: that is no "equal" and no "older".
/// Equal texts are equal in every scheme. Linear in the length of the texts; pure.
std::optional<int> compare_versions(std::string_view scheme, std::string_view a,
                                    std::string_view b);

/// The schemes that compare_versions knows, sorted; docs/sbom.md lists them.
const std::vector<std::string_view>& version_schemes();

inline constexpr std::size_t kVersionBytes = 1024;

// One function per family of schemes (version_order_*.cc). Each refuses what is no version.
using VersionOrder = std::optional<int> (*)(std::string_view, std::string_view);
std::optional<int> order_semver(std::string_view a, std::string_view b);
std::optional<int> order_nuget(std::string_view a, std::string_view b);
std::optional<int> order_pypi(std::string_view a, std::string_view b);
std::optional<int> order_maven(std::string_view a, std::string_view b);
std::optional<int> order_gem(std::string_view a, std::string_view b);
std::optional<int> order_deb(std::string_view a, std::string_view b);
std::optional<int> order_rpm(std::string_view a, std::string_view b);
std::optional<int> order_alpm(std::string_view a, std::string_view b);
std::optional<int> order_apk(std::string_view a, std::string_view b);
std::optional<int> order_gentoo(std::string_view a, std::string_view b);
std::optional<int> order_conan(std::string_view a, std::string_view b);
std::optional<int> order_openssl(std::string_view a, std::string_view b);
std::optional<int> order_datetime(std::string_view a, std::string_view b);
std::optional<int> order_lexicographic(std::string_view a, std::string_view b);
std::optional<int> order_dotted_numbers(std::string_view a, std::string_view b);
std::optional<int> order_generic(std::string_view a, std::string_view b);

/// Digits as numbers of any length: leading zeros do not count.
int compare_numbers(std::string_view a, std::string_view b) noexcept;
inline int sign(int value) noexcept { return value < 0 ? -1 : value > 0 ? 1 : 0; }
inline bool is_version_digit(char c) noexcept { return c >= '0' && c <= '9'; }
inline bool is_version_letter(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool all_digits(std::string_view text) noexcept;  ///< At least one, and nothing else.
std::vector<std::string_view> split_version(std::string_view text, char at);

}  // namespace portreeve::sbom
