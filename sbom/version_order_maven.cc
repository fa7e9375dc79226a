// Maven's order: org.apache.maven.artifact.versioning.ComparableVersion.

#include <algorithm>
#include <array>
#include <memory>
#include <string>

#include "sbom/version_order.h"

namespace portreeve::sbom {
namespace {

/// A number, a qualifier, or a list of items.
struct Item {
  enum class Kind { number, text, list };
  Kind kind = Kind::list;
  std::string text;
  std::vector<std::unique_ptr<Item>> items;
};

constexpr std::array<std::string_view, 7> kQualifiers = {"alpha",    "beta", "milestone", "rc",
                                                         "snapshot", "",     "sp"};
constexpr int kRelease = 5;
constexpr std::ptrdiff_t kUnknown = kQualifiers.size();

std::string_view alias(std::string_view text) {
  if (text == "ga" || text == "final" || text == "release") return "";
  return text == "cr" ? "rc" : text;
}

/// "a1" is alpha-1.
std::string_view before_digit(std::string_view text) {
  if (text == "a") return "alpha";
  if (text == "b") return "beta";
  if (text == "m") return "milestone";
  return text;
}

/// Known qualifiers in their order, then all others by their letters.
int compare_qualifiers(std::string_view a, std::string_view b) {
  const auto rank = [](std::string_view text) {
    return std::find(kQualifiers.begin(), kQualifiers.end(), text) - kQualifiers.begin();
  };
  const auto x = rank(a), y = rank(b);
  if (x != y) return x < y ? -1 : 1;
  return x == kUnknown ? sign(a.compare(b)) : 0;
}

bool is_null(const Item& item) {
  switch (item.kind) {
    case Item::Kind::number:
      return compare_numbers(item.text, "") == 0;
    case Item::Kind::text:
      return compare_qualifiers(item.text, kQualifiers[kRelease]) == 0;
    case Item::Kind::list:
      return item.items.empty();
  }
  return false;
}

void normalise(Item& list) {
  for (std::size_t i = list.items.size(); i-- > 0;) {
    if (is_null(*list.items[i])) {
      list.items.erase(list.items.begin() + static_cast<std::ptrdiff_t>(i));
    } else if (list.items[i]->kind != Item::Kind::list) {
      break;
    }
  }
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {
    root_ = std::make_unique<Item>();
    list_ = root_.get();
    stack_.push_back(list_);
  }
  std::unique_ptr<Item> parse();

 private:
  void add(Item::Kind kind, std::string_view text) {
    auto item = std::make_unique<Item>();
    item->kind = kind;
    item->text = text;
    list_->items.push_back(std::move(item));
  }
  void add_part(bool digits, std::size_t end) {
    const std::string_view part = text_.substr(start_, end - start_);
    add(digits ? Item::Kind::number : Item::Kind::text, digits ? part : alias(part));
  }
  void nest() {
    auto item = std::make_unique<Item>();
    Item* const inner = item.get();
    list_->items.push_back(std::move(item));
    list_ = inner;
    stack_.push_back(inner);
  }

  std::string_view text_;
  std::unique_ptr<Item> root_;
  Item* list_;
  std::vector<Item*> stack_;
  std::size_t start_ = 0;
};

std::unique_ptr<Item> Parser::parse() {
  bool digits = false;
  for (std::size_t i = 0; i < text_.size(); ++i) {
    const char c = text_[i];
    if (c == '.' || c == '-') {
      if (i == start_) {
        add(Item::Kind::number, "0");
      } else {
        add_part(digits, i);
      }
      start_ = i + 1;
      if (c == '-') nest();
    } else if (is_version_digit(c)) {
      if (!digits && i > start_) {
        add(Item::Kind::text, alias(before_digit(text_.substr(start_, i - start_))));
        start_ = i;
        nest();
      }
      digits = true;
    } else {
      if (digits && i > start_) {
        add_part(true, i);
        start_ = i;
        nest();
      }
      digits = false;
    }
  }
  if (text_.size() > start_) add_part(digits, text_.size());
  for (std::size_t i = stack_.size(); i-- > 0;) normalise(*stack_[i]);
  return std::move(root_);
}

int compare(const Item* a, const Item* b);

int compare_to_nothing(const Item& item) {
  switch (item.kind) {
    case Item::Kind::number:
      return is_null(item) ? 0 : 1;
    case Item::Kind::text:
      return compare_qualifiers(item.text, kQualifiers[kRelease]);
    case Item::Kind::list:
      for (const auto& inner : item.items) {
        if (const int c = compare_to_nothing(*inner); c != 0) return c;
      }
      return 0;
  }
  return 0;
}

int compare_lists(const Item& a, const Item& b) {
  for (std::size_t i = 0; i < std::max(a.items.size(), b.items.size()); ++i) {
    const int c = compare(i < a.items.size() ? a.items[i].get() : nullptr,
                          i < b.items.size() ? b.items[i].get() : nullptr);
    if (c != 0) return c;
  }
  return 0;
}

/// Depth is that of the parsed text: at most one list for each two characters, and those are
/// capped.
int compare(const Item* a, const Item* b) {
  if (a == nullptr) return b == nullptr ? 0 : -compare_to_nothing(*b);
  if (b == nullptr) return compare_to_nothing(*a);
  if (a->kind == b->kind) {
    if (a->kind == Item::Kind::number) return compare_numbers(a->text, b->text);
    if (a->kind == Item::Kind::text) return compare_qualifiers(a->text, b->text);
    return compare_lists(*a, *b);
  }
  if (a->kind == Item::Kind::number) return 1;
  if (b->kind == Item::Kind::number) return -1;
  return a->kind == Item::Kind::list ? 1 : -1;
}

}  // namespace

std::optional<int> order_maven(std::string_view a, std::string_view b) {
  std::string texts[2] = {std::string(a), std::string(b)};
  for (std::string& text : texts) {
    for (char& c : text) {
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
  }
  const auto x = Parser(texts[0]).parse(), y = Parser(texts[1]).parse();
  return compare(x.get(), y.get());
}

}  // namespace portreeve::sbom
