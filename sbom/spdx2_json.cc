// SPDX 2.2 and 2.3 as JSON, in one pass.

#include <utility>

#include "sbom/json_fields.h"
#include "sbom/readers.h"
#include "sbom/spdx2.h"
#include "sbom/spdx2_members.h"

namespace portreeve::sbom {
namespace {

// Which of the demanded members were there.
enum Seen : unsigned {
  kVersion = 1,
  kId = 2,
  kName = 4,
  kLicence = 8,
  kNamespace = 16,
  kCreation = 32,
  kDownload = 64,
  kChecksums = 128,
};

class Reader {
 public:
  Reader(json::Cursor& cursor, Draft& draft)
      : cursor_(cursor), draft_(draft), fields_(cursor, draft), members_(fields_), spdx_(draft) {}

  Result<DocumentPtr> run() {
    if (!document() || !cursor_.finish()) return cursor_.error();
    return spdx_.finish(members_.documents());
  }

 private:
  bool done(std::uint32_t at, const Outcome& outcome) {
    return outcome.ok() || cursor_.fail(at, outcome.error().message, outcome.error().code);
  }

  bool document() {
    unsigned seen = 0;
    if (!fields_.object([&](std::string_view key) { return document_field(key, seen); }))
      return false;
    constexpr std::pair<unsigned, std::string_view> kDemanded[] = {
        {kVersion, "spdxVersion"},
        {kId, "SPDXID"},
        {kName, "name"},
        {kLicence, "dataLicense"},
        {kNamespace, "documentNamespace"},
        {kCreation, "creationInfo"}};
    for (const auto& [bit, name] : kDemanded) {
      if ((seen & bit) == 0) return fields_.missing(0, "document", name);
    }
    return true;
  }

  bool document_field(std::string_view key, unsigned& seen) {
    Document& document = draft_.document();
    const std::uint32_t at = cursor_.at();
    std::string_view text;
    if (key == "files") return files();
    if (key == "packages") return fields_.array([&] { return package(); });
    if (key == "relationships") return fields_.array([&] { return relationship(); });
    if (key == "spdxVersion") {
      seen |= kVersion;
      return fields_.kept(text) && done(at, spdx_.version(text));
    }
    if (key == "SPDXID") {
      seen |= kId;
      return fields_.kept(text) &&
             (text == kSpdx2Document || fields_.expected(at, key, "SPDXRef-DOCUMENT", text));
    }
    if (key == "dataLicense") {
      seen |= kLicence;
      return fields_.text(document.data_licence) && (spdx_.check_data_licence(at), true);
    }
    if (key == "documentNamespace") {
      seen |= kNamespace;
      return fields_.reference(document.id) && namespace_is_uri(at);
    }
    if (key == "name") return (seen |= kName), fields_.text(document.name);
    if (key == "creationInfo") return (seen |= kCreation), creation_info();
    if (key == "comment") return fields_.text(document.comment);
    return rare_field(key);
  }

  bool rare_field(std::string_view key) {
    if (key == "documentDescribes") {
      return fields_.array([&] {
        const std::uint32_t at = cursor_.at();
        std::string_view ref;
        if (!fields_.reference(ref)) return false;
        draft_.make_primary(ref, at);
        return true;
      });
    }
    if (key == "hasExtractedLicensingInfos") return fields_.array([&] { return licence_text(); });
    if (key == "annotations") return fields_.array([&] { return annotation(kNowhere); });
    if (key == "snippets") {
      return fields_.array([&] {
        ++draft_.document().unread.snippets;
        return members_.whole(Spdx2Object::snippet);
      });
    }
    return members_.other(Spdx2Object::document, key);
  }

  bool namespace_is_uri(std::uint32_t at) {
    const std::string_view id = draft_.document().id.view();
    if (id.find(':') != std::string_view::npos && id.find('#') == std::string_view::npos)
      return true;
    return fields_.expected(at, "documentNamespace", "an absolute URI without '#'", id);
  }

  bool creation_info() {
    bool created = false;
    std::uint32_t creators = 0;
    const std::uint32_t at = cursor_.at();
    const bool good = fields_.object([&](std::string_view key) {
      if (key == "created") return (created = true), fields_.text(draft_.document().created);
      if (key != "creators") return members_.other(Spdx2Object::creation_info, key);
      return fields_.texts([&](std::string_view text, std::uint32_t where) {
        ++creators;
        return done(where, spdx_.creator(text));
      });
    });
    if (!good) return false;
    if (!created) return fields_.missing(at, "creationInfo", "created");
    return creators > 0 || fields_.missing(at, "creationInfo", "creators");
  }

  bool licence_text() {
    LicenceText row;
    const std::uint32_t at = cursor_.at();
    const bool good = fields_.object([&](std::string_view key) {
      if (key == "licenseId") return fields_.reference(row.id);
      if (key == "name") return fields_.text(row.name);
      if (key == "extractedText") return fields_.text(row.text, limits::kSbomLicenceTextBytes);
      return members_.other(Spdx2Object::extracted_licence, key);
    });
    if (!good) return false;
    if (row.id.absent()) return fields_.missing(at, "hasExtractedLicensingInfos", "licenseId");
    if (row.text.absent())
      return fields_.missing(at, "hasExtractedLicensingInfos", "extractedText");
    spdx_.licence_text(row, at);
    return true;
  }

  bool annotation(std::uint32_t component) {
    Annotation row;
    row.component = component;
    bool typed = false;
    const std::uint32_t at = cursor_.at();
    const bool good = fields_.object([&](std::string_view key) {
      if (key == "annotator") return fields_.text(row.annotator);
      if (key == "annotationDate") return fields_.text(row.date);
      if (key == "comment") return fields_.text(row.text);
      typed = typed || key == "annotationType";
      return members_.other(Spdx2Object::annotation, key);
    });
    return good && (typed || fields_.missing(at, "annotation", "annotationType")) &&
           done(at, spdx_.annotation(row, at));
  }

  bool package() {
    Component component;
    component.at = cursor_.at();
    unsigned seen = 0;
    if (!fields_.object([&](std::string_view key) { return package_field(key, component, seen); }))
      return false;
    if ((seen & kId) == 0) return fields_.missing(component.at, "package", "SPDXID");
    if ((seen & kName) == 0) return fields_.missing(component.at, "package", "name");
    if ((seen & kDownload) == 0)
      return fields_.missing(component.at, "package", "downloadLocation");
    spdx_.check_id(component.ref.view(), component.at);
    for (const Pending& file : files_of_package_) {
      draft_.state(
          {component.ref.view(), file.ref, file.at, EdgeKind::contains, EdgeScope::unstated});
    }
    files_of_package_.clear();
    const std::uint32_t index = draft_.add_component(component);
    spdx_.check_2_2(component, index);
    return true;
  }

  bool package_field(std::string_view key, Component& component, unsigned& seen) {
    const std::uint32_t at = cursor_.at();
    std::string_view text;
    Text value;
    if (key == "SPDXID") return (seen |= kId), fields_.reference(component.ref);
    if (key == "name") return (seen |= kName), fields_.text(component.name);
    if (key == "versionInfo") return fields_.stated_text(component.version);
    if (key == "downloadLocation") {
      seen |= kDownload;
      if (!fields_.stated_text(value)) return false;
      add_link(draft_, component, LinkKind::download, value, key);
      return true;
    }
    if (key == "supplier")
      return fields_.kept(text) &&
             done(at, with_field(key, spdx_.agent(text, component.suppliers)));
    if (key == "originator")
      return fields_.kept(text) &&
             done(at, with_field(key, spdx_.agent(text, component.producers)));
    if (key == "filesAnalyzed") return cursor_.boolean(component.contents_known);
    if (key == "primaryPackagePurpose") {
      if (!fields_.kept(text)) return false;
      const std::optional<Kind> kind = spdx2_purpose(text);
      if (!kind.has_value()) return fields_.expected(at, key, "a purpose of SPDX 2.3 §7.24", text);
      component.kind = *kind;
      return true;
    }
    if (key == "externalRefs") return fields_.array([&] { return external_ref(component); });
    if (key == "hasFiles") {
      return fields_.texts([&](std::string_view ref, std::uint32_t where) {
        files_of_package_.push_back({ref, where});
        return true;
      });
    }
    return more_package_field(key, component) || shared_field(key, component, seen);
  }

  // False without an error: not one of these.
  bool more_package_field(std::string_view key, Component& component) {
    Text value;
    if (key == "homepage" || key == "sourceInfo") {
      if (!fields_.stated_text(value)) return false;
      add_link(draft_, component, key == "homepage" ? LinkKind::website : LinkKind::source, value,
               key);
      return true;
    }
    if (key == "packageFileName") {
      if (!fields_.text(value)) return false;
      draft_.add(draft_.document().properties, component.properties,
                 {Text(std::string_view("fileName")), value});
      return true;
    }
    if (key == "licenseDeclared") return licence(component, LicenceRole::declared);
    if (key == "licenseInfoFromFiles") return licences(component, LicenceRole::in_files);
    return false;
  }

  static Outcome with_field(std::string_view field, Outcome outcome) {
    if (outcome.ok()) return outcome;
    return with_context(std::move(outcome).error(), field);
  }

  // What packages and files have both.
  bool shared_field(std::string_view key, Component& component, unsigned& seen) {
    if (!cursor_.ok()) return false;
    if (key == "checksums") {
      seen |= kChecksums;
      return fields_.array([&] { return checksum(component); });
    }
    if (key == "licenseConcluded") return licence(component, LicenceRole::concluded);
    if (key == "copyrightText") return fields_.stated_text(component.copyright);
    if (key == "annotations") {
      const auto index = static_cast<std::uint32_t>(draft_.document().components.size());
      return fields_.array([&] { return annotation(index); });
    }
    return members_.other(
        component.element == Element::file ? Spdx2Object::file : Spdx2Object::package, key);
  }

  bool licence(Component& component, LicenceRole role) {
    Text text;
    if (!fields_.stated_text(text)) return false;
    add_licence(draft_, component, role, text);
    return true;
  }

  bool licences(Component& component, LicenceRole role) {
    return fields_.texts([&](std::string_view text, std::uint32_t) {
      add_licence(draft_, component, role, stated(text));
      return true;
    });
  }

  bool checksum(Component& component) {
    const std::uint32_t at = cursor_.at();
    std::string_view algorithm;
    std::string_view value;
    const bool good = fields_.object([&](std::string_view key) {
      if (key == "algorithm") return fields_.kept(algorithm);
      if (key == "checksumValue") return fields_.kept(value);
      return members_.other(Spdx2Object::checksum, key);
    });
    if (!good) return false;
    if (algorithm.data() == nullptr) return fields_.missing(at, "checksum", "algorithm");
    if (value.data() == nullptr) return fields_.missing(at, "checksum", "checksumValue");
    return done(at, spdx_.checksum(component, algorithm, value, at));
  }

  bool external_ref(Component& component) {
    const std::uint32_t at = cursor_.at();
    std::string_view category;
    std::string_view type;
    std::string_view locator;
    const bool good = fields_.object([&](std::string_view key) {
      if (key == "referenceCategory") return fields_.kept(category);
      if (key == "referenceType") return fields_.kept(type);
      if (key == "referenceLocator") return fields_.reference(locator);
      return members_.other(Spdx2Object::external_reference, key);
    });
    if (!good) return false;
    if (category.data() == nullptr) return fields_.missing(at, "externalRef", "referenceCategory");
    if (type.data() == nullptr) return fields_.missing(at, "externalRef", "referenceType");
    if (locator.data() == nullptr) return fields_.missing(at, "externalRef", "referenceLocator");
    return add_spdx2_external(draft_, component, category, type, locator) ||
           fields_.expected(at, "referenceCategory",
                            "SECURITY, PACKAGE-MANAGER, PERSISTENT-ID or OTHER", category);
  }

  bool files() {
    return fields_.array([&] {
      if (cursor_.peek() != ValueType::null) return file();
      draft_.defect(DefectKind::null_entry, kNowhere, cursor_.at(), "null in the list of files");
      return cursor_.null();
    });
  }

  bool file() {
    Component component;
    component.at = cursor_.at();
    component.element = Element::file;
    component.kind = Kind::file;
    unsigned seen = 0;
    if (!fields_.object([&](std::string_view key) { return file_field(key, component, seen); }))
      return false;
    if ((seen & kId) == 0) return fields_.missing(component.at, "file", "SPDXID");
    if ((seen & kName) == 0) return fields_.missing(component.at, "file", "fileName");
    if ((seen & kChecksums) == 0) return fields_.missing(component.at, "file", "checksums");
    spdx_.check_id(component.ref.view(), component.at);
    const std::uint32_t index = draft_.add_component(component);
    spdx_.check_2_2(component, index);
    return true;
  }

  bool file_field(std::string_view key, Component& component, unsigned& seen) {
    if (key == "SPDXID") return (seen |= kId), fields_.reference(component.ref);
    if (key == "fileName") return (seen |= kName), fields_.text(component.name);
    if (key == "fileTypes") {
      return fields_.texts([&](std::string_view text, std::uint32_t at) {
        const std::optional<Kind> kind = spdx2_file_type(text);
        if (!kind.has_value()) return fields_.expected(at, key, "a type of SPDX 2.3 §8.3", text);
        if (component.kind == Kind::file) component.kind = *kind;
        return true;
      });
    }
    if (key == "licenseInfoInFiles") return licences(component, LicenceRole::in_files);
    return shared_field(key, component, seen);
  }

  bool relationship() {
    const std::uint32_t at = cursor_.at();
    std::string_view from;
    std::string_view type;
    std::string_view to;
    const bool good = fields_.object([&](std::string_view key) {
      if (key == "spdxElementId") return fields_.reference(from);
      if (key == "relationshipType") return fields_.kept(type);
      if (key == "relatedSpdxElement") return fields_.reference(to);
      return members_.other(Spdx2Object::relationship, key);
    });
    if (!good) return false;
    if (from.data() == nullptr) return fields_.missing(at, "relationship", "spdxElementId");
    if (type.data() == nullptr) return fields_.missing(at, "relationship", "relationshipType");
    if (to.data() == nullptr) return fields_.missing(at, "relationship", "relatedSpdxElement");
    return done(at, spdx_.relationship(from, type, to, at));
  }

  struct Pending {
    std::string_view ref;
    std::uint32_t at;
  };
  json::Cursor& cursor_;
  Draft& draft_;
  JsonFields fields_;
  Spdx2Members members_;
  Spdx2 spdx_;
  std::vector<Pending> files_of_package_;  ///< hasFiles; the package may say its own name later.
};

}  // namespace

ReadLimits sbom_limits() noexcept {
  return {limits::kSbomMostBytes, limits::kEvidenceDepth, limits::kSbomValues};
}

Result<DocumentPtr> read_spdx2_json(SourceBytes bytes, MemoryBudget* budget) {
  json::Cursor cursor(*bytes, sbom_limits());
  Draft draft(bytes, Format::spdx2_json, budget);
  return Reader(cursor, draft).run();
}

}  // namespace portreeve::sbom
