#include "charts/template_holes.h"

#include <algorithm>

#include "charts/template_text.h"

namespace portreeve::charts {
namespace {

constexpr std::string_view kBlank = " \t\r\n";

std::string_view first_word(std::string_view action) noexcept {
  return action.substr(0, action.find_first_of(" \t\r\n(\"`"));
}

bool branches(std::string_view action) noexcept {
  const std::string_view word = first_word(action);
  for (const std::string_view one :
       {"if", "else", "end", "range", "with", "define", "block", "break", "continue"}) {
    if (word == one) return true;
  }
  return false;
}

// "$x := …" and "$x = …".
bool assigns(std::string_view action) noexcept {
  if (action.empty() || action[0] != '$') return false;
  const std::size_t name = std::min(action.find_first_of(" \t\r\n:=,"), action.size());
  const std::size_t next = action.find_first_not_of(kBlank, name);
  return next != std::string_view::npos && (action[next] == '=' || action.substr(next, 2) == ":=");
}

// The text of a literal by itself, or through `quote`; `quoted` says which.
std::optional<std::string_view> literal(std::string_view action, bool& quoted) noexcept {
  if (action.size() < 2 || (action[0] != '"' && action[0] != '`')) return std::nullopt;
  const std::size_t end = action.find(action[0], 1);
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view text = action.substr(1, end - 1);
  if (action[0] == '"' && text.find('\\') != std::string_view::npos) return std::nullopt;
  std::string_view rest = action.substr(end + 1);
  rest.remove_prefix(std::min(rest.find_first_not_of(kBlank), rest.size()));
  quoted = !rest.empty();
  if (rest.empty()) return text;
  if (rest[0] != '|') return std::nullopt;
  rest.remove_prefix(1);
  rest.remove_prefix(std::min(rest.find_first_not_of(kBlank), rest.size()));
  return rest == "quote" || rest == "squote" ? std::optional(text) : std::nullopt;
}

}  // namespace

bool action_writes(std::string_view action) noexcept {
  return action.substr(0, 2) != "/*" && !assigns(action) && !branches(action);
}

void TemplateHoles::add(std::string_view source, std::string_view piece) {
  if (piece.empty()) return;
  runs_.emplace_back(text_.size(), static_cast<std::size_t>(piece.data() - source.data()));
  text_ += piece;
}

void TemplateHoles::add_action(std::string_view action, std::size_t at) {
  if (action.substr(0, 2) == "/*" || assigns(action)) return;
  bool quoted = false;
  const auto said = literal(action, quoted);
  runs_.emplace_back(text_.size(), at);
  if (!said.has_value()) {
    text_ += branches(action) ? kBranched : kWritten;
  } else if (quoted) {
    text_.append("'").append(*said).append("'");
  } else {
    text_ += *said;
  }
}

std::optional<TemplateHoles> TemplateHoles::of(std::string_view source) {
  const auto pieces = split_template(source);
  if (!pieces.has_value()) return std::nullopt;
  TemplateHoles out;
  std::size_t at = 0;  // Where the text before the action ends.
  for (std::size_t i = 0; i < pieces->size(); ++i) {
    const Piece& piece = (*pieces)[i];
    if (piece.action) {
      out.add_action(piece.text, at);
      continue;
    }
    std::string_view text = piece.text;
    at = static_cast<std::size_t>(text.data() - source.data()) + text.size();
    if (i > 0 && (*pieces)[i - 1].trims_after)
      text.remove_prefix(std::min(text.find_first_not_of(kBlank), text.size()));
    if (i + 1 < pieces->size() && (*pieces)[i + 1].trims_before)
      text = text.substr(0, text.find_last_not_of(kBlank) + 1);
    out.add(source, text);
  }
  return out;
}

std::size_t TemplateHoles::source_offset(std::size_t at) const noexcept {
  const auto next =
      std::upper_bound(runs_.begin(), runs_.end(), at,
                       [](std::size_t wanted, const auto& run) { return wanted < run.first; });
  if (next == runs_.begin()) return 0;
  const auto run = std::prev(next);
  const bool mark = text_[run->first] == kWritten || text_[run->first] == kBranched;
  return run->second + (mark ? 0 : at - run->first);
}

}  // namespace portreeve::charts
