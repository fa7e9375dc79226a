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
#include "core/yaml_composer.h"
#include "core/yaml_feed.h"
#include "core/yaml_plain.h"

namespace portreeve::yaml {
namespace {

/// What the plain scanner leaves: every text, by yaml-cpp's events.
class Reader final : public YAML::EventHandler {
 public:
  Reader(const std::shared_ptr<const std::string>& text, const ReadLimits& limits,
         MemoryBudget* budget)
      : text_(*text), most_bytes_(limits.bytes), feed_(*text), composer_(text, limits, budget) {}

  Stream run() {
    std::istream input(&feed_);
    input.exceptions(std::ios::badbit);  // Else the stream would swallow what the feed throws.
    YAML::Parser parser(input);
    while (parser.HandleNextDocument(*this)) {
    }
    // An unclosed quote swallows the rest, so it can only be the last scalar's.
    if (last_scalar_) check_quote(text_, *last_scalar_);
    return composer_.take();
  }

  void OnDocumentStart(const YAML::Mark& mark) override {
    const std::size_t at = event(mark);
    // yaml-cpp takes what stands behind a complete value for one more document; the API server's
    // reader stops there or refuses.
    if (started_ && (text_.compare(at, 3, "---") != 0 || (at > 0 && text_[at - 1] != '\n'))) {
      refuse(Errc::malformed, at, "text after the end of the document; expected \"---\"");
    }
    started_ = true;
    composer_.begin_document();
    anchors_.clear();
    aliased_values_ = aliased_bytes_ = 0;
    empty_ = false;
  }

  void OnDocumentEnd() override {
    if (!empty_) composer_.end_document(last_);
  }

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    std::size_t at = event(mark);
    const bool written = null_is_written(text_, at);
    if (!written && frames_.empty()) {
      // At the end of the text yaml-cpp forgets the tag of a value that is not written.
      if (has_tag(text_, at)) refuse(Errc::malformed, at, "tag without a value");
      empty_ = anchor == YAML::NullAnchor;
    }
    const bool value = composer_.in_map() && !composer_.key_next();
    if (!written && value && !frames_.back().flow) {
      check_colon(text_, composer_.key_offset(), composer_.key_size());
    }
    // The mark of a value that is not written is that of whatever comes next.
    if (!written && value) at = composer_.key_offset();
    composer_.scalar(at, "?", "");
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
    if (tag != "?" && (text.empty() || text.back() == '\n')) check_quoted_end(text_, at);
    composer_.scalar(at, tag, text);
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
    if (aliased_bytes_ > most_bytes_) {
      refuse(Errc::limit, at, "aliases add more than " + std::to_string(most_bytes_) + " bytes");
    }
    if (known.scalar) return composer_.scalar(at, known.tag, known.text);
    composer_.repeat(at, known.node, known.values, known.bytes);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override {
    open(event(mark), tag, false, {style == YAML::EmitterStyle::Flow, anchor});
  }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override {
    open(event(mark), tag, true, {style == YAML::EmitterStyle::Flow, anchor});
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
    bool flow;
    YAML::anchor_t anchor;
    std::size_t values = 0;  // Totals when it was opened.
    std::size_t bytes = 0;
  };

  std::size_t event(const YAML::Mark& mark) {
    feed_.event();
    if (!mark.is_null()) last_ = static_cast<std::size_t>(mark.pos);
    return last_;
  }

  Anchor& anchor_of(YAML::anchor_t anchor) {
    if (anchors_.size() < anchor) anchors_.resize(anchor);
    return anchors_[anchor - 1];
  }

  void remember_scalar(YAML::anchor_t anchor, const std::string& tag, const std::string& text) {
    if (anchor != YAML::NullAnchor) anchor_of(anchor) = {true, true, tag, text, 0, 1, text.size()};
  }

  void open(std::size_t at, const std::string& tag, bool map, Frame frame) {
    frame.values = composer_.values();
    frame.bytes = composer_.bytes();
    const std::uint32_t node = composer_.next_node();
    composer_.open(at, tag, map);
    if (frame.anchor != YAML::NullAnchor) anchor_of(frame.anchor).node = node;
    frames_.push_back(frame);
  }

  void close() {
    feed_.event();
    composer_.close();
    const Frame frame = frames_.back();
    frames_.pop_back();
    if (frame.anchor == YAML::NullAnchor) return;
    Anchor& anchor = anchor_of(frame.anchor);
    anchor.complete = true;
    anchor.values = composer_.values() - frame.values;
    anchor.bytes = composer_.bytes() - frame.bytes;
  }

  const std::string& text_;
  const std::size_t most_bytes_;
  Feed feed_;
  Composer composer_;
  std::vector<Frame> frames_;
  std::vector<Anchor> anchors_;  // By yaml-cpp's number, which counts from 1 in each document.
  std::size_t aliased_values_ = 0;
  std::size_t aliased_bytes_ = 0;
  std::optional<std::size_t> last_scalar_;
  std::size_t last_ = 0;  // Offset of the last event.
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

}  // namespace

// yaml-cpp's exceptions end here.
Result<Stream> read_by_library(const std::shared_ptr<const std::string>& text,
                               const ReadLimits& limits, MemoryBudget* budget) {
  Reader reader(text, limits, budget);
  try {
    check_characters(*text);
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
  const std::shared_ptr<const std::string> whole(counted, &counted->text);
  if (auto plain = read_plain(whole, limits, budget)) return std::move(*plain);
  return read_by_library(whole, limits, budget);
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
