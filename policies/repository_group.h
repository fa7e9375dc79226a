#pragma once

#include <string_view>

namespace portreeve::policies {

/// The group of what a repository holds besides Kubernetes objects. Its kinds are made by `guard`; no
/// API server ever sends one.
inline constexpr std::string_view kRepositoryGroup = "portreeve.openova.io";

}  // namespace portreeve::policies
