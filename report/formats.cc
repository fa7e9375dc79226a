#include "report/formats.h"

#include <array>
#include <utility>

#include "report/json.h"
#include "report/listing.h"
#include "report/text.h"

namespace portreeve::report {
namespace {

constexpr std::array<std::pair<std::string_view, Format>, 7> kFormats = {{
    {"text", Format::text},
    {"json", Format::json},
    {"sarif", Format::sarif},
    {"junit", Format::junit},
    {"github", Format::github},
    {"markdown", Format::markdown},
    {"html", Format::html},
}};

}  // namespace

std::optional<Format> parse_format(std::string_view word) noexcept {
  for (const auto& [name, format] : kFormats) {
    if (name == word) return format;
  }
  return std::nullopt;
}

std::string format_words() {
  std::string out;
  for (const auto& [name, format] : kFormats) {
    out += (out.empty() ? "" : name == kFormats.back().first ? " or " : ", ") + std::string(name);
  }
  return out;
}

std::string render(const Report& report, Format format, const RenderOptions& options) {
  const TextOptions text{options.color, options.verbose};
  switch (format) {
    case Format::text:
      return report.examined ? to_listing(report, text) : to_text(report, text);
    case Format::json:
      return to_json(report);
    case Format::sarif:
      return to_sarif(report);
    case Format::junit:
      return to_junit(report, options);
    case Format::github:
      return to_github(report);
    case Format::markdown:
      return to_markdown(report, options);
    case Format::html:
      return to_html(report, options);
  }
  return {};
}

}  // namespace portreeve::report
