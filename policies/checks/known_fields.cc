// check `known-fields`: the API server keeps a mistyped field without a word where the schema
// preserves unknown fields; then a default applies that nobody wanted.

#include <memory>
#include <string>
#include <vector>

#include "core/limits.h"
#include "core/nearest.h"
#include "core/utf8.h"
#include "policies/check.h"

namespace portreeve::policies {
namespace {

constexpr std::size_t kTypoDistance = 2;

class Walk {
 public:
  Walk(Judgements& out) : out_(out) {}

  void visit(const Value& value, const SchemaNode& schema) {
    if (schema.opaque) return;
    if (value.is_array() && schema.element != nullptr) {
      for (const Value element : value) visit(element, *schema.element);
      return;
    }
    if (!value.is_object() || schema.element != nullptr) return;  // Types are other rules' matter.
    for (const Value member : value) {
      const auto field = schema.fields.find(member.key().text());
      if (field != schema.fields.end()) {
        visit(member, field->second);
      } else if (schema.any_field != nullptr) {
        visit(member, *schema.any_field);
      } else {
        unknown(member, schema);
      }
    }
  }

 private:
  void unknown(const Value& member, const SchemaNode& schema) {
    std::vector<std::string_view> names;
    for (const auto& [name, node] : schema.fields) names.push_back(name);
    const std::string_view key = member.key().text();
    const auto near = nearest(names, key, kTypoDistance);
    Judgement judgement;
    judgement.anchor = member;
    judgement.found = utf8::printable(key, limits::kQuotedBytes);
    if (near.has_value()) {
      judgement.expected = std::string(*near);
      judgement.fix = "write \"" + judgement.expected + "\"";
    } else {
      judgement.kind = Judgement::Kind::advice;
      for (const std::string_view name : names) {
        judgement.expected += (judgement.expected.empty() ? "one of " : ", ") + std::string(name);
        if (judgement.expected.size() > limits::kQuotedBytes) break;
      }
      judgement.expected = utf8::printable(judgement.expected, limits::kQuotedBytes);
      judgement.fix = "remove the field, or check its name";
    }
    out_.push_back(std::move(judgement));
  }

  Judgements& out_;
};

}  // namespace

Result<CompiledCheck> compile_known_fields(Fields& with, const DataSet& data) {
  PORTREEVE_TRY(const std::string name, with.need_text("schema"));
  PORTREEVE_CHECK(with.finish());
  const SchemaNode* schema = data.schema(name);
  if (schema == nullptr) {
    return with.error(with.object()["schema"], "there is no Data schema \"" + name + "\"");
  }
  const auto shared = std::make_shared<const SchemaNode>(*schema);
  return CompiledCheck{[shared](const Scope& scope, Judgements& out) {
                         Walk(out).visit(scope.subject->object, *shared);
                       },
                       {}};
}

}  // namespace portreeve::policies
