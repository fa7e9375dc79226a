#include "policies/path.h"

#include <algorithm>

#include "core/subject.h"
#include "policies/descents.h"

namespace portreeve::policies {
namespace {

bool name_character(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-';
}

void append_pointer_token(std::string& out, std::string_view token) {
  out += '/';
  for (const char c : token) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
}

bool container(const Value& value) noexcept { return value.is_array() || value.is_object(); }

// A step to a member or an element.
template <class Step>
Value next(const Value& value, const Step& step) noexcept {
  return step.kind == Step::Kind::index ? value.at(step.index) : value[step.name];
}

}  // namespace

// Compilation -------------------------------------------------------------------------------------

class Path::Compiler {
 public:
  explicit Compiler(std::string_view text) : text_(text) { path_.text_ = std::string(text); }

  Result<Path> run() {
    PORTREEVE_CHECK(root());
    while (at_ < text_.size()) PORTREEVE_CHECK(step());
    if (path_.root_ == Root::binding && path_.steps_.size() == 1 &&
        path_.steps_[0].kind == Step::Kind::member && path_.steps_[0].name == "key") {
      path_.key_ = true;
    }
    for (const Step& s : path_.steps_) {
      path_.many_ |= !single(s);
    }
    path_.straight_ = path_.many_ && path_.steps_.back().kind >= Step::Kind::descend &&
                      std::all_of(path_.steps_.begin(), path_.steps_.end() - 1, single);
    return std::move(path_);
  }

 private:
  Error fail(const std::string& expected) const {
    return Error{Errc::misconfigured, "path \"" + path_.text_ + "\", character " +
                                          std::to_string(at_ + 1) + ": expected " + expected};
  }

  std::string_view word() {
    const std::size_t from = at_;
    while (at_ < text_.size() && name_character(text_[at_])) ++at_;
    return text_.substr(from, at_ - from);
  }

  static bool single(const Step& s) noexcept {
    return s.kind == Step::Kind::member || s.kind == Step::Kind::index;
  }

  Outcome root() {
    if (!text_.empty() && text_[0] == '$') {
      ++at_;
      path_.root_ = Root::binding;
      path_.binding_ = std::string(word());
      if (path_.binding_.empty()) return fail("a name after '$'");
      return Done{};
    }
    const std::string_view name = word();
    if (name == "object") {
      path_.root_ = Root::object;
    } else if (name == "old") {
      path_.root_ = Root::old;
    } else if (name == "request") {
      path_.root_ = Root::request;
    } else {
      at_ = 0;
      return fail("object, old, request or $name");
    }
    return Done{};
  }

  Outcome step() {
    if (text_[at_] == '[') return bracket();
    if (text_[at_] != '.') return fail("'.' or '['");
    ++at_;
    Step s;
    if (at_ < text_.size() && text_[at_] == '.') {
      ++at_;
      if (at_ < text_.size() && text_[at_] == '*') {
        ++at_;
        s.kind = Step::Kind::descend_all;
        path_.steps_.push_back(std::move(s));
        return Done{};
      }
      s.kind = Step::Kind::descend;
    }
    s.name = std::string(word());
    if (s.name.empty()) return fail("a member name");
    path_.steps_.push_back(std::move(s));
    return Done{};
  }

  Outcome bracket() {
    ++at_;
    Step s;
    if (at_ < text_.size() && text_[at_] == '*') {
      ++at_;
      s.kind = Step::Kind::all;
    } else if (at_ < text_.size() && text_[at_] == '\'') {
      const std::size_t end = text_.find('\'', ++at_);
      if (end == std::string_view::npos) return fail("a closing quote");
      s.name = std::string(text_.substr(at_, end - at_));
      at_ = end + 1;
    } else {
      s.kind = Step::Kind::index;
      const std::size_t from = at_;
      while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9' && at_ - from < 7) {
        s.index = s.index * 10 + static_cast<std::uint32_t>(text_[at_++] - '0');
      }
      if (at_ == from) return fail("'name', a number or * in brackets");
    }
    if (at_ >= text_.size() || text_[at_] != ']') return fail("']'");
    ++at_;
    path_.steps_.push_back(std::move(s));
    return Done{};
  }

  std::string_view text_;
  std::size_t at_ = 0;
  Path path_;
};

Result<Path> Path::compile(std::string_view text, PathIndex* index) {
  Result<Path> path = Compiler(text).run();
  if (!path.ok() || index == nullptr) return path;
  Path numbered = std::move(path).value();
  numbered.take_numbers(*index);
  return numbered;
}

bool Path::looks_like(std::string_view text) noexcept {
  if (text.size() > 1 && text[0] == '$') return true;
  for (const std::string_view root : {"object", "old", "request"}) {
    if (text.size() > root.size() && text.substr(0, root.size()) == root &&
        (text[root.size()] == '.' || text[root.size()] == '[')) {
      return true;
    }
  }
  return false;
}

// Selection ---------------------------------------------------------------------------------------

Value Path::start(const Scope& scope) const noexcept {
  switch (root_) {
    case Root::object: return scope.subject->object;
    case Root::old: return scope.subject->old;
    case Root::request: return scope.subject->request;
    case Root::binding: {
      const Binding* binding = scope.find(binding_);
      return binding == nullptr ? Value() : binding->value;
    }
  }
  return {};
}

const Places* Path::places_of(const Scope& scope) const noexcept {
  return scope.descents == nullptr ? nullptr : scope.descents->places(scope.subject->object);
}

Value Path::one(const Scope& scope) const noexcept {
  if (number_ != PathIndex::kNowhere) {
    if (const Places* places = places_of(scope)) return places->at(number_);
  }
  if (steps_.empty()) return start(scope);
  return next(before_last_step(scope), steps_.back());
}

Value Path::before_last_step(const Scope& scope) const noexcept {
  if (but_last_ && before_ != PathIndex::kNowhere) {
    if (const Places* places = places_of(scope)) return places->at(before_);
  }
  Value value = start(scope);
  for (std::size_t i = 0; i + 1 < steps_.size(); ++i) value = next(value, steps_[i]);
  return value;
}

// `..` selects nothing where there is nothing.
bool Path::descends_after(std::size_t step) const noexcept {
  return std::any_of(steps_.begin() + static_cast<std::ptrdiff_t>(step), steps_.end(),
                     [](const Step& s) {
                       return s.kind == Step::Kind::descend || s.kind == Step::Kind::descend_all;
                     });
}

Selected Path::broken(const Value& anchor, std::size_t step) const {
  Selected selected{Value(), anchor, ""};
  for (; step < steps_.size(); ++step) {
    const Step& s = steps_[step];
    if (s.kind != Step::Kind::member && s.kind != Step::Kind::index) break;
    append_pointer_token(selected.tail,
                         s.kind == Step::Kind::member ? s.name : std::to_string(s.index));
  }
  return selected;
}

void Path::select(const Scope& scope, const std::vector<Value>& excluded,
                  std::vector<Selected>& out) const {
  walk(start(scope), 0, excluded, out);
}

void Path::select_present(const Scope& scope, const std::vector<Value>& excluded,
                          std::vector<Value>& out) const {
  if (!many_) {
    const Value value = one(scope);
    if (value.present()) out.push_back(value);
    return;
  }
  if (straight_) {
    descend_straight(scope, excluded, out);
    return;
  }
  std::vector<Selected> selected;
  walk(start(scope), 0, excluded, selected);
  for (const Selected& entry : selected) {
    if (entry.value.present()) out.push_back(entry.value);
  }
}

void append_outside(const Value& below, const std::vector<Value>& found,
                    const std::vector<Value>& excluded, std::vector<Value>& out) {
  auto next = excluded.begin();
  std::uint32_t inside = 0;  // Up to this node everything is excluded.
  for (const Value& value : found) {
    for (; next != excluded.end() && next->node_id() <= value.node_id(); ++next) {
      if (next->same_document(below) && next->node_id() >= below.node_id()) {
        inside = std::max(inside, next->node_id() + next->node_count());
      }
    }
    if (value.node_id() >= inside) out.push_back(value);
  }
}

bool Path::surely_nothing(const Scope& scope) const {
  if (!many_) return !one(scope).present();
  if (!straight_) return false;
  const Value below = before_last_step(scope);
  if (!below.present()) return true;
  const Step& last = steps_.back();
  if (last.kind == Step::Kind::descend_all || scope.descents == nullptr) return false;
  return below.node_count() <= Descents::kMostNodes && scope.descents->named(below, last.name).empty();
}

const std::vector<Value>* Path::texts_below(const Scope& scope, Value& below) const {
  if (!straight_ || scope.descents == nullptr) return nullptr;
  if (steps_.back().kind != Step::Kind::descend_all) return nullptr;
  below = before_last_step(scope);
  if (!below.present() || below.node_count() > Descents::kMostNodes) return nullptr;
  return &scope.descents->texts(below);
}

// Prose is read with `object.a.b..*`, fields wherever they are with `object.a..name`: one pass over
// the tape instead of a walk, and one for all rules that ask for the same.
void Path::descend_straight(const Scope& scope, const std::vector<Value>& excluded,
                            std::vector<Value>& out) const {
  const Value below = before_last_step(scope);
  if (!below.present()) return;
  const Step& last = steps_.back();
  const bool all = last.kind == Step::Kind::descend_all;
  if (scope.descents != nullptr && below.node_count() <= Descents::kMostNodes) {
    append_outside(below, all ? scope.descents->scalars(below) : scope.descents->named(below, last.name),
                   excluded, out);
    return;
  }
  const auto take = [&](const Value& found) { out.push_back(found); };
  if (all) {
    below.for_each_scalar(excluded, take);
  } else {
    below.for_each_named(last.name, excluded, take);
  }
}

void Path::walk(const Value& from, std::size_t step, const std::vector<Value>& excluded,
                std::vector<Selected>& out) const {
  Value value = from;
  for (; step < steps_.size(); ++step) {
    const Step& s = steps_[step];
    if (s.kind == Step::Kind::descend || s.kind == Step::Kind::descend_all) {
      if (value.present()) descend(value, step, excluded, out);
      return;
    }
    if (s.kind == Step::Kind::all) {
      if (!container(value)) {
        if (!descends_after(step)) out.push_back(broken(value, step));
        return;
      }
      for (const Value child : value) walk(child, step + 1, excluded, out);
      return;
    }
    const Value found = next(value, s);
    if (!found.present()) {
      if (!descends_after(step)) out.push_back(broken(value, step));
      return;
    }
    value = found;
  }
  if (value.present()) {
    out.push_back({value, value, ""});
  } else {
    out.push_back({Value(), value, ""});
  }
}

void Path::descend(const Value& from, std::size_t step, const std::vector<Value>& excluded,
                   std::vector<Selected>& out) const {
  const Step& s = steps_[step];
  if (!excluded.empty() && holds_node(excluded, from)) return;
  if (!container(from)) {
    if (s.kind == Step::Kind::descend_all) walk(from, step + 1, excluded, out);
    return;
  }
  for (const Value child : from) {
    if (s.kind == Step::Kind::descend && from.is_object() && child.key().text() == s.name &&
        !holds_node(excluded, child)) {
      walk(child, step + 1, excluded, out);
    }
    descend(child, step, excluded, out);
  }
}

void sort_by_place(std::vector<Value>& values) {
  if (values.size() < 2) return;
  std::stable_sort(values.begin(), values.end(), [](const Value& a, const Value& b) {
    return a.node_id() < b.node_id();
  });
}

bool holds_node(const std::vector<Value>& sorted, const Value& value) noexcept {
  const auto less = [](const Value& a, std::uint32_t id) { return a.node_id() < id; };
  auto at = std::lower_bound(sorted.begin(), sorted.end(), value.node_id(), less);
  for (; at != sorted.end() && at->node_id() == value.node_id(); ++at) {
    if (at->same_node(value)) return true;
  }
  return false;
}

std::string pointer_to(const Value& root, const Value& target, std::string_view tail) {
  std::string out;
  Value at = root;
  while (at.present() && target.present() && !at.same_node(target)) {
    Value inside;
    std::uint32_t index = 0;
    for (const Value child : at) {
      if (target.node_id() >= child.node_id() &&
          target.node_id() < child.node_id() + child.node_count()) {
        inside = child;
        break;
      }
      ++index;
    }
    if (!inside.present()) break;
    append_pointer_token(out, at.is_object() ? std::string(inside.key().text())
                                             : std::to_string(index));
    at = inside;
  }
  // Of the stored object or the policy itself: there is no place in `root` to point at.
  if (target.present() && !at.same_node(target)) return {};
  out += tail;
  return out;
}

std::string key_of(const Binding& binding, const Subject& subject) {
  if (binding.value.key().present()) return std::string(binding.value.key().text());
  if (binding.index != Binding::kByPlace) return std::to_string(binding.index);
  const std::string pointer = pointer_to(subject.object, binding.value, "");
  return pointer.substr(pointer.rfind('/') + 1);
}

}  // namespace portreeve::policies
