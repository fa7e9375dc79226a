#include <cstdio>
#include <cstdlib>

#include "verifiers/trust_root.h"

namespace portreeve::verifiers {
namespace {

constexpr std::string_view kAsOf = "2026-08-21";  // See verifiers/trust_root/README.md.

TrustRootPtr parse_embedded() {
  const Result<TimePoint> as_of = parse_date(kAsOf);
  Result<TrustRootPtr> root = as_of.ok() ? TrustRoot::parse(std::string(TrustRoot::embedded_json()),
                                                            {"embedded", as_of.value()})
                                         : Result<TrustRootPtr>(as_of.error());
  if (root.ok()) return std::move(root).value();
  // A build that carries an unreadable root is broken; a test parses it.
  std::fprintf(stderr, "embedded trust root: %s\n", root.error().message.c_str());
  std::abort();
}

}  // namespace

const TrustRootPtr& TrustRoot::embedded() {
  static const TrustRootPtr root = parse_embedded();
  return root;
}

}  // namespace portreeve::verifiers
