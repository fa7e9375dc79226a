#pragma once

#include <utility>

namespace portreeve {

namespace verifiers {
class Verifier;
}

/// A T that passed every check of a signature verification. Only verifiers::Verifier makes one, and
/// evidence is built from nothing else: a policy never sees an unverified claim.
template <class T>
class Verified {
 public:
  const T& operator*() const noexcept { return value_; }
  const T* operator->() const noexcept { return &value_; }

 private:
  friend class verifiers::Verifier;
  explicit Verified(T value) : value_(std::move(value)) {}
  T value_;
};

}  // namespace portreeve
