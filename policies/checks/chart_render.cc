// Checks `chart-smoke-render` and `chart-payload-size`: what becomes of a default render.

#include <algorithm>

#include "core/pattern.h"
#include "core/utf8.h"
#include "policies/chart_check.h"

namespace portreeve::policies {
namespace {

std::string rendered_by(const RenderFacts& render) {
  std::string out =
      render.origin == RenderFacts::Origin::attestation ? "an attested render of helm " : "helm ";
  out += utf8::printable(render.helm, 64);
  if (render.origin == RenderFacts::Origin::child && !render.pinned) out += " (not pinned)";
  if (!render.kube_version.empty())
    out += ", Kubernetes " + utf8::printable(render.kube_version, 32);
  return out;
}

/// GUARD 2 of the first user, with documents counted instead of lines.
struct SmokeRenderCheck {
  std::string mode;
  Pattern overlay_reason;

  void judge(const ChartScope& scope, const RenderFound& found, Judgements& out) const {
    if (found.facts == nullptr) return found.say_missing(scope, out);
    const RenderFacts* const render = found.facts;
    const Value written = scope.chart().annotation(mode);
    const std::string_view said = written.is_string() ? written.text() : std::string_view();
    if (render->outcome == RenderFacts::Outcome::failed)
      return failed(scope, *render, written, said, out);
    const auto count = static_cast<std::size_t>(
        std::count_if(render->documents.begin(), render->documents.end(),
                      [](const RenderedDocument& one) { return !one.empty(); }));
    note(scope, *render, count, out);
    if (count == 0 && said != "default-off") nothing(scope, *render, written, out);
  }

 private:
  void failed(const ChartScope& scope, const RenderFacts& render, const Value& written,
              std::string_view said, Judgements& out) const {
    std::string reason = render.reason;
    std::replace(reason.begin(), reason.end(), '\n', ' ');
    const bool fits = overlay_reason.matches(reason);
    if (said == "requires-overlay" && fits) {
      Judgement judgement = scope.at_metadata(written);
      judgement.kind = Judgement::Kind::note;
      judgement.detail =
          "does not render without an overlay, as it says: " + utf8::printable(render.reason, 300);
      out.push_back(std::move(judgement));
      return;
    }
    Judgement judgement = written.present() ? scope.at_metadata(written)
                                            : scope.at_metadata(scope.chart().metadata->root());
    judgement.expected = said == "requires-overlay"
                             ? "a failure for a value that is required"
                             : "a chart that renders with its default values";
    judgement.found = "failed: " + utf8::printable(render.reason, 500);
    judgement.detail = rendered_by(render);
    if (said != "requires-overlay" && fits)
      judgement.fix = "give every required value a default, or write annotation " + mode +
                      ": \"requires-overlay\"";
    out.push_back(std::move(judgement));
  }

  void nothing(const ChartScope& scope, const RenderFacts& render, const Value& written,
               Judgements& out) const {
    Judgement judgement =
        scope.at_metadata(written.present() ? written : scope.chart().metadata->root());
    judgement.expected =
        "at least one document in the default render, or annotation " + mode + ": \"default-off\"";
    judgement.found = "no document in " + std::to_string(render.lines) + " lines";
    if (written.present()) judgement.found += ", and " + mode + " is " + show(written);
    judgement.detail = rendered_by(render);
    out.push_back(std::move(judgement));
  }

  static void note(const ChartScope& scope, const RenderFacts& render, std::size_t count,
                   Judgements& out) {
    Judgement judgement = scope.whole();
    judgement.kind = Judgement::Kind::note;
    judgement.detail = std::to_string(count) + " documents, " + std::to_string(render.lines) +
                       " lines, " + rendered_by(render);
    if (render.lines < 5 && count > 0)
      judgement.detail += "; fewer than 5 lines, by which upstream counts it as empty";
    if (render.lines >= 5 && count == 0)
      judgement.detail += "; 5 lines or more, by which upstream counts it as full";
    for (const std::string& one : render.notes)
      judgement.detail += "; " + utf8::printable(one, 200);
    out.push_back(std::move(judgement));
  }
};

std::string why_not(const RenderFound& render) {
  if (render.skipped) return "not rendered, on request";
  return render.absent ? utf8::printable(render.absent->message, 200) : "the render failed";
}

/// The release is JSON with base64 files and the manifest, compressed and encoded once more.
struct PayloadCheck {
  std::uint64_t limit = 0;
  std::uint64_t deny = 0;
  std::uint64_t notice = 0;

  void judge(const ChartScope& scope, const RenderFound& render, Judgements& out) const {
    const charts::Chart& chart = scope.chart();
    const bool rendered = render.rendered();
    const std::uint64_t packed = chart.packed_bytes + (rendered ? render.facts->packed_bytes : 0);
    const std::uint64_t bytes =
        (packed + 2) / 3 * 4 * 103 / 100;  // base64, and 3 % for what is around it
    Judgement judgement = scope.whole();
    judgement.expected =
        "at most " + std::to_string(deny) + " % of " + std::to_string(limit) + " bytes";
    judgement.found =
        "about " + std::to_string(bytes) + " bytes, " + std::to_string(bytes * 100 / limit) + " %";
    if (!rendered) judgement.found += ", without the rendered manifest";
    judgement.fix =
        "leave files that no template reads out of the package (.helmignore), or split the chart";
    if (bytes * 100 > limit * deny) {
      // Few files are counted as if they could not be compressed: that proves no excess.
      if (!chart.packed_exact && !rendered) return;
      out.push_back(std::move(judgement));
      return;
    }
    if (bytes * 100 > limit * notice) {
      judgement.kind = Judgement::Kind::advice;
      judgement.expected =
          "less than " + std::to_string(notice) + " % of " + std::to_string(limit) + " bytes";
      out.push_back(std::move(judgement));
      return;
    }
    if (rendered) return;
    judgement.kind = Judgement::Kind::note;
    judgement.detail = "the rendered manifest is not counted: " + why_not(render);
    out.push_back(std::move(judgement));
  }
};

Result<std::uint64_t> need_count(Fields& with, std::string_view key) {
  PORTREEVE_TRY(const std::uint64_t count, with.maybe_count(key, 0));
  if (count != 0) return count;
  return with.error(with.object(), std::string(key) + ": expected a number above 0");
}

template <class Check>
CompiledCheck wrap(const DataSet& data, Check check) {
  return render_check(
      data, [check = std::move(check)](const ChartScope& scope, const RenderFound& render,
                                       Judgements& out) { check.judge(scope, render, out); });
}

}  // namespace

Result<CompiledCheck> compile_chart_smoke_render(Fields& with, const DataSet& data) {
  PORTREEVE_TRY(const std::string mode, with.need_text("mode"));
  PORTREEVE_CHECK(with.finish());
  // As upstream greps for it: what Helm writes for `required` and `fail`.
  PORTREEVE_TRY(Pattern reason, Pattern::compile("(?is).*(execution error|required).*"));
  return wrap(data, SmokeRenderCheck{mode, std::move(reason)});
}

Result<CompiledCheck> compile_chart_payload_size(Fields& with, const DataSet& data) {
  PayloadCheck check;
  PORTREEVE_TRY(check.limit, need_count(with, "limit"));
  PORTREEVE_TRY(check.deny, need_count(with, "deny"));
  PORTREEVE_TRY(check.notice, need_count(with, "notice"));
  PORTREEVE_CHECK(with.finish());
  if (check.notice > check.deny) return with.error(with.object(), "expected notice <= deny");
  return wrap(data, check);
}

}  // namespace portreeve::policies
