#include "charts/template_pairs.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "charts/template_holes.h"
#include "charts/yaml_scalar.h"

namespace portreeve::charts {
namespace {

constexpr int kDeepest = 8;  ///< Block scalars within block scalars.

bool is_mark(char c) noexcept { return c == kWritten || c == kBranched; }
bool is_space(char c) noexcept { return c == ' ' || c == '\t' || c == '\r'; }
bool is_flow(char c) noexcept {
  return c == ',' || c == '[' || c == ']' || c == '{' || c == '}';
}

struct Scalar {
  std::vector<std::string> values;
  std::string unreadable;
  std::size_t at = 0;
  std::string_view raw{};  ///< Of a plain one: as it stands.
};

std::string_view trimmed(std::string_view text, std::string_view blank) noexcept {
  const std::size_t begin = text.find_first_not_of(blank);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blank) - begin + 1);
}

// The texts that a scalar with marks can be. One that begins and ends with a branch is each of what
// stands between branches; another one with a branch in it is put together by actions.
std::vector<std::string> texts_of(std::string_view text, bool behind_branch) {
  constexpr std::string_view kBlank = " \t\r\n";
  constexpr std::string_view kEnds = " \t\r\n\x02";
  const std::string_view all = trimmed(text, kBlank);
  const bool begins = behind_branch || (!all.empty() && all.front() == kBranched);
  const bool ends = !all.empty() && all.back() == kBranched;
  const std::string_view core = trimmed(all, kEnds);
  std::vector<std::string> out;
  const bool branched = core.find(kBranched) != std::string_view::npos;
  if (branched && !(begins && ends)) return out;
  for (std::size_t begin = 0; begin <= core.size();) {
    const std::size_t end = std::min(core.find(kBranched, begin), core.size());
    const std::string_view one = trimmed(core.substr(begin, end - begin), kBlank);
    if (!one.empty() && one.find(kWritten) == std::string_view::npos) out.emplace_back(one);
    begin = end + 1;
  }
  return out;
}

class Scanner {
 public:
  using Anchors = std::map<std::string, std::vector<Scalar>, std::less<>>;
  Scanner(const TemplateHoles& holes, Anchors& anchors, std::vector<TemplatePair>& out)
      : holes_(holes), text_(holes.text()), anchors_(anchors), out_(out) {}

  void scan(std::size_t begin, std::size_t end, int depth) {
    at_ = begin;
    end_ = end;
    depth_ = depth;
    while (at_ < end_) token();
  }

 private:
  char peek(std::size_t ahead = 0) const noexcept {
    return at_ + ahead < end_ ? text_[at_ + ahead] : '\n';
  }
  bool blank_at(std::size_t i) const noexcept {
    return i >= end_ || is_space(text_[i]) || text_[i] == '\n' || is_mark(text_[i]);
  }
  bool at_column_0() const noexcept { return at_ == 0 || text_[at_ - 1] == '\n'; }

  void token() {
    const char c = peek();
    if (is_space(c) || c == '\n' || c == kBranched) {
      behind_branch_ = c == kBranched || (behind_branch_ && c != '\n');
      if (c == '\n') properties_above_ = true;
      ++at_;
      return;
    }
    if (c == '#' && (at_ == 0 || (blank_at(at_ - 1) && text_[at_ - 1] != kWritten)))
      return skip_line();
    if (at_column_0() && (c == '%' || marker("---") || marker("..."))) return document_line(c);
    if (indicator(c)) return;
    switch (c) {
      case '&':
        return anchor();
      case '!':
        return tag();
      case '*':
        return alias();
      case '"':
      case '\'':
        return quoted(c);
      case '|':
      case '>':
        if (flow_ == 0 && block(c)) return;
        return plain();
      default:
        return plain();
    }
  }

  void skip_line() { at_ = std::min(text_.find('\n', at_), end_); }
  bool marker(std::string_view word) const noexcept {
    return text_.compare(at_, 3, word) == 0 && blank_at(at_ + 3);
  }

  void document_line(char c) {
    forget();
    flow_ = 0;
    if (c == '%') return skip_line();
    at_ += 3;
  }

  // What holds no text of its own; false: it is none.
  bool indicator(char c) {
    const bool spaced = blank_at(at_ + 1);
    if (flow_ == 0 && c == '-' && spaced) return step();
    if (c == '?' && spaced) {
      step();
      return explicit_ = true;
    }
    if (c == ':' && (spaced || flow_ > 0)) {
      ++at_;
      if (explicit_key_.has_value()) pending_ = std::exchange(explicit_key_, std::nullopt);
      explicit_ = false;
      return true;
    }
    if (c == '{' || c == '[') {
      ++flow_;
      return step();
    }
    if (flow_ > 0 && is_flow(c)) {
      if (c == '}' || c == ']') --flow_;
      return step();
    }
    return false;
  }

  bool step() {
    ++at_;
    forget();
    return true;
  }

  void forget() {
    pending_.reset();
    alternatives_.reset();
    anchor_.clear();
    tag_fault_.clear();
    properties_above_ = false;
  }

  std::string_view word() {
    const std::size_t begin = at_;
    while (at_ < end_ && !is_space(peek()) && peek() != '\n' && peek() != kBranched &&
           !(flow_ > 0 && is_flow(peek()))) {
      ++at_;
    }
    return std::string_view(text_).substr(begin, at_ - begin);
  }

  void anchor() {
    ++at_;
    anchor_ = std::string(word());
    anchors_[anchor_];
    properties_above_ = false;
  }

  void tag() {
    const std::string_view name = word();
    properties_above_ = false;
    if (name == "!" || name == "!!str" || name == "!<tag:yaml.org,2002:str>") return;
    tag_fault_ = "the tag " + std::string(name) + " is not followed here";
  }

  void alias() {
    Scalar out;
    out.at = at_++;
    std::string name(word());
    if (!name.empty() && name.back() == ':') {
      name.pop_back();
      --at_;
    }
    const auto known = anchors_.find(name);
    if (known == anchors_.end()) {
      out.unreadable = "the alias *" + name + " has no anchor above it";
    } else {
      for (const Scalar& one : known->second) {
        out.values.insert(out.values.end(), one.values.begin(), one.values.end());
        if (!one.unreadable.empty()) out.unreadable = one.unreadable;
      }
    }
    take(std::move(out), false);
  }

  void quoted(char quote) {
    const bool behind = behind_branch_;
    const auto end = quote_end(text_, at_, end_, quote);
    if (!end.has_value()) {  // No quotation then; a line of something else.
      Scalar out;
      out.at = at_;
      out.unreadable = "a quotation without an end";
      skip_line();
      return take(std::move(out), false);
    }
    Scalar out;
    out.at = at_ + 1;
    const std::string_view inside = std::string_view(text_).substr(at_ + 1, *end - at_ - 1);
    const auto decoded = unquoted(inside, quote);
    if (decoded.has_value()) {
      out.values = texts_of(*decoded, false);
    } else {
      out.unreadable = "an escape that YAML does not know";
    }
    at_ = *end + 1;
    take(std::move(out), true, behind);
  }

  void plain() {
    const bool behind = behind_branch_;
    const std::size_t begin = at_;
    while (at_ < end_ && peek() != '\n') {
      const char c = peek();
      if (c == ':' && (blank_at(at_ + 1) || (flow_ > 0 && is_flow(peek(1))))) break;
      if (flow_ > 0 && is_flow(c)) break;
      if (c == '#' && at_ > begin && blank_at(at_ - 1) && text_[at_ - 1] != kWritten) break;
      ++at_;
    }
    if (at_ == begin) ++at_;  // A character that begins nothing.
    Scalar out;
    out.at = begin;
    out.raw = std::string_view(text_).substr(begin, at_ - begin);
    out.values = texts_of(out.raw, behind);
    take(std::move(out), false, behind);
  }

  // "|", ">" and what is indented below; false: it is another scalar.
  bool block(char style) {
    std::size_t i = at_ + 1;
    while (i < end_ && std::string_view("+-0123456789").find(text_[i]) != std::string_view::npos) ++i;
    std::size_t rest = i;
    while (rest < end_ && (is_space(text_[rest]) || text_[rest] == kBranched)) ++rest;
    if (rest < end_ && text_[rest] != '\n' && !(text_[rest] == '#' && rest > i)) return false;
    const std::size_t line = text_.rfind('\n', at_) == std::string::npos ? 0 : text_.rfind('\n', at_) + 1;
    const std::size_t indent = indent_of(line);
    const std::size_t begin = std::min(text_.find('\n', rest), end_ - 1) + 1;
    std::size_t end = begin;
    while (end < end_ && belongs(end, indent)) end = std::min(text_.find('\n', end), end_ - 1) + 1;
    Scalar out;
    out.at = std::min(text_.find_first_not_of(" \t", begin), end);
    std::string text = text_.substr(begin, end - begin);
    if (style == '>') std::replace(text.begin(), text.end(), '\n', ' ');
    out.values = texts_of(text, false);
    if (depth_ < kDeepest) Scanner(holes_, anchors_, out_).scan(begin, end, depth_ + 1);
    at_ = end;
    take(std::move(out), true);
    return true;
  }

  std::size_t indent_of(std::size_t line) const noexcept {
    std::size_t i = line;
    while (i < end_ && (text_[i] == ' ' || text_[i] == kBranched)) ++i;
    return static_cast<std::size_t>(std::count(text_.begin() + static_cast<std::ptrdiff_t>(line),
                                               text_.begin() + static_cast<std::ptrdiff_t>(i), ' '));
  }

  // A line of a block scalar: deeper, blank, or written by actions alone.
  bool belongs(std::size_t line, std::size_t indent) const noexcept {
    if (indent_of(line) > indent) return true;
    for (std::size_t i = line; i < end_ && text_[i] != '\n'; ++i) {
      if (!is_space(text_[i]) && !is_mark(text_[i])) return false;
    }
    return true;
  }

  // A scalar was read: it is a key, the value of the one before, or nobody's.
  void take(Scalar scalar, bool quoted, bool behind = false) {
    std::size_t next = at_;
    while (next < end_ && (is_space(text_[next]) || text_[next] == kBranched ||
                           (flow_ > 0 && text_[next] == '\n')))
      ++next;
    const bool colon = next < end_ && text_[next] == ':';
    const bool key = colon && (blank_at(next + 1) || (flow_ > 0 && (quoted || is_flow(text_[next + 1]))));
    // What stands on a line above a key is the map's.
    const bool own = !(key && properties_above_);
    if (!tag_fault_.empty() && own) scalar.unreadable = tag_fault_;
    if (!anchor_.empty() && own) anchors_[anchor_].push_back(scalar);
    anchor_.clear();
    tag_fault_.clear();
    behind_branch_ = false;
    if (explicit_) {
      explicit_key_ = std::move(scalar);
      explicit_ = false;
      if (key) at_ = next;  // ":" follows at once.
      return;
    }
    if (key) {
      at_ = next + 1;
      alternatives_.reset();
      // An action may write what stands before a key, its line's end above all.
      if (scalar.values.empty() && !scalar.raw.empty())
        scalar.values.emplace_back(trimmed(scalar.raw, " \t\r\x01\x02"));
      pending_ = std::move(scalar);
      return;
    }
    if (pending_.has_value()) {
      say(*pending_, scalar);
      alternatives_ = behind ? std::move(pending_) : std::nullopt;
      pending_.reset();
    } else if (alternatives_.has_value()) {
      say(*alternatives_, scalar);
    }
  }

  void say(const Scalar& key, const Scalar& value) {
    TemplatePair pair;
    pair.offset = holes_.source_offset(value.at);
    // A text within a text is no object: nobody has to be able to read it.
    if (depth_ == 0) pair.unreadable = key.unreadable.empty() ? value.unreadable : key.unreadable;
    if (!key.unreadable.empty()) return out_.push_back(std::move(pair));
    pair.values = value.values;
    for (const std::string& name : key.values) {
      pair.key = name;
      out_.push_back(pair);
    }
  }

  const TemplateHoles& holes_;
  const std::string& text_;
  Anchors& anchors_;
  std::vector<TemplatePair>& out_;
  std::size_t at_ = 0;
  std::size_t end_ = 0;
  int depth_ = 0;
  int flow_ = 0;
  bool behind_branch_ = false;     ///< Only blanks since a branch of the same line.
  bool properties_above_ = false;  ///< An anchor or tag stands on a line above.
  bool explicit_ = false;          ///< Behind "?".
  std::string anchor_;
  std::string tag_fault_;
  std::optional<Scalar> explicit_key_;
  std::optional<Scalar> pending_;       ///< A key whose value comes next.
  std::optional<Scalar> alternatives_;  ///< A key whose value was one branch's.
};

}  // namespace

TemplatePairs pairs_in_template(std::string_view text) {
  TemplatePairs out;
  const auto holes = TemplateHoles::of(text);
  if (!holes.has_value()) {
    out.whole = false;
    return out;
  }
  Scanner::Anchors anchors;
  Scanner(*holes, anchors, out.pairs).scan(0, holes->text().size(), 0);
  return out;
}

}  // namespace portreeve::charts
