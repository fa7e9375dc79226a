#pragma once

#include <cstring>
#include <string>
#include <utility>

namespace portreeve::oci {

/// A password or token. It cannot be printed, compared or concatenated by accident: reveal() is the
/// word to look for in a review. Wiped when destroyed.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text) : text_(std::move(text)) {}
  Secret(const Secret&) = default;
  Secret(Secret&& other) noexcept : text_(std::move(other.text_)) { other.wipe(); }
  Secret& operator=(const Secret&) = default;
  Secret& operator=(Secret&& other) noexcept {
    if (this != &other) {
      wipe();
      text_ = std::move(other.text_);
      other.wipe();
    }
    return *this;
  }
  ~Secret() { wipe(); }

  bool empty() const noexcept { return text_.empty(); }
  /// For the Authorization field or the token request, and nothing else.
  const std::string& reveal() const noexcept { return text_; }

 private:
  void wipe() noexcept {
    ::explicit_bzero(text_.data(), text_.size());
    text_.clear();
  }
  std::string text_;
};

}  // namespace portreeve::oci
