#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "core/result.h"
#include "verifiers/rejection.h"

namespace portreeve::testing {

/// That `result` is an Error of this code whose message has `part`.
template <class T>
void expect_error(const Result<T>& result, Errc code, std::string_view part) {
  ASSERT_FALSE(result.ok()) << "accepted; expected: " << part;
  EXPECT_EQ(to_string(result.error().code), to_string(code)) << result.error().message;
  EXPECT_NE(result.error().message.find(part), std::string::npos) << result.error().message;
}

/// That `checked` is a Rejection for this reason whose message has `part`.
template <class T>
void expect_rejection(const verifiers::Checked<T>& checked, verifiers::Reason reason,
                      std::string_view part) {
  ASSERT_FALSE(checked.ok()) << "accepted; expected: " << part;
  EXPECT_EQ(verifiers::to_string(checked.error().reason), verifiers::to_string(reason))
      << checked.error().message;
  EXPECT_NE(checked.error().message.find(part), std::string::npos) << checked.error().message;
}

template <class T>
void expect_ok(const Result<T>& result) {
  EXPECT_TRUE(result.ok()) << (result.ok() ? "" : result.error().message);
}
template <class T>
void expect_ok(const verifiers::Checked<T>& checked) {
  EXPECT_TRUE(checked.ok()) << (checked.ok() ? "" : checked.error().text());
}

}  // namespace portreeve::testing
