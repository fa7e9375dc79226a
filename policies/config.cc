#include "policies/config.h"

#include <algorithm>
#include <charconv>

#include "core/json.h"
#include "core/limits.h"
#include "core/yaml.h"
#include "policies/authority.h"
#include "policies/policy.h"

namespace portreeve::policies {
namespace {

constexpr std::uint64_t kEvidenceSize = std::uint64_t{1} << 30;  ///< Default of evidence.size.

constexpr std::pair<std::string_view, Stage> kStages[] = {
    {"observe", Stage::observe}, {"warn", Stage::warn}, {"enforce", Stage::enforce}};

Result<std::vector<Glob>> read_globs(const Fields& fields, const Value& value,
                                     const std::vector<std::string>& texts) {
  std::vector<Glob> out;
  for (const std::string& text : texts) {
    Result<Glob> glob = Glob::compile(text);
    if (!glob.ok()) return fields.error(value, glob.error().message);
    out.push_back(std::move(glob).value());
  }
  return out;
}

Outcome read_stages(const Source& source, const Value& list, Config& config) {
  for (const Value entry : list) {
    PORTREEVE_TRY(Fields fields, Fields::open(source, entry, "stages"));
    PORTREEVE_TRY(const std::string rules, fields.need_text("rules"));
    PORTREEVE_TRY(const std::vector<std::string> spaces, fields.maybe_texts("namespaces"));
    PORTREEVE_TRY(const Value stage, fields.need("stage", ValueType::string));
    PORTREEVE_CHECK(fields.finish());
    if (entry["namespaces"].present() && spaces.empty()) {
      return fields.error(entry["namespaces"], "namespaces: names nothing; leave it out for all of them");
    }
    PORTREEVE_TRY(const Stage word, read_word(source, stage, kStages));
    PORTREEVE_TRY(std::vector<Glob> globs, read_globs(fields, entry["rules"], {rules}));
    PORTREEVE_TRY(std::vector<Glob> namespaces, read_globs(fields, entry["namespaces"], spaces));
    config.stages.push_back({std::move(globs[0]), std::move(namespaces), word, entry["rules"]});
  }
  return Done{};
}

Outcome read_additions(const Source& source, const Value& list, Config& config) {
  for (const Value entry : list) {
    PORTREEVE_TRY(Fields fields, Fields::open(source, entry, "data"));
    DataAddition addition;
    addition.shape = "list";
    for (const std::string_view shape : {"table", "terms", "hosts", "dimension"}) {
      if (entry[shape].present()) addition.shape = shape;
    }
    PORTREEVE_TRY(addition.name, fields.need_text(addition.shape));
    addition.entries = fields.take("add");
    PORTREEVE_CHECK(fields.finish());
    if (!addition.entries.is_array() && !addition.entries.is_object()) {
      return fields.error(entry, "add: expected a list, or a map for a table or a keyed dimension");
    }
    config.data.push_back(std::move(addition));
  }
  return Done{};
}

Outcome read_cutover(Fields& spec, Config& config) {
  PORTREEVE_TRY(const std::string text, spec.maybe_text("cutover"));
  const Value where = spec.object()["cutover"];
  if (!where.present()) return Done{};
  const Result<TimePoint> day = parse_date(text);
  if (!day.ok()) return spec.error(where, "cutover: " + day.error().message);
  config.cutover = day.value();
  return Done{};
}

Result<std::uint64_t> read_size(const Fields& fields, const Value& value) {
  const std::string_view text = value.text();
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
  constexpr std::uint64_t kMost = 1'000'000;
  if (value.is_string() && error == std::errc() && number > 0 && number <= kMost) {
    if (unit == "MiB") return number << 20;
    if (unit == "GiB") return number << 30;
  }
  return fields.error(value, "size: expected such as 512MiB or 2GiB");
}

Outcome read_evidence(Fields& spec, Config& config) {
  const Value evidence = spec.take("evidence");
  if (!evidence.present()) return Done{};
  PORTREEVE_TRY(Fields fields, Fields::open(spec.source(), evidence, "evidence"));
  PORTREEVE_TRY(config.evidence_directory, fields.need_text("directory"));
  const Value size = fields.take("size");
  PORTREEVE_CHECK(fields.finish());
  if (config.evidence_directory.empty()) {
    return spec.error(evidence["directory"], "evidence: directory: has no name");
  }
  config.evidence_size = kEvidenceSize;
  if (size.present()) {
    PORTREEVE_TRY(config.evidence_size, read_size(fields, size));
  }
  return Done{};
}

Outcome read_helm(Fields& spec, HelmConfig& config) {
  const Value helm = spec.take("helm");
  if (!helm.present()) return Done{};
  PORTREEVE_TRY(Fields fields, Fields::open(spec.source(), helm, "helm"));
  PORTREEVE_TRY(config.program, fields.maybe_text("program"));
  PORTREEVE_TRY(const std::string sha256, fields.maybe_text("sha256"));
  PORTREEVE_TRY(const std::string kube_version, fields.maybe_text("kubeVersion"));
  PORTREEVE_CHECK(fields.finish());
  if (helm["program"].present() && (config.program.empty() || config.program.front() != '/')) {
    return fields.error(helm["program"], "program: expected an absolute path");
  }
  if (helm["sha256"].present()) {
    const Result<Digest> digest = Digest::parse("sha256:" + sha256);
    if (!digest.ok()) return fields.error(helm["sha256"], "sha256: expected 64 hexadecimal digits");
    if (config.program.empty()) return fields.error(helm, "helm: sha256 pins a program: name it");
    config.sha256 = digest.value();
  }
  if (!helm["kubeVersion"].present()) return Done{};
  PORTREEVE_TRY(const Pattern pattern, Pattern::compile(R"(1\.[0-9]{1,3}\.[0-9]{1,3})"));
  if (!pattern.matches(kube_version)) {
    return fields.error(helm["kubeVersion"], "kubeVersion: expected such as " +
                                                 std::string(kRenderKubeVersion));
  }
  config.kube_version = kube_version;
  return Done{};
}

Outcome read_profile(Fields& spec, Config& config) {
  PORTREEVE_TRY(const std::string profile, spec.maybe_text("profile"));
  if (profile.empty()) return Done{};
  config.profile = profile;
  config.profile_chosen = true;
  return Done{};
}

Outcome read_blueprints(Fields& spec, Config& config) {
  PORTREEVE_TRY(const std::string source, spec.maybe_text("blueprints"));
  const Value& object = spec.object();
  if (source == "cluster") {
    return spec.error(object["blueprints"], "blueprints: cluster is not in this version");
  }
  if (!source.empty() && source != "files" && source != "unsafe-none") {
    return spec.error(object["blueprints"], "blueprints: expected files, cluster or unsafe-none");
  }
  if (!source.empty()) config.blueprints = source;
  PORTREEVE_TRY(config.blueprint_folders, spec.maybe_texts("blueprintFolders"));
  if (!config.blueprint_folders.empty() && config.blueprints != "files") {
    return spec.error(object["blueprintFolders"], "blueprintFolders: they need blueprints: files");
  }
  return Done{};
}

Outcome read_spec(Fields& spec, Config& config) {
  PORTREEVE_CHECK(read_profile(spec, config));
  PORTREEVE_CHECK(read_evidence(spec, config));
  PORTREEVE_CHECK(read_helm(spec, config.helm));
  PORTREEVE_TRY(config.trust_root, spec.maybe_text("trustRoot"));
  PORTREEVE_TRY(const std::uint64_t level, spec.maybe_count("catalog", 0));
  config.catalog = static_cast<std::uint32_t>(std::min<std::uint64_t>(level, 1'000'000));
  PORTREEVE_TRY(config.policies, spec.maybe_texts("policies"));
  PORTREEVE_TRY(const Value data, spec.maybe("data", ValueType::array));
  PORTREEVE_CHECK(read_additions(spec.source(), data, config));
  PORTREEVE_TRY(const Value stages, spec.maybe("stages", ValueType::array));
  PORTREEVE_CHECK(read_stages(spec.source(), stages, config));
  if (const Value paths = spec.take("paths"); paths.present()) {
    PORTREEVE_TRY(Fields fields, Fields::open(spec.source(), paths, "paths"));
    PORTREEVE_TRY(const std::vector<std::string> exclude, fields.maybe_texts("exclude"));
    PORTREEVE_CHECK(fields.finish());
    PORTREEVE_TRY(config.exclude_paths, read_globs(fields, paths["exclude"], exclude));
  }
  PORTREEVE_CHECK(read_blueprints(spec, config));
  PORTREEVE_CHECK(read_cutover(spec, config));
  return spec.finish();
}

}  // namespace

Config Config::for_examples() {
  Config out;
  out.cutover = TimePoint::min();
  return out;
}

void Config::name_paths_beside(const std::string& file) {
  const auto beside = [&](std::string& folder) {
    if (!folder.empty()) folder = path_beside(file, folder);
  };
  for (std::string& folder : policies) beside(folder);
  for (std::string& folder : blueprint_folders) beside(folder);
  beside(evidence_directory);
}

Stage Config::stage_of(std::string_view rule, std::string_view name_space) const {
  for (const StageEntry& entry : stages) {
    if (!entry.rules.matches(rule)) continue;
    // A cluster-scoped object is in no namespace, whatever the pattern.
    const bool here = !name_space.empty() && std::any_of(entry.namespaces.begin(), entry.namespaces.end(),
                                  [&](const Glob& glob) { return glob.matches(name_space); });
    if (entry.namespaces.empty() || here) return entry.stage;
  }
  return Stage::enforce;
}

Result<Config> read_config(const SourceFile& file) {
  Result<DocumentPtr> document = yaml::parse(file.text, json::review_limits(), nullptr);
  if (!document.ok()) {
    return Error{Errc::misconfigured, file.name + ": " + document.error().message};
  }
  const Source source{file.name};
  PORTREEVE_TRY(Fields fields, Fields::open(source, document.value()->root(), "Config"));
  PORTREEVE_TRY(const std::string api, fields.need_text("apiVersion"));
  PORTREEVE_TRY(const std::string kind, fields.need_text("kind"));
  if (api != kApiVersion || kind != "Config") {
    return fields.error(fields.object(), "expected apiVersion " + std::string(kApiVersion) +
                                             " and kind Config");
  }
  fields.take("metadata");
  PORTREEVE_TRY(const Value spec_value, fields.need("spec", ValueType::object));
  PORTREEVE_CHECK(fields.finish());
  Config config;
  config.source = source;
  config.document = std::move(document).value();
  PORTREEVE_TRY(Fields spec, Fields::open(source, spec_value, "spec"));
  PORTREEVE_CHECK(read_spec(spec, config));
  return config;
}

}  // namespace portreeve::policies
