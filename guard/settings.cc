#include "guard/settings.h"

#include <algorithm>
#include <utility>

#include "core/json.h"
#include "core/limits.h"
#include "core/yaml.h"
#include "policies/examples.h"

namespace portreeve::guard {
namespace {

using policies::Config;
using policies::PolicySources;
using policies::Waiver;

std::string kind_of(const DocumentPtr& document) {
  return std::string(document->root()["kind"].text());
}

Result<yaml::Stream> parse(const std::string& file, const std::string& text) {
  Result<yaml::Stream> stream = yaml::parse_file_text(file, text, json::review_limits(), nullptr);
  if (stream.ok()) return stream;
  return Error{Errc::misconfigured, file + ": " + stream.error().message};
}

// From where a document begins to where the next one's separator stands.
std::pair<std::size_t, std::size_t> extent_of(const std::string& text,
                                              const std::vector<DocumentPtr>& documents,
                                              std::size_t index) {
  const auto separator = [&](std::size_t from) {
    const std::size_t line = text.rfind("\n---", from);
    return line == std::string::npos ? from : line + 1;
  };
  const std::size_t begin = documents[index]->root().offset();
  if (index + 1 == documents.size()) return {begin, text.size()};
  return {begin, std::max(begin, separator(documents[index + 1]->root().offset()))};
}

class Loader {
 public:
  explicit Loader(SettingsOptions options) : options_(std::move(options)) {}

  Result<Settings> load() {
    PolicySources sources;
    sources.catalog = std::move(options_.catalog);
    PORTREEVE_CHECK(read_config(sources.config));
    for (const std::string& folder : options_.given.folders) {
      Result<std::vector<SourceFile>> files = read_folder(folder);
      if (!files.ok()) return Error{Errc::misconfigured, files.error().message};
      for (SourceFile& file : files.value()) PORTREEVE_CHECK(take(std::move(file), sources));
    }
    PORTREEVE_CHECK(read_named_folders(sources));
    for (auto& [path, text] : options_.own) {
      if (path == out_.config_file && options_.given.config.empty()) continue;
      PORTREEVE_CHECK(take({path, text}, sources));
    }
    sources.catalog_examples = false;
    PORTREEVE_TRY(out_.policies, policies::load_checked(std::move(sources)));
    PORTREEVE_CHECK(out_.policies->check_waivers(out_.waivers));
    return std::move(out_);
  }

 private:
  // --config, else the one Config in .portreeve/.
  Outcome read_config(Config& config) {
    if (!options_.given.config.empty()) {
      Result<std::string> text = read_file(options_.given.config, limits::kPolicyFileBytes);
      if (!text.ok()) return Error{Errc::misconfigured, text.error().message};
      PORTREEVE_TRY(config,
                    policies::read_config({options_.given.config, std::move(text).value()}));
      config.name_paths_beside(options_.given.config);
      out_.config_file = options_.given.config;
    } else {
      for (const auto& [path, text] : options_.own) {
        PORTREEVE_TRY(const yaml::Stream stream, parse(path, text));
        for (const DocumentPtr& document : stream.documents) {
          if (kind_of(document) != "Config") continue;
          if (!out_.config_file.empty() || stream.documents.size() != 1) {
            return Error{Errc::misconfigured,
                         path + ": a Config stands alone in its file, and once"};
          }
          PORTREEVE_TRY(config, policies::read_config({path, text}));
          out_.config_file = path;
        }
      }
    }
    if (options_.given.profile.empty()) return Done{};
    config.profile = options_.given.profile;
    config.profile_chosen = true;
    return Done{};
  }

  Outcome read_named_folders(PolicySources& sources) {
    for (const std::string& folder : sources.config.policies) {
      if (!options_.given.config.empty()) {
        Result<std::vector<SourceFile>> files = read_folder(folder);
        if (!files.ok()) return Error{Errc::misconfigured, files.error().message};
        for (SourceFile& file : files.value()) PORTREEVE_CHECK(take(std::move(file), sources));
        continue;
      }
      if (folder == ".portreeve") continue;  // Read anyway.
      PORTREEVE_TRY(const FileTexts files, options_.read_folder(folder));
      if (files.empty()) {
        return Error{Errc::misconfigured, out_.config_file + ": policies: " + folder +
                                              ": no such folder, or nothing in it"};
      }
      for (const auto& [path, text] : files) PORTREEVE_CHECK(take({path, text}, sources));
    }
    return Done{};
  }

  bool own_file(const std::string& name) const {
    return std::any_of(options_.own.begin(), options_.own.end(),
                       [&](const auto& own) { return own.first == name; });
  }

  // Waivers are blanked: here they hold for findings of all subjects together, not for each alone.
  Outcome take(SourceFile file, PolicySources& sources) {
    PORTREEVE_TRY(const yaml::Stream stream, parse(file.name, file.text));
    std::string text = file.text;
    std::size_t waivers = 0;
    for (std::size_t i = 0; i < stream.documents.size(); ++i) {
      if (kind_of(stream.documents[i]) == "Config" && own_file(file.name)) {
        return Error{Errc::misconfigured,
                     file.name + ": a repository's own Config is read without --config; leave the option out, or the "
                                 "Config out of the repository"};
      }
      if (kind_of(stream.documents[i]) != "Waiver") continue;
      ++waivers;
      const policies::Source source{file.name};
      const Value root = stream.documents[i]->root();
      if (root["apiVersion"].text() != policies::kApiVersion) {
        return source.error(root, "apiVersion: expected " + std::string(policies::kApiVersion));
      }
      PORTREEVE_TRY(Waiver waiver, policies::read_waiver(source, root));
      out_.waivers.push_back(std::move(waiver));
      const auto [begin, end] = extent_of(file.text, stream.documents, i);
      for (std::size_t at = begin; at < end; ++at) {
        if (text[at] != '\n') text[at] = ' ';
      }
    }
    if (waivers == stream.documents.size()) return Done{};
    file.text = std::move(text);
    sources.files.push_back(std::move(file));
    return Done{};
  }

  SettingsOptions options_;
  Settings out_;
};

}  // namespace

Result<Settings> load_settings(SettingsOptions options) {
  return Loader(std::move(options)).load();
}

std::vector<WaiverText> waivers_in(const std::string& file, const std::string& text) {
  std::vector<WaiverText> out;
  const Result<yaml::Stream> stream = parse(file, text);
  if (!stream.ok()) return out;
  const std::vector<DocumentPtr>& documents = stream.value().documents;
  for (std::size_t i = 0; i < documents.size(); ++i) {
    if (kind_of(documents[i]) != "Waiver") continue;
    const auto [begin, end] = extent_of(text, documents, i);
    const Value root = documents[i]->root();
    out.push_back({std::string(root["metadata"]["name"].text()), text.substr(begin, end - begin),
                   root.position()});
  }
  return out;
}

}  // namespace portreeve::guard
