#pragma once

// A listener on port 0 with a gate and an echoing handler, and clients for it.

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "core/limits.h"
#include "core/time.h"
#include "net/https_listener.h"
#include "net/tls_files.h"
#include "tests/support/tls_client.h"

namespace portreeve::net {

inline TimePoint wall_now() {
  return std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now());
}

/// POST /validate with at most 1 MiB; GET /healthz without a body; nothing else.
inline HttpResponse test_gate(std::string_view method, std::string_view path,
                              std::string_view content_type, RouteLimits& limits) {
  HttpResponse response;
  response.status = 0;
  const bool validate = path == "/validate";
  if (!validate && path != "/healthz") {
    response.status = 404;
  } else if (method != (validate ? "POST" : "GET")) {
    response.status = 405;
    response.allow = validate ? "POST" : "GET";
  } else if (validate && !content_type.starts_with("application/json")) {
    response.status = 415;
  }
  limits.body_bytes = validate ? 1024 * 1024 : 0;
  return response;
}

/// Answers 200 with the request's body.
inline void echo(HttpRequest request, const Respond& respond) {
  HttpResponse response;
  response.status = 200;
  response.content_type = "application/json";
  response.body = std::move(request.body);
  respond(std::move(response));
}

class LiveListener {
 public:
  explicit LiveListener(ListenerOptions options = {}, Handler handler = echo, TlsOptions tls = {}) {
    if (options.tls) {
      auto loaded = TlsFiles::load(std::move(tls), wall_now());
      if (!loaded.ok()) throw std::runtime_error(loaded.error().message);
      files_ = std::move(loaded).value();
      options.certificates = files_;
    }
    tls_ = options.tls;
    auto started = HttpsListener::start(std::move(options), test_gate, std::move(handler));
    if (!started.ok()) throw std::runtime_error(started.error().message);
    listener_ = std::move(started).value();
  }

  HttpsListener& operator*() { return *listener_; }
  HttpsListener* operator->() { return listener_.get(); }
  TlsFiles& files() { return *files_; }
  void destroy() { listener_.reset(); }

  test::TlsClientOptions client_options() const {
    test::TlsClientOptions options;
    options.port = listener_->port();
    options.tls = tls_;
    return options;
  }
  std::unique_ptr<test::TlsClient> client() const { return client(client_options()); }
  std::unique_ptr<test::TlsClient> client(const test::TlsClientOptions& options) const {
    auto connected = test::TlsClient::connect(options);
    if (!connected.ok()) throw std::runtime_error(connected.error().message);
    return std::move(connected).value();
  }
  /// A TCP connection that has said nothing.
  std::unique_ptr<test::TlsClient> silent_client() const {
    test::TlsClientOptions options = client_options();
    options.handshake = false;
    return client(options);
  }

  /// Waits until the counters say so; the listener counts a moment after the peer has seen it.
  bool eventually(const std::function<bool(const ListenerStats&)>& holds) const {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!holds(listener_->stats())) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      std::this_thread::yield();
    }
    return true;
  }

 private:
  bool tls_ = true;
  std::shared_ptr<TlsFiles> files_;
  std::unique_ptr<HttpsListener> listener_;
};

/// Status of one call, or 0 if it failed.
inline unsigned status_of(const Result<test::ClientResponse>& response) {
  return response.ok() ? response.value().status : 0;
}

}  // namespace portreeve::net
