#include "core/log.h"

#include <unistd.h>

#include "core/json.h"
#include "core/limits.h"
#include "core/time.h"
#include "core/utf8.h"

namespace portreeve {
namespace {

std::string_view name(LogLevel level) noexcept {
  switch (level) {
    case LogLevel::info: return "info";
    case LogLevel::warning: return "warning";
    case LogLevel::error: return "error";
  }
  return "error";
}

void member(std::string& line, std::string_view key, std::string_view value) {
  line += ',';
  json::append_string(line, key);
  line += ':';
  json::append_string(line, utf8::printable(value, limits::kQuotedBytes));
}

}  // namespace

void Logger::write(LogLevel level, std::string_view message, Fields fields) const {
  if (fd_ < 0) return;
  std::string line = "{\"time\":\"" + format_time(SystemClock().now()) + "\"";
  member(line, "level", name(level));
  member(line, "message", message);
  for (const auto& [key, value] : fields) member(line, key, value);
  line += "}\n";
  // A log that cannot be written must not stop the gate; decisions have a log of their own.
  [[maybe_unused]] const ssize_t ignored = ::write(fd_, line.data(), line.size());
}

}  // namespace portreeve
