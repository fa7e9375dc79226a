// check `repository-cycles`: no chain of dependencies comes back to where it began. Each cycle is
// said once, at the dependency that closes it.

#include <map>
#include <memory>

#include "core/limits.h"
#include "core/utf8.h"
#include "policies/checks/repository_entries.h"

namespace portreeve::policies {
namespace {

struct Edge {
  Value where;
  std::size_t to = 0;
};
struct Node {
  std::string name;
  std::string subject;
  std::vector<Edge> edges;
  enum class Mark { fresh, open, done } mark = Mark::fresh;
};

struct CyclesCheck {
  Path in;
  EntryPath name;
  EntryPath depends;
  EntryPath to;
  std::string prefix;

  std::vector<Node> graph(const Scope& scope) const {
    std::vector<Node> nodes;
    std::vector<Value> entries;
    std::map<std::string, std::size_t, std::less<>> by_name;
    for (const Value entry : in.one(scope)) {
      const Value own = name.of(entry);
      if (!own.is_string()) continue;
      const std::string bare(without_prefix(own.text(), prefix));
      if (!by_name.emplace(bare, nodes.size()).second) continue;
      nodes.push_back({std::string(own.text()), std::string(entry["subject"].text()), {}});
      entries.push_back(entry);
    }
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      for (const Value dependency : depends.of(entries[i])) {
        const Value target = dependency.is_string() ? dependency : to.of(dependency);
        if (!target.is_string()) continue;
        const auto at = by_name.find(without_prefix(target.text(), prefix));
        // One on itself is told by the Blueprint's own rule.
        if (at != by_name.end() && at->second != i) nodes[i].edges.push_back({target, at->second});
      }
    }
    return nodes;
  }

  static void say(const std::vector<Node>& nodes, const std::vector<std::size_t>& way,
                  std::size_t begin, const Value& where, Judgements& out) {
    std::string chain;
    for (std::size_t i = begin; i < way.size(); ++i) chain += nodes[way[i]].name + " → ";
    chain += nodes[way[begin]].name;
    Judgement judgement;
    judgement.anchor = where;
    judgement.subject = nodes[way.back()].subject;
    judgement.expected = "dependencies without a cycle";
    judgement.found = utf8::printable(chain, limits::kQuotedBytes);
    out.push_back(std::move(judgement));
  }

  // Depth first with a stack of its own: names come from outside, and so does the depth.
  void judge(const Scope& scope, Judgements& out) const {
    std::vector<Node> nodes = graph(scope);
    for (std::size_t root = 0; root < nodes.size(); ++root) {
      if (nodes[root].mark != Node::Mark::fresh) continue;
      std::vector<std::size_t> way = {root};
      std::vector<std::size_t> next = {0};
      nodes[root].mark = Node::Mark::open;
      while (!way.empty()) {
        Node& node = nodes[way.back()];
        if (next.back() == node.edges.size()) {
          node.mark = Node::Mark::done;
          way.pop_back();
          next.pop_back();
          continue;
        }
        const Edge edge = node.edges[next.back()++];
        if (nodes[edge.to].mark == Node::Mark::open) {
          std::size_t begin = 0;
          while (way[begin] != edge.to) ++begin;
          say(nodes, way, begin, edge.where, out);
        } else if (nodes[edge.to].mark == Node::Mark::fresh) {
          nodes[edge.to].mark = Node::Mark::open;
          way.push_back(edge.to);
          next.push_back(0);
        }
      }
    }
  }
};

}  // namespace

Result<CompiledCheck> compile_repository_cycles(Fields& with, const DataSet&) {
  auto check = std::make_shared<CyclesCheck>();
  PORTREEVE_TRY(check->in, need_path(with, "in"));
  PORTREEVE_TRY(check->name, EntryPath::read(with, "name", true));
  PORTREEVE_TRY(check->depends, EntryPath::read(with, "depends", true));
  PORTREEVE_TRY(check->to, EntryPath::read(with, "to", true));
  PORTREEVE_TRY(check->prefix, with.maybe_text("prefix"));
  PORTREEVE_CHECK(with.finish());
  if (check->in.many()) return with.error(with.object()["in"], "expected a path without wildcards");
  const std::shared_ptr<const CyclesCheck> shared = std::move(check);
  return CompiledCheck{[shared](const Scope& scope, Judgements& out) { shared->judge(scope, out); },
                       {}};
}

}  // namespace portreeve::policies
