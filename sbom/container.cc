#include "sbom/container.h"

#include <array>
#include <utility>

#include "core/base64.h"
#include "core/inflate.h"
#include "core/json_cursor.h"
#include "core/limits.h"
#include "sbom/draft.h"
#include "sbom/readers.h"

namespace portreeve::sbom {
namespace {

// What the members of the outermost object show.
struct Shape {
  bool envelope = false;   ///< payload and payloadType
  bool bundle = false;     ///< dsseEnvelope
  bool statement = false;  ///< predicateType
  bool data = false;       ///< Data
  bool github = false;     ///< sbom
};

// Reads one layer of wrapping. Only the outermost members are looked at.
class Layer {
 public:
  Layer(const std::string& text, std::size_t most)
      : cursor_(text, {most, limits::kEvidenceDepth, limits::kSbomValues}) {}

  bool shape(Shape& out) {
    bool payload = false;
    bool payload_type = false;
    std::string_view key;
    if (cursor_.peek() != ValueType::object || !cursor_.enter_object()) return false;
    while (cursor_.next_key(key)) {
      // A bare document, known by its first members: nothing is passed over twice.
      if (key == "spdxVersion" || key == "bomFormat" || key == "@context" || key == "artifacts")
        return true;
      payload = payload || key == "payload";
      payload_type = payload_type || key == "payloadType";
      out.bundle = out.bundle || key == "dsseEnvelope";
      out.statement = out.statement || key == "predicateType";
      out.data = out.data || key == "Data";
      out.github = out.github || key == "sbom";
      if (!cursor_.skip()) return false;
    }
    out.envelope = payload && payload_type;
    return cursor_.ok();
  }

  // The bytes of the member `wanted` of the outermost object.
  bool slice(std::string_view wanted, std::string_view& out) {
    std::string_view key;
    if (!cursor_.enter_object()) return false;
    while (cursor_.next_key(key)) {
      const std::size_t start = cursor_.at();
      if (!cursor_.skip()) return false;
      if (key == wanted) out = cursor_.source().substr(start, cursor_.at() - start);
    }
    return cursor_.ok() && cursor_.finish();
  }
  Error error() const { return cursor_.error(); }

 private:
  json::Cursor cursor_;
};

// A JSON string, decoded.
Result<std::string> decoded(std::string_view slice) {
  json::Cursor cursor(slice, {slice.size(), 1, 4});
  json::StringToken token;
  if (!cursor.string(token) || !cursor.finish()) return cursor.error();
  return std::string(token.text);
}

class Unwrapper {
 public:
  Unwrapper(std::shared_ptr<const std::string> bytes, std::size_t most, MemoryBudget* budget)
      : most_(most) {
    out_.bytes = std::move(bytes);
    out_.memory = MemoryBudget::Reservation(budget);
  }

  Result<Unwrapped> run() {
    for (std::uint32_t i = 0; i <= limits::kSbomWrappings; ++i) {
      bool again = false;
      PORTREEVE_CHECK(step(again));
      if (!again) return std::move(out_);
    }
    return Error{Errc::limit,
                 "wrapped more than " + std::to_string(limits::kSbomWrappings) + " times"};
  }

 private:
  Outcome step(bool& again) {
    const Compression compression = compression_of(*out_.bytes);
    if (compression != Compression::none) {
      again = true;
      return inflate(compression);
    }
    const std::size_t first = out_.bytes->find_first_not_of(" \t\r\n");
    if (first == std::string::npos) return Done{};
    if ((*out_.bytes)[first] == '"') {
      again = true;
      return take_string(*out_.bytes);
    }
    if ((*out_.bytes)[first] != '{') return Done{};
    Shape shape;
    Layer layer(*out_.bytes, most_);
    // What cannot be read as JSON is said by the reader of the document.
    if (!layer.shape(shape)) return Done{};
    again = shape.bundle || shape.envelope || shape.statement || shape.data || shape.github;
    if (shape.bundle) return take(Wrapping::bundle, "dsseEnvelope");
    if (shape.envelope) return take_envelope();
    if (shape.statement) return take_statement();
    if (shape.data) return take(Wrapping::cosign_predicate, "Data");
    if (shape.github) return take(Wrapping::github_export, "sbom");
    return Done{};
  }

  Outcome replace(Wrapping wrapping, std::string text) {
    if (text.size() > most_) {
      return Error{Errc::limit,
                   std::to_string(text.size()) + " bytes, limit is " + std::to_string(most_)};
    }
    PORTREEVE_CHECK(out_.memory.grow(text.size()));
    out_.wrappings.push_back(wrapping);
    out_.bytes = std::make_shared<const std::string>(std::move(text));
    return Done{};
  }

  Outcome inflate(Compression compression) {
    MemorySource source(*out_.bytes);
    const InflateLimits limits{most_, limits::kSbomRatio};
    PORTREEVE_TRY(std::unique_ptr<ByteSource> stream, compression == Compression::gzip
                                                          ? open_gzip(source, limits)
                                                          : open_zstd(source, limits));
    PORTREEVE_TRY(std::string text, read_to_end(*stream, most_, out_.memory));
    out_.wrappings.push_back(compression == Compression::gzip ? Wrapping::gzip : Wrapping::zstd);
    out_.bytes = std::make_shared<const std::string>(std::move(text));
    return Done{};
  }

  Outcome member(std::string_view key, std::string_view& slice) {
    Layer layer(*out_.bytes, most_);
    if (!layer.slice(key, slice)) return layer.error();
    if (slice.empty()) return Error{Errc::malformed, "without \"" + std::string(key) + "\""};
    return Done{};
  }

  Outcome take(Wrapping wrapping, std::string_view key) {
    std::string_view slice;
    PORTREEVE_CHECK(member(key, slice));
    return replace(wrapping, std::string(slice));
  }

  Outcome take_string(std::string_view slice) {
    PORTREEVE_TRY(std::string text, decoded(slice));
    return replace(Wrapping::string, std::move(text));
  }

  Outcome take_envelope() {
    std::string_view slice;
    PORTREEVE_CHECK(member("payloadType", slice));
    PORTREEVE_TRY(const std::string type, decoded(slice));
    if (type != "application/vnd.in-toto+json") {
      return Error{Errc::unsupported,
                   "payloadType: expected application/vnd.in-toto+json, found " + quoted(type)};
    }
    PORTREEVE_CHECK(member("signatures", slice));
    out_.signed_envelope = slice.find('{') != std::string_view::npos;
    PORTREEVE_CHECK(member("payload", slice));
    PORTREEVE_TRY(const std::string encoded, decoded(slice));
    PORTREEVE_TRY(std::string payload, from_base64(encoded, Base64::either));
    return replace(Wrapping::envelope, std::move(payload));
  }

  Outcome take_statement() {
    std::string_view slice;
    PORTREEVE_CHECK(member("predicateType", slice));
    PORTREEVE_TRY(out_.predicate_type, decoded(slice));
    if (!predicate_family(out_.predicate_type).has_value()) {
      return Error{Errc::unsupported, "predicateType: expected one of SPDX or CycloneDX, found " +
                                          quoted(out_.predicate_type)};
    }
    PORTREEVE_CHECK(member("subject", slice));
    PORTREEVE_CHECK(subjects(slice));
    return take(Wrapping::statement, "predicate");
  }

  Outcome subjects(std::string_view slice) {
    json::Cursor cursor(slice, {slice.size(), limits::kEvidenceDepth, limits::kSbomValues});
    if (!cursor.enter_array()) return cursor.error();
    while (cursor.next_element()) {
      if (out_.subjects.size() >= limits::kStatementSubjects)
        return Error{Errc::limit, "too many subjects"};
      if (!subject(cursor)) return cursor.error();
    }
    return cursor.ok() ? Outcome(Done{}) : Outcome(cursor.error());
  }

  bool subject(json::Cursor& cursor) {
    std::string_view key;
    std::string name;
    const std::size_t first = out_.subjects.size();
    if (!cursor.enter_object()) return false;
    while (cursor.next_key(key)) {
      json::StringToken token;
      if (key == "name") {
        if (!cursor.string(token)) return false;
        name = std::string(token.text);
      } else if (key == "digest") {
        std::string_view algorithm;
        if (!cursor.enter_object()) return false;
        while (cursor.next_key(algorithm)) {
          if (!cursor.string(token)) return false;
          out_.subjects.push_back({{}, std::string(algorithm), std::string(token.text)});
        }
      } else if (!cursor.skip()) {
        return false;
      }
      if (!cursor.ok()) return false;
    }
    for (std::size_t i = first; i < out_.subjects.size(); ++i) out_.subjects[i].name = name;
    return cursor.ok();
  }

  Unwrapped out_;
  std::size_t most_;
};

bool is_version(std::string_view text) noexcept {
  if (text.empty()) return true;
  if (text.size() < 3 || text.substr(0, 2) != "/v" || text.back() == '.') return false;
  int dots = 0;
  for (std::size_t i = 2; i < text.size(); ++i) {
    const bool dot = text[i] == '.';
    if (dot && (++dots > 2 || text[i - 1] == '.' || i == 2)) return false;
    if (!dot && (text[i] < '0' || text[i] > '9')) return false;
  }
  return true;
}

}  // namespace

Result<Unwrapped> unwrap(std::shared_ptr<const std::string> bytes, std::size_t most,
                         MemoryBudget* budget) {
  return Unwrapper(std::move(bytes), most, budget).run();
}

std::optional<Family> predicate_family(std::string_view predicate_type) noexcept {
  constexpr std::array<std::pair<std::string_view, Family>, 4> kFamilies = {
      {{"https://spdx.dev/Document", Family::spdx},
       {"https://cyclonedx.org/bom", Family::cyclonedx},
       {"https://cyclonedx.org/BOM", Family::cyclonedx},
       {"https://syft.dev/bom", Family::syft}}};
  for (const auto& [prefix, family] : kFamilies) {
    if (predicate_type.substr(0, prefix.size()) == prefix &&
        is_version(predicate_type.substr(prefix.size()))) {
      return family;
    }
  }
  return std::nullopt;
}

std::optional<Family> media_type_family(std::string_view media_type) noexcept {
  media_type = media_type.substr(0, media_type.find(';'));
  while (!media_type.empty() && media_type.back() == ' ') media_type.remove_suffix(1);
  for (const std::string_view suffix : {"+gzip", "+zstd"}) {
    const bool has = media_type.size() > suffix.size() &&
                     media_type.substr(media_type.size() - suffix.size()) == suffix;
    if (has) media_type.remove_suffix(suffix.size());
  }
  constexpr std::array<std::pair<std::string_view, Family>, 7> kTypes = {
      {{"application/spdx+json", Family::spdx},
       {"text/spdx", Family::spdx},
       {"text/spdx+json", Family::spdx},

       {"application/vnd.cyclonedx+json", Family::cyclonedx},
       {"application/vnd.cyclonedx+xml", Family::cyclonedx},
       {"application/vnd.cyclonedx", Family::cyclonedx},
       {"application/vnd.syft+json", Family::syft}}};
  for (const auto& [type, family] : kTypes) {
    if (type == media_type) return family;
  }
  return std::nullopt;
}

std::string_view to_string(Wrapping wrapping) noexcept {
  switch (wrapping) {
    case Wrapping::gzip:
      return "gzip";
    case Wrapping::zstd:
      return "zstd";
    case Wrapping::bundle:
      return "sigstore-bundle";
    case Wrapping::envelope:
      return "dsse-envelope";
    case Wrapping::statement:
      return "in-toto-statement";
    case Wrapping::cosign_predicate:
      return "cosign-predicate";
    case Wrapping::string:
      return "string";
    case Wrapping::github_export:
      return "github-export";
  }
  return "?";
}

}  // namespace portreeve::sbom
