#include <algorithm>
#include <bitset>
#include <optional>
#include <utility>

#include "core/byte_lanes.h"
#include "core/host_run.h"
#include "core/limits.h"
#include "core/terms.h"
#include "core/utf8.h"

namespace portreeve {
namespace {

constexpr std::size_t kFieldMatches = 16;
constexpr std::size_t kTemplateBytes = 256;  ///< A longer "{{…}}" is read as plain text.
constexpr std::size_t kHostBytes = 253;
constexpr std::string_view kAnyLabel = "*";

/// What stands in a host's place until a template is filled in: "{{.SovereignFQDN}}".
struct Placeholder {
  std::string open;  ///< "{{" or "${"; empty: there is none.
  std::string name;  ///< ".SovereignFQDN"
};

struct Host {
  std::vector<HostLabel> labels;     ///< From the right, before the placeholder.
  std::vector<std::string> allowed;  ///< Lower-case.
  std::vector<std::string> groups;   ///< Lower-case.
  Placeholder placeholder;
};

bool holds(const std::vector<std::string>& names, std::string_view name) noexcept {
  return std::any_of(names.begin(), names.end(), [&](const std::string& other) {
    return equal_but_case(name, other);
  });
}

/// Whether `c` can go on a name in a placeholder, so that ".Sovereign" is not ".SovereignFQDN".
bool name_character(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '.';
}

/// One search. Only what looks at every character is linear in the text: labels of a run are
/// compared from the right and no further than the longest forbidden host.
template <class Index>
class HostSearch {
 public:
  HostSearch(const Index& index, std::string_view text, std::size_t most)
      : index_(index), text_(text), size_(static_cast<std::uint32_t>(text.size())), most_(most) {}

  std::vector<TermMatch> in_text() {
    for (std::uint32_t at = skip_to_host(text_, 0, size_); at < size_ && matches_.size() < most_;
         at = skip_to_host(text_, at, size_)) {
      read_host_run(text_, at, run_);
      at = run_.end;
      if (is(at, ':') && is_slash(at + 1) && is_slash(at + 2)) {
        at = url(at + 1);
      } else if (is_slash(run_.begin - 1) && is_slash(run_.begin - 2)) {
        at = url(run_.begin);
      } else if (stands_for_a_host()) {
        judge(size_, is_slash(run_.end) && !run_.final_dot);
      }
    }
    return std::move(matches_);
  }

  std::vector<TermMatch> in_host_field() {
    for (std::uint32_t at = 0; at < size_ && matches_.size() < most_;) {
      const std::uint32_t end = find(at, " \t\r\n,;|()<>\"'`");
      authority(at, end);
      at = end + 1;
    }
    return std::move(matches_);
  }

 private:
  bool is(std::uint32_t at, char c) const noexcept { return at < size_ && text_[at] == c; }
  /// Browsers take "\" for "/". An offset before the text wraps round and is past its end.
  bool is_slash(std::uint32_t at) const noexcept { return is(at, '/') || is(at, '\\'); }

  /// Offset of the first of `characters` that is in no template, at most `end`.
  std::uint32_t find(std::uint32_t at, std::string_view characters, std::uint32_t end) const {
    while (at < end) {
      if (is(at, '{') && is(at + 1, '{')) {
        const std::size_t close = text_.substr(at, kTemplateBytes).find("}}");
        at += close == std::string_view::npos ? 2 : static_cast<std::uint32_t>(close) + 2;
        continue;
      }
      if (characters.find(text_[at]) != std::string_view::npos) return at;
      ++at;
    }
    return end;
  }
  std::uint32_t find(std::uint32_t at, std::string_view characters) const {
    return find(at, characters, size_);
  }

  /// Begin of what follows the user information, if there is any.
  std::uint32_t after_user(std::uint32_t begin, std::uint32_t end) const {
    for (std::uint32_t at = find(begin, "@", end); at < end; at = find(at + 1, "@", end)) {
      begin = at + 1;
    }
    return begin;
  }

  /// Prose: the run is no part of an e-mail address or a path.
  bool stands_for_a_host() const noexcept {
    const bool after_path = is_slash(run_.begin - 1);
    const bool after_mailbox = is(run_.begin - 1, '@');
    return !after_path && !after_mailbox && !is(run_.end, '@');
  }

  /// "/v1", "/v1alpha1": what stands before it is an API group.
  bool version_follows(std::uint32_t at) const noexcept {
    const auto digit = [&](std::uint32_t i) { return i < size_ && text_[i] >= '0' && text_[i] <= '9'; };
    if (!is(at, '/') || !is(at + 1, 'v') || !digit(at + 2)) return false;
    for (at += 2; digit(at); ++at) {}
    const std::string_view rest = text_.substr(at);
    for (const std::string_view stage : {"alpha", "beta"}) {
      if (rest.substr(0, stage.size()) != stage) continue;
      at += static_cast<std::uint32_t>(stage.size());
      while (digit(at)) ++at;
    }
    return at == size_ || !name_character(text_[at]) || is(at, '.');
  }

  /// A URL in prose whose slashes or host begin at `at`; returns where to read on.
  std::uint32_t url(std::uint32_t at) {
    while (is_slash(at)) ++at;
    const std::uint32_t end = find(at, "/\\?#\"'`<>|() \t\r\n,;");
    const std::uint32_t host = skip_to_host(text_, after_user(at, end), end);
    if (host == end) return end;
    for (std::uint32_t next = host; next < end; next = skip_to_host(text_, run_.end, end)) {
      read_host_run(text_, next, run_);
      judge(end);
    }
    return std::max(run_.end, end);
  }

  /// Part of a host field: [scheme:][//][user@]host[:port][/path]. Every run of it is judged, so
  /// that whatever stands for a placeholder ("*.", "<org>.", "${X}.") hides nothing.
  void authority(std::uint32_t begin, std::uint32_t end) {
    // The scheme may be several: "jdbc:postgresql://host", "view-source:https://host".
    const std::uint32_t slash = find(begin, "/\\?#", end);
    if (slash > begin && is_slash(slash) && is(slash - 1, ':')) begin = slash;
    while (begin < end && is_slash(begin)) ++begin;
    end = find(begin, "/\\?#", end);
    for (std::uint32_t at = skip_to_host(text_, after_user(begin, end), end); at < end;
         at = skip_to_host(text_, run_.end, end)) {
      read_host_run(text_, at, run_);
      judge(end);
    }
  }

  struct Judgement {
    bool forbidden = false;
    bool disguised = false;
  };

  Judgement compare(const Host& host) const {
    if (run_.labels.size() < host.labels.size()) return {};
    Judgement result;
    for (std::size_t i = 0; i < host.labels.size(); ++i) {
      if (host.labels[i].text == kAnyLabel) continue;
      const auto [begin, end] = run_.labels[run_.labels.size() - 1 - i];
      const auto match = host.labels[i].match(text_.substr(begin, end - begin));
      if (match == HostLabel::Match::no) return {};
      result.disguised = result.disguised || match == HostLabel::Match::disguised;
    }
    result.forbidden = true;
    return result;
  }

  /// Whether the placeholder stands at `at`; blanks in it, the signs that trim them and the case of
  /// its name do not matter, nor what is done with it ("{{ .SovereignFQDN | lower }}").
  bool stands_at(std::uint32_t at, const Placeholder& placeholder) const noexcept {
    if (text_.substr(at, placeholder.open.size()) != placeholder.open) return false;
    at += static_cast<std::uint32_t>(placeholder.open.size());
    while (is(at, ' ') || is(at, '-') || is(at, '\t')) ++at;
    const auto end = at + static_cast<std::uint32_t>(placeholder.name.size());
    if (end > size_ || (end < size_ && name_character(text_[end]))) return false;
    return equal_but_case(text_.substr(at, end - at), placeholder.name);
  }

  /// Reports the run if it is forbidden, under the longest host that forbids it. `end` is where the
  /// host ends at the latest. Before a '/' in prose it may be the prefix of a key instead.
  void judge(std::uint32_t end, bool may_be_group = false) {
    if (run_.labels.empty() || matches_.size() >= most_) return;
    const bool before_placeholder = index_.placeholders && run_.final_dot && run_.end < end &&
                                    (is(run_.end, '{') || is(run_.end, '$'));
    if (run_.labels.size() < 2 && !before_placeholder) return;
    if (may_be_group && version_follows(run_.end)) return;
    const std::uint32_t begin = run_.labels.front().first;
    const std::uint32_t last = run_.labels.back().second;
    const std::string_view name = text_.substr(begin, last - begin);
    std::optional<TermMatch> found;
    std::size_t longest = 0;
    for (std::size_t i = 0; i < index_.hosts.size(); ++i) {
      const Host& host = index_.hosts[i];
      const bool placeholder = !host.placeholder.open.empty();
      if (host.labels.size() <= longest) continue;
      if (placeholder && !(before_placeholder && stands_at(run_.end, host.placeholder))) continue;
      const Judgement judgement = compare(host);
      if (!judgement.forbidden) continue;
      if (may_be_group && (host.groups.empty() || holds(host.groups, name))) continue;
      if (holds(host.allowed, name)) continue;
      longest = host.labels.size();
      const std::uint32_t stop = placeholder ? after_placeholder(run_.end, end) : last;
      found = {begin, stop, static_cast<std::uint32_t>(i), judgement.disguised};
    }
    if (found) matches_.push_back(*found);
  }

  /// End of the placeholder that begins at `at`.
  std::uint32_t after_placeholder(std::uint32_t at, std::uint32_t end) const noexcept {
    const std::size_t close = text_.substr(at, kTemplateBytes).find('}');
    if (close == std::string_view::npos) return end;
    at += static_cast<std::uint32_t>(close) + 1;
    return is(at, '}') ? at + 1 : at;
  }

  const Index& index_;
  std::string_view text_;
  std::uint32_t size_;
  std::size_t most_;
  HostRun run_;
  std::vector<TermMatch> matches_;
};

Error misconfigured(std::size_t index, std::string_view host, std::string_view problem) {
  return Error{Errc::misconfigured, "hosts[" + std::to_string(index) + "] \"" +
                                        utf8::printable(host, limits::kQuotedBytes) +
                                        "\": " + std::string(problem)};
}

/// The labels of a host of ours, from the right; empty if it is not a plain ASCII name of `least`
/// labels or more. Where `wild` says so, "*" may stand for a label before those.
std::vector<HostLabel> labels_of(std::string_view host, std::size_t least, bool wild) {
  std::vector<HostLabel> labels;
  const auto ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
  if (host.size() > kHostBytes || !std::all_of(host.begin(), host.end(), ascii)) return labels;
  while (true) {
    const std::size_t dot = host.rfind('.');
    const std::string_view label = dot == std::string_view::npos ? host : host.substr(dot + 1);
    HostRun run;
    read_host_run(label, 0, run);
    const bool any = wild && label == kAnyLabel && labels.size() >= least;
    if (!any && (label.empty() || run.end != label.size())) return {};
    labels.emplace_back(label);
    if (dot == std::string_view::npos) break;
    host = host.substr(0, dot);
  }
  if (labels.size() < least) labels.clear();
  return labels;
}

/// Takes the placeholder off the end of a host of ours, with the dot before it. What is no
/// placeholder stays, and is no label either.
Placeholder cut_placeholder(std::string_view& host) {
  const std::size_t open = host.find_first_of("{$");
  if (open == std::string_view::npos || open < 2 || host[open - 1] != '.') return {};
  const std::string_view text = host.substr(open);
  for (const std::string_view brace : {"{{", "${"}) {
    const std::size_t close = brace == "{{" ? 2 : 1;
    if (text.size() <= brace.size() + close || text.substr(0, brace.size()) != brace) continue;
    const std::string_view name =
        text.substr(brace.size(), text.size() - brace.size() - close);
    if (text.substr(text.size() - close) != std::string_view("}}").substr(0, close)) continue;
    if (!std::all_of(name.begin(), name.end(), name_character)) continue;
    host = host.substr(0, open - 1);
    std::string lower(name);
    for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return {std::string(brace), std::move(lower)};
  }
  return {};
}

bool same_label(const HostLabel& a, const HostLabel& b) { return a.text == b.text; }
bool is_below(const std::vector<HostLabel>& labels, const std::vector<HostLabel>& base) {
  return labels.size() >= base.size() &&
         std::equal(base.begin(), base.end(), labels.begin(),
                    [](const HostLabel& a, const HostLabel& b) {
                      return a.text == kAnyLabel || same_label(a, b);
                    });
}

bool same_host(const Host& a, const Host& b) {
  return a.placeholder.open == b.placeholder.open && a.placeholder.name == b.placeholder.name &&
         std::equal(a.labels.begin(), a.labels.end(), b.labels.begin(), b.labels.end(), same_label);
}

}  // namespace

struct HostList::Index {
  std::vector<ForbiddenHost> given;
  std::vector<Host> hosts;
  std::bitset<256> last_label;  ///< Bytes with which a last label can begin that may be forbidden.
  bool placeholders = false;    ///< Some host ends in one.

  void add(Host host);
  std::size_t next_suspect(std::string_view text, std::size_t at) const noexcept;
};

void HostList::Index::add(Host host) {
  const std::string& open = host.placeholder.open;
  placeholders = placeholders || !open.empty();
  for (std::uint8_t byte = 0; byte < 0x80; ++byte) {
    const char c = static_cast<char>(byte);
    if (open.empty() ? host.labels.front().may_begin_with(c) : open.front() == c) last_label.set(byte);
  }
  hosts.push_back(std::move(host));
}

/// Most strings of most objects hold no dot before such a byte, and need no second look.
std::size_t HostList::Index::next_suspect(std::string_view text, std::size_t at) const noexcept {
  for (; at < text.size(); at += ByteLane::kBytes) {
    const ByteLane bytes = ByteLane::load(text, at);
    for (std::uint32_t marks = bytes.equal_to('.') | bytes.outside_ascii(); marks != 0; marks &= marks - 1) {
      const std::size_t mark = at + static_cast<std::size_t>(__builtin_ctz(marks));
      if (static_cast<std::uint8_t>(text[mark]) >= 0x80) return mark;
      if (mark + 1 < text.size() && last_label[static_cast<std::uint8_t>(text[mark + 1])]) return mark;
    }
  }
  return text.size();
}

namespace {

/// Names that a host lists as exceptions: plain, exact, and at or below it.
Result<std::vector<std::string>> read_names(std::size_t index, std::string_view what,
                                            const ForbiddenHost& given, const Host& host,
                                            const std::vector<std::string>& names) {
  std::vector<std::string> out;
  for (const std::string& name : names) {
    const std::vector<HostLabel> labels = labels_of(name, 2, false);
    if (labels.empty() || !host.placeholder.open.empty() || !is_below(labels, host.labels)) {
      return misconfigured(index, given.host,
                           "the " + std::string(what) + " \"" +
                               utf8::printable(name, limits::kQuotedBytes) + "\" is not below it");
    }
    std::string lower;
    for (auto label = labels.rbegin(); label != labels.rend(); ++label) {
      lower.append(lower.empty() ? "" : ".").append(label->text);
    }
    out.push_back(std::move(lower));
  }
  return out;
}

Result<Host> read_host(std::size_t index, const ForbiddenHost& given) {
  std::string_view name = given.host;
  Host host;
  host.placeholder = cut_placeholder(name);
  host.labels = labels_of(name, host.placeholder.open.empty() ? 2 : 1, true);
  if (host.labels.empty()) {
    return misconfigured(index, given.host, "expected a host name such as example.org");
  }
  PORTREEVE_TRY(host.allowed, read_names(index, "allowed host", given, host, given.allowed));
  PORTREEVE_TRY(host.groups, read_names(index, "group", given, host, given.groups));
  return host;
}

}  // namespace

Result<HostList> HostList::build(std::vector<ForbiddenHost> hosts) {
  auto index = std::make_shared<Index>();
  for (std::size_t i = 0; i < hosts.size(); ++i) {
    PORTREEVE_TRY(Host host, read_host(i, hosts[i]));
    const auto same = [&](const Host& other) { return same_host(host, other); };
    if (std::any_of(index->hosts.begin(), index->hosts.end(), same)) {
      return misconfigured(i, hosts[i].host, "the host stands there twice");
    }
    index->add(std::move(host));
  }
  index->given = std::move(hosts);
  return HostList(std::move(index));
}

std::vector<TermMatch> HostList::find_in_host_field(std::string_view text) const {
  return HostSearch<Index>(*index_, text, kFieldMatches).in_host_field();
}

std::vector<TermMatch> HostList::find_in_text(std::string_view text, std::size_t most) const {
  return may_occur_in(text) ? find_in_text_thoroughly(text, most) : std::vector<TermMatch>();
}

std::size_t HostList::next_suspect(std::string_view text, std::size_t at) const noexcept {
  return index_->next_suspect(text, at);
}

std::vector<TermMatch> HostList::find_in_text_thoroughly(std::string_view text, std::size_t most) const {
  return HostSearch<Index>(*index_, text, most).in_text();
}

const std::vector<ForbiddenHost>& HostList::hosts() const noexcept { return index_->given; }

}  // namespace portreeve
