#include "policies/check.h"

#include "core/limits.h"
#include "policies/checks/repository.h"
#include "policies/condition.h"
#include "policies/sbom_check.h"

namespace portreeve::policies {
namespace {

constexpr std::string_view kPath = R"({"type": "string"})";
constexpr std::string_view kPaths = R"({"type": "array", "items": {"type": "string"}})";

constexpr std::string_view kFlag = R"({"type": "boolean"})";

std::vector<Parameter> signature_parameters(std::vector<Parameter> own) {
  std::vector<Parameter> out = {
      {"authorities", R"({"type": "object"})",
       "{any: [...]}, {all: [...]} or {atLeast: 2, of: [...]}: distinct signers", true},
      {"platforms", R"({"enum": ["index", "all-children", "any-child"]})",
       "whose signature counts; default index"},
      {"lastKnownGood", kPath, "how old a remembered tag may be: '72h'"}};
  out.insert(out.end(), own.begin(), own.end());
  return out;
}

std::vector<Parameter> attestation_parameters() {
  return signature_parameters(
      {{"predicateType", kPath, "exact type of the predicate", true},
       {"predicate", R"({"type": "array", "items": {"type": "object"}})",
        "conditions of check field; 'object' is the predicate"},
       {"charts", kFlag, "only of artifacts that are Helm charts"}});
}

std::vector<Parameter> field_parameters() {
  std::vector<Parameter> out = {{"path", kPath, "where the values stand"},
                                {"value", "{}", "a composed value, instead of path"},
                                {"exclude", kPaths, "subtrees that '..' does not enter"},
                                {"optional", R"({"type": "boolean"})", "what is absent passes"}};
  for (const PredicateType& type : kPredicateTypes) {
    out.push_back({type.name, type.shape, type.meaning});
  }
  return out;
}

std::vector<CheckType> object_checks() {
  return {
      {"field", "each value at a path meets every condition", field_parameters(), compile_field},
      {"name", "a name is composed of typed dimensions; the wrong part is named",
       {{"path", kPath, "the name"},
        {"value", "{}", "a composed name, instead of path"},
        {"pattern", kPath, "'{org}-{env-type}'"},
        {"patterns", kPaths, "any of these patterns, instead of pattern"},
        {"optional", R"({"type": "boolean"})", "an absent name passes"}},
       compile_name},
      {"terms", "banned terms and hosts, seen through look-alikes",
       {{"terms", kPath, "Data of terms"},
        {"hosts", kPath, "Data of hosts"},
        {"identity", kPaths, "fields in which a term is a violation"},
        {"host-fields", kPaths,
         "fields that name a host, or hold such below: a forbidden one is a violation"},
        {"prose-keys", kPaths, "keys below a host field whose text is prose, such as description"},
        {"prose", kPaths, "fields in which a term or host is advice"},
        {"exclude", kPaths, "subtrees that '..' does not enter"},
        {"allow", kPath, "Data list of phrases that may hold a term"}},
       compile_terms},
      {"transition", "what an update may not do",
       {{"immutable", kPath, "once set and not empty, it stays as it is"},
        {"forward", kPath, "a SemVer version that may not go back"},
        {"content", R"({"type": "object"})",
         "{of, except, version}: it may not change under an unchanged version"}},
       compile_transition},
      {"known-fields", "a field that the schema of the kind does not know",
       {{"schema", kPath, "Data schema", true}}, compile_known_fields},
      {"blueprint-graph", "dependencies of one Blueprint: on itself, repeated, with a bad range",
       {{"depends", kPath, "the list of dependencies", true},
        {"self", kPath, "the Blueprint's own name", true}},
       compile_blueprint_graph},
      {"schema",
       "values meet the JSON Schema that the named Blueprint brings",
       {{"path", kPath, "the values", true},
        {"blueprint", kPath, "the map {name, version} that names the Blueprint", true},
        {"schema", kPath, "where the schema stands in the Blueprint: 'object.spec.configSchema'", true}},
       compile_schema},
      {"images", "images of pods, and of paths: by digest, from known repositories",
       {{"paths", kPaths, "more fields that name images"},
        {"pods", kFlag, "whether the images of pods are judged; default true"},
        {"repositories", kPaths, "globs over 'host/repository'"},
        {"digest", kFlag, "whether a digest is required"}},
       compile_images},
      {"blueprint-reference", "the artifact that ArtifactRules derive from the object is there",
       {{"lastKnownGood", kPath, "how old a remembered tag may be: '72h'"}},
       compile_artifact_reference},
      {"signature", "the artifact is signed by those we trust; needs match.artifacts",
       signature_parameters(
           {{"annotations", R"({"type": "object", "additionalProperties": {"type": "string"}})",
             "signed annotations and their values"}}),
       compile_signature},
      {"attestation", "the artifact has an attestation by those we trust; needs match.artifacts",
       attestation_parameters(),
       compile_attestation},
  };
}

std::vector<CheckType> repository_checks() {
  constexpr std::string_view kName = "one entry's name: keys such as object.metadata.name";
  return {
      {"repository-words", "words that a text may not hold",
       {{"text", kPath, "the texts", true},
        {"patterns", kPath, "Data list of regular expressions; found anywhere, case ignored", true},
        {"reads", R"({"enum": ["text", "markdown"]})",
         "markdown: without markup, each reading of links and comments by itself"}},
       compile_repository_words},
      {"repository-names", "names that are, or end after a hyphen in, a banned word",
       {{"keys", kPaths, "members that name something: name, app", true},
        {"tokens", kPath, "Data list of words", true},
        {"lines", kPath, "a template, read with its actions left open, instead of the object's members"}},
       compile_repository_names},
      {"repository-entry", "a name finds its entry in a list of facts, and both agree",
       {{"in", kPath, "the list", true},
        {"name", kPath, kName, true},
        {"is", kPath, "the name that is looked for", true},
        {"prefix", kPath, "a prefix that names may leave out"},
        {"asks", R"({"enum": ["there", "once", "same", "range"]})",
         "whether it is there; no other has the name; value is the entry's member; value is a "
         "range that holds it", true},
        {"value", kPath, "what is compared"},
        {"opaque", kPath, "what stands there instead of a value, and says none: undecided"},
        {"member", kPath, "with what of the entry: keys"},
        {"elsewhere", kPath, "Data list of names that other repositories hold"},
        {"subject", kPath, "where the finding's subject stands"}},
       compile_repository_entry},
      {"repository-cycles", "chains of dependencies that come back to where they began",
       {{"in", kPath, "the list", true},
        {"name", kPath, kName, true},
        {"depends", kPath, "one entry's dependencies: keys", true},
        {"to", kPath, "one dependency's name: keys", true},
        {"prefix", kPath, "a prefix that names may leave out"}},
       compile_repository_cycles},
      {"repository-bump", "what a change touched under an unchanged version",
       {{"changed", kPath, "the files that changed", true},
        {"surface", kPaths, "globs of those that count", true},
        {"version", kPath, "the version", true},
        {"before", kPath, "the version before the change", true},
        {"content", kPath, "a value that counts too"},
        {"content-before", kPath, "that value before the change"}},
       compile_repository_bump},
      {"repository-replay", "one program, installed by a link and by a chart, in one version",
       {{"charts", kPath, "the list of charts", true},
        {"pins", kPath, "the list of what installs charts"},
        {"dependency", kPath, "the subchart that installs it", true},
        {"versions", kPath, "Data table: version of the subchart to version of the program", true},
        {"version", kPath, "the version in the link", true},
        {"subject", kPath, "where the finding's subject stands"}},
       compile_repository_replay},
  };
}

}  // namespace

const std::vector<CheckType>& check_types() {
  static const std::vector<CheckType> kTypes = [] {
    std::vector<CheckType> all;
    for (const auto& some :
         {object_checks(), repository_checks(), chart_check_types(), sbom_check_types()}) {
      all.insert(all.end(), some.begin(), some.end());
    }
    return all;
  }();
  return kTypes;
}

Result<Path> need_path(Fields& fields, std::string_view key) {
  PORTREEVE_TRY(const std::string text, fields.need_text(key));
  Result<Path> path = Path::compile(text, fields.source().paths.get());
  if (!path.ok()) return fields.error(fields.object()[key], path.error().message);
  return path;
}

Result<std::vector<Path>> maybe_paths(Fields& fields, std::string_view key) {
  PORTREEVE_TRY(const std::vector<std::string> texts, fields.maybe_texts(key));
  if (texts.size() > limits::kCheckPaths) {
    return fields.error(fields.object()[key], std::string(key) + ": more than " +
                                                  std::to_string(limits::kCheckPaths) + " paths");
  }
  std::vector<Path> out;
  for (const std::string& text : texts) {
    Result<Path> path = Path::compile(text, fields.source().paths.get());
    if (!path.ok()) return fields.error(fields.object()[key], path.error().message);
    out.push_back(std::move(path).value());
  }
  return out;
}

std::vector<Value> select_present(const std::vector<Path>& paths, const Scope& scope,
                                  const std::vector<Value>& excluded) {
  std::vector<Value> out;
  for (const Path& path : paths) path.select_present(scope, excluded, out);
  return out;
}

}  // namespace portreeve::policies
