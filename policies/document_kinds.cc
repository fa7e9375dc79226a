#include "policies/document_kinds.h"

#include <algorithm>
#include <utility>

#include "core/json.h"

namespace portreeve::policies {
namespace {

constexpr std::string_view kText = R"({"$ref": "#/$defs/text"})";
constexpr std::string_view kMaybeText = R"({"type": "string"})";
constexpr std::string_view kTexts = R"({"$ref": "#/$defs/texts"})";
constexpr std::string_view kSomeTexts = R"({"type": "array", "minItems": 1, "items": {"type": "string"}})";
constexpr std::string_view kFlag = R"({"type": "boolean"})";
constexpr std::string_view kDay = R"({"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"})";

constexpr DocumentField kArtifactRule[] = {
    {"match", "which objects, as in a Policy: {objects: [{group, kinds, versions}]}.",
     R"({"$ref": "#/$defs/match"})", true},
    {"rows",
     "the first that fits wins: {when: CONDITION, reference: VALUE}; or images: PATH, every text there; or "
     "blueprint: {name, version}, what that Blueprint names.",
     R"({"type": "array", "minItems": 1, "items": {"type": "object", "additionalProperties": false,
        "oneOf": [{"anyOf": [{"required": ["reference"]}, {"required": ["blueprint"]}]}, {"required": ["images"]}],
        "properties": {"when": {"$ref": "#/$defs/when"}, "reference": true, "images": {"type": "string"},
          "blueprint": {"type": "object", "required": ["name", "version"], "additionalProperties": false,
            "properties": {"name": true, "version": true}}}}})",
     true},
    {"charts", "a condition: where it holds, the artifact is a Helm chart and is judged as one. Default: always.",
     R"({"$ref": "#/$defs/when"})"},
};

constexpr DocumentField kAuthority[] = {
    {"repositories",
     "globs over logical names (mirrors do not change them); host and path are matched apart.", kSomeTexts, true},
    {"keyless",
     "{issuer, identity | identityPattern, claims: {NAME: TEXT}}: certificates of the trust root's authorities. "
     "Patterns are RE2 and match in full.",
     R"({"type": "object", "required": ["issuer"], "oneOf": [{"required": ["identity"]}, {"required": ["identityPattern"]}],
        "additionalProperties": false, "properties": {"issuer": {"$ref": "#/$defs/text"}, "identity": {"$ref": "#/$defs/text"},
          "identityPattern": {"$ref": "#/$defs/text"}, "claims": {"type": "object", "additionalProperties": {"type": "string"}}}})"},
    {"keys",
     "[{file, from, until, ed25519: pure|ph, rsa: pkcs1|pss, hash: sha256|sha384|sha512}]: public keys in PEM, "
     "beside the document.",
     R"({"type": "array", "minItems": 1, "items": {"type": "object", "required": ["file"]}})"},
    {"certificates", "{roots, intermediates, identity | identityPattern, issuer, claims}: an authority of one's own.",
     R"({"type": "object", "required": ["roots"]})"},
    {"trustRoot", "embedded, or a trusted_root.json beside the document. Default: the Config's.", kMaybeText},
    {"log",
     "required | proof | none | N distinct logs; proof: a promise (SET) alone is not enough; for keys also "
     "if-present: not needed, but one of a known log must hold. Default: required; for keys none, and an entry is "
     "then not consulted.",
     R"({"anyOf": [{"enum": ["required", "proof", "none", "if-present"]}, {"type": "integer", "minimum": 1}]})"},
    {"sct", "required | none | N distinct logs; keyless only. Default: required.",
     R"({"anyOf": [{"enum": ["required", "none"]}, {"type": "integer", "minimum": 1}]})"},
    {"timestamp",
     "required | optional | N distinct authorities; must be required for certificates with log: none. Default: "
     "optional.",
     R"({"anyOf": [{"enum": ["required", "optional"]}, {"type": "integer", "minimum": 1}]})"},
    {"attestationIsSignature", "true: any attestation by these signers counts as a signature. Default: false.", kFlag},
    {"dockerReference",
     "any | same: whether docker-reference of a legacy signature must name the artifact's repository. Default: any.",
     R"({"enum": ["any", "same"]})"},
};

constexpr DocumentField kRegistry[] = {
    {"host", "the host that is asked, with its port where that is not 443: registry.example:5000.", kText, true},
    {"serves",
     "globs over the logical names that it has, such as 'ghcr.io/team/**': the name that is checked is not the host "
     "that is asked. Wildcards only after the host. Default: what is below host itself.",
     kTexts},
    {"prefix",
     "put before the repository when asking: with prefix cache, ghcr.io/team/x is asked for as cache/team/x. "
     "Default: none.",
     kMaybeText},
    {"signatures", "[host/repository]: where signatures lie besides the artifact's own repository. Default: none.",
     kTexts},
    {"layouts", "folders on disk that hold OCI image layouts, read before the network. Default: none.", kTexts},
    {"ca", "a PEM file: the only authorities that its TLS certificate may come from. Default: the system's.", kMaybeText},
    {"credentials",
     "{dockerConfig: FILE, helpers: true|false}: a config.json, or a mounted Secret's .dockerconfigjson; helpers runs "
     "docker-credential programs (default false, never in serve). Default: anonymous.",
     R"({"type": "object", "required": ["dockerConfig"], "additionalProperties": false,
        "properties": {"dockerConfig": {"$ref": "#/$defs/text"}, "helpers": {"type": "boolean"}}})"},
    {"tokenServers", "hosts besides host that may be shown the credentials. Default: none.", kTexts},
    {"proxy", "http://host:port. Default: none; the environment's is not used.",
     R"({"type": "string", "pattern": "^(http://.*)?$"})"},
    {"owner", "whom to ask when it fails; findings name it. Default: nobody.", kMaybeText},
    {"limits",
     "{parallel: 8, requestsPerSecond: 20, deadline: 4s}: requests at once (1 to 64), sustained rate (1 to 10000), and "
     "the time of one request, retries and token included (100ms to 60s). Defaults as written.",
     R"({"type": "object", "additionalProperties": false, "properties": {
        "parallel": {"type": "integer", "minimum": 1, "maximum": 64},
        "requestsPerSecond": {"type": "integer", "minimum": 1, "maximum": 10000},
        "deadline": {"type": "string", "pattern": "^[0-9]+(s|ms)$"}}})"},
    {"unsafePlainHttp", "true: http instead of https. Default: false.", kFlag},
};

constexpr DocumentField kWaiver[] = {
    {"rules", "the exact ids of the rules that do not hold, policy/rule; no globs.", kSomeTexts, true},
    {"subjects",
     "for what: equal to a finding's subject (group/Kind/namespace/name, oci:host/repository@digest, chart:NAME@VERSION …); "
     "no globs.",
     kSomeTexts, true},
    {"owner", "who answers for it.", kText, true},
    {"reason", "why the rule cannot hold there yet.", kText, true},
    {"ticket", "where the work is tracked.", kText, true},
    {"expires", "YYYY-MM-DD: the last day on which it holds, UTC.", kDay, true},
};

constexpr DocumentField kConfig[] = {
    {"profile",
     "which policies are active, by the word that they name in `profiles`. Default: identity, and reports say so.",
     R"({"type": "string"})"},
    {"catalog",
     "level of the shipped rules; rules with a newer `since` act as warn. Default: the level of this program.",
     R"({"type": "integer", "minimum": 0})"},
    {"policies",
     "folders of policy files, beside the shipped catalog; relative to the folder of this file (in a repository: to "
     "its root). Default: none.",
     kTexts},
    {"data",
     "additions to Data: [{list: NAME, add: [...]}], likewise table (a map), terms, hosts and dimension. Nothing can "
     "be removed or replaced; a pass that rests on an addition names its file and line. Default: none.",
     R"({"type": "array", "items": {"type": "object", "required": ["add"], "additionalProperties": false, "properties": {
        "table": {"type": "string"}, "list": {"type": "string"}, "terms": {"type": "string"}, "hosts": {"type": "string"}, "dimension": {"type": "string"}, "add": {"type": ["array", "object"]}}}})"},
    {"stages",
     "[{rules: GLOB, namespaces: [GLOB], stage: observe|warn|enforce}]; the first entry that fits decides; one that "
     "fits no rule is an error. Default: enforce.",
     R"({"type": "array", "items": {"type": "object", "required": ["rules", "stage"], "additionalProperties": false, "properties": {
        "rules": {"$ref": "#/$defs/text"}, "namespaces": {"$ref": "#/$defs/texts"}, "stage": {"enum": ["observe", "warn", "enforce"]}}}})"},
    {"cutover",
     "YYYY-MM-DD, UTC: from this day on the rules that wait for publishers (their `before-cutover`) deny as they say. "
     "Default: they wait.",
     kDay},
    {"paths",
     "{exclude: [GLOB]}: repository paths that are not judged; counted and named in the report. Default: none.",
     R"({"type": "object", "additionalProperties": false, "properties": {"exclude": {"$ref": "#/$defs/texts"}}})"},
    {"trustRoot", "embedded, or a trusted_root.json beside the Config. Default: embedded.", R"({"type": "string"})"},
    {"evidence",
     "{directory: DIR, size: 2GiB}: where fetched bytes are kept, so that they are judged again without a network; "
     "relative to the folder of this file; size 1GiB unless said. Default: they are not kept.",
     R"({"type": "object", "required": ["directory"], "additionalProperties": false, "properties": {
        "directory": {"$ref": "#/$defs/text"}, "size": {"type": "string", "pattern": "^[0-9]+(MiB|GiB)$"}}})"},
    {"helm",
     "{program: /usr/bin/helm, sha256: HEX, kubeVersion: 1.33.0}: what charts are rendered with in guard and audit. "
     "Default: the helm in PATH, reported as not pinned, and not taken by audit.",
     R"({"type": "object", "additionalProperties": false, "properties": {
        "program": {"type": "string", "pattern": "^/"}, "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
        "kubeVersion": {"type": "string", "pattern": "^1\\.[0-9]{1,3}\\.[0-9]{1,3}$"}}})"},
    {"blueprints", "files | unsafe-none: where Blueprints of Applications come from. Default: files.",
     R"({"enum": ["files", "unsafe-none"]})"},
    {"blueprintFolders",
     "with files: folders of Blueprints (YAML or JSON, lists too; one document for each version in use); relative to "
     "the folder of this file. An Application is judged by the artifact of the Blueprint that it names; one that is "
     "in no file by the fallback of the ArtifactRule. Default: none.",
     kTexts},
};

constexpr DocumentKind kKinds[] = {
    {"Policy", "rules, what they are about, and the examples that hold them.", {}, "",
     "docs/policy-language.md; 'portreeve policy schema' lists checks, conditions and values"},
    {"Data", "a table, list, terms, hosts, dimension, schema or feed that policies share.", {}, "",
     "docs/policy-language.md"},
    {"ArtifactRule", "which field of an object names its OCI artifact.", kArtifactRule, "", "docs/policy-language.md"},
    {"Authority", "whom we trust to sign what; exactly one of keyless, keys, certificates.", kAuthority,
     R"("oneOf": [{"required": ["keyless"]}, {"required": ["keys"]}, {"required": ["certificates"]}])",
     "docs/signatures.md"},
    {"Registry",
     "where artifacts are fetched from. Only registries that such a document names are contacted. Paths are relative "
     "to the folder of its file.",
     kRegistry, "", ""},
    {"Waiver", "a dated, owned exception: these rules do not hold for these subjects.", kWaiver, "",
     "'portreeve waive RULE SUBJECT' prints one"},
    {"Config", "the one configuration file; every field may be left out.", kConfig, "", ""},
};

constexpr std::size_t kColumn = 15;
constexpr std::size_t kWidth = 100;

// Words in lines of at most kWidth, the ones after the first indented.
void append_wrapped(std::string& out, std::string line, std::string_view text, std::size_t indent) {
  bool fresh = true;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    const std::string_view word = text.substr(at, end - at);
    if (!fresh && line.size() + 1 + word.size() > kWidth) {
      out += line + "\n";
      line.assign(indent, ' ');
      fresh = true;
    }
    if (!fresh) line += ' ';
    line += word;
    fresh = false;
    at = end + 1;
  }
  out += line + "\n";
}

// A '|' would end the cell.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '|' ? "\\|" : std::string(1, c);
  return out;
}

std::string quoted(std::string_view text) {
  std::string out;
  json::append_string(out, text);
  return out;
}

}  // namespace

std::span<const DocumentKind> document_kinds() { return kKinds; }

std::string document_text(const DocumentKind& kind) {
  std::string out;
  append_wrapped(out, "", std::string(kind.name) + ": " + std::string(kind.meaning), 0);
  if (!kind.fields.empty()) {
    out += "\nIts `spec` holds:\n\n";
    for (const DocumentField& field : kind.fields) {
      std::string begin(field.name);
      begin.resize(std::max(kColumn, begin.size() + 2), ' ');
      append_wrapped(out, std::move(begin),
                     (field.required ? "required: " : "") + std::string(field.meaning), kColumn);
    }
  }
  if (!kind.more.empty()) out += "\nmore: " + std::string(kind.more) + "\n";
  return out;
}

std::string document_markdown() {
  std::string out;
  for (const DocumentKind& kind : document_kinds()) {
    if (kind.fields.empty()) continue;
    out += (out.empty() ? "| field of `" : "\n| field of `") + std::string(kind.name) +
           "` | meaning |\n|---|---|\n";
    for (const DocumentField& field : kind.fields) {
      out += "| `" + std::string(field.name) + "`" + (field.required ? " (required)" : "") + " | " +
             cell(field.meaning) + " |\n";
    }
  }
  return out;
}

std::string document_json_schema() {
  std::string out;
  for (const DocumentKind& kind : document_kinds()) {
    if (kind.fields.empty()) continue;
    std::string required;
    std::string properties;
    for (const DocumentField& field : kind.fields) {
      if (field.required) required += (required.empty() ? "" : ", ") + quoted(field.name);
      properties += (properties.empty() ? "\n      " : ",\n      ") + quoted(field.name) +
                    ": {\"description\": " + quoted(field.meaning) + ", " +
                    std::string(field.shape.substr(1));
    }
    out += (out.empty() ? "    " : ",\n    ") + quoted(kind.name) + ": {\"description\": " +
           quoted(kind.meaning) + ", \"type\": \"object\", \"required\": [" + required +
           "], \"additionalProperties\": false, " +
           (kind.constraint.empty() ? "" : std::string(kind.constraint) + ", ") +
           "\"properties\": {" + properties + "}}";
  }
  return out;
}

}  // namespace portreeve::policies
