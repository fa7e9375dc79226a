#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "core/value.h"
#include "policies/places.h"
#include "policies/scope.h"

namespace portreeve::policies {

/// One value that a path selected, or where the path broke off.
struct Selected {
  Value value;       ///< Absent when the path broke off.
  Value anchor;      ///< The value itself, or the last one that was there.
  std::string tail;  ///< RFC 6901 pointer, below `anchor`, of what is not there.
};

/// A compiled path of the policy language (docs/policy-language.md, a subset of RFC 9535).
/// Immutable; safe from many threads.
class Path {
 public:
  enum class Root : std::uint8_t { object, old, request, binding };

  /// With `index`, what it reads of the object is found once for all paths of that index. Errors:
  /// misconfigured, saying where in the text.
  static Result<Path> compile(std::string_view text, PathIndex* index = nullptr);
  /// Whether a string in a value position is meant as a path.
  static bool looks_like(std::string_view text) noexcept;

  const std::string& text() const noexcept { return text_; }
  Root root() const noexcept { return root_; }
  const std::string& binding() const noexcept { return binding_; }
  /// Whether it can select more than one value.
  bool many() const noexcept { return many_; }
  /// `$r.key`: the key of the bound element, which is a text and no value of the document.
  bool is_key() const noexcept { return key_; }

  /// Number of the longest part from the object on that has no wildcards: where that is absent, the
  /// path selects nothing that is present. PathIndex::kNowhere when it is not known.
  PathIndex::Number leads_through() const noexcept { return before_; }

  /// Everything it selects, in document order. `excluded` are subtrees that `..` leaves out, in the
  /// order of sort_by_place().
  void select(const Scope& scope, const std::vector<Value>& excluded,
              std::vector<Selected>& out) const;
  /// The same, without what is absent and without a word about where.
  void select_present(const Scope& scope, const std::vector<Value>& excluded,
                      std::vector<Value>& out) const;
  /// Whether select_present() would surely select nothing, whatever is excluded; false says nothing.
  bool surely_nothing(const Scope& scope) const;
  /// For a path such as `object.a..*`: the strings that it selects while nothing is excluded, and in
  /// `below` what they stand in, for append_outside(). Null for other paths, and for large objects.
  const std::vector<Value>* texts_below(const Scope& scope, Value& below) const;
  /// The value of a path without wildcards; absent when it is not there. REQUIRES: !many().
  Value one(const Scope& scope) const noexcept;

 private:
  struct Step {
    enum class Kind : std::uint8_t { member, index, all, descend, descend_all };
    Kind kind = Kind::member;
    std::string name;
    std::uint32_t index = 0;
  };
  class Compiler;
  Value start(const Scope& scope) const noexcept;
  void walk(const Value& from, std::size_t step, const std::vector<Value>& excluded,
            std::vector<Selected>& out) const;
  void descend(const Value& from, std::size_t step, const std::vector<Value>& excluded,
               std::vector<Selected>& out) const;
  Selected broken(const Value& anchor, std::size_t step) const;
  bool descends_after(std::size_t step) const noexcept;
  void take_numbers(PathIndex& index);
  const Places* places_of(const Scope& scope) const noexcept;
  Value before_last_step(const Scope& scope) const noexcept;
  void descend_straight(const Scope& scope, const std::vector<Value>& excluded,
                        std::vector<Value>& out) const;

  std::string text_;
  Root root_ = Root::object;
  std::string binding_;
  bool key_ = false;
  bool many_ = false;
  bool straight_ = false;  ///< Only the last step can select more than one value, and it is `..`.
  PathIndex::Number number_ = PathIndex::kNowhere;  ///< Of a path of members only.
  PathIndex::Number before_ = PathIndex::kNowhere;  ///< Of the members before the first other step.
  bool but_last_ = false;  ///< That is all but the last step.
  std::vector<Step> steps_;
};

/// Leaves out what stands in an excluded subtree at or below `below`. Both lists are in document order.
void append_outside(const Value& below, const std::vector<Value>& found,
                    const std::vector<Value>& excluded, std::vector<Value>& out);

/// So that one of many can be found without looking at all: an object has as many as it likes.
void sort_by_place(std::vector<Value>& values);
/// REQUIRES: sort_by_place(sorted).
bool holds_node(const std::vector<Value>& sorted, const Value& value) noexcept;

/// RFC 6901 pointer of `target` within `root`, with `tail` appended; "" for the root itself and for
/// a target that stands elsewhere.
std::string pointer_to(const Value& root, const Value& target, std::string_view tail);

/// `$name.key`: the member's name, or the index in its list.
std::string key_of(const Binding& binding, const Subject& subject);

}  // namespace portreeve::policies
