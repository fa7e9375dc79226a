#include "crypto/timestamp_token.h"

#include "tests/fuzz/fuzz.h"
#include "verifiers/timestamp.h"

// A token is read as a whole or refused with a reason; one that the shipped trust root believes is
// about the message, which no input of the fuzzer is.
PORTREEVE_FUZZ_TARGET(timestamp_token) {
  using namespace portreeve;
  using namespace portreeve::fuzz;
  const verifiers::TrustRootPtr& root = verifiers::TrustRoot::embedded();
  const auto token = crypto::TimestampToken::parse(text);
  if (token.ok()) {
    check(token.value().imprint().size() == crypto::size_of(token.value().imprint_hash()),
          "imprint's length", "");
    const auto& chain = root->timestamp_authorities().at(0).chain.certificates();
    check(!token.value().verify("a message that nobody stamped", chain).ok(), "verified", "");
    (void)token.value().signed_by(chain.front());
  } else {
    check(!token.error().message.empty(), "refused without a reason", "");
  }
  const std::string tokens[] = {std::string(text)};
  const auto results = verifiers::check_timestamps(tokens, "a message that nobody stamped", *root);
  check(results.ok() && results.value().verified.empty() && results.value().rejected.size() == 1,
        "neither verified nor rejected", "");
}
