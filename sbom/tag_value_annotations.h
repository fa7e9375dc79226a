#pragma once

#include <optional>
#include <string>

#include "sbom/spdx2.h"
#include "sbom/tag_value_lines.h"

namespace portreeve::sbom {

/// The annotation that a tag-value document is in the middle of.
class TagValueAnnotations {
 public:
  TagValueAnnotations(Draft& draft, Spdx2& spdx) : draft_(draft), spdx_(spdx) {}

  Outcome begin(const TagLine& line) {
    PORTREEVE_CHECK(end());
    annotation_ = Annotation{kNowhere, Text(line.value), {}, {}};
    at_ = line.at;
    return Done{};
  }

  // Whether the line belongs to the annotation that was begun.
  Result<bool> field(const TagLine& line) {
    const bool type = line.tag == "AnnotationType";
    const bool subject = line.tag == "SPDXREF";
    const bool date = line.tag == "AnnotationDate";
    if (!type && !subject && !date && line.tag != "AnnotationComment") return false;
    if (!annotation_.has_value()) {
      return Error{Errc::malformed, std::string(line.tag) + " without Annotator"};
    }
    if (type && line.value != "OTHER" && line.value != "REVIEW") {
      return Error{Errc::malformed,
                   "AnnotationType: expected OTHER or REVIEW, found " + quoted(line.value)};
    }
    typed_ = typed_ || type;
    about_ = about_ || subject;
    if (subject && line.value != kSpdx2Document) {
      draft_.state({{}, line.value, line.at, EdgeKind::other, EdgeScope::unstated});
    }
    if (date) annotation_->date = Text(line.value);
    if (line.tag == "AnnotationComment") annotation_->text = Text(line.value);
    return true;
  }

  Outcome end() {
    if (!annotation_.has_value()) return Done{};
    if (!typed_) return Error{Errc::malformed, "annotation without AnnotationType"};
    if (!about_) return Error{Errc::malformed, "annotation without SPDXREF"};
    PORTREEVE_CHECK(spdx_.annotation(*annotation_, at_));
    annotation_.reset();
    typed_ = about_ = false;
    return Done{};
  }

 private:
  Draft& draft_;
  Spdx2& spdx_;
  std::optional<Annotation> annotation_;
  std::uint32_t at_ = 0;
  bool typed_ = false;
  bool about_ = false;
};

}  // namespace portreeve::sbom
