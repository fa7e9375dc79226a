#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace portreeve::bench {

/// A child process that runs `serve` and reports one port. Ends with its parent.
class ServerProcess {
 public:
  /// `serve` is called in the child with a function to report the port; it must not return before it
  /// is to end.
  explicit ServerProcess(const std::function<void(std::function<void(std::uint16_t)>)>& serve);
  ~ServerProcess();
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  std::uint16_t port() const { return port_; }
  pid_t pid() const { return pid_; }
  double cpu_seconds() const;    ///< User and system time so far.
  double resident_mib() const;   ///< VmRSS.

 private:
  pid_t pid_ = -1;
  std::uint16_t port_ = 0;
};

double median(std::vector<double> values);
double percentile(std::vector<double> values, double p);

}  // namespace portreeve::bench
