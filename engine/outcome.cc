#include "engine/outcome.h"

#include <array>
#include <cstddef>

namespace portreeve::engine {
namespace {

struct Row {
  Cause cause;
  Outlet outlet;
};

constexpr std::array<Row, 11> kTable = {{
    {Cause::allow, {200, 0, "", 0}},
    {Cause::deny, {200, 403, "Forbidden", 1}},
    {Cause::undecided, {200, 503, "ServiceUnavailable", 3}},
    {Cause::undecided_limit, {200, 503, "ServiceUnavailable", 3}},
    {Cause::malformed, {200, 422, "Invalid", 2}},
    {Cause::input_limit, {200, 422, "Invalid", 2}},
    {Cause::overloaded, {503, 503, "ServiceUnavailable", 3}},
    {Cause::too_large, {413, 413, "RequestEntityTooLarge", 2}},
    {Cause::misconfigured, {400, 400, "BadRequest", 2}},
    {Cause::unreadable, {200, 503, "ServiceUnavailable", 3}},
    {Cause::internal, {200, 500, "InternalError", 4}},
}};

constexpr bool in_order() {
  for (std::size_t i = 0; i < kTable.size(); ++i) {
    if (static_cast<std::size_t>(kTable[i].cause) != i) return false;
  }
  return true;
}
static_assert(in_order(), "one row for each cause, in the order of the enumeration");

}  // namespace

const Outlet& outlet(Cause cause) noexcept {
  return kTable[static_cast<std::size_t>(cause)].outlet;
}

Cause cause_of(Decision decision) noexcept {
  switch (decision) {
    case Decision::allow: return Cause::allow;
    case Decision::deny: return Cause::deny;
    case Decision::undecided: return Cause::undecided;
  }
  return Cause::internal;
}

Cause cause_of_input(const Error& error) noexcept {
  switch (error.code) {
    case Errc::malformed:
    case Errc::unsupported:
    case Errc::unverified:
    case Errc::untrusted: return Cause::malformed;
    case Errc::limit: return error.transient ? Cause::overloaded : Cause::input_limit;
    case Errc::not_found:
    case Errc::unavailable: return Cause::unreadable;
    case Errc::misconfigured: return Cause::misconfigured;
    case Errc::internal: return Cause::internal;
  }
  return Cause::internal;
}

Cause cause_of_evidence(Errc code) noexcept {
  switch (code) {
    case Errc::malformed:
    case Errc::unverified:
    case Errc::untrusted: return Cause::deny;
    case Errc::limit:
    case Errc::unsupported: return Cause::undecided;
    case Errc::not_found:
    case Errc::unavailable: return Cause::unreadable;
    case Errc::misconfigured: return Cause::misconfigured;
    case Errc::internal: return Cause::internal;
  }
  return Cause::internal;
}

Cause cause_of_operator(Errc code) noexcept {
  return code == Errc::internal ? Cause::internal : Cause::misconfigured;
}

int worst_exit(int a, int b) noexcept {
  // 4 internal, 2 usage, 1 deny, 3 undecided, 0 allow; heaviest first.
  constexpr std::array<int, 5> kOrder = {4, 2, 1, 3, 0};
  for (const int code : kOrder) {
    if (a == code || b == code) return code;
  }
  return 4;
}

}  // namespace portreeve::engine
