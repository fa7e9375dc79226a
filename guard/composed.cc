// What Crossplane Compositions and Kustomize bases name.

#include <algorithm>

#include "guard/maker.h"

namespace portreeve::guard {
namespace {

// https://docs.crossplane.io: spec.resources[].base; spec.pipeline[].input.resources[].base.
class Bases {
 public:
  explicit Bases(const ObjectEntry& composition) : composition_(composition) {}

  std::vector<MadeObject> run() {
    const Value spec = composition_.subject.object["spec"];
    add_resources(spec["resources"], "/spec/resources");
    std::size_t step = 0;
    for (const Value one : spec["pipeline"]) {
      add_resources(one["input"]["resources"],
                    "/spec/pipeline/" + std::to_string(step++) + "/input/resources");
    }
    return std::move(out_);
  }

 private:
  void add_resources(const Value& resources, const std::string& pointer) {
    if (!resources.is_array()) return;
    std::size_t index = 0;
    for (const Value resource : resources) {
      const std::string at = pointer + "/" + std::to_string(index++) + "/base";
      const Value base = resource["base"];
      add(base, at);
      add(base["spec"]["forProvider"]["manifest"], at + "/spec/forProvider/manifest");
    }
  }

  void add(const Value& object, const std::string& pointer) {
    if (!object.is_object() || !object["kind"].is_string()) return;
    Maker maker("Manifest");
    maker.copy("manifest", object);
    Origin origin{composition_.file, composition_.subject.object};
    origin.pointer = pointer;
    maker.origin("/manifest", std::move(origin));
    out_.push_back(maker.finish(composition_.subject.id()));
  }

  const ObjectEntry& composition_;
  std::vector<MadeObject> out_;
};

// What kustomize fetches: URLs, git remotes, and hosts that it knows by name.
bool is_remote(std::string_view name) noexcept {
  if (name.find("://") != std::string_view::npos || name.find("?ref=") != std::string_view::npos ||
      name.find("git@") == 0 || name.find("git::") == 0) {
    return true;
  }
  return name.find("github.com/") == 0 || name.find("gitlab.com/") == 0;
}

using IsThere = std::function<bool(const std::string&)>;

std::string state_of(std::string_view folder, std::string_view name, const IsThere& is_there) {
  if (is_remote(name)) return "remote";
  const std::optional<std::string> path = joined_path(folder, name);
  if (!path.has_value()) return "outside of the repository";
  const std::string below = path->empty() ? "" : *path + "/";
  const bool there = (!path->empty() && is_there(*path)) ||
                     is_there(below + "kustomization.yaml") ||
                     is_there(below + "kustomization.yml") || is_there(below + "Kustomization");
  return there ? "there" : "not in the repository";
}

class Named {
 public:
  Named(const TreeFile& file, const IsThere& is_there)
      : file_(file), folder_(folder_of(file.path)), is_there_(is_there), maker_("Kustomization") {}

  MadeObject run() {
    maker_.name(file_.path);
    maker_.begin_list("resources");
    for (const DocumentPtr& document : file_.documents) {
      const Value root = document->root();
      if (is_kustomization(file_, root)) add_all(root);
    }
    maker_.end_list();
    return maker_.finish("repo:" + file_.path);
  }

 private:
  void add_all(const Value& root) {
    for (const std::string_view key : {"resources", "bases", "components", "crds", "configurations",
                                       "patchesStrategicMerge", "generators", "transformers"}) {
      std::size_t index = 0;
      for (const Value one : root[key]) {
        add(root, one, "/" + std::string(key) + "/" + std::to_string(index++));
      }
    }
    for (const std::string_view key : {"patches", "patchesJson6902", "replacements"}) {
      std::size_t index = 0;
      for (const Value one : root[key]) {
        add(root, one["path"], "/" + std::string(key) + "/" + std::to_string(index++) + "/path");
      }
    }
  }

  // A text of several lines is the patch itself.
  void add(const Value& root, const Value& name, std::string pointer) {
    if (!name.is_string() || name.text().empty() ||
        name.text().find('\n') != std::string_view::npos ||
        name.text().find(": ") != std::string_view::npos) {
      return;
    }
    maker_.begin();
    maker_.text("name", name.text());
    maker_.text("state", state_of(folder_, name.text(), is_there_));
    maker_.end();
    Origin origin{&file_, root};
    origin.pointer = std::move(pointer);
    maker_.origin("/resources/" + std::to_string(count_++) + "/state", std::move(origin));
  }

  const TreeFile& file_;
  const std::string_view folder_;
  const IsThere& is_there_;
  Maker maker_;
  std::size_t count_ = 0;
};

}  // namespace

std::vector<MadeObject> make_composed(const ObjectEntry& composition) {
  return Bases(composition).run();
}

MadeObject make_kustomization(const TreeFile& file, const IsThere& is_there) {
  return Named(file, is_there).run();
}

}  // namespace portreeve::guard
