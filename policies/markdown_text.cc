#include "policies/markdown_text.h"

#include <algorithm>
#include <map>
#include <optional>

#include "core/utf8.h"

namespace portreeve::policies {
namespace {

constexpr std::size_t kLongestMarkup = 1024;  ///< Of a tag or a link target; longer ones are text.

bool is_punctuation(char c) noexcept {
  return (c >= '!' && c <= '/') || (c >= ':' && c <= '@') || (c >= '[' && c <= '`') ||
         (c >= '{' && c <= '~');
}

bool is_letter(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool is_blank(char32_t c) noexcept {
  return (c >= 9 && c <= 13) || c == ' ' || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F ||
         c == 0x205F || c == 0x3000;
}

bool is_invisible(char32_t c) noexcept {
  return c == 0xAD || c == 0x34F || c == 0x61C || c == 0x180E || (c >= 0x200B && c <= 0x200F) ||
         (c >= 0x202A && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) ||
         (c >= 0xFE00 && c <= 0xFE0F) || c == 0xFEFF;
}

char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

// The named references that can stand between, or for, the characters of a reference (HTML §13.5).
constexpr std::pair<std::string_view, char32_t> kEntities[] = {
    {"nbsp", 0xA0},     {"NonBreakingSpace", 0xA0}, {"Tab", 9},         {"NewLine", 10},
    {"ensp", 0x2002},   {"emsp", 0x2003},           {"emsp13", 0x2004}, {"emsp14", 0x2005},
    {"numsp", 0x2007},  {"puncsp", 0x2008},         {"thinsp", 0x2009}, {"ThinSpace", 0x2009},
    {"hairsp", 0x200A}, {"VeryThinSpace", 0x200A},  {"zwnj", 0x200C},   {"zwj", 0x200D},
    {"shy", 0xAD},      {"ZeroWidthSpace", 0x200B}, {"NoBreak", 0x2060}, {"MediumSpace", 0x205F},
    {"num", '#'},       {"colon", ':'},             {"sol", '/'},       {"period", '.'},
    {"hyphen", 0x2010}, {"lowbar", '_'},            {"amp", '&'},       {"AMP", '&'},
    {"lt", '<'},        {"gt", '>'},                {"quot", '"'},      {"apos", '\''},
    {"lbrack", '['},    {"lsqb", '['},              {"rsqb", ']'},      {"lpar", '('},
    {"rpar", ')'},      {"ast", '*'},               {"bsol", '\\'},     {"excl", '!'}};

// "&NAME;", "&#35;", "&#x23;" at `at`: the character and the length.
std::optional<std::pair<char32_t, std::size_t>> entity_at(std::string_view text, std::size_t at) {
  constexpr std::size_t kLongest = 32;
  const std::size_t end = text.substr(at, kLongest).find(';');
  if (end == std::string_view::npos || end < 2) return std::nullopt;
  std::string_view name = text.substr(at + 1, end - 1);
  if (name[0] != '#') {
    for (const auto& [known, c] : kEntities) {
      if (known == name) return std::pair{c, end + 1};
    }
    return std::nullopt;
  }
  name.remove_prefix(1);
  const bool hex = !name.empty() && (name[0] == 'x' || name[0] == 'X');
  if (hex) name.remove_prefix(1);
  char32_t value = 0;
  for (const char c : name) {
    const char l = lower(c);
    const int digit = c >= '0' && c <= '9' ? c - '0' : l >= 'a' && l <= 'f' && hex ? l - 'a' + 10 : -1;
    if (digit < 0 || value > 0x10FFFF) return std::nullopt;
    value = value * (hex ? 16 : 10) + static_cast<char32_t>(digit);
  }
  if (name.empty() || value == 0 || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF))
    return std::nullopt;
  return std::pair{value, end + 1};
}

// Behind the bracket that closes the one at `at`, or npos.
std::size_t behind_closing(std::string_view text, std::size_t at, char open, char close) {
  int depth = 0;
  const std::size_t last = std::min(text.size(), at + kLongestMarkup);
  for (std::size_t i = at; i < last; ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == open) {
      ++depth;
    } else if (text[i] == close && --depth == 0) {
      return i + 1;
    }
  }
  return std::string_view::npos;
}

std::size_t behind_tag(std::string_view text, std::size_t at) {
  char quote = 0;
  const std::size_t last = std::min(text.size(), at + kLongestMarkup);
  for (std::size_t i = at; i < last; ++i) {
    const char c = text[i];
    if (quote != 0) {
      quote = c == quote ? '\0' : quote;
    } else if ((c == '"' || c == '\'') && text[i - 1] == '=') {
      quote = c;
    } else if (c == '>') {
      return i + 1;
    }
  }
  return std::string_view::npos;
}

// The value of an attribute of a tag; empty: it has none.
std::string_view attribute(std::string_view tag, std::string_view name) {
  for (std::size_t i = 1; i + name.size() < tag.size(); ++i) {
    std::size_t matched = 0;
    while (matched < name.size() && lower(tag[i + matched]) == name[matched]) ++matched;
    if (matched < name.size() || is_letter(tag[i - 1])) continue;
    std::size_t begin = i + name.size();
    while (begin < tag.size() && (tag[begin] == ' ' || tag[begin] == '=')) ++begin;
    const bool quoted = begin < tag.size() && (tag[begin] == '"' || tag[begin] == '\'');
    const std::size_t end =
        quoted ? tag.find(tag[begin], begin + 1) : tag.find_first_of(" \t\r\n>", begin);
    if (end == std::string_view::npos) return {};
    return tag.substr(begin + (quoted ? 1 : 0), end - begin - (quoted ? 1 : 0));
  }
  return {};
}

}  // namespace

class MarkdownReader {
 public:
  MarkdownReader(std::string_view source, MarkdownReading reading)
      : source_(source), reading_(reading) {}

  MarkdownText read() {
    while (at_ < source_.size()) step();
    return std::move(out_);
  }

 private:
  void step() {
    const char c = source_[at_];
    switch (c) {
      case '\\':
        return escape();
      case '<':
        return angle();
      case '&':
        return entity();
      case '*':
      case '_':
      case '~':
      case '`':
        ++at_;
        return;
      case '[':
        return link();
      case ']':
        return link_end();
      case '\n':
        return line_break();
      default:
        return character();
    }
  }

  void emit(char32_t c, std::size_t from) {
    if (is_invisible(c)) return;
    const bool blank = is_blank(c);
    if (blank && !out_.text_.empty() && out_.text_.back() == ' ') return;
    out_.runs_.emplace_back(static_cast<std::uint32_t>(out_.text_.size()),
                            static_cast<std::uint32_t>(from));
    if (blank) {
      out_.text_ += ' ';
    } else {
      utf8::append(out_.text_, c);
    }
  }

  void emit_all(std::string_view text, std::size_t from) {
    for (const char c : text) {
      const auto byte = static_cast<unsigned char>(c);
      emit(byte < 0x80 ? byte : U'?', from);
    }
  }

  void character() {
    const std::size_t length = std::max<std::size_t>(1, utf8::sequence_length(source_, at_));
    const bool valid = utf8::sequence_length(source_, at_) != 0;
    emit(valid ? utf8::decode(source_, at_, length) : U'?', at_);
    at_ += length;
  }

  void escape() {
    const bool punctuation = at_ + 1 < source_.size() && is_punctuation(source_[at_ + 1]);
    if (punctuation) emit(static_cast<unsigned char>(source_[at_ + 1]), at_);
    at_ += punctuation ? 2 : 1;  // Before a line's end it is a hard break.
  }

  void entity() {
    const auto found = entity_at(source_, at_);
    emit(found.has_value() ? found->first : U'&', at_);
    at_ += found.has_value() ? found->second : 1;
  }

  // The next line of a quotation goes on with '>'.
  void line_break() {
    emit(' ', at_);
    ++at_;
    std::size_t next = at_;
    while (next < source_.size() && (source_[next] == ' ' || source_[next] == '>')) ++next;
    if (source_.substr(at_, next - at_).find('>') != std::string_view::npos) at_ = next;
  }

  void angle() {
    const std::string_view rest = source_.substr(at_);
    if (rest.substr(0, 4) == "<!--") return comment();
    if (rest.substr(0, 8) == "<http://" || rest.substr(0, 9) == "<https://") {
      ++at_;  // An autolink is its address.
      return;
    }
    const bool tag = rest.size() > 1 && (is_letter(rest[1]) || rest[1] == '/' || rest[1] == '!' ||
                                         rest[1] == '?');
    const std::size_t end = tag ? behind_tag(source_, at_ + 1) : std::string_view::npos;
    if (end == std::string_view::npos) return character();
    const std::string_view whole = source_.substr(at_, end - at_);
    if (breaks(whole)) emit(' ', at_);
    if (reading_.link_targets) emit_all(attribute(whole, "href"), at_);
    at_ = end;
  }

  static bool breaks(std::string_view tag) {
    std::string name;
    for (std::size_t i = tag[1] == '/' ? 2 : 1; i < tag.size() && is_letter(tag[i]); ++i)
      name += lower(tag[i]);
    for (const std::string_view one : {"br", "p", "div", "li", "ul", "ol", "tr", "td", "th", "hr",
                                       "table", "blockquote", "details", "summary"}) {
      if (name == one) return true;
    }
    return false;
  }

  // One without an end hides nothing here.
  void comment() {
    const std::size_t end = source_.find("-->", at_ + 4);
    const bool read = reading_.comments || end == std::string_view::npos;
    at_ = read ? at_ + 4 : end + 3;
  }

  // "[text](target)": one or the other. A lone bracket is left out.
  void link() {
    const std::size_t begin = at_++;
    if (!out_.text_.empty() && out_.text_.back() == '!') drop_last();
    const std::size_t text_end = behind_closing(source_, begin, '[', ']');
    if (text_end == std::string_view::npos || text_end >= source_.size()) return;
    const char next = source_[text_end];
    if (next != '(' && next != '[') return;
    const std::size_t end = next == '(' ? behind_closing(source_, text_end, '(', ')')
                                        : behind_closing(source_, text_end, '[', ']');
    if (end == std::string_view::npos) return;
    if (!reading_.link_targets || next == '[') {
      ends_.emplace(text_end - 1, end);
      return;
    }
    std::string_view target = source_.substr(text_end + 1, end - text_end - 2);
    target = target.substr(0, target.find_first_of(" \t\n", target.find_first_not_of("< \t\n")));
    while (!target.empty() && (target[0] == '<' || target[0] == ' ')) target.remove_prefix(1);
    while (!target.empty() && target.back() == '>') target.remove_suffix(1);
    emit_all(target, begin);
    emit(' ', begin);
    at_ = end;
  }

  void link_end() {
    const auto known = ends_.find(at_);
    if (known == ends_.end()) {
      ++at_;
      return;
    }
    at_ = known->second;
    ends_.erase(known);
  }

  void drop_last() {
    out_.text_.pop_back();
    out_.runs_.pop_back();
  }

  std::string_view source_;
  const MarkdownReading reading_;
  std::size_t at_ = 0;
  std::map<std::size_t, std::size_t> ends_;  ///< Of open links: where "](…)" begins and ends.
  MarkdownText out_;
};

MarkdownText MarkdownText::read(std::string_view source, MarkdownReading reading) {
  return MarkdownReader(source, reading).read();
}

std::size_t MarkdownText::source_offset(std::size_t at) const noexcept {
  const auto next = std::upper_bound(
      runs_.begin(), runs_.end(), at,
      [](std::size_t wanted, const auto& run) { return wanted < run.first; });
  return next == runs_.begin() ? 0 : std::prev(next)->second;
}

}  // namespace portreeve::policies
