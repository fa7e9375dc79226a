#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/digest.h"
#include "core/file.h"
#include "core/pattern.h"
#include "core/result.h"
#include "core/time.h"
#include "core/value.h"
#include "policies/reader.h"

namespace portreeve::policies {

class BlueprintSet;

/// How far the shipped rules have been let in.
enum class Stage {
  observe,  ///< Allows, and records what would have been said.
  warn,     ///< A denial becomes a warning.
  enforce,
};

struct StageEntry {
  Glob rules;                    ///< Over rule ids; at least one of the set fits.
  std::vector<Glob> namespaces;  ///< Empty: everywhere.
  Stage stage = Stage::enforce;
  Value where = {};  ///< The glob in Config::document.
};

/// Entries that an operator adds to a Data document. Never removes.
struct DataAddition {
  std::string shape;  ///< What Config calls it: list, table, terms, hosts or dimension.
  std::string name;
  Value entries;  ///< A list, or a map. Borrowed from Config::document.
};

/// Kubernetes as charts are told of it when they are rendered, unless Config says otherwise: that
/// of Helm 3.18.4. Said explicitly, so that verdicts do not move with the helm that is installed.
inline constexpr std::string_view kRenderKubeVersion = "1.33.0";

/// `helm`: what charts are rendered with, in `guard` and `audit`. `serve` runs no program.
struct HelmConfig {
  std::string program;           ///< Path; empty: `helm` in PATH, which `audit` does not take.
  std::optional<Digest> sha256;  ///< It must be this program; REQUIRES `program`.
  std::string kube_version{kRenderKubeVersion};
};

/// The one configuration file (kind Config). Every field may be left out.
struct Config {
  std::string profile = "identity";   ///< Which policies are active: identity, openova.
  bool profile_chosen = false;        ///< Somebody asked for it; else every report says it was not.
  std::uint32_t catalog = 0;          ///< Level; newer shipped rules warn. 0: this binary's own.
  std::vector<std::string> policies;  ///< Folders of policy files.
  std::vector<DataAddition> data;
  std::vector<StageEntry> stages;   ///< The first entry that fits decides.
  std::vector<Glob> exclude_paths;  ///< Repository paths that are counted and named, not judged.
  std::string trust_root;          ///< Empty or "embedded", or a trusted_root.json beside the file.
  std::string evidence_directory;  ///< Where fetched bytes are kept. Empty: nowhere.
  std::uint64_t evidence_size = 0;   ///< Bytes; REQUIRES more than 0 with a directory.
  std::string blueprints = "files";  ///< files | unsafe-none (cluster: not in this version).
  /// From when on the rules that wait for publishers (`before-cutover`) do what they say. Nothing: they
  /// wait on.
  std::optional<TimePoint> cutover;
  HelmConfig helm;
  std::vector<std::string> blueprint_folders;  ///< With "files": where they are. May be empty.
  /// What the folders hold, put here by read_sources(). Null: nothing.
  std::shared_ptr<const BlueprintSet> blueprint_set;
  std::optional<Source> source;
  DocumentPtr document;  ///< Keeps the borrowed values alive.

  /// Makes relative folders (`policies`, `blueprint_folders`, `evidence`) those beside `file`, so that
  /// they mean the same wherever the program was started. An empty name stays empty.
  void name_paths_beside(const std::string& file);
  Stage stage_of(std::string_view rule, std::string_view name_space) const;
  bool cut_over(TimePoint now) const noexcept { return cutover.has_value() && now >= *cutover; }
  /// What examples are judged under, whatever an operator holds back.
  static Config for_examples();
};

/// The level of the shipped catalog: the greatest `since` of its rules.
inline constexpr std::uint32_t kCatalogLevel = 1;
/// Reads a Config. Errors: misconfigured, "file:line:column: …".
Result<Config> read_config(const SourceFile& file);

}  // namespace portreeve::policies
