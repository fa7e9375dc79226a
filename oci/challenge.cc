#include "oci/challenge.h"

#include <algorithm>

namespace portreeve::oci {
namespace {

constexpr std::size_t kFieldBytes = 8 * 1024;
constexpr std::size_t kChallenges = 16;
constexpr std::size_t kParameters = 16;

bool alphanumeric(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}
bool token_char(char c) noexcept {  // RFC 9110 §5.6.2
  return alphanumeric(c) || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}
bool token68_char(char c) noexcept {  // RFC 9110 §11.2
  return alphanumeric(c) || std::string_view("-._~+/").find(c) != std::string_view::npos;
}

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  bool at_end() const noexcept { return at_ == text_.size(); }
  bool peek(char c) const noexcept { return !at_end() && text_[at_] == c; }
  bool take(char c) noexcept {
    if (!peek(c)) return false;
    ++at_;
    return true;
  }
  std::size_t spaces() noexcept {
    const std::size_t start = at_;
    while (peek(' ') || peek('\t')) ++at_;
    return at_ - start;
  }
  /// The separators of a list (RFC 9110 §5.6.1), empty elements included.
  void commas() noexcept {
    do spaces();
    while (take(','));
  }
  std::string token() {
    const std::size_t start = at_;
    while (!at_end() && token_char(text_[at_])) ++at_;
    std::string out(text_.substr(start, at_ - start));
    for (char& c : out) {
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    }
    return out;
  }
  std::string raw_token() {
    const std::size_t start = at_;
    while (!at_end() && token_char(text_[at_])) ++at_;
    return std::string(text_.substr(start, at_ - start));
  }
  /// Steps over "abc==" when that is all up to the next comma; else stays.
  bool skip_token68() noexcept {
    std::size_t end = at_;
    while (end < text_.size() && token68_char(text_[end])) ++end;
    if (end == at_) return false;
    while (end < text_.size() && text_[end] == '=') ++end;
    std::size_t after = end;
    while (after < text_.size() && (text_[after] == ' ' || text_[after] == '\t')) ++after;
    if (after < text_.size() && text_[after] != ',') return false;
    at_ = end;
    return true;
  }
  /// REQUIRES: peek('"'). False: not closed, or a control character.
  bool quoted(std::string& out) {
    take('"');
    while (!at_end()) {
      char c = text_[at_++];
      if (c == '"') return true;
      if (c == '\\') {
        if (at_end()) return false;
        c = text_[at_++];
      }
      const auto byte = static_cast<unsigned char>(c);
      if (byte < 0x20 || byte == 0x7f) return false;
      out += c;
    }
    return false;
  }
  std::size_t mark() const noexcept { return at_; }
  void back_to(std::size_t mark) noexcept { at_ = mark; }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

Error bad(std::string_view what) {
  return Error{Errc::malformed, "WWW-Authenticate: " + std::string(what)};
}

// Whether a parameter ("name = value") begins here; then it is read into `challenge`.
Result<bool> read_parameter(Reader& reader, Challenge& challenge) {
  const std::size_t start = reader.mark();
  const std::string name = reader.token();
  reader.spaces();
  if (name.empty() || !reader.take('=')) {
    reader.back_to(start);
    return false;
  }
  reader.spaces();
  std::string value;
  if (reader.peek('"')) {
    if (!reader.quoted(value)) return bad("a quoted string does not end");
  } else {
    value = reader.raw_token();
    if (value.empty()) return bad("parameter " + name.substr(0, 32) + " has no value");
  }
  if (challenge.parameters.size() == kParameters) {
    return Error{Errc::limit, "WWW-Authenticate: more than 16 parameters"};
  }
  for (const auto& [known, ignored] : challenge.parameters) {
    if (known == name) return bad("parameter " + name.substr(0, 32) + " stands twice");
  }
  challenge.parameters.emplace_back(name, std::move(value));
  return true;
}

Outcome read_parameters(Reader& reader, Challenge& challenge) {
  while (!reader.at_end()) {
    PORTREEVE_TRY(const bool parameter, read_parameter(reader, challenge));
    if (!parameter) return Done{};  // The next challenge's scheme.
    reader.spaces();
    if (!reader.at_end() && !reader.peek(',')) return bad("expected a comma after a parameter");
    reader.commas();
  }
  return Done{};
}

}  // namespace

std::string_view Challenge::operator[](std::string_view name) const noexcept {
  for (const auto& [known, value] : parameters) {
    if (known == name) return value;
  }
  return {};
}

Result<std::vector<Challenge>> parse_challenges(std::string_view field) {
  if (field.size() > kFieldBytes) return Error{Errc::limit, "WWW-Authenticate: more than 8 KiB"};
  std::vector<Challenge> out;
  Reader reader(field);
  reader.commas();
  while (!reader.at_end()) {
    if (out.size() == kChallenges) {
      return Error{Errc::limit, "WWW-Authenticate: more than 16 challenges"};
    }
    Challenge challenge;
    challenge.scheme = reader.token();
    if (challenge.scheme.empty()) return bad("expected a scheme");
    const bool spaced = reader.spaces() > 0;
    if (!reader.at_end() && !reader.peek(',') && !spaced) return bad("expected a space after a scheme");
    if (!reader.peek(',') && !reader.skip_token68()) {
      PORTREEVE_CHECK(read_parameters(reader, challenge));
    }
    reader.commas();
    out.push_back(std::move(challenge));
  }
  return out;
}

}  // namespace portreeve::oci
