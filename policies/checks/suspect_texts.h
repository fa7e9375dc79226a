#pragma once

// Which of an object's texts need a search for terms and hosts: nearly none. Most texts are short,
// and looking at each by itself costs more than looking at what it says; so they are looked at
// together.

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/terms.h"
#include "core/value.h"

namespace portreeve::policies {

/// Copies texts one behind the other with a line feed between them, over which no word and no host
/// reaches, and asks the lists about all of them at once. Errs on one side only: a text in which a
/// list finds something is never left out. For one thread; borrows the lists; 4 KiB of the stack.
class SuspectTexts {
 public:
  SuspectTexts(const std::optional<TermList>& terms, const std::optional<HostList>& hosts) noexcept
      : terms_(terms ? &*terms : nullptr), hosts_(hosts ? &*hosts : nullptr) {}

  /// Those of `texts` in which something may be found, in the same order.
  std::vector<Value> among(std::span<const Value> texts) {
    std::vector<Value> out;
    std::size_t first = 0;
    for (std::size_t i = 0; i < texts.size(); ++i) {
      const std::string_view text = texts[i].text();
      if (count_ < kTexts && text.size() < bytes_.size() - size_) {
        add(text);
        continue;
      }
      ask(texts.subspan(first, count_), out);
      first = i + 1;
      if (text.size() < bytes_.size()) {
        first = i;
        add(text);
      } else if (may_matter(text)) {
        out.push_back(texts[i]);
      }
    }
    ask(texts.subspan(first, count_), out);
    return out;
  }

 private:
  static constexpr std::size_t kTexts = 128;

  void add(std::string_view text) noexcept {
    if (!text.empty()) std::memcpy(bytes_.data() + size_, text.data(), text.size());
    size_ += text.size();
    ends_[count_++] = static_cast<std::uint16_t>(size_);
    bytes_[size_++] = '\n';
  }

  /// Asks about what was added, and begins anew.
  void ask(std::span<const Value> added, std::vector<Value>& out) {
    std::bitset<kTexts> suspects;
    if (terms_ != nullptr) mark(*terms_, suspects);
    if (hosts_ != nullptr) mark(*hosts_, suspects);
    for (std::size_t i = 0; i < count_ && suspects.any(); ++i) {
      if (suspects[i]) out.push_back(added[i]);
    }
    size_ = count_ = 0;
  }

  template <class List>
  void mark(const List& list, std::bitset<kTexts>& suspects) const {
    const std::string_view all(bytes_.data(), size_);
    std::size_t text = 0;
    for (std::size_t at = list.next_suspect(all, 0); at < size_;
         at = list.next_suspect(all, std::size_t{ends_[text]} + 1)) {
      while (ends_[text] <= at) ++text;
      suspects.set(text);
    }
  }

  bool may_matter(std::string_view text) const {
    return (terms_ != nullptr && terms_->may_occur_in(text)) ||
           (hosts_ != nullptr && hosts_->may_occur_in(text));
  }

  const TermList* terms_;
  const HostList* hosts_;
  std::array<char, 4096> bytes_;
  std::array<std::uint16_t, kTexts> ends_;  ///< Of each text, in bytes_.
  std::size_t size_ = 0;
  std::size_t count_ = 0;
};

}  // namespace portreeve::policies
