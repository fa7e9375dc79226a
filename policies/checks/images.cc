// Check `images`: what an object makes a node pull. Pure: no registry is asked.

#include <algorithm>

#include "core/limits.h"
#include "core/utf8.h"
#include "kube/images.h"
#include "policies/artifact_rule.h"
#include "policies/check.h"

namespace portreeve::policies {
namespace {

struct Images {
  std::vector<Path> paths;  ///< Besides those of pods.
  std::vector<Glob> repositories;
  bool digest = false;
  bool pods = true;

  void judge(const Scope& scope, Judgements& out) const {
    std::vector<Value> fields = select_present(paths, scope, {});
    if (pods) {
      const Subject& subject = *scope.subject;
      for (const Value& field :
           kube::images(subject.group, subject.kind, subject.object, subject.subresource)) {
        fields.push_back(field);
      }
    }
    for (const Value& field : fields) judge_one(field, out);
  }

  void judge_one(const Value& field, Judgements& out) const {
    Judgement judgement;
    judgement.anchor = field;
    judgement.found = show(field);
    if (!field.is_string()) {
      judgement.expected = "the text of an image reference";
      out.push_back(std::move(judgement));
      return;
    }
    const auto reference = artifact_reference(field.text(), ShortNames::docker);
    if (!reference.ok()) {
      judgement.expected = "registry/repository with a tag or a digest";
      judgement.detail = utf8::printable(reference.error().message, limits::kQuotedBytes);
      out.push_back(std::move(judgement));
      return;
    }
    if (digest && !reference.value().digest()) {
      judgement.expected = "a digest (registry/repository@sha256:...)";
      out.push_back(judgement);
    }
    const std::string name = reference.value().name();
    const bool known = std::any_of(repositories.begin(), repositories.end(),
                                   [&](const Glob& glob) { return glob.matches(name); });
    if (known || repositories.empty()) return;
    std::string list;
    for (const Glob& glob : repositories) list += (list.empty() ? "" : ", ") + glob.text();
    judgement.expected = "an image of " + list;
    judgement.found = name;
    out.push_back(std::move(judgement));
  }
};

}  // namespace

Result<CompiledCheck> compile_images(Fields& with, const DataSet&) {
  auto images = std::make_shared<Images>();
  PORTREEVE_TRY(images->paths, maybe_paths(with, "paths"));
  PORTREEVE_TRY(const std::vector<std::string> globs, with.maybe_texts("repositories"));
  for (const std::string& text : globs) {
    Result<Glob> glob = Glob::compile(text);
    if (!glob.ok()) return with.error(with.object()["repositories"], glob.error().message);
    images->repositories.push_back(std::move(glob).value());
  }
  PORTREEVE_TRY(images->digest, with.maybe_bool("digest", false));
  PORTREEVE_TRY(images->pods, with.maybe_bool("pods", true));
  PORTREEVE_CHECK(with.finish());
  CompiledCheck out;
  out.judge = [images](const Scope& scope, Judgements& said) { images->judge(scope, said); };
  return out;
}

}  // namespace portreeve::policies
