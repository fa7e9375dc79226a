// SPDX 2.2 and 2.3 as tag-value (2.3 annex B, §4.4): "Tag: value" lines, texts in <text>…</text>.

#include <algorithm>

#include "core/limits.h"
#include "core/utf8.h"
#include "sbom/json_fields.h"
#include "sbom/readers.h"
#include "sbom/spdx2.h"

namespace portreeve::sbom {
namespace {

struct Line {
  std::string_view tag;
  std::string_view value;
  std::uint32_t at = 0;
};

std::string_view trim(std::string_view text) noexcept {
  const auto space = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
  while (!text.empty() && space(text.front())) text.remove_prefix(1);
  while (!text.empty() && space(text.back())) text.remove_suffix(1);
  return text;
}

// Cuts the text into tags and values. Linear.
class Lines {
 public:
  explicit Lines(std::string_view text) : text_(text) {}

  /// False at the end, or when `error` was set.
  bool next(Line& line, Error& error) {
    while (at_ < text_.size()) {
      const std::size_t start = at_;
      const std::string_view row = take_line();
      const std::string_view content = trim(row);
      if (content.empty() || content.front() == '#') continue;
      line.at = static_cast<std::uint32_t>(start);
      const std::size_t colon = row.find(':');
      if (colon == std::string_view::npos) {
        error = {Errc::malformed, "expected \"Tag: value\", found " + quoted(content)};
        return false;
      }
      line.tag = trim(row.substr(0, colon));
      line.value = trim(row.substr(colon + 1));
      return line.value.substr(0, 6) != "<text>" || long_text(line, error);
    }
    return false;
  }
  std::size_t at() const noexcept { return at_; }

 private:
  std::string_view take_line() {
    const std::size_t end = std::min(text_.find('\n', at_), text_.size());
    const std::string_view row = text_.substr(at_, end - at_);
    at_ = std::min(end + 1, text_.size());
    return row;
  }

  bool long_text(Line& line, Error& error) {
    const auto begin = static_cast<std::size_t>(line.value.data() - text_.data()) + 6;
    const std::size_t end = text_.find("</text>", begin);
    if (end == std::string_view::npos) {
      error = {Errc::malformed, "<text> is not closed"};
      return false;
    }
    line.value = text_.substr(begin, end - begin);
    at_ = end + 7;
    const std::string_view rest = trim(take_line());
    if (rest.empty()) return true;
    error = {Errc::malformed, "expected the line to end after </text>, found " + quoted(rest)};
    return false;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

class Reader {
 public:
  explicit Reader(Draft& draft) : draft_(draft), spdx_(draft) {}

  Result<DocumentPtr> run(std::string_view text) {
    const std::size_t invalid = utf8::first_invalid(text);
    if (invalid != utf8::kValid) return located(text, invalid, {Errc::malformed, "invalid UTF-8"});
    Lines lines(text);
    Line line;
    Error error{Errc::malformed, {}};
    while (lines.next(line, error)) {
      const Outcome outcome = field(line);
      if (!outcome.ok()) return located(text, line.at, outcome.error());
    }
    if (!error.message.empty()) return located(text, line.at, error);
    const Outcome outcome = end();
    if (!outcome.ok()) return located(text, line.at, outcome.error());
    return spdx_.finish();
  }

 private:
  enum class Section { document, package, file, snippet, licence };

  static Error located(std::string_view text, std::size_t at, Error error) {
    const Position position = position_in(text, at);
    error.message = "line " + std::to_string(position.line) + " column " +
                    std::to_string(position.column) + ": " + error.message;
    return error;
  }
  static Error missing(std::string_view what, std::string_view field) {
    return {Errc::malformed, std::string(what) + " without " + std::string(field)};
  }

  Outcome field(const Line& line) {
    const std::size_t most =
        line.tag == "ExtractedText" ? limits::kSbomLicenceTextBytes : limits::kSbomTextBytes;
    if (line.value.size() > most) {
      return Error{Errc::limit, std::string(line.tag) + ": text of " +
                                    std::to_string(line.value.size()) + " bytes, limit is " +
                                    std::to_string(most)};
    }
    if (draft_.exhausted()) return Error{Errc::limit, "no memory left for this document"};
    if (line.tag == "PackageName" || line.tag == "FileName") return begin_component(line);
    if (line.tag == "SnippetSPDXID") return begin_snippet();
    if (line.tag == "LicenseID") return begin_licence(line);
    if (line.tag == "SPDXID") return identify(line);
    if (line.tag == "Relationship") return relationship(line);
    if (line.tag == "Annotator")
      return draft_.document().annotations.push_back({kNowhere, Text(line.value), {}, {}}), Done{};
    if (!draft_.document().annotations.empty() && annotation_field(line)) return Done{};
    switch (section_) {
      case Section::document:
        return document_field(line);
      case Section::package:
        return package_field(line);
      case Section::file:
        return file_field(line);
      case Section::licence:
        return licence_field(line);
      case Section::snippet:
        return Done{};
    }
    return Done{};
  }

  bool annotation_field(const Line& line) {
    Annotation& annotation = draft_.document().annotations.back();
    if (line.tag == "AnnotationDate") return (annotation.date = Text(line.value)), true;
    if (line.tag == "AnnotationComment") return (annotation.text = Text(line.value)), true;
    return line.tag == "SPDXREF" || line.tag == "AnnotationType";
  }

  Outcome begin_component(const Line& line) {
    PORTREEVE_CHECK(close());
    section_ = line.tag == "PackageName" ? Section::package : Section::file;
    component_ = {};
    component_.at = line.at;
    component_.name = Text(line.value);
    if (section_ == Section::file) {
      component_.element = Element::file;
      component_.kind = Kind::file;
    } else {
      package_ = {};
    }
    return Done{};
  }

  Outcome begin_snippet() {
    PORTREEVE_CHECK(close());
    section_ = Section::snippet;
    ++draft_.document().unread.snippets;
    return Done{};
  }

  Outcome begin_licence(const Line& line) {
    PORTREEVE_CHECK(close());
    section_ = Section::licence;
    draft_.document().licence_texts.push_back({Text(line.value), {}, {}});
    return Done{};
  }

  Outcome identify(const Line& line) {
    switch (section_) {
      case Section::document:
        if (line.value != kSpdx2Document) {
          return Error{Errc::malformed,
                       "SPDXID: expected SPDXRef-DOCUMENT, found " + quoted(line.value)};
        }
        has_id_ = true;
        return Done{};
      case Section::package:
      case Section::file:
        if (component_.ref.has_value())
          return Error{Errc::malformed, "SPDXID twice in one element"};
        component_.ref = Text(line.value);
        spdx_.check_id(line.value, line.at);
        return Done{};
      case Section::snippet:
      case Section::licence:
        return Done{};
    }
    return Done{};
  }

  // Annex B: a file that follows a package without a relationship belongs to it.
  Outcome close() {
    if (section_ != Section::package && section_ != Section::file) return Done{};
    const std::string_view what = section_ == Section::package ? "package" : "file";
    if (component_.ref.absent()) return missing(what, "SPDXID");
    if (section_ == Section::package && component_.links.empty())
      return missing(what, "PackageDownloadLocation");
    if (section_ == Section::file && component_.hashes.empty())
      return missing(what, "FileChecksum");
    if (section_ == Section::package) {
      package_ = component_.ref.view();
    } else if (!package_.empty()) {
      draft_.state({package_, component_.ref.view(), component_.at, EdgeKind::contains,
                    EdgeScope::unstated});
    }
    const std::uint32_t index = draft_.add_component(component_);
    spdx_.check_2_2(component_, index);
    section_ = Section::document;
    return Done{};
  }

  Outcome end() {
    PORTREEVE_CHECK(close());
    const Document& document = draft_.document();
    if (document.spec_version.absent()) return missing("document", "SPDXVersion");
    if (document.data_licence.absent()) return missing("document", "DataLicense");
    if (!has_id_) return missing("document", "SPDXID");
    if (document.name.absent()) return missing("document", "DocumentName");
    if (document.id.absent()) return missing("document", "DocumentNamespace");
    if (document.created.absent()) return missing("document", "Created");
    if (document.authors.empty() && document.tools.empty()) return missing("document", "Creator");
    return Done{};
  }

  Outcome once(Text& field, const Line& line) {
    if (!field.absent()) return Error{Errc::malformed, std::string(line.tag) + " twice"};
    field = Text(line.value);
    return Done{};
  }

  Outcome document_field(const Line& line) {
    Document& document = draft_.document();
    if (line.tag == "SPDXVersion") {
      if (!document.spec_version.absent()) return Error{Errc::malformed, "SPDXVersion twice"};
      return spdx_.version(line.value);
    }
    if (line.tag == "DataLicense") return once(document.data_licence, line);
    if (line.tag == "DocumentName") return once(document.name, line);
    if (line.tag == "DocumentNamespace") {
      if (line.value.find(':') == std::string_view::npos ||
          line.value.find('#') != std::string_view::npos) {
        return Error{
            Errc::malformed,
            "DocumentNamespace: expected an absolute URI without '#', found " + quoted(line.value)};
      }
      return once(document.id, line);
    }
    if (line.tag == "DocumentComment") return once(document.comment, line);
    if (line.tag == "Created") return once(document.created, line);
    if (line.tag == "Creator") return spdx_.creator(line.value);
    return Done{};
  }

  Outcome checksum(const Line& line) {
    const std::size_t colon = line.value.find(':');
    if (colon == std::string_view::npos) {
      return Error{
          Errc::malformed,
          std::string(line.tag) + ": expected \"ALGORITHM: digest\", found " + quoted(line.value)};
    }
    return spdx_.checksum(component_, trim(line.value.substr(0, colon)),
                          trim(line.value.substr(colon + 1)), line.at);
  }

  Outcome package_field(const Line& line) {
    const std::string_view tag = line.tag;
    if (tag == "PackageVersion") return (component_.version = stated(line.value)), Done{};
    if (tag == "PackageDownloadLocation") return link(LinkKind::download, line);
    if (tag == "PackageHomePage") return link(LinkKind::website, line);
    if (tag == "PackageSourceInfo") return link(LinkKind::source, line);
    if (tag == "PackageSupplier") return spdx_.agent(line.value, component_.suppliers);
    if (tag == "PackageOriginator") return spdx_.agent(line.value, component_.producers);
    if (tag == "PackageChecksum") return checksum(line);
    if (tag == "PackageFileName") {
      draft_.add(draft_.document().properties, component_.properties,
                 {Text(std::string_view("fileName")), Text(line.value)});
      return Done{};
    }
    if (tag == "PackageLicenseConcluded") return licence(LicenceRole::concluded, line);
    if (tag == "PackageLicenseDeclared") return licence(LicenceRole::declared, line);
    if (tag == "PackageLicenseInfoFromFiles") return licence(LicenceRole::in_files, line);
    if (tag == "PackageCopyrightText") return (component_.copyright = stated(line.value)), Done{};
    if (tag == "ExternalRef") return external_ref(line);
    if (tag == "FilesAnalyzed") {
      if (line.value != "true" && line.value != "false") {
        return Error{Errc::malformed,
                     "FilesAnalyzed: expected true or false, found " + quoted(line.value)};
      }
      component_.contents_known = line.value == "true";
    }
    if (tag == "PrimaryPackagePurpose") {
      const std::optional<Kind> kind = spdx_purpose(line.value);
      if (!kind.has_value()) {
        return Error{Errc::malformed,
                     "PrimaryPackagePurpose: expected a purpose of SPDX 2.3 §7.24, found " +
                         quoted(line.value)};
      }
      component_.kind = *kind;
    }
    return Done{};
  }

  Outcome file_field(const Line& line) {
    const std::string_view tag = line.tag;
    if (tag == "FileChecksum") return checksum(line);
    if (tag == "LicenseConcluded") return licence(LicenceRole::concluded, line);
    if (tag == "LicenseInfoInFile") return licence(LicenceRole::in_files, line);
    if (tag == "FileCopyrightText") return (component_.copyright = stated(line.value)), Done{};
    if (tag == "FileType") {
      const std::optional<Kind> kind = spdx_purpose(line.value);
      if (!kind.has_value()) {
        return Error{Errc::malformed,
                     "FileType: expected a type of SPDX 2.3 §8.3, found " + quoted(line.value)};
      }
      if (component_.kind == Kind::file) component_.kind = *kind;
    }
    return Done{};
  }

  Outcome licence_field(const Line& line) {
    LicenceText& row = draft_.document().licence_texts.back();
    if (line.tag == "ExtractedText") row.text = Text(line.value);
    if (line.tag == "LicenseName") row.name = Text(line.value);
    return Done{};
  }

  Outcome link(LinkKind kind, const Line& line) {
    add_link(draft_, component_, kind, stated(line.value), line.tag);
    return Done{};
  }

  Outcome licence(LicenceRole role, const Line& line) {
    add_licence(draft_, component_, role, stated(line.value));
    return Done{};
  }

  Outcome external_ref(const Line& line) {
    const std::size_t first = line.value.find(' ');
    const std::size_t second =
        first == std::string_view::npos ? first : line.value.find(' ', first + 1);
    if (second == std::string_view::npos) {
      return Error{Errc::malformed,
                   "ExternalRef: expected \"CATEGORY type locator\", found " + quoted(line.value)};
    }
    const std::string_view category = line.value.substr(0, first);
    const std::string_view type = line.value.substr(first + 1, second - first - 1);
    if (add_spdx2_external(draft_, component_, category, type, trim(line.value.substr(second))))
      return Done{};
    return Error{Errc::malformed,
                 "ExternalRef: expected SECURITY, PACKAGE-MANAGER, PERSISTENT-ID or OTHER, found " +
                     quoted(category)};
  }

  Outcome relationship(const Line& line) {
    const std::size_t first = line.value.find(' ');
    const std::size_t second = line.value.rfind(' ');
    if (first == std::string_view::npos || second <= first) {
      return Error{Errc::malformed,
                   "Relationship: expected \"A TYPE B\", found " + quoted(line.value)};
    }
    return spdx_.relationship(line.value.substr(0, first),
                              trim(line.value.substr(first + 1, second - first - 1)),
                              line.value.substr(second + 1), line.at);
  }

  Draft& draft_;
  Spdx2 spdx_;
  Section section_ = Section::document;
  Component component_;
  std::string_view package_;  ///< To which files belong.
  bool has_id_ = false;
};

}  // namespace

Result<DocumentPtr> read_spdx2_tag_value(SourceBytes bytes, MemoryBudget* budget) {
  Draft draft(bytes, Format::spdx2_tag_value, budget);
  return Reader(draft).run(*bytes);
}

}  // namespace portreeve::sbom
