#include "sbom/licence_expression.h"

#include <algorithm>

#include "core/utf8.h"
#include "sbom/licence_parser.h"

namespace portreeve::sbom {
namespace {

constexpr std::string_view kOrLater = "-or-later";

/// Appends the text of what follows in the order of precedence: WITH, AND, OR.
struct Frame {
  std::size_t node;
  int step = 0;
  bool parentheses = false;
};

}  // namespace

Result<LicenceExpression> LicenceExpression::parse(std::string_view text, LicenceGrammar grammar) {
  if (text.size() > kLicenceBytes) {
    return Error{Errc::limit, "licence expression: " + std::to_string(text.size()) +
                                  " bytes, limit is " + std::to_string(kLicenceBytes)};
  }
  Result<LicenceExpression> out = LicenceParser(text, grammar).parse();
  if (out.ok()) return out;
  return with_context(std::move(out).error(),
                      "licence expression \"" + utf8::printable(text, 128) + "\"");
}

LicenceExpression LicenceExpression::free_text(std::string_view text) {
  LicenceExpression out;
  LicenceLeaf leaf;
  leaf.kind = LicenceLeaf::Kind::free_text;
  leaf.id = text.substr(0, 1024);
  leaf.written = leaf.id;
  out.leaves_.push_back(std::move(leaf));
  out.nodes_.push_back({});
  return out;
}

LicenceExpression LicenceExpression::read(std::string_view text) {
  Result<LicenceExpression> out = parse(text, LicenceGrammar::lenient);
  return out.ok() ? std::move(out).value() : free_text(text);
}

LicenceExpression LicenceExpression::join(std::vector<LicenceExpression> parts, Node::Op op) {
  LicenceExpression out;
  std::size_t previous = 0;
  for (const LicenceExpression& part : parts) {
    const std::size_t first_node = out.nodes_.size(), first_leaf = out.leaves_.size();
    for (Node node : part.nodes_) {
      node.left += node.op == Node::Op::leaf ? first_leaf : first_node;
      node.right += first_node;
      out.nodes_.push_back(node);
    }
    out.leaves_.insert(out.leaves_.end(), part.leaves_.begin(), part.leaves_.end());
    const std::size_t root = out.nodes_.size() - 1;
    if (&part == &parts.front()) {
      previous = root;
      continue;
    }
    out.nodes_.push_back({op, previous, root});
    previous = out.nodes_.size() - 1;
  }
  return out;
}

LicenceExpression LicenceExpression::all_of(std::vector<LicenceExpression> parts) {
  return join(std::move(parts), Node::Op::both);
}
LicenceExpression LicenceExpression::any_of(std::vector<LicenceExpression> parts) {
  return join(std::move(parts), Node::Op::either);
}

std::vector<std::optional<bool>> LicenceExpression::values(const Judge& judge) const {
  std::vector<std::optional<bool>> out(nodes_.size());
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    const Node& node = nodes_[i];
    if (node.op == Node::Op::leaf) {
      out[i] = judge(leaves_[node.left]);
      continue;
    }
    const bool decisive = node.op == Node::Op::either;
    const auto left = out[node.left], right = out[node.right];
    if (left == decisive || right == decisive) {
      out[i] = decisive;
    } else if (left && right) {
      out[i] = !decisive;
    }
  }
  return out;
}

std::optional<bool> LicenceExpression::evaluate(const Judge& judge) const {
  return nodes_.empty() ? std::nullopt : values(judge).back();
}

std::vector<const LicenceLeaf*> LicenceExpression::deciding(const Judge& judge) const {
  std::vector<const LicenceLeaf*> out;
  if (nodes_.empty()) return out;
  const auto result = values(judge);
  std::vector<std::size_t> open = {nodes_.size() - 1};
  while (!open.empty()) {
    const std::size_t at = open.back();
    open.pop_back();
    const Node& node = nodes_[at];
    if (node.op == Node::Op::leaf) {
      out.push_back(&leaves_[node.left]);
      continue;
    }
    const auto wanted = result[at];
    // A side with the same value explains it; both do where both have it, but of a true OR one side
    // is enough.
    if (result[node.right] == wanted &&
        !(node.op == Node::Op::either && wanted == true && result[node.left] == wanted)) {
      open.push_back(node.right);
    }
    if (result[node.left] == wanted) open.push_back(node.left);
  }
  return out;
}

std::string to_string(const LicenceLeaf& leaf) {
  std::string out = leaf.id;
  if (leaf.or_later) {
    constexpr std::string_view kOnly = "-only";
    if (out.size() > kOnly.size() &&
        out.compare(out.size() - kOnly.size(), kOnly.size(), kOnly) == 0) {
      out.resize(out.size() - kOnly.size());
      out += kOrLater;
    } else {
      out += '+';
    }
  }
  if (!leaf.exception.empty()) out += " WITH " + leaf.exception;
  return out;
}

std::string LicenceExpression::text() const {
  std::string out;
  if (nodes_.empty()) return out;
  std::vector<Frame> open = {{nodes_.size() - 1}};
  while (!open.empty()) {
    Frame& frame = open.back();
    const Node node = nodes_[frame.node];
    if (node.op == Node::Op::leaf) {
      out += to_string(leaves_[node.left]);
      open.pop_back();
      continue;
    }
    const std::size_t child = frame.step == 0 ? node.left : node.right;
    if (frame.step == 0 && frame.parentheses) out += '(';
    if (frame.step == 1) out += node.op == Node::Op::both ? " AND " : " OR ";
    if (frame.step == 2) {
      if (frame.parentheses) out += ')';
      open.pop_back();
      continue;
    }
    ++frame.step;
    const bool inner = node.op == Node::Op::both && nodes_[child].op == Node::Op::either;
    open.push_back({child, 0, inner});
  }
  return out;
}

}  // namespace portreeve::sbom
