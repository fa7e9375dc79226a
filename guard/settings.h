#pragma once

// What a repository is judged with: the catalog, `.portreeve/` and what the command line names.

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/file.h"
#include "core/result.h"
#include "policies/policy_set.h"
#include "policies/sources.h"
#include "policies/waiver.h"

namespace portreeve::guard {

/// Files by path from the judged folder.
using FileTexts = std::map<std::string, std::string>;

struct SettingsOptions {
  std::vector<SourceFile> catalog;
  policies::SourceOptions given;  ///< Command line; relative to the working directory.
  FileTexts own;  ///< Files directly in .portreeve/, of the revision that is trusted.
  /// The files directly below a folder of that revision: for the folders that its Config names.
  std::function<Result<FileTexts>(const std::string& folder)> read_folder;
};

struct Settings {
  std::shared_ptr<const policies::PolicySet>
      policies;  ///< Without waivers: those apply to all findings.
  std::vector<policies::Waiver> waivers;
  std::string config_file;  ///< Where the Config was found; empty: none.
};

/// Errors: misconfigured, "file:line:column: …".
Result<Settings> load_settings(SettingsOptions options);

/// One waiver of a text of policy files, with the document's own text and place.
struct WaiverText {
  std::string name;
  std::string text;
  Position at;
};
/// The waivers in a file; a file that cannot be read has none.
std::vector<WaiverText> waivers_in(const std::string& file, const std::string& text);

}  // namespace portreeve::guard
