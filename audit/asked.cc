#include "audit/asked.h"

#include "core/json.h"
#include "core/limits.h"
#include "core/utf8.h"
#include "core/yaml.h"

namespace portreeve::audit {
namespace {

constexpr std::string_view kHead = "apiVersion: portreeve.openova.io/v1alpha1\n";

std::string quoted(std::string_view text) {
  std::string out;
  json::append_string(out, text);
  return out;
}

Result<std::string> read(const std::string& file) {
  Result<std::string> text = read_file(file, limits::kPolicyFileBytes);
  if (text.ok()) return text;
  return Error{Errc::misconfigured, utf8::printable(file, 256) + ": " + text.error().message};
}

// The names of the authorities in a file. Everything else about it is checked where it is loaded.
Outcome add_names(const SourceFile& file, std::vector<std::string>& names) {
  const Result<yaml::Stream> stream =
      yaml::parse_file_text(file.name, file.text, json::review_limits(), nullptr);
  if (!stream.ok()) return Error{Errc::misconfigured, file.name + ": " + stream.error().message};
  const std::size_t before = names.size();
  for (const DocumentPtr& document : stream.value().documents) {
    const Value root = document->root();
    if (root["kind"].text() == "Authority") names.emplace_back(root["metadata"]["name"].text());
  }
  if (names.size() > before) return Done{};
  return Error{Errc::misconfigured, file.name + ": expected a document of kind Authority"};
}

// A key that somebody named by hand is trusted for whatever is audited with it.
std::string key_document(const std::string& name, const std::string& file) {
  const std::string base = file.substr(file.rfind('/') + 1);
  return std::string(kHead) + "kind: Authority\nmetadata: {name: " + quoted(name) +
         "}\nspec:\n  repositories: ['*/**']\n  log: if-present\n  keys: [{file: " + quoted(base) +
         "}]\n";
}

std::string policy_document(const std::vector<std::string>& names,
                            const std::string& predicate_type) {
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + quoted(name);
  const bool attestation = !predicate_type.empty();
  std::string out = std::string(kHead) + "kind: Policy\nmetadata: {name: audit}\nspec:\n";
  out +=
      "  description: What the command line asks of every artifact.\n  match: {artifacts: ['**']}\n"
      "  rules:\n    - name: " +
      std::string(attestation ? "attestation" : "signature") +
      "\n      severity: critical\n      check: " + (attestation ? "attestation" : "signature") +
      "\n      with: {authorities: {any: [" + list + "]}" +
      (attestation ? ", predicateType: " + quoted(predicate_type) : "") + "}\n";
  return out + "      message: " +
         (attestation ? "Nobody who was asked for has attested this artifact."
                      : "Nobody who was asked for has signed this artifact.") +
         "\n      fix: have it signed by whom you trust, or say where its signatures are\n"
         "  examples:\n    - name: nobody signed it\n      expect: deny\n      evidence: "
         "not-found\n"
         "      object: {apiVersion: v1, kind: Pod, metadata: {name: a, namespace: b}, spec: "
         "{containers: [{name: c, image: 'registry.invalid/a:1'}]}}\n";
}

}  // namespace

Result<std::vector<SourceFile>> asked_by_hand(const std::vector<std::string>& authority_files,
                                              const std::vector<std::string>& key_files,
                                              const std::string& predicate_type) {
  std::vector<SourceFile> out;
  std::vector<std::string> names;
  for (const std::string& file : authority_files) {
    PORTREEVE_TRY(std::string text, read(file));
    out.push_back({file, std::move(text)});
    PORTREEVE_CHECK(add_names(out.back(), names));
  }
  for (const std::string& file : key_files) {
    PORTREEVE_CHECK(read(file));
    const std::string name =
        key_files.size() == 1 ? "key" : "key-" + std::to_string(names.size() + 1);
    const std::size_t slash = file.rfind('/');
    const std::string folder = slash == std::string::npos ? "" : file.substr(0, slash + 1);
    // A name beside the key: what the document names is read from there.
    out.push_back({folder + "--key " + name, key_document(name, file)});
    names.push_back(name);
  }
  if (names.empty()) return out;
  out.push_back({"the command line", policy_document(names, predicate_type)});
  return out;
}

}  // namespace portreeve::audit
