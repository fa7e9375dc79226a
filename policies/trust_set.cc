#include "policies/trust_set.h"

#include <sys/stat.h>

#include <algorithm>

#include "core/json.h"
#include "crypto/hash.h"
#include "kube/images.h"
#include "policies/artifact_subject.h"
#include "policies/authority.h"
#include "policies/blueprint_set.h"
#include "policies/policy_set.h"
#include "policies/registry.h"

namespace portreeve::policies {
namespace {

// For the age warning alone: what the file says decides without it.
std::optional<TimePoint> written_at(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return std::nullopt;
  return TimePoint(std::chrono::seconds(status.st_mtim.tv_sec));
}

}  // namespace

// Reads the documents and digests all that verification depends on: facts are kept under that name.
class TrustSet::Reader {
 public:
  Reader(const Config& config, const DataSet& data) : config_(config), data_(data) {
    out_->blueprints_ =
        config.blueprint_set != nullptr ? config.blueprint_set : BlueprintSet::read({});
  }

  Outcome read(const SetDocument& document) {
    const Value root = document.document->root();
    const std::string_view kind = document.kind();
    if (kind == "Authority") return read_one_authority(document, root);
    if (kind == "Registry") {
      PORTREEVE_TRY(RegistryConfig registry, read_registry(document.source, root));
      if (!registry.ca_file.empty()) out_->named_files_.push_back(registry.ca_file);
      out_->registries_.push_back(std::move(registry));
      digest(document, root);
    }
    if (kind == "ArtifactRule") return read_one_rule(document, root);
    return Done{};
  }

  Result<std::shared_ptr<const TrustSet>> finish() {
    PORTREEVE_CHECK(check_registries(out_->registries_));
    PORTREEVE_CHECK(read_root());
    out_->digest_ = Digest(hash_.finish());
    return std::shared_ptr<const TrustSet>(out_);
  }

 private:
  void digest(const SetDocument& document, const Value& root) {
    std::string text;
    json::append_canonical(text, root);
    add(document.source.file);
    add(text);
  }
  void add(std::string_view text) {
    hash_.update(std::to_string(text.size()) + ":");
    hash_.update(text);
  }

  Outcome read_one_authority(const SetDocument& document, const Value& root) {
    const ReadNamedFile files = files_beside(document.source.file);
    PORTREEVE_TRY(verifiers::Authority authority,
                  read_authority(document.source, root, [&](const std::string& name) {
                    Result<std::string> text = files(name);
                    if (text.ok()) add(text.value());
                    out_->named_files_.push_back(path_beside(document.source.file, name));
                    return text;
                  }));
    digest(document, root);
    if (document.by_hand) {
      PORTREEVE_TRY(verifiers::RepositoryGlob unnamed,
                    verifiers::RepositoryGlob::compile(std::string(kUnnamed) + "/**"));
      authority.repositories.push_back(std::move(unnamed));
    }
    const std::string name = authority.name;
    Entry entry{std::move(authority), document.shipped, document.source.at(root)};
    const auto known = out_->authorities_.find(name);
    if (known != out_->authorities_.end() && known->second.shipped == document.shipped) {
      return document.source.error(root["metadata"]["name"],
                                   "Authority \"" + name + "\" is defined twice");
    }
    out_->authorities_.insert_or_assign(name, std::move(entry));
    return Done{};
  }

  Outcome read_one_rule(const SetDocument& document, const Value& root) {
    PORTREEVE_TRY(ArtifactRule rule, read_artifact_rule(document.source, root, data_));
    rule.shipped = document.shipped;
    rule.blueprints = out_->blueprints_;
    auto& rules = out_->artifact_rules_;
    const auto known = std::find_if(rules.begin(), rules.end(), [&](const ArtifactRule& other) {
      return other.name == rule.name;
    });
    if (known == rules.end()) {
      rules.push_back(std::move(rule));
      return Done{};
    }
    if (known->shipped == document.shipped) {
      return document.source.error(root["metadata"]["name"],
                                   "ArtifactRule \"" + rule.name + "\" is defined twice");
    }
    *known = std::move(rule);
    return Done{};
  }

  Outcome read_root() {
    const std::string& name = config_.trust_root;
    if (name.empty() || name == "embedded") {
      add(verifiers::TrustRoot::embedded_json());
      out_->root_digest_ = Digest(crypto::sha256(verifiers::TrustRoot::embedded_json()));
      return Done{};
    }
    const std::string file = config_.source ? config_.source->file : "";
    Result<std::string> json = files_beside(file)(name);
    if (!json.ok()) {
      return Error{Errc::misconfigured, file + ": trustRoot " + name + ": " + json.error().message};
    }
    add(json.value());
    out_->root_digest_ = Digest(crypto::sha256(json.value()));
    out_->named_files_.push_back(path_beside(file, name));
    Result<verifiers::TrustRootPtr> root = verifiers::TrustRoot::parse(
        std::move(json).value(), {name, written_at(path_beside(file, name))});
    if (!root.ok()) {
      return Error{Errc::misconfigured, file + ": trustRoot " + name + ": " + root.error().message};
    }
    out_->root_ = std::move(root).value();
    return Done{};
  }

  const Config& config_;
  const DataSet& data_;
  const std::shared_ptr<TrustSet> out_{new TrustSet};
  crypto::Sha256Stream hash_;
};

Result<std::shared_ptr<const TrustSet>> TrustSet::read(const std::vector<SetDocument>& documents,
                                                       const Config& config, const DataSet& data) {
  Reader reader(config, data);
  for (const SetDocument& document : documents) PORTREEVE_CHECK(reader.read(document));
  return reader.finish();
}

const verifiers::Authority* TrustSet::authority(std::string_view name) const noexcept {
  const auto at = authorities_.find(name);
  return at == authorities_.end() ? nullptr : &at->second.authority;
}

const verifiers::TrustRoot& TrustSet::trust_root() const {
  return root_ == nullptr ? *verifiers::TrustRoot::embedded() : *root_;
}

std::string TrustSet::age_warning(TimePoint now) const {
  std::string warning = trust_root().age_warning(now);
  for (const auto& [name, entry] : authorities_) {
    const verifiers::TrustRootPtr& own = entry.authority.trust_root;
    if (warning.empty() && own != nullptr) warning = own->age_warning(now);
  }
  return warning;
}

std::vector<ObjectMatch> TrustSet::naming_kinds() const {
  std::vector<ObjectMatch> out;
  for (const ArtifactRule& rule : artifact_rules_) {
    out.insert(out.end(), rule.match.objects.begin(), rule.match.objects.end());
  }
  for (const kube::PodKind& kind : kube::pod_kinds()) {
    out.push_back({std::string(kind.group), {std::string(kind.kind)}, {}});
  }
  return out;
}

}  // namespace portreeve::policies
