#include "guard/templated.h"

#include <algorithm>
#include <string>
#include <utility>

#include "charts/template_holes.h"
#include "charts/template_text.h"
#include "core/json.h"
#include "core/yaml.h"

namespace portreeve::guard {
namespace {

constexpr std::string_view kKind = "Blueprint";
constexpr std::string_view kWritten = "\xEE\x80\x80";  // U+E000: no name and no version holds it.
constexpr std::size_t kMostParts = 256;

// The text with as many bytes, so that a place in it is one in the file.
std::optional<std::string> without_actions(std::string_view text) {
  const auto pieces = charts::split_template(text);
  if (!pieces.has_value()) return std::nullopt;
  std::string out(text);
  std::size_t at = 0;
  for (std::size_t i = 0; i < pieces->size(); ++i) {
    if (!(*pieces)[i].action) {
      at = static_cast<std::size_t>((*pieces)[i].text.data() - text.data()) +
           (*pieces)[i].text.size();
      continue;
    }
    const std::size_t end =
        static_cast<std::size_t>((*pieces)[i + 1].text.data() - text.data());  // Text follows always.
    const std::size_t line = text.rfind('\n', at == 0 ? 0 : at - 1);
    const std::size_t begin = line == std::string_view::npos || line >= at ? 0 : line + 1;
    const bool first = out.find_first_not_of(" \t", begin) >= at;
    const std::size_t next = std::min(text.find_first_not_of(" \t\r", end), text.size());
    const bool alone = !charts::action_writes((*pieces)[i].text) ||
                       (first && (next == text.size() || text[next] == '\n' ||
                                  text.substr(next, 2) == "{{"));
    for (std::size_t j = at; j < end; ++j) {
      if (out[j] != '\n') out[j] = alone ? ' ' : 'z';
    }
    if (!alone) out.replace(at, kWritten.size(), kWritten);
  }
  return out;
}

// Where documents begin: behind each line "---".
std::vector<std::pair<std::size_t, std::size_t>> parts_of(std::string_view text) {
  std::vector<std::pair<std::size_t, std::size_t>> out;
  std::size_t begin = 0;
  for (std::size_t line = 0; line < text.size();) {
    const std::size_t end = std::min(text.find('\n', line), text.size());
    if (text.substr(line, 3) == "---" && line > begin) {
      out.emplace_back(begin, line);
      begin = line;
    }
    line = end + 1;
  }
  out.emplace_back(begin, text.size());
  return out;
}

}  // namespace

bool is_written_by_action(std::string_view text) noexcept {
  return text.find(kWritten) != std::string_view::npos;
}

void read_templated(TreeFile& file, MemoryBudget& budget) {
  const std::string_view source = *file.text;
  if (source.find(kKind) == std::string_view::npos || !is_text(source)) return;
  const auto text = without_actions(source);
  if (!text.has_value()) {
    file.unread_parts.emplace_back(source);
    return;
  }
  Result<yaml::Stream> whole = yaml::parse_stream(*text, json::review_limits(), &budget);
  if (whole.ok()) {
    file.documents = std::move(whole.value().documents);
    return;
  }
  const auto parts = parts_of(*text);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto [begin, end] = parts[i];
    const std::string_view part = source.substr(begin, end - begin);
    if (part.find(kKind) == std::string_view::npos) continue;
    std::string alone(begin, ' ');
    for (std::size_t j = 0; j < begin; ++j) {
      if ((*text)[j] == '\n') alone[j] = '\n';
    }
    alone += text->substr(begin, end - begin);
    Result<yaml::Stream> one =
        i < kMostParts ? yaml::parse_stream(std::move(alone), json::review_limits(), &budget)
                       : Result<yaml::Stream>(Error{Errc::limit, "too many documents"});
    if (!one.ok()) {
      file.unread_parts.emplace_back(part);
      continue;
    }
    for (DocumentPtr& document : one.value().documents) file.documents.push_back(std::move(document));
  }
}

std::vector<ObjectEntry> templated_objects(const TreeFile& file) {
  if (file.documents.empty()) return {};
  TreeFile plain;  // Only the role keeps objects_of() from looking.
  plain.path = file.path;
  plain.role = Role::manifest;
  plain.documents = file.documents;
  std::vector<ObjectEntry> out = objects_of(plain);
  for (ObjectEntry& entry : out) entry.file = &file;
  return out;
}

}  // namespace portreeve::guard
