#include "cli/review_input.h"

#include <istream>
#include <utility>

#include "core/file.h"
#include "core/json.h"
#include "core/limits.h"
#include "core/utf8.h"
#include "core/yaml.h"
#include "engine/engine.h"

namespace portreeve::cli {
namespace {

bool ends_with(std::string_view text, std::string_view suffix) noexcept {
  return text.size() >= suffix.size() && text.substr(text.size() - suffix.size()) == suffix;
}

std::string shown(const std::string& file) { return file == "-" ? "standard input" : file; }

Result<std::string> read_stream(std::istream& in) {
  std::string text;
  char chunk[64 * 1024];
  while (in.read(chunk, sizeof chunk), in.gcount() > 0) {
    text.append(chunk, static_cast<std::size_t>(in.gcount()));
    if (text.size() > limits::kReviewBytes) {
      return Error{Errc::limit, "standard input: more than " +
                                    std::to_string(limits::kReviewBytes) + " bytes"};
    }
  }
  if (in.bad()) return Error{Errc::unavailable, "standard input: cannot be read"};
  return text;
}

bool is_review(const yaml::Stream& stream) noexcept {
  return stream.documents.size() == 1 &&
         stream.documents[0]->root()["kind"].text() == "AdmissionReview";
}

Result<ReviewInput> review_of(std::string text, const ReviewInputOptions& options,
                              MemoryBudget& budget) {
  if (!options.old_file.empty() || options.operation.has_value()) {
    return Error{Errc::misconfigured,
                 "--old and --operation go with a bare object; an AdmissionReview carries both"};
  }
  kube::ReviewOrError read = kube::read_review(std::move(text), &budget);
  if (const auto* bad = std::get_if<kube::BadReview>(&read)) {
    return with_context(bad->error, shown(options.file));
  }
  ReviewInput input;
  input.bare = false;
  input.items.push_back({std::make_shared<kube::Review>(std::move(std::get<kube::Review>(read))),
                         shown(options.file)});
  return input;
}

// kubectl prints several objects as a List, which no API server ever asks us about.
Outcome not_a_list(const Value& root) {
  if (!ends_with(root["kind"].text(), "List") || !root["items"].is_array()) return Done{};
  return Error{Errc::malformed, "found a " + utf8::printable(root["kind"].text(), 64) +
                                    ", expected an object: give the objects one by one, as YAML "
                                    "documents separated by ---"};
}

Outcome set_operation(const ReviewInputOptions& options, Subject& subject) {
  const Operation wanted = options.operation.value_or(subject.operation);
  if (wanted == subject.operation) return Done{};
  if (wanted == Operation::update) {
    return Error{Errc::misconfigured, "--operation UPDATE needs the stored object: --old FILE"};
  }
  if (subject.operation == Operation::update) {
    return Error{Errc::misconfigured, "--old goes with --operation UPDATE"};
  }
  subject.operation = wanted;
  subject.old = std::exchange(subject.object, Value());
  return Done{};
}

Result<DocumentPtr> read_old(const ReviewInputOptions& options, MemoryBudget& budget, Io& io) {
  if (options.old_file.empty()) return DocumentPtr();
  PORTREEVE_TRY(std::string text, read_review_text(options.old_file, io));
  Result<yaml::Stream> stream =
      yaml::parse_file_text(options.old_file, std::move(text), json::review_limits(), &budget);
  if (!stream.ok()) return with_context(stream.error(), shown(options.old_file));
  if (stream.value().documents.size() != 1) {
    return Error{Errc::malformed, shown(options.old_file) + ": expected one object, found " +
                                      std::to_string(stream.value().documents.size())};
  }
  return stream.value().documents[0];
}

Outcome add_object(const DocumentPtr& document, const DocumentPtr& old,
                   const ReviewInputOptions& options, ReviewInput& input) {
  PORTREEVE_CHECK(not_a_list(document->root()));
  PORTREEVE_TRY(Subject subject, kube::subject_of(document, old));
  PORTREEVE_CHECK(set_operation(options, subject));
  subject.file = shown(options.file);
  auto review = std::make_shared<kube::Review>();
  review->uid = std::string(engine::kNoUid);
  review->subject = std::move(subject);
  input.items.push_back({std::move(review), shown(options.file)});
  return Done{};
}

void add_notes(const yaml::Stream& stream, const std::string& text,
               const ReviewInputOptions& options, ReviewInput& input) {
  for (const yaml::Ambiguity& found : stream.ambiguities) {
    const Position at = position_in(text, found.offset);
    input.notes.push_back(shown(options.file) + ":" + std::to_string(at.line) + ":" +
                          std::to_string(at.column) + ": " + utf8::printable(found.text, 64) +
                          " is a " + std::string(to_string(found.as_11)) +
                          " to the API server; write " + utf8::printable(found.quoted_form, 64) +
                          " if a " + std::string(to_string(found.as_12)) + " is meant");
  }
}

// The value that a pointer names, or the last one on the way to it.
Value resolve(Value value, std::string_view pointer) {
  std::size_t at = 0;
  while (at < pointer.size()) {
    const std::size_t end = std::min(pointer.find('/', at + 1), pointer.size());
    std::string token(pointer.substr(at + 1, end - at - 1));
    for (std::size_t i = token.find('~'); i != std::string::npos; i = token.find('~', i + 1)) {
      token.replace(i, 2, token.compare(i, 2, "~1") == 0 ? "/" : "~");
    }
    Value next = value[token];
    if (value.is_array() && !token.empty() && token.size() < 8 &&
        token.find_first_not_of("0123456789") == std::string::npos) {
      next = value.at(static_cast<std::uint32_t>(std::stoul(token)));
    }
    if (!next.present()) return value;
    value = next;
    at = end;
  }
  return value;
}

}  // namespace

Result<std::string> read_review_text(const std::string& file, Io& io) {
  return file == "-" ? read_stream(io.in) : read_file(file, limits::kReviewBytes);
}

bool is_json(std::string_view file, std::string_view text) noexcept {
  const bool looks_json = !text.empty() && (text.front() == '{' || text.front() == '[');
  return ends_with(file, ".json") || (file == "-" && looks_json);
}

Result<ReviewInput> read_review_input(std::string text, const ReviewInputOptions& options,
                                      MemoryBudget& budget, Io& io) {
  Result<yaml::Stream> stream =
      yaml::parse_file_text(options.file, text, json::review_limits(), &budget);
  if (!stream.ok()) return with_context(stream.error(), shown(options.file));
  if (is_review(stream.value())) {
    stream.value().documents.clear();
    return review_of(std::move(text), options, budget);
  }
  PORTREEVE_TRY(const DocumentPtr old, read_old(options, budget, io));
  const std::vector<DocumentPtr>& documents = stream.value().documents;
  if (documents.empty()) return Error{Errc::malformed, shown(options.file) + ": holds no object"};
  if (old != nullptr && documents.size() > 1) {
    return Error{Errc::misconfigured, "--old goes with one object; " + shown(options.file) +
                                          " holds " + std::to_string(documents.size())};
  }
  ReviewInput input;
  for (std::size_t i = 0; i < documents.size(); ++i) {
    const std::string origin =
        shown(options.file) +
        (documents.size() > 1 ? ", document " + std::to_string(i + 1) : "");
    const Outcome added = add_object(documents[i], old, options, input);
    if (!added.ok()) {
      return added.error().code == Errc::misconfigured ? added.error()
                                                       : with_context(added.error(), origin);
    }
    input.items.back().origin = origin;
  }
  add_notes(stream.value(), text, options, input);
  return input;
}

void locate_findings(const ReviewInput::Item& item, std::vector<Finding>& findings) {
  const Subject& subject = item.review->subject;
  if (subject.file.empty() || !subject.object.present()) return;
  for (Finding& finding : findings) {
    if (!finding.path.has_value() || finding.location.has_value()) continue;
    const Position at = resolve(subject.object, *finding.path).position();
    finding.location = Location{subject.file, at.line, at.column};
  }
}

}  // namespace portreeve::cli
