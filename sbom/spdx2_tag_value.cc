// SPDX 2.2 and 2.3 as tag-value (2.3 annex B, §4.4): "Tag: value" lines, texts in <text>…</text>.

#include <bitset>
#include <vector>

#include "core/limits.h"
#include "core/utf8.h"
#include "sbom/json_fields.h"
#include "sbom/readers.h"
#include "sbom/spdx2.h"
#include "sbom/spdx2_members.h"
#include "sbom/spdx2_tags.h"
#include "sbom/tag_value_annotations.h"
#include "sbom/tag_value_lines.h"

namespace portreeve::sbom {
namespace {

class Reader {
 public:
  explicit Reader(Draft& draft) : draft_(draft), spdx_(draft) {}

  Result<DocumentPtr> run(std::string_view text) {
    const std::size_t invalid = utf8::first_invalid(text);
    if (invalid != utf8::kValid) return located(text, invalid, {Errc::malformed, "invalid UTF-8"});
    TagLines lines(text);
    TagLine line;
    Error error{Errc::malformed, {}};
    while (lines.next(line, error)) {
      const Outcome outcome = field(line);
      if (!outcome.ok()) return located(text, line.at, outcome.error());
    }
    if (!error.message.empty()) return located(text, line.at, error);
    const Outcome outcome = end();
    if (!outcome.ok()) return located(text, line.at, outcome.error());
    return spdx_.finish(std::move(documents_));
  }

 private:
  using Section = Spdx2Tag::Section;

  static Error located(std::string_view text, std::size_t at, Error error) {
    const Position position = position_in(text, at);
    error.message = "line " + std::to_string(position.line) + " column " +
                    std::to_string(position.column) + ": " + error.message;
    return error;
  }
  static Error missing(std::string_view what, std::string_view field) {
    return {Errc::malformed, std::string(what) + " without " + std::string(field)};
  }

  Outcome field(const TagLine& line) {
    const std::size_t most =
        line.tag == "ExtractedText" ? limits::kSbomLicenceTextBytes : limits::kSbomTextBytes;
    if (line.value.size() > most) {
      return Error{Errc::limit, std::string(line.tag) + ": text of " +
                                    std::to_string(line.value.size()) + " bytes, limit is " +
                                    std::to_string(most)};
    }
    if (draft_.exhausted()) return Error{Errc::limit, "no memory left for this document"};
    if (line.tag == "PackageName" || line.tag == "FileName") return begin_component(line);
    if (line.tag == "SnippetSPDXID") return begin_snippet(line);
    if (line.tag == "LicenseID") return begin_licence(line);
    if (line.tag == "SPDXID") return identify(line);
    if (line.tag == "Relationship") return relationship(line);
    if (line.tag == "Annotator") return annotations_.begin(line);
    PORTREEVE_TRY(const bool of_annotation, annotations_.field(line));
    if (of_annotation) return Done{};
    PORTREEVE_TRY(const bool known, placed(line));
    if (!known) return Done{};
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
        return snippet_field(line);
      case Section::any:
        return Done{};
    }
    return Done{};
  }

  // Whether it is a tag of SPDX 2. One that stands outside of its element would be lost, as would
  // one that is spelled in another case.
  Result<bool> placed(const TagLine& line) {
    const Spdx2Tag* const tag = spdx2_tag(line.tag);
    if (tag == nullptr) {
      if (const Spdx2Tag* const meant = spdx2_tag_but_case(line.tag); meant != nullptr) {
        return Error{Errc::malformed, "expected the tag \"" + std::string(meant->name) +
                                          "\", found " + quoted(line.tag)};
      }
      draft_.defect(DefectKind::unknown_member, kNowhere, line.at,
                    quoted(line.tag) + " is no tag of SPDX 2");
      return false;
    }
    if (tag->section != Section::any && tag->section != section_) {
      return Error{Errc::malformed, std::string(line.tag) + " outside of its element"};
    }
    const std::size_t index = spdx2_tag_index(*tag);
    if (tag->once && seen_.test(index)) {
      return Error{Errc::malformed, std::string(line.tag) + " twice"};
    }
    seen_.set(index);
    return true;
  }

  Outcome begin_component(const TagLine& line) {
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

  Outcome begin_snippet(const TagLine& line) {
    PORTREEVE_CHECK(close());
    section_ = Section::snippet;
    snippet_file_ = snippet_range_ = false;
    spdx_.check_id(line.value, line.at);
    draft_.import(line.value);
    ++draft_.document().unread.snippets;
    return Done{};
  }

  Outcome snippet_field(const TagLine& line) {
    snippet_range_ = snippet_range_ || line.tag == "SnippetByteRange";
    if (line.tag == "SnippetFromFileSPDXID") {
      snippet_file_ = true;
      draft_.state({{}, line.value, line.at, EdgeKind::other, EdgeScope::unstated});
    }
    return Done{};
  }

  Outcome begin_licence(const TagLine& line) {
    PORTREEVE_CHECK(close());
    section_ = Section::licence;
    licence_ = {Text(line.value), {}, {}};
    licence_at_ = line.at;
    return Done{};
  }

  Outcome identify(const TagLine& line) {
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
      case Section::any:
        return Done{};
    }
    return Done{};
  }

  // Annex B: a file that follows a package without a relationship belongs to it.
  Outcome close() {
    seen_.reset();
    if (section_ == Section::snippet) {
      if (!snippet_file_) return missing("snippet", "SnippetFromFileSPDXID");
      if (!snippet_range_) return missing("snippet", "SnippetByteRange");
    }
    if (section_ == Section::licence) {
      if (licence_.text.absent()) return missing("licence", "ExtractedText");
      spdx_.licence_text(licence_, licence_at_);
    }
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
    PORTREEVE_CHECK(annotations_.end());
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

  // "DocumentRef-name URI ALGORITHM: digest" (SPDX 2.3 §6.6).
  Outcome external_document(const TagLine& line) {
    const std::string_view value = line.value;
    const std::size_t first = value.find(' ');
    const std::size_t second = first == value.npos ? first : value.find(' ', first + 1);
    const std::size_t colon = second == value.npos ? second : value.find(':', second);
    if (colon == value.npos || !valid_spdx2_document_ref(value.substr(0, first)) ||
        !spdx2_algorithm(trim_tag(value.substr(second, colon - second))).has_value()) {
      return Error{Errc::malformed,
                   "ExternalDocumentRef: expected \"DocumentRef-name URI ALGORITHM: digest\", "
                   "found " +
                       quoted(value)};
    }
    documents_.push_back(value.substr(0, first));
    return Done{};
  }

  Outcome document_field(const TagLine& line) {
    Document& document = draft_.document();
    if (line.tag == "SPDXVersion") return spdx_.version(line.value);
    if (line.tag == "DataLicense") {
      document.data_licence = Text(line.value);
      spdx_.check_data_licence(line.at);
    }
    if (line.tag == "ExternalDocumentRef") return external_document(line);
    if (line.tag == "DocumentName") document.name = Text(line.value);
    if (line.tag == "DocumentNamespace") {
      if (line.value.find(':') == std::string_view::npos ||
          line.value.find('#') != std::string_view::npos) {
        return Error{
            Errc::malformed,
            "DocumentNamespace: expected an absolute URI without '#', found " + quoted(line.value)};
      }
      document.id = Text(line.value);
    }
    if (line.tag == "DocumentComment") document.comment = Text(line.value);
    if (line.tag == "Created") document.created = Text(line.value);
    if (line.tag == "Creator") return spdx_.creator(line.value);
    return Done{};
  }

  Outcome checksum(const TagLine& line) {
    const std::size_t colon = line.value.find(':');
    if (colon == std::string_view::npos) {
      return Error{
          Errc::malformed,
          std::string(line.tag) + ": expected \"ALGORITHM: digest\", found " + quoted(line.value)};
    }
    return spdx_.checksum(component_, trim_tag(line.value.substr(0, colon)),
                          trim_tag(line.value.substr(colon + 1)), line.at);
  }

  Outcome package_field(const TagLine& line) {
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
      const std::optional<Kind> kind = spdx2_purpose(line.value);
      if (!kind.has_value()) {
        return Error{Errc::malformed,
                     "PrimaryPackagePurpose: expected a purpose of SPDX 2.3 §7.24, found " +
                         quoted(line.value)};
      }
      component_.kind = *kind;
    }
    return Done{};
  }

  Outcome file_field(const TagLine& line) {
    const std::string_view tag = line.tag;
    if (tag == "FileChecksum") return checksum(line);
    if (tag == "LicenseConcluded") return licence(LicenceRole::concluded, line);
    if (tag == "LicenseInfoInFile") return licence(LicenceRole::in_files, line);
    if (tag == "FileCopyrightText") return (component_.copyright = stated(line.value)), Done{};
    if (tag == "FileType") {
      const std::optional<Kind> kind = spdx2_file_type(line.value);
      if (!kind.has_value()) {
        return Error{Errc::malformed,
                     "FileType: expected a type of SPDX 2.3 §8.3, found " + quoted(line.value)};
      }
      if (component_.kind == Kind::file) component_.kind = *kind;
    }
    return Done{};
  }

  Outcome licence_field(const TagLine& line) {
    if (line.tag == "ExtractedText") licence_.text = Text(line.value);
    if (line.tag == "LicenseName") licence_.name = Text(line.value);
    return Done{};
  }

  Outcome link(LinkKind kind, const TagLine& line) {
    add_link(draft_, component_, kind, stated(line.value), line.tag);
    return Done{};
  }

  Outcome licence(LicenceRole role, const TagLine& line) {
    add_licence(draft_, component_, role, stated(line.value));
    return Done{};
  }

  Outcome external_ref(const TagLine& line) {
    const std::size_t first = line.value.find(' ');
    const std::size_t second =
        first == std::string_view::npos ? first : line.value.find(' ', first + 1);
    if (second == std::string_view::npos) {
      return Error{Errc::malformed,
                   "ExternalRef: expected \"CATEGORY type locator\", found " + quoted(line.value)};
    }
    const std::string_view category = line.value.substr(0, first);
    const std::string_view type = line.value.substr(first + 1, second - first - 1);
    if (add_spdx2_external(draft_, component_, category, type, trim_tag(line.value.substr(second))))
      return Done{};
    return Error{Errc::malformed,
                 "ExternalRef: expected SECURITY, PACKAGE-MANAGER, PERSISTENT-ID or OTHER, found " +
                     quoted(category)};
  }

  Outcome relationship(const TagLine& line) {
    const std::size_t first = line.value.find(' ');
    const std::size_t second = line.value.rfind(' ');
    if (first == std::string_view::npos || second <= first) {
      return Error{Errc::malformed,
                   "Relationship: expected \"A TYPE B\", found " + quoted(line.value)};
    }
    return spdx_.relationship(line.value.substr(0, first),
                              trim_tag(line.value.substr(first + 1, second - first - 1)),
                              line.value.substr(second + 1), line.at);
  }

  Draft& draft_;
  Spdx2 spdx_;
  Section section_ = Section::document;
  Component component_;
  std::string_view package_;  ///< To which files belong.
  bool has_id_ = false;
  std::bitset<kSpdx2Tags> seen_;  ///< In the element that is read.
  TagValueAnnotations annotations_{draft_, spdx_};
  LicenceText licence_;
  std::uint32_t licence_at_ = 0;
  bool snippet_file_ = false;
  bool snippet_range_ = false;
  std::vector<std::string_view> documents_;
};

}  // namespace

Result<DocumentPtr> read_spdx2_tag_value(SourceBytes bytes, MemoryBudget* budget) {
  Draft draft(bytes, Format::spdx2_tag_value, budget);
  return Reader(draft).run(*bytes);
}

}  // namespace portreeve::sbom
