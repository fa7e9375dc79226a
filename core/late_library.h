#pragma once

#include <string>

#include "core/result.h"

namespace portreeve {

/// A shared library that is loaded when it is first needed, because its start (and that of all that
/// it needs itself) costs every run of the program that never calls it. It is found as the dynamic
/// linker finds any other, by its exact soname, and stays until the process ends.
class LateLibrary {
 public:
  /// Errors: misconfigured, with the linker's reason.
  static Result<LateLibrary> open(const std::string& soname);

  /// Sets `function` to what the library calls `name`; false when it has none.
  template <class F>
  bool bind(F*& function, const char* name) const noexcept {
    function = reinterpret_cast<F*>(find(name));
    return function != nullptr;
  }

 private:
  explicit LateLibrary(void* handle) noexcept : handle_(handle) {}
  void* find(const char* name) const noexcept;
  void* handle_;
};

}  // namespace portreeve
