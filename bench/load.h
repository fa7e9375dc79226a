#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace portreeve::bench {

/// What a run of requests came to. Latencies in milliseconds.
struct LoadResult {
  std::uint64_t answers = 0;
  std::uint64_t failures = 0;  ///< Not HTTP 200, or the connection broke.
  double seconds = 0;
  std::vector<double> latencies;
};

/// Kept TLS connections to 127.0.0.1, driven by one thread. The peer's certificate is not checked:
/// only the server's work is measured.
class Load {
 public:
  Load(std::uint16_t port, std::size_t connections);
  ~Load();

  /// Each connection sends its next request as soon as it has its answer.
  LoadResult closed(const std::string& request, std::chrono::milliseconds time);
  /// `rate` requests a second at fixed times, whatever the answers do; latency counts from the time
  /// at which a request was due.
  LoadResult open(const std::string& request, double rate, std::chrono::milliseconds time);

  /// Sends bytes on every connection and waits for nothing.
  void begin(const std::string& bytes);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// A POST with everything that the API server sends.
std::string http_post(const std::string& path, const std::string& body);

}  // namespace portreeve::bench
