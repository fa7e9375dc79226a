#include "charts/chart.h"

#include <algorithm>

namespace portreeve::charts {

std::string_view to_string(Form form) noexcept {
  return form == Form::source ? "source tree" : "package";
}

std::string Fault::text() const {
  std::string out = file;
  if (at.line != 0) out += ":" + std::to_string(at.line) + ":" + std::to_string(at.column);
  return out.empty() ? reason : out + ": " + reason;
}

// Helm prints every file below templates/ but these, whatever their extension.
bool Template::prints() const noexcept {
  const std::size_t slash = path.rfind('/');
  const std::string_view base = std::string_view(path).substr(slash + 1);
  constexpr std::string_view kNotes = "NOTES.txt";
  const bool notes =
      base.size() >= kNotes.size() && base.substr(base.size() - kNotes.size()) == kNotes;
  return !base.empty() && base[0] != '_' && !notes;
}

std::string_view source_of(std::string_view source, const Value& scalar) noexcept {
  if (!scalar.present() || scalar.is_object() || scalar.is_array() || scalar.is_null()) return {};
  const std::size_t begin = scalar.offset();
  if (begin >= source.size()) return {};
  const char first = source[begin];
  std::size_t end = begin;
  if (first == '"' || first == '\'') {
    end = source.find(first, begin + 1);
    if (end == std::string_view::npos) return {};
    ++end;
    const std::string_view inner = source.substr(begin, end - begin);
    return inner.find_first_of("\\\n") == std::string_view::npos ? inner : std::string_view();
  }
  if (std::string_view("|>&*![{").find(first) != std::string_view::npos) return {};
  end = std::min(source.find_first_of("\n\r,}]#", begin), source.size());
  while (end > begin && (source[end - 1] == ' ' || source[end - 1] == '\t')) --end;
  return source.substr(begin, end - begin);
}

std::string Chart::path_of(std::string_view file) const {
  if (place.empty()) return std::string(file);
  const bool archive = place.size() > 4 && place.compare(place.size() - 4, 4, ".tgz") == 0;
  return place + (archive ? ":" : "/") + std::string(file);
}

const Fault* Reading::worst() const noexcept {
  const Fault* out = nullptr;
  for (const Fault& fault : faults) {
    if (out == nullptr || fault.weight < out->weight) out = &fault;
  }
  return out;
}

bool Reading::refused() const noexcept {
  const Fault* const fault = worst();
  return chart == nullptr || (fault != nullptr && fault->weight == Fault::Weight::refused);
}

}  // namespace portreeve::charts
