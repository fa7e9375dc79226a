#pragma once

// The one way a Portreeve function fails: a value that says why. Nothing here throws for input.

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace portreeve {

/// Why something could not be done. Which door answers what for each is decided in one place,
/// engine/outcome.h; nowhere else may an Errc be turned into an HTTP status or an exit code.
enum class Errc {
  malformed,      ///< Bytes that are not what they claim to be.
  limit,          ///< An input or resource limit of core/limits.h.
  unsupported,    ///< Well-formed, but a version or kind that we do not interpret.
  unverified,     ///< A signature, digest or proof does not hold.
  untrusted,      ///< It holds, but nobody we trust stands behind it.
  not_found,      ///< We looked and there is none.
  unavailable,    ///< We could not look; may be retried.
  misconfigured,  ///< The operator's input is wrong.
  internal,       ///< Our defect.
};

/// Stable lower-case name, used in reports, logs and metrics.
std::string_view to_string(Errc code) noexcept;

struct Error {
  Errc code;
  std::string message;  ///< "bundle.tlogEntries: 40 entries, limit is 32"
  /// Where in our own source it arose; only printed for Errc::internal.
  /// (std::source_location fails on Debian 12's Clang 14.)
  const char* file = __builtin_FILE();
  int line = __builtin_LINE();
  /// Of a limit: it is a resource shared with others, so that trying again may help.
  bool transient = false;
};

/// The same error with "context: " before its message; the origin is kept.
Error with_context(Error error, std::string_view context);

/// A T, or the Error that explains its absence. There is no empty state and no operator bool, so a
/// Result<bool> cannot be misread as its own success.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}
  bool ok() const noexcept { return state_.index() == 0; }
  /// REQUIRES: ok(); otherwise std::bad_variant_access, a bug but never undefined behaviour.
  const T& value() const& { return std::get<0>(state_); }
  T& value() & { return std::get<0>(state_); }
  T&& value() && { return std::get<0>(std::move(state_)); }
  const Error& error() const& { return std::get<1>(state_); }  ///< REQUIRES: !ok().
  Error&& error() && { return std::get<1>(std::move(state_)); }

 private:
  std::variant<T, Error> state_;
};

/// Success without a value.
struct Done {};

/// As small as a pointer: readers return one for each value they read.
template <>
class [[nodiscard]] Result<Done> {
 public:
  Result(Done) noexcept {}
  Result(Error error) : error_(std::make_unique<Error>(std::move(error))) {}
  Result(const Result& other)
      : error_(other.ok() ? nullptr : std::make_unique<Error>(*other.error_)) {}
  Result(Result&& other) noexcept = default;
  Result& operator=(Result other) noexcept {
    error_.swap(other.error_);
    return *this;
  }
  ~Result() = default;
  bool ok() const noexcept { return error_ == nullptr; }
  const Error& error() const& { return checked(); }  ///< REQUIRES: !ok(); otherwise throws as above.
  Error&& error() && { return std::move(checked()); }

 private:
  Error& checked() const {
    if (error_ == nullptr) throw std::bad_variant_access();
    return *error_;
  }
  std::unique_ptr<Error> error_;
};
using Outcome = Result<Done>;

#define PORTREEVE_CONCAT_(a, b) a##b
#define PORTREEVE_CONCAT(a, b) PORTREEVE_CONCAT_(a, b)
#define PORTREEVE_TRY_(tmp, declaration, expression)      \
  auto tmp = (expression);                                \
  if (!tmp.ok()) return std::move(tmp).error();           \
  declaration = std::move(tmp).value()
/// PORTREEVE_TRY(auto x, f());  declares x from f()'s value, or returns f()'s Error.
#define PORTREEVE_TRY(declaration, expression) \
  PORTREEVE_TRY_(PORTREEVE_CONCAT(portreeve_try_, __LINE__), declaration, expression)
/// PORTREEVE_CHECK(f());  for a Result whose value is not needed: returns f()'s Error, if any.
#define PORTREEVE_CHECK(expression)                                              \
  do {                                                                           \
    auto portreeve_check = (expression);                                         \
    if (!portreeve_check.ok()) return std::move(portreeve_check).error();        \
  } while (false)

}  // namespace portreeve
