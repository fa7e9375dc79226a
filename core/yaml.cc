#include "core/yaml.h"

#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <istream>
#include <optional>
#include <utility>

#include "core/json.h"
#include "core/limits.h"
#include "core/utf8.h"
#include "core/yaml_feed.h"
#include "core/yaml_scalar.h"

namespace portreeve::yaml {
namespace {

/// Builds documents from yaml-cpp's events.
class Reader final : public YAML::EventHandler {
 public:
  Reader(std::shared_ptr<const std::string> text, const ReadLimits& limits, MemoryBudget* budget)
      : text_(std::move(text)), limits_(limits), budget_(budget), feed_(*text_) {}

  Stream run() {
    check_characters(*text_);
    std::istream input(&feed_);
    input.exceptions(std::ios::badbit);  // Else the stream would swallow what the feed throws.
    YAML::Parser parser(input);
    while (parser.HandleNextDocument(*this)) {
    }
    // An unclosed quote swallows the rest, so it can only be the last scalar's.
    if (last_scalar_) check_quote(*text_, *last_scalar_);
    return std::move(stream_);
  }

  void OnDocumentStart(const YAML::Mark& mark) override {
    const std::size_t at = event(mark);
    // yaml-cpp takes what stands behind a complete value for one more document; the API server's
    // reader stops there or refuses.
    if (started_ && (text_->compare(at, 3, "---") != 0 || (at > 0 && (*text_)[at - 1] != '\n'))) {
      refuse(Errc::malformed, at, "text after the end of the document; expected \"---\"");
    }
    started_ = true;
    builder_.emplace(text_, limits_, budget_);
    anchors_.clear();
    aliased_values_ = aliased_bytes_ = 0;
    empty_ = false;
  }

  void OnDocumentEnd() override {
    if (empty_) return;
    if (stream_.documents.size() >= limits::kYamlDocuments) {
      refuse(Errc::limit, last_,
             "more than " + std::to_string(limits::kYamlDocuments) + " documents");
    }
    Result<DocumentPtr> document = builder_->finish();
    if (!document.ok()) throw Refusal{std::move(document).error(), last_};
    stream_.documents.push_back(std::move(document).value());
  }

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    std::size_t at = event(mark);
    const bool written = null_is_written(*text_, at);
    if (!written && frames_.empty()) {
      // At the end of the text yaml-cpp forgets the tag of a value that is not written.
      if (has_tag(*text_, at)) refuse(Errc::malformed, at, "tag without a value");
      empty_ = anchor == YAML::NullAnchor;
    }
    const bool value = in_map() && !frames_.back().key_next;
    if (!written && value && !frames_.back().flow) check_colon(*text_, key_offset_, key_size_);
    // The mark of a value that is not written is that of whatever comes next.
    if (!written && value) at = key_offset_;
    scalar(at, "?", "");
    remember_scalar(anchor, "?", "");
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& text) override {
    const std::size_t at = event(mark);
    last_scalar_ = at;
    // yaml-cpp decodes these two to single bytes, which is no UTF-8.
    if (utf8::first_invalid(text) != utf8::kValid) {
      refuse(Errc::malformed, at, "escape \\N or \\_; write \\u0085 or \\u00a0");
    }
    if (tag != "?" && (text.empty() || text.back() == '\n')) check_quoted_end(*text_, at);
    scalar(at, tag, text);
    remember_scalar(anchor, tag, text);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const std::size_t at = event(mark);
    const Anchor known = anchors_.at(anchor - 1);
    if (!known.complete) refuse(Errc::malformed, at, "alias inside the value that it stands for");
    aliased_values_ += known.values;
    aliased_bytes_ += known.bytes;
    if (aliased_values_ > limits::kYamlAliases) {
      refuse(Errc::limit, at,
             "aliases add more than " + std::to_string(limits::kYamlAliases) + " values");
    }
    if (aliased_bytes_ > limits_.bytes) {
      refuse(Errc::limit, at, "aliases add more than " + std::to_string(limits_.bytes) + " bytes");
    }
    if (known.scalar) return scalar(at, known.tag, known.text);
    if (in_map() && frames_.back().key_next) refuse_key(at);
    built(builder_->repeat(known.node, offset(at)), at);
    values_ += known.values;
    bytes_ += known.bytes;
    value_done();
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override {
    open(event(mark), tag, {false, style == YAML::EmitterStyle::Flow, anchor});
  }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override {
    open(event(mark), tag, {true, style == YAML::EmitterStyle::Flow, anchor});
  }
  void OnSequenceEnd() override { close(); }
  void OnMapEnd() override { close(); }

  std::size_t last() const noexcept { return last_; }

 private:
  struct Anchor {
    bool complete = false;
    bool scalar = false;
    std::string tag;
    std::string text;
    std::uint32_t node = 0;  // Of a collection.
    std::size_t values = 0;
    std::size_t bytes = 0;
  };
  struct Frame {
    bool map;
    bool flow;
    YAML::anchor_t anchor;
    bool key_next = map;
    std::size_t values = 0;  // Totals when it was opened.
    std::size_t bytes = 0;
  };

  std::size_t event(const YAML::Mark& mark) {
    feed_.event();
    if (!mark.is_null()) last_ = static_cast<std::size_t>(mark.pos);
    return last_;
  }
  static std::uint32_t offset(std::size_t at) noexcept { return static_cast<std::uint32_t>(at); }
  bool in_map() const noexcept { return !frames_.empty() && frames_.back().map; }

  // yaml-cpp also takes a collection in brackets for a key when the text ends inside it.
  [[noreturn]] void refuse_key(std::size_t at) const {
    const bool flow = at < text_->size() && ((*text_)[at] == '[' || (*text_)[at] == '{');
    refuse(Errc::malformed, at,
           flow ? "a bracket is not closed, or a collection is a key" : "key is not a scalar");
  }

  void built(Outcome outcome, std::size_t at) const {
    if (!outcome.ok()) throw Refusal{std::move(outcome).error(), at};
  }

  void value_done() noexcept {
    if (in_map()) frames_.back().key_next = true;
  }

  Anchor& anchor_of(YAML::anchor_t anchor) {
    if (anchors_.size() < anchor) anchors_.resize(anchor);
    return anchors_[anchor - 1];
  }

  void remember_scalar(YAML::anchor_t anchor, const std::string& tag, const std::string& text) {
    if (anchor != YAML::NullAnchor) anchor_of(anchor) = {true, true, tag, text, 0, 1, text.size()};
  }

  // Where `text` stands in the source: most scalars stand there as they are.
  std::size_t in_source(std::size_t at, const std::string& text) const noexcept {
    for (std::size_t skip = 0; skip < 2; ++skip) {
      if (at + skip <= text_->size() && text_->compare(at + skip, text.size(), text) == 0) {
        return at + skip;
      }
    }
    return std::string::npos;
  }

  void scalar(std::size_t at, const std::string& tag, const std::string& text) {
    bytes_ += text.size();
    if (in_map() && frames_.back().key_next) return key(at, tag, text);
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
          refuse(Errc::malformed, at, text + ": JSON has no such number");
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

  void key(std::size_t at, const std::string& tag, const std::string& text) {
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
              ? builder_->key(offset(at), own ? text : value.key)
              : builder_->key_in_source(offset(at), offset(from), offset(text.size())),
          at);
    if (tag == "?") note_ambiguity(at, text, value.type);
    frames_.back().key_next = false;
    key_offset_ = at;
    key_size_ = text.size();
  }

  void note_ambiguity(std::size_t at, const std::string& text, ValueType as_11) {
    constexpr std::size_t kAmbiguities = 100;
    constexpr std::size_t kLongest = 64;  // Longer numbers are digits in both versions.
    if (stream_.ambiguities.size() >= kAmbiguities || text.size() > kLongest) return;
    const ValueType as_12 = resolve_plain_12(text);
    if (as_11 == as_12) return;
    std::string quoted;
    json::append_string(quoted, text);
    stream_.ambiguities.push_back({offset(at), text, as_11, as_12, std::move(quoted)});
  }

  void open(std::size_t at, const std::string& tag, Frame frame) {
    if (in_map() && frames_.back().key_next) refuse_key(at);
    if (tag != "?" && tag != (frame.map ? "tag:yaml.org,2002:map" : "tag:yaml.org,2002:seq")) {
      refuse_tag(tag, at);
    }
    if (frame.anchor != YAML::NullAnchor) anchor_of(frame.anchor).node = builder_->next_node();
    frame.values = values_++;
    frame.bytes = bytes_;
    frames_.push_back(frame);
    built(frame.map ? builder_->begin_object(offset(at)) : builder_->begin_array(offset(at)), at);
  }

  void close() {
    feed_.event();
    const Outcome ended = builder_->end();
    if (!ended.ok()) throw Refusal{ended.error(), builder_->error_offset()};
    const Frame frame = frames_.back();
    frames_.pop_back();
    if (frame.anchor != YAML::NullAnchor) {
      Anchor& anchor = anchor_of(frame.anchor);
      anchor.complete = true;
      anchor.values = values_ - frame.values;
      anchor.bytes = bytes_ - frame.bytes;
    }
    value_done();
  }

  const std::shared_ptr<const std::string> text_;
  const ReadLimits limits_;
  MemoryBudget* const budget_;
  Feed feed_;
  Stream stream_;
  std::optional<DocumentBuilder> builder_;
  std::vector<Frame> frames_;
  std::vector<Anchor> anchors_;  // By yaml-cpp's number, which counts from 1 in each document.
  std::size_t values_ = 0;
  std::size_t bytes_ = 0;
  std::size_t aliased_values_ = 0;
  std::size_t aliased_bytes_ = 0;
  std::optional<std::size_t> last_scalar_;
  std::size_t last_ = 0;        // Offset of the last event.
  std::size_t key_offset_ = 0;  // Of the last key.
  std::size_t key_size_ = 0;
  bool started_ = false;
  bool empty_ = false;
};

struct Counted {
  std::string text;
  MemoryBudget::Reservation reservation;
};

Error located(std::string_view text, Error error, std::size_t offset) {
  const Position position = position_in(text, offset);
  return with_context(std::move(error), "line " + std::to_string(position.line) + " column " +
                                            std::to_string(position.column));
}

// yaml-cpp's exceptions end here.
Result<Stream> read(const std::shared_ptr<const std::string>& text, const ReadLimits& limits,
                    MemoryBudget* budget) {
  Reader reader(text, limits, budget);
  try {
    return reader.run();
  } catch (Refusal& refusal) {
    return located(*text, std::move(refusal.error), refusal.offset);
  } catch (const YAML::DeepRecursion& e) {
    return located(*text, Error{Errc::limit, "nested deeper than " + std::to_string(e.depth())},
                   reader.last());
  } catch (const YAML::Exception& e) {
    const std::size_t at = e.mark.is_null() ? reader.last() : static_cast<std::size_t>(e.mark.pos);
    return located(*text, Error{Errc::malformed, e.msg}, at);
  } catch (const std::bad_alloc&) {
    return located(*text, Error{Errc::limit, "out of memory"}, reader.last());
  } catch (const std::exception& e) {
    return located(*text, Error{Errc::malformed, e.what()}, reader.last());
  }
}

}  // namespace

Result<Stream> parse_stream(std::string text, const ReadLimits& limits, MemoryBudget* budget) {
  if (text.size() > limits.bytes) {
    return Error{Errc::limit, "line 1 column 1: " + std::to_string(text.size()) +
                                  " bytes, limit is " + std::to_string(limits.bytes)};
  }
  auto counted = std::make_shared<Counted>();
  counted->reservation = MemoryBudget::Reservation(budget);
  Outcome counting = counted->reservation.grow(text.capacity());
  if (!counting.ok()) return with_context(std::move(counting).error(), "line 1 column 1");
  counted->text = std::move(text);
  return read({counted, &counted->text}, limits, budget);
}

Result<DocumentPtr> parse(std::string text, const ReadLimits& limits, MemoryBudget* budget) {
  PORTREEVE_TRY(Stream stream, parse_stream(std::move(text), limits, budget));
  if (stream.documents.empty()) {
    return Error{Errc::malformed, "line 1 column 1: empty: expected a document"};
  }
  if (stream.documents.size() > 1) {
    const Position second = stream.documents[1]->root().position();
    return Error{Errc::malformed, "line " + std::to_string(second.line) + " column " +
                                      std::to_string(second.column) +
                                      ": a second document; expected one"};
  }
  return stream.documents.front();
}

Result<Stream> parse_file_text(std::string_view file_name, std::string text,
                               const ReadLimits& limits, MemoryBudget* budget) {
  constexpr std::string_view kSuffix = ".json";
  const std::string_view end = file_name.substr(file_name.size() - std::min(file_name.size(), kSuffix.size()));
  const bool named_json = std::equal(end.begin(), end.end(), kSuffix.begin(), kSuffix.end(), [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
  });
  const bool looks_json = !text.empty() && (text.front() == '{' || text.front() == '[');
  if (!named_json && !(file_name == "-" && looks_json)) {
    return parse_stream(std::move(text), limits, budget);
  }
  Stream stream;
  PORTREEVE_TRY(DocumentPtr document, json::parse(std::move(text), limits, budget));
  stream.documents.push_back(std::move(document));
  return stream;
}

}  // namespace portreeve::yaml
