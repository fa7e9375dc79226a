#include "core/yaml_plain.h"

#include <string_view>

#include "core/yaml_feed.h"
#include "core/yaml_plain_scanner.h"

// Every function returns false to give up; nothing here says why, since yaml-cpp then reads the
// text. Rules of yaml-cpp 0.7 that are followed here are named at the place.

namespace portreeve::yaml {
namespace {

constexpr int kDeepest = 64;  // Collections; far below yaml-cpp's own 500.
constexpr std::size_t kLongestFlow =
    100'000;  // Feed bounds what is in brackets; it is not run here.

class PlainReader : private PlainScanner {
 public:
  PlainReader(const std::shared_ptr<const std::string>& text, const ReadLimits& limits,
              MemoryBudget* budget)
      : PlainScanner(*text), composer_(text, limits, budget) {}

  bool run() {
    if (text_.find('\t') != std::string_view::npos || text_.find('\r') != std::string_view::npos ||
        !next_line())
      return false;
    while (at_ < text_.size()) {
      if (marker_) {
        at_ += 3;
        if (!line_ends() || !next_line()) return false;
        continue;
      }
      composer_.begin_document();
      if (!node(0) || (at_ < text_.size() && !marker_)) return false;
      composer_.end_document(at_);
    }
    return true;
  }

  Stream take() { return composer_.take(); }

 private:
  // A block collection that begins here, at the first place of its line.
  bool node(int depth) {
    if (depth > kDeepest) return false;
    return dash() ? sequence(depth) : mapping(depth);
  }

  bool mapping(int depth) {
    const int indent = column();
    composer_.open(at_, "?", true);
    do {
      Token key;
      if (dash() || !scalar(key, false) || !key.key) return false;
      composer_.scalar(key.at, key.tag, key.text);
      if (!member(indent, depth)) return false;
    } while (indent_ == indent);
    if (indent_ > indent) return false;
    composer_.close();
    return true;
  }

  // Behind a key's colon, in a mapping at `indent`.
  bool member(int indent, int depth) {
    skip_spaces();
    if (peek(at_) != '\n' && peek(at_) != '#') return value(indent, depth);
    if (!line_ends_here() || !next_line()) return false;
    if (indent_ > indent) return node(depth + 1);
    if (indent_ == indent && dash()) return sequence(depth + 1);
    // yaml-cpp places a value that is not written where the next thing stands.
    if (null_is_written(text_, at_)) return false;
    composer_.scalar(composer_.key_offset(), "?", "");
    return true;
  }

  bool sequence(int depth) {
    if (depth > kDeepest) return false;
    const int indent = column();
    composer_.open(at_, "?", false);
    do {
      if (!entry(indent, depth)) return false;
    } while (indent_ == indent && dash());
    if (indent_ > indent) return false;
    composer_.close();
    return true;
  }

  bool entry(int indent, int depth) {
    ++at_;
    skip_spaces();
    if (peek(at_) == '\n' || peek(at_) == '#') {
      if (!line_ends_here() || !next_line()) return false;
      return indent_ > indent && node(depth + 1);
    }
    if (dash()) return sequence(depth + 1);
    if (std::string_view("|>[{").find(text_[at_]) != std::string_view::npos)
      return value(indent, depth);
    const std::size_t begin = at_;
    Token token;
    if (!scalar(token, false)) return false;
    if (!token.key) return finish(token);
    at_ = begin;
    return depth < kDeepest && mapping(depth + 1);
  }

  // A value on the line of its indicator, in a collection at `indent`.
  bool value(int indent, int depth) {
    switch (peek(at_)) {
      case '|':
      case '>':
        return block(indent);
      case '[':
      case '{':
        flow_end_ = at_ + kLongestFlow;
        return flow(depth + 1) && line_ends() && next_line();
      default: {
        Token token;
        return scalar(token, false) && !token.key && finish(token);
      }
    }
  }

  // A scalar over several lines would go on deeper than its collection: there every caller gives
  // up.
  bool finish(const Token& token) {
    composer_.scalar(token.at, token.tag, token.text);
    return line_ends() && next_line();
  }

  // Blanks and line breaks between the parts of a collection in brackets.
  bool skip_flow_space() noexcept {
    for (;;) {
      skip_spaces();
      if (at_ >= text_.size()) return false;
      if (text_[at_] == '#') return false;
      if (text_[at_] != '\n') return at_ < flow_end_;
      line_ = ++at_;
      if (peek(at_) == '-' || peek(at_) == '.') return false;  // May end the document.
    }
  }

  bool flow(int depth) {
    if (depth > kDeepest) return false;
    const bool map = text_[at_] == '{';
    const char closing = map ? '}' : ']';
    composer_.open(at_++, "?", map);
    if (!skip_flow_space()) return false;
    while (peek(at_) != closing) {
      if (!(map ? flow_member(depth) : flow_value(depth)) || !skip_flow_space()) return false;
      if (peek(at_) == closing) break;
      if (peek(at_) != ',') return false;
      ++at_;
      if (!skip_flow_space() || peek(at_) == closing) return false;
    }
    ++at_;
    composer_.close();
    return true;
  }

  bool flow_member(int depth) {
    Token key;
    if (!scalar(key, true) || !key.key) return false;
    composer_.scalar(key.at, key.tag, key.text);
    return skip_flow_space() && flow_value(depth);
  }

  bool flow_value(int depth) {
    if (peek(at_) == '[' || peek(at_) == '{') return flow(depth + 1);
    Token token;
    if (!scalar(token, true) || token.key) return false;
    composer_.scalar(token.at, token.tag, token.text);
    return true;
  }

  // In a collection at `indent`.
  bool block(int indent) {
    const std::size_t begin = at_;
    if (!block_text(indent)) return false;
    composer_.scalar(begin, "!", buffer_);
    return next_line();
  }

  Composer composer_;
  std::size_t flow_end_ = 0;  // Where a collection in brackets is given up.
};

}  // namespace

std::optional<Stream> read_plain(const std::shared_ptr<const std::string>& text,
                                 const ReadLimits& limits, MemoryBudget* budget) {
  try {
    check_characters(*text);
    PlainReader reader(text, limits, budget);
    if (reader.run()) return reader.take();
  } catch (const Refusal&) {
    // yaml-cpp comes to the same, and its place and words are the ones that are documented.
  }
  return std::nullopt;
}

}  // namespace portreeve::yaml
