#pragma once

// The Blueprints that a Config names (`blueprints: files`): what an Application's reference means.
// Design §5.3, domain.md §1.6.

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/file.h"
#include "core/result.h"
#include "policies/evidence.h"

namespace portreeve::policies {

/// Every document of kind Blueprint in some files, lists included; other kinds are passed over. One
/// file that cannot be read does not make the set unusable: what might stand in it is answered by
/// "misconfigured", never by "there is none". Immutable; safe from many threads.
class BlueprintSet {
 public:
  static std::shared_ptr<const BlueprintSet> read(const std::vector<SourceFile>& files);
  /// The same of files that were parsed: (name, documents).
  static std::shared_ptr<const BlueprintSet> of(
      const std::vector<std::pair<std::string, std::vector<DocumentPtr>>>& files);

  /// No file was given: there is nothing to ask.
  bool empty() const noexcept { return nothing_given_; }
  std::size_t size() const noexcept { return count_; }
  /// Of the texts; the scope of keys of section "blueprint".
  const std::string& id() const noexcept { return id_; }
  /// What cannot be read, "file:line:column: why".
  const std::vector<std::string>& faults() const noexcept { return faults_; }

  /// Names are compared without their prefix, versions as texts; an empty version asks for the only
  /// one. Errors: as the absences of BlueprintFact, without unavailable.
  Result<BlueprintFact> find(std::string_view name, std::string_view version) const;

 private:
  void add_file(const SourceFile& file);
  void add_document(const std::string& file, const DocumentPtr& document);
  void add(const std::string& file, const DocumentPtr& document, const Value& object);

  std::map<std::string, std::vector<BlueprintFact>, std::less<>> by_name_;
  std::vector<std::string> faults_;
  std::string id_;
  std::size_t count_ = 0;
  bool nothing_given_ = true;
};

}  // namespace portreeve::policies
