#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace portreeve {

enum class LogLevel { info, warning, error };

/// JSON lines on standard error, one write(2) each. Passed in, never global. Thread-safe. Untrusted
/// text is escaped and cut at limits::kQuotedBytes. The shells log; the core returns.
class Logger {
 public:
  /// `fd` is borrowed; -1 writes nothing (tests).
  explicit Logger(int fd) : fd_(fd) {}
  using Fields = std::initializer_list<std::pair<std::string_view, std::string_view>>;
  void write(LogLevel level, std::string_view message, Fields fields = {}) const;

 private:
  int fd_;
};

}  // namespace portreeve
