#include "sbom/graph.h"

#include <algorithm>

namespace portreeve::sbom {
namespace {

/// Rows of edges by their `from`: first index of each component, and the targets.
struct Adjacency {
  std::vector<std::uint32_t> first;
  std::vector<std::uint32_t> to;
};

bool leads_on(EdgeKind kind) noexcept {
  return kind == EdgeKind::depends_on || kind == EdgeKind::contains ||
         kind == EdgeKind::generates || kind == EdgeKind::provides;
}

template <class Take>
Adjacency adjacency(const Document& document, bool parents, const Take& take) {
  const std::size_t size = document.components.size();
  Adjacency out;
  out.first.assign(size + 1, 0);
  const auto each = [&](const auto& visit) {
    for (const Edge& edge : document.edges) {
      if (edge.from < size && edge.to < size && take(edge)) visit(edge.from, edge.to);
    }
    if (!parents) return;
    for (std::uint32_t i = 0; i < size; ++i) {
      const std::uint32_t parent = document.components[i].parent;
      if (parent < size) visit(parent, i);
    }
  };
  each([&](std::uint32_t from, std::uint32_t) { ++out.first[from + 1]; });
  for (std::size_t i = 1; i <= size; ++i) out.first[i] += out.first[i - 1];
  out.to.resize(out.first[size]);
  std::vector<std::uint32_t> next(out.first.begin(), out.first.end() - 1);
  each([&](std::uint32_t from, std::uint32_t to) { out.to[next[from]++] = to; });
  return out;
}

void measure_depth(const Document& document, const Adjacency& edges, Graph& out) {
  out.depth.assign(document.components.size(), Graph::kUnreached);
  std::vector<std::uint32_t> queue;
  for (const std::uint32_t primary : document.primary) {
    if (primary >= out.depth.size() || out.depth[primary] == 0) continue;
    out.depth[primary] = 0;
    queue.push_back(primary);
  }
  for (std::size_t at = 0; at < queue.size(); ++at) {
    const std::uint32_t from = queue[at];
    for (std::uint32_t i = edges.first[from]; i < edges.first[from + 1]; ++i) {
      const std::uint32_t to = edges.to[i];
      if (out.depth[to] != Graph::kUnreached) continue;
      out.depth[to] = out.depth[from] + 1;
      out.deepest = std::max(out.deepest, out.depth[to]);
      if (out.depth[to] == 1) out.direct.push_back(to);
      queue.push_back(to);
    }
  }
}

/// Depth-first with an explicit stack; the first edge back into the path closes the cycle.
std::vector<std::uint32_t> find_cycle(const Adjacency& edges) {
  enum : std::uint8_t { fresh, open, done };
  const std::size_t size = edges.first.size() - 1;
  std::vector<std::uint8_t> state(size, fresh);
  std::vector<std::uint32_t> next(edges.first.begin(), edges.first.end() - 1);
  std::vector<std::uint32_t> path;
  for (std::uint32_t start = 0; start < size; ++start) {
    if (state[start] != fresh) continue;
    path.push_back(start);
    state[start] = open;
    while (!path.empty()) {
      const std::uint32_t at = path.back();
      if (next[at] == edges.first[at + 1]) {
        state[at] = done;
        path.pop_back();
        continue;
      }
      const std::uint32_t to = edges.to[next[at]++];
      if (state[to] == open) {
        path.erase(path.begin(), std::find(path.begin(), path.end(), to));
        return path;
      }
      if (state[to] == done) continue;
      state[to] = open;
      path.push_back(to);
    }
  }
  return {};
}

}  // namespace

Graph Graph::of(const Document& document) {
  Graph out;
  measure_depth(document,
                adjacency(document, true, [](const Edge& edge) { return leads_on(edge.kind); }),
                out);
  for (std::uint32_t i = 0; i < document.components.size(); ++i) {
    const Component& component = document.components[i];
    if (component.element == Element::file || component.external) continue;
    if (out.depth[i] == kUnreached) out.orphans.push_back(i);
    if (component.dependencies == Dependencies::unknown) out.undeclared.push_back(i);
  }
  out.cycle = find_cycle(adjacency(
      document, false, [](const Edge& edge) { return edge.kind == EdgeKind::depends_on; }));
  for (const LooseEnd& end : document.loose_ends) {
    ++(end.reason == LooseReason::dangling ? out.dangling : out.external);
  }
  return out;
}

}  // namespace portreeve::sbom
