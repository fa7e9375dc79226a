#include "kube/fill_namespace.h"

#include <string>

#include "core/json.h"

namespace portreeve::kube {
namespace {

class Filling {
 public:
  Filling(const Document& review, std::string_view name_space, MemoryBudget* budget)
      : name_space_(name_space),
        builder_(std::string(review.source()), json::review_limits(), budget) {}

  Result<DocumentPtr> run(const Value& root) {
    PORTREEVE_CHECK(builder_.accepted());
    PORTREEVE_CHECK(copy_with(root, [&](const Value& member) {
      return member.key().text() == "request" ? request(member) : builder_.copy(member);
    }));
    return builder_.finish();
  }

 private:
  template <class Copy>
  Outcome copy_with(const Value& object, const Copy& copy) {
    PORTREEVE_CHECK(builder_.begin_object(object.offset()));
    for (const Value member : object) {
      PORTREEVE_CHECK(builder_.key(member.key().offset(), member.key().text()));
      PORTREEVE_CHECK(copy(member));
    }
    return builder_.end();
  }

  Outcome request(const Value& value) {
    return copy_with(value, [&](const Value& member) {
      const std::string_view key = member.key().text();
      const bool kept = !member.is_object() || (key != "object" && key != "oldObject");
      return kept ? builder_.copy(member) : object(member);
    });
  }

  Outcome object(const Value& value) {
    return copy_with(value, [&](const Value& member) {
      const bool kept = !member.is_object() || member.key().text() != "metadata";
      return kept ? builder_.copy(member) : metadata(member);
    });
  }

  // Absent, null and "" all say that there is none.
  Outcome metadata(const Value& value) {
    const Value given = value["namespace"];
    if (given.is_string() && !given.text().empty()) return builder_.copy(value);
    PORTREEVE_CHECK(builder_.begin_object(value.offset()));
    for (const Value member : value) {
      if (member.same_node(given)) continue;
      PORTREEVE_CHECK(builder_.key(member.key().offset(), member.key().text()));
      PORTREEVE_CHECK(builder_.copy(member));
    }
    PORTREEVE_CHECK(builder_.key(value.offset(), "namespace"));
    PORTREEVE_CHECK(builder_.string(value.offset(), name_space_));
    return builder_.end();
  }

  std::string_view name_space_;
  DocumentBuilder builder_;
};

}  // namespace

Result<DocumentPtr> fill_namespace(const Document& review, std::string_view name_space,
                                   MemoryBudget* budget) {
  return Filling(review, name_space, budget).run(review.root());
}

}  // namespace portreeve::kube
