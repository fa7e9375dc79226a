#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/evidence.h"
#include "core/finding.h"
#include "core/value.h"
#include "policies/scope.h"

namespace portreeve::policies {

/// Three-valued truth with the reason for the third (strong Kleene logic).
struct Truth {
  enum class Kind { no, yes, unknown };
  Kind kind = Kind::no;
  std::string reason;  ///< Of unknown.

  static Truth of(bool value) { return {value ? Kind::yes : Kind::no, {}}; }
  static Truth unknown(std::string reason) { return {Kind::unknown, std::move(reason)}; }
  bool yes() const noexcept { return kind == Kind::yes; }
  bool no() const noexcept { return kind == Kind::no; }
};

/// What a check has to say about one place. A check that says nothing passes.
struct Judgement {
  /// inactive: the rule is not about this subject, which is worth saying. skipped: somebody asked
  /// for that. Both let pass.
  enum class Kind { violation, undecided, advice, note, inactive, skipped };
  Kind kind = Kind::violation;
  Value anchor;          ///< The value judged, or the last one on the way to what is missing.
  std::string tail;      ///< RFC 6901 pointer below anchor of what is missing.
  std::string expected;  ///< Already fit for printing.
  std::string found;
  std::string detail;     ///< Added to the rule's message, or the cause of undecided.
  std::string fix;        ///< Instead of the rule's, when the check knows better.
  std::string note{};     ///< What else is worth knowing; for a violation or undecided.
  std::string subject{};  ///< Instead of the object: "oci:host/repository@sha256:…".
  std::vector<Digest> evidence{};
  std::optional<Location> location{};  ///< Where the anchor is not in the subject's document.
  std::optional<Edit> edit{};
};

/// What was said, at most kMostOfAKind of each kind: an object with a million faults is told the
/// first ones, and no amount of advice crowds out a violation.
class Judgements {
 public:
  static constexpr std::size_t kMostOfAKind = 64;

  void push_back(Judgement judgement) {
    std::size_t& count = counts_[static_cast<std::size_t>(judgement.kind)];
    if (count == kMostOfAKind) return;
    ++count;
    list_.push_back(std::move(judgement));
  }
  void append(const Judgements& others) {
    for (const Judgement& judgement : others) push_back(judgement);
  }
  bool empty() const noexcept { return list_.empty(); }
  std::size_t size() const noexcept { return list_.size(); }
  Judgement& operator[](std::size_t index) { return list_[index]; }
  std::vector<Judgement>::const_iterator begin() const noexcept { return list_.begin(); }
  std::vector<Judgement>::const_iterator end() const noexcept { return list_.end(); }

 private:
  std::vector<Judgement> list_;
  std::array<std::size_t, 6> counts_{};
};

/// A compiled check. Pure; reads nothing but the scope; safe from many threads.
using Judge = std::function<void(const Scope&, Judgements&)>;
/// The evidence a check will read about this subject; empty for most checks.
using Needs = std::function<std::vector<Key>(const Scope&)>;

}  // namespace portreeve::policies
