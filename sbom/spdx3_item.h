#pragma once

// One object of an SPDX 3 graph, read without knowing yet what it is: `type` may come last.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sbom/json_fields.h"
#include "sbom/spdx3_model.h"

namespace portreeve::sbom {

struct Spdx3Item {
  struct Identifier {
    std::string_view type;
    std::string_view text;
  };
  struct Reference {
    std::string_view type;
    std::string_view locator;
  };
  std::uint32_t at = 0;
  std::string_view type;
  std::string_view id;             ///< spdxId or @id
  std::string_view creation_info;  ///< Blank node or IRI; an inlined one is in `inlined`.
  Text name, comment, created, spec_version;
  Text version, download, home_page, copyright, source_info, purl;
  std::string_view purpose;
  std::string_view relationship, from, completeness, scope;
  Text expression, licence_text, justification, detail;
  std::string_view subject, addition;  ///< Of licence operators.
  std::string_view data_licence;
  std::string_view annotation_of, annotation_type;
  std::vector<std::string_view> to, members, roots, imports, created_by, created_using, supplied_by,
      originated_by, sbom_types;
  std::vector<Hash> hashes;
  std::vector<Identifier> identifiers;
  std::vector<Reference> references;
  bool has_from = false;
  bool has_signature = false;
};

/// Reads the object that stands here. CreationInfo objects inlined in it are appended to `inlined`,
/// and `creation_info` gets their made-up name.
class Spdx3ItemReader {
 public:
  Spdx3ItemReader(JsonFields& fields, std::vector<Spdx3Item>& inlined)
      : fields_(fields), inlined_(inlined) {}
  bool read(Spdx3Item& item);
  /// One member of an object whose others the caller takes itself.
  bool read_field(std::string_view key, Spdx3Item& item) {
    note(key);
    return field(key, item);
  }
  /// After read_field() of all members: whether the model of SPDX 3.0 has such an object.
  void check_fields(const Spdx3Item& item) { check(0, item.at, item.type); }

  /// The first thing that the model of SPDX 3.0 does not allow. Kept rather than refused at once:
  /// only the context, which may come last, says whether this is 3.0.
  struct Fault {
    std::uint32_t at = 0;
    std::string message;
  };
  const std::optional<Fault>& fault() const noexcept { return fault_; }

 private:
  template <class Field>
  bool object(std::string_view& type, const Field& field);
  void note(std::string_view key);
  void check(std::size_t from, std::uint32_t at, std::string_view type);
  void wrong(std::uint32_t at, std::string message);
  bool passed_over(std::string_view key);
  bool word(std::string_view key, const std::vector<std::string>& words);
  bool field(std::string_view key, Spdx3Item& item);
  bool software_field(std::string_view key, Spdx3Item& item, bool& known);
  bool licence_field(std::string_view key, Spdx3Item& item, bool& known);
  bool list_field(std::string_view key, Spdx3Item& item, bool& known);
  bool creation_info(Spdx3Item& item);
  bool references(std::vector<std::string_view>& out);
  bool reference_or_object(std::string_view& out);
  bool integrity(Spdx3Item& item);
  bool identifier(Spdx3Item& item);
  bool external_ref(Spdx3Item& item);
  bool import(Spdx3Item& item);

  JsonFields& fields_;
  std::vector<Spdx3Item>& inlined_;
  const Spdx3Model& model_ = Spdx3Model::get();
  std::vector<Spdx3Seen> seen_;  ///< Members of the objects that are open, the innermost last.
  std::optional<Fault> fault_;
};

}  // namespace portreeve::sbom
