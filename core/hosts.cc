#include <algorithm>
#include <bitset>
#include <optional>
#include <utility>

#include "core/host_run.h"
#include "core/limits.h"
#include "core/terms.h"
#include "core/utf8.h"

namespace portreeve {
namespace {

constexpr std::size_t kFieldMatches = 16;
constexpr std::size_t kTemplateBytes = 256;  ///< A longer "{{…}}" is read as plain text.
constexpr std::size_t kHostBytes = 253;

struct Host {
  std::vector<HostLabel> labels;     ///< From the right.
  std::vector<std::string> allowed;  ///< Lower-case.
};

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
        judge();
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

  /// Prose: the run is no part of an e-mail address, a path, an API group with a version, or a key.
  bool stands_for_a_host() const noexcept {
    const bool after_path = is_slash(run_.begin - 1);
    const bool after_mailbox = is(run_.begin - 1, '@');
    const bool before_path = is_slash(run_.end) && !run_.final_dot;
    return !after_path && !after_mailbox && !before_path && !is(run_.end, '@');
  }

  /// A URL in prose whose slashes or host begin at `at`; returns where to read on.
  std::uint32_t url(std::uint32_t at) {
    while (is_slash(at)) ++at;
    const std::uint32_t end = find(at, "/\\?#\"'`<>|() \t\r\n,;");
    const std::uint32_t host = skip_to_host(text_, after_user(at, end), end);
    if (host == end) return end;
    for (std::uint32_t next = host; next < end; next = skip_to_host(text_, run_.end, end)) {
      read_host_run(text_, next, run_);
      judge();
    }
    return std::max(run_.end, end);
  }

  /// Part of a host field: [scheme:][//][user@]host[:port][/path]. Every run of it is judged, so
  /// that whatever stands for a placeholder ("*.", "<org>.", "${X}.") hides nothing.
  void authority(std::uint32_t begin, std::uint32_t end) {
    const std::uint32_t colon = find(begin, ":/\\?#@", end);
    if (is(colon, ':') && is_slash(colon + 1)) begin = colon + 1;
    while (begin < end && is_slash(begin)) ++begin;
    end = find(begin, "/\\?#", end);
    for (std::uint32_t at = skip_to_host(text_, after_user(begin, end), end); at < end;
         at = skip_to_host(text_, run_.end, end)) {
      read_host_run(text_, at, run_);
      judge();
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
      const auto [begin, end] = run_.labels[run_.labels.size() - 1 - i];
      const auto match = host.labels[i].match(text_.substr(begin, end - begin));
      if (match == HostLabel::Match::no) return {};
      result.disguised = result.disguised || match == HostLabel::Match::disguised;
    }
    result.forbidden = true;
    return result;
  }

  /// Reports the run if it is forbidden, under the longest host that forbids it.
  void judge() {
    if (run_.labels.size() < 2 || matches_.size() >= most_) return;
    const std::uint32_t begin = run_.labels.front().first;
    const std::uint32_t end = run_.labels.back().second;
    const std::string_view name = text_.substr(begin, end - begin);
    std::optional<TermMatch> found;
    std::size_t longest = 0;
    for (std::size_t i = 0; i < index_.hosts.size(); ++i) {
      const Host& host = index_.hosts[i];
      if (host.labels.size() <= longest) continue;
      const Judgement judgement = compare(host);
      if (!judgement.forbidden) continue;
      const auto allows = [&](const std::string& allowed) { return equal_but_case(name, allowed); };
      if (std::any_of(host.allowed.begin(), host.allowed.end(), allows)) continue;
      longest = host.labels.size();
      found = {begin, end, static_cast<std::uint32_t>(i), judgement.disguised};
    }
    if (found) matches_.push_back(*found);
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

/// The labels of a host of ours, from the right; empty if it is not a plain ASCII name of two
/// labels or more.
std::vector<HostLabel> labels_of(std::string_view host) {
  std::vector<HostLabel> labels;
  const auto ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
  if (host.size() > kHostBytes || !std::all_of(host.begin(), host.end(), ascii)) return labels;
  while (true) {
    const std::size_t dot = host.rfind('.');
    const std::string_view label = dot == std::string_view::npos ? host : host.substr(dot + 1);
    HostRun run;
    read_host_run(label, 0, run);
    if (label.empty() || run.end != label.size()) return {};
    labels.emplace_back(label);
    if (dot == std::string_view::npos) break;
    host = host.substr(0, dot);
  }
  if (labels.size() < 2) labels.clear();
  return labels;
}

bool is_below(const std::vector<HostLabel>& labels, const std::vector<HostLabel>& base) {
  return labels.size() >= base.size() &&
         std::equal(base.begin(), base.end(), labels.begin(),
                    [](const HostLabel& a, const HostLabel& b) { return a.text == b.text; });
}

}  // namespace

struct HostList::Index {
  std::vector<ForbiddenHost> given;
  std::vector<Host> hosts;
  std::bitset<256> last_label;  ///< Bytes with which the last label of a forbidden host can begin.

  void add(Host host);
  bool may_occur_in(std::string_view text) const noexcept;
};

void HostList::Index::add(Host host) {
  const auto first = static_cast<std::uint8_t>(host.labels.front().text.front());
  last_label.set(first);
  if (first >= 'a' && first <= 'z') last_label.set(first - 'a' + 'A');
  last_label.set('0').set('1');
  hosts.push_back(std::move(host));
}

/// Most strings of most objects hold no dot before such a byte, and need no second look.
bool HostList::Index::may_occur_in(std::string_view text) const noexcept {
  const auto outside_ascii = [](char c) { return static_cast<std::uint8_t>(c) >= 0x80; };
  for (std::size_t dot = text.find('.'); dot != std::string_view::npos;
       dot = text.find('.', dot + 1)) {
    if (dot + 1 < text.size() && last_label[static_cast<std::uint8_t>(text[dot + 1])]) return true;
  }
  return std::any_of(text.begin(), text.end(), outside_ascii);
}

Result<HostList> HostList::build(std::vector<ForbiddenHost> hosts) {
  auto index = std::make_shared<Index>();
  for (std::size_t i = 0; i < hosts.size(); ++i) {
    Host host{labels_of(hosts[i].host), {}};
    if (host.labels.empty()) {
      return misconfigured(i, hosts[i].host, "expected a host name such as example.org");
    }
    for (const Host& other : index->hosts) {
      if (other.labels.size() == host.labels.size() && is_below(host.labels, other.labels)) {
        return misconfigured(i, hosts[i].host, "the host stands there twice");
      }
    }
    for (const std::string& allowed : hosts[i].allowed) {
      const std::vector<HostLabel> labels = labels_of(allowed);
      if (labels.empty() || !is_below(labels, host.labels)) {
        return misconfigured(i, hosts[i].host,
                             "the allowed host \"" +
                                 utf8::printable(allowed, limits::kQuotedBytes) +
                                 "\" is not below it");
      }
      std::string lower;
      for (auto label = labels.rbegin(); label != labels.rend(); ++label) {
        lower.append(lower.empty() ? "" : ".").append(label->text);
      }
      host.allowed.push_back(std::move(lower));
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
  if (!index_->may_occur_in(text)) return {};
  return HostSearch<Index>(*index_, text, most).in_text();
}

const std::vector<ForbiddenHost>& HostList::hosts() const noexcept { return index_->given; }

}  // namespace portreeve
