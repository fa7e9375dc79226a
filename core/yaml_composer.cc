#include "core/yaml_composer.h"

#include <utility>

#include "core/json.h"
#include "core/limits.h"
#include "core/utf8.h"
#include "core/yaml_feed.h"
#include "core/yaml_scalar.h"

namespace portreeve::yaml {
namespace {

void built(Outcome outcome, std::size_t at) {
  if (!outcome.ok()) throw Refusal{std::move(outcome).error(), at};
}

}  // namespace

Composer::Composer(std::shared_ptr<const std::string> text, const ReadLimits& limits,
                   MemoryBudget* budget)
    : text_(std::move(text)), limits_(limits), budget_(budget) {}

void Composer::begin_document() { builder_.emplace(text_, limits_, budget_); }

void Composer::end_document(std::size_t at) {
  if (stream_.documents.size() >= limits::kYamlDocuments) {
    refuse(Errc::limit, at, "more than " + std::to_string(limits::kYamlDocuments) + " documents");
  }
  Result<DocumentPtr> document = builder_->finish();
  if (!document.ok()) throw Refusal{std::move(document).error(), at};
  stream_.documents.push_back(std::move(document).value());
}

// yaml-cpp also takes a collection in brackets for a key when the text ends inside it.
void Composer::refuse_key(std::size_t at) const {
  const bool flow = at < text_->size() && ((*text_)[at] == '[' || (*text_)[at] == '{');
  refuse(Errc::malformed, at,
         flow ? "a bracket is not closed, or a collection is a key" : "key is not a scalar");
}

void Composer::value_done() noexcept {
  if (in_map()) frames_.back().key_next = true;
}

// Where `text` stands in the source: most scalars stand there as they are.
std::size_t Composer::in_source(std::size_t at, std::string_view text) const noexcept {
  for (std::size_t skip = 0; skip < 2; ++skip) {
    if (at + skip <= text_->size() && text_->compare(at + skip, text.size(), text) == 0) {
      return at + skip;
    }
  }
  return std::string::npos;
}

void Composer::scalar(std::size_t at, std::string_view tag, std::string_view text) {
  bytes_ += text.size();
  if (key_next()) return key(at, tag, text);
  const Scalar value = resolve_tagged(tag, text, at);
  ++values_;
  switch (value.type) {
    case ValueType::null:
      built(builder_->null(offset(at)), at);
      break;
    case ValueType::boolean:
      built(builder_->boolean(offset(at), value.truth), at);
      break;
    case ValueType::number:
      if (value.number.empty()) {
        refuse(Errc::malformed, at, std::string(text) + ": JSON has no such number");
      }
      built(builder_->number(offset(at), value.number), at);
      break;
    default: {
      const std::size_t from = in_source(at, text);
      built(from == std::string::npos
                ? builder_->string(offset(at), text)
                : builder_->string_in_source(offset(at), offset(from), offset(text.size())),
            at);
    }
  }
  if (tag == "?") note_ambiguity(at, text, value.type);
  value_done();
}

void Composer::key(std::size_t at, std::string_view tag, std::string_view text) {
  if (tag == "?" && text == "<<") refuse(Errc::malformed, at, "merge key << is not supported");
  const Scalar value = resolve_tagged(tag, text, at);
  const bool own = value.type == ValueType::string;
  if (value.type == ValueType::null) refuse(Errc::malformed, at, "key is null");
  if (!own && value.key.empty()) {
    refuse(Errc::malformed, at,
           "key " + utf8::printable(text, 64) + " is above the range of int64");
  }
  const std::size_t from = own ? in_source(at, text) : std::string::npos;
  built(from == std::string::npos
            ? builder_->key(offset(at), own ? text : std::string_view(value.key))
            : builder_->key_in_source(offset(at), offset(from), offset(text.size())),
        at);
  if (tag == "?") note_ambiguity(at, text, value.type);
  frames_.back().key_next = false;
  key_offset_ = at;
  key_size_ = text.size();
}

void Composer::note_ambiguity(std::size_t at, std::string_view text, ValueType as_11) {
  constexpr std::size_t kAmbiguities = 100;
  constexpr std::size_t kLongest = 64;  // Longer numbers are digits in both versions.
  if (stream_.ambiguities.size() >= kAmbiguities || text.size() > kLongest) return;
  const ValueType as_12 = resolve_plain_12(text);
  if (as_11 == as_12) return;
  std::string quoted;
  json::append_string(quoted, text);
  stream_.ambiguities.push_back({offset(at), std::string(text), as_11, as_12, std::move(quoted)});
}

void Composer::open(std::size_t at, std::string_view tag, bool map) {
  if (key_next()) refuse_key(at);
  if (tag != "?" && tag != (map ? "tag:yaml.org,2002:map" : "tag:yaml.org,2002:seq")) {
    refuse_tag(tag, at);
  }
  ++values_;
  frames_.push_back({map, map});
  built(map ? builder_->begin_object(offset(at)) : builder_->begin_array(offset(at)), at);
}

void Composer::close() {
  const Outcome ended = builder_->end();
  if (!ended.ok()) throw Refusal{ended.error(), builder_->error_offset()};
  frames_.pop_back();
  value_done();
}

void Composer::repeat(std::size_t at, std::uint32_t node, std::size_t values, std::size_t bytes) {
  if (key_next()) refuse_key(at);
  built(builder_->repeat(node, offset(at)), at);
  values_ += values;
  bytes_ += bytes;
  value_done();
}

}  // namespace portreeve::yaml
