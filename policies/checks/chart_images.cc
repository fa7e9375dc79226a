// Check `chart-images`: images that default values, plain lines of templates, or a default render
// name.

#include <algorithm>

#include "core/limits.h"
#include "core/utf8.h"
#include "kube/images.h"
#include "policies/artifact_rule.h"
#include "policies/chart_check.h"

namespace portreeve::policies {
namespace {

using charts::Chart;

bool ends_with(std::string_view text, std::string_view end) noexcept {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

// In code points; a line that is no UTF-8 has bytes.
std::uint32_t column_of(std::string_view line, std::size_t at) {
  const std::string_view before = line.substr(0, at);
  const bool text = utf8::first_invalid(before) == utf8::kValid;
  return static_cast<std::uint32_t>((text ? utf8::length(before) : before.size()) + 1);
}

/// What is asked of one image, however it is written.
struct Demands {
  bool tag = false;
  bool digest = false;
  std::vector<Glob> repositories;

  /// What is wrong, as expected and found; nothing if all is well.
  std::optional<std::pair<std::string, std::string>> wrong(const Reference& reference,
                                                           bool tag_elsewhere) const {
    const std::string shown = utf8::printable(reference.text(), limits::kQuotedBytes);
    const bool pinned = reference.digest().has_value();
    if (digest && !pinned) return std::pair{std::string("an image by digest"), shown};
    if (tag && !pinned) {
      if (reference.tag().empty() && !tag_elsewhere)
        return std::pair{std::string("an image with a tag or a digest"), shown};
      if (ends_with(reference.tag(), "latest"))
        return std::pair{std::string("a tag that stays what it is"), shown};
    }
    const std::string name = reference.name();
    if (repositories.empty() || std::any_of(repositories.begin(), repositories.end(),
                                            [&](const Glob& glob) { return glob.matches(name); })) {
      return std::nullopt;
    }
    std::string list;
    for (const Glob& glob : repositories) list += (list.empty() ? "" : ", ") + glob.text();
    return std::pair{"an image of " + list, name};
  }
};

/// Images as charts write them into values: {repository, tag, digest, registry}, `image: text`.
class ValueImages {
 public:
  ValueImages(const ChartScope& scope, const Demands& demands, Judgements& out)
      : scope_(scope), demands_(demands), out_(out) {}

  void run() {
    const Chart& chart = scope_.chart();
    if (chart.values_unread) {
      Judgement judgement = scope_.at(chart, "values.yaml", {});
      judgement.kind = Judgement::Kind::undecided;
      judgement.detail = "values.yaml could not be read";
      out_.push_back(std::move(judgement));
    } else if (chart.values != nullptr) {
      walk(chart.values->root(), false, 0);
    }
    for (const charts::Template& one : chart.templates) plain_lines(one);
  }

 private:
  static constexpr int kDeepest = 64;

  void walk(const Value& value, bool image, int depth) {
    if (depth > kDeepest) return;
    if (value.is_object() && !value["image"].is_string() &&
        ((image && value["tag"].present()) || value["repository"].is_string())) {
      judge_map(value, image);
    }
    for (const Value child : value) {
      const std::string_view key = value.is_object() ? child.key().text() : std::string_view();
      const bool named = key == "image" || ends_with(key, "Image");
      if (key == "image" && child.is_string()) judge_text(child, value);
      walk(child, named, depth + 1);
    }
  }

  void judge_map(const Value& map, bool image) {
    const Value tag = map["tag"];
    const Value digest = map["digest"];
    const std::string_view repository = map["repository"].text();
    // A repository of charts or of git is no image.
    if (!image && !tag.present() && !map["pullPolicy"].present()) return;
    if (repository.find("://") != std::string_view::npos) return;
    if (tag.is_number() && demands_.tag) rewritten(tag);
    if (demands_.tag && ends_with(tag.text(), "latest") && digest.text().empty()) {
      return say(tag, "a tag that stays what it is", show(tag));
    }
    if (repository.empty()) return;
    std::string text(repository);
    if (const std::string_view registry = map["registry"].text(); !registry.empty())
      text = std::string(registry) + "/" + text;
    if (!digest.text().empty()) text += "@" + std::string(digest.text());
    const auto reference = Reference::parse(text, ShortNames::docker);
    if (!reference.ok()) return;
    // Without a tag of its own the templates take appVersion.
    if (const auto wrong = demands_.wrong(reference.value(), true))
      say(map["repository"], wrong->first, wrong->second);
  }

  void judge_text(const Value& text, const Value& map) {
    const auto reference = Reference::parse(text.text(), ShortNames::docker);
    if (text.text().empty() || !reference.ok()) return;
    const Value tag = map["tag"].present() ? map["tag"] : map["imageTag"];
    if (demands_.tag && ends_with(tag.text(), "latest"))
      return say(tag, "a tag that stays what it is", show(tag));
    if (const auto wrong = demands_.wrong(reference.value(), !tag.text().empty()))
      say(text, wrong->first, wrong->second);
  }

  void rewritten(const Value& tag) {
    const std::string written(charts::source_of(scope_.chart().values->source(), tag));
    Judgement judgement = scope_.at(scope_.chart(), "values.yaml", tag);
    judgement.kind = Judgement::Kind::advice;
    judgement.expected = "a tag in quotes";
    judgement.found =
        "number " + utf8::printable(written, 64) + ", which templates read as " + show(tag);
    judgement.fix = "write it in quotes";
    judgement.edit = scope_.replacement(scope_.chart(), "values.yaml", tag, "\"" + written + "\"");
    out_.push_back(std::move(judgement));
  }

  void say(const Value& where, std::string expected, std::string found) {
    Judgement judgement = scope_.at(scope_.chart(), "values.yaml", where);
    judgement.expected = std::move(expected);
    judgement.found = std::move(found);
    out_.push_back(std::move(judgement));
  }

  // "image: registry/x:1" in a line without template actions.
  void plain_lines(const charts::Template& one) {
    std::uint32_t number = 0;
    std::string_view rest = one.text;
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find('\n'), rest.size());
      plain_line(one, rest.substr(0, end), ++number);
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }

  void plain_line(const charts::Template& one, std::string_view line, std::uint32_t number) {
    if (line.find("{{") != std::string_view::npos || line.find("}}") != std::string_view::npos)
      return;
    std::size_t at = line.find_first_not_of(" -");
    constexpr std::string_view kKey = "image:";
    if (at == std::string_view::npos || line.substr(at, kKey.size()) != kKey) return;
    at = line.find_first_not_of(" \"'", at + kKey.size());
    if (at == std::string_view::npos) return;
    const std::string_view text = line.substr(at, line.find_first_of(" \"'\r#", at) - at);
    const auto reference = Reference::parse(text, ShortNames::docker);
    if (!reference.ok()) return;
    const auto wrong = demands_.wrong(reference.value(), false);
    if (!wrong) return;
    Judgement judgement = scope_.at(scope_.chart(), one.path, {});
    judgement.location->line = number;
    judgement.location->column = column_of(line, at);
    judgement.expected = wrong->first;
    judgement.found = wrong->second;
    out_.push_back(std::move(judgement));
  }

  const ChartScope& scope_;
  const Demands& demands_;
  Judgements& out_;
};

void judge_rendered(const ChartScope& scope, const Demands& demands,
                    const RenderedDocument& document, Judgements& out) {
  if (document.document == nullptr) return;
  const Value root = document.document->root();
  const std::string_view api = root["apiVersion"].text();
  const std::string_view group =
      api.find('/') == std::string_view::npos ? std::string_view() : api.substr(0, api.find('/'));
  for (const Value& image : kube::images(group, root["kind"].text(), root)) {
    Judgement judgement = scope.whole();
    judgement.detail = utf8::printable(document.source, 200);
    const auto reference = Reference::parse(image.text(), ShortNames::docker);
    if (!image.is_string() || !reference.ok()) {
      judgement.expected = "the text of an image reference";
      judgement.found = show(image);
      out.push_back(std::move(judgement));
      continue;
    }
    const auto wrong = demands.wrong(reference.value(), false);
    if (!wrong) continue;
    judgement.expected = wrong->first;
    judgement.found = wrong->second;
    out.push_back(std::move(judgement));
  }
}

CompiledCheck rendered_images(const DataSet& data, Demands demands) {
  return render_check(
      data, [demands = std::move(demands)](const ChartScope& scope, const RenderFound& render,
                                           Judgements& out) {
        if (render.facts == nullptr) return render.say_missing(scope, out);
        for (const RenderedDocument& document : render.facts->documents) {
          judge_rendered(scope, demands, document, out);
        }
        render.say_unread(scope, out);
      });
}

}  // namespace

Result<CompiledCheck> compile_chart_images(Fields& with, const DataSet& data) {
  Demands demands;
  PORTREEVE_TRY(const std::string level, with.maybe_text("level"));
  PORTREEVE_TRY(demands.tag, with.maybe_bool("tag", false));
  PORTREEVE_TRY(demands.digest, with.maybe_bool("digest", false));
  PORTREEVE_TRY(const std::vector<std::string> globs, with.maybe_texts("repositories"));
  for (const std::string& text : globs) {
    Result<Glob> glob = Glob::compile(text);
    if (!glob.ok()) return with.error(with.object()["repositories"], glob.error().message);
    demands.repositories.push_back(std::move(glob).value());
  }
  PORTREEVE_CHECK(with.finish());
  if (!demands.tag && !demands.digest && demands.repositories.empty()) {
    return with.error(with.object(), "expected tag, digest or repositories");
  }
  if (level == "render") return rendered_images(data, std::move(demands));
  if (!level.empty() && level != "values")
    return with.error(with.object()["level"], "level: expected values or render");
  return chart_check(data,
                     [demands = std::move(demands)](const ChartScope& scope, Judgements& out) {
                       ValueImages(scope, demands, out).run();
                     });
}

}  // namespace portreeve::policies
