#pragma once

#include <cstdint>
#include <vector>

#include "sbom/model.h"

namespace portreeve::sbom {

/// What the edges of a document come to, seen from what it is about. Iterative: depth of input is
/// no depth of ours; linear in components and edges.
struct Graph {
  static constexpr std::uint32_t kUnreached = 0xFFFFFFFFU;
  /// Shortest way from a primary component along depends-on, contains, generates and provides.
  std::vector<std::uint32_t> depth;  ///< By component.
  std::uint32_t deepest = 0;
  std::vector<std::uint32_t> orphans;     ///< Packages that no way leads to.
  std::vector<std::uint32_t> direct;      ///< What the primary components depend on or contain.
  std::vector<std::uint32_t> cycle;       ///< One cycle of depends-on, in order; empty: none.
  std::vector<std::uint32_t> undeclared;  ///< Packages whose dependencies nobody states.
  std::uint32_t dangling = 0;             ///< Ends that name nothing in the document.
  std::uint32_t external = 0;             ///< Ends that name another document.

  static Graph of(const Document& document);
};

}  // namespace portreeve::sbom
