#include "webhook/handler.h"

#include <gtest/gtest.h>

namespace portreeve::webhook {
namespace {

TEST(DecisionTime, IsAHintLessTheMargin) {
  struct Row {
    const char* query;
    int ms;
  };
  const Row rows[] = {
      {"timeout=5s", 4500},        {"timeout=3s", 2500},     {"timeout=1s", 500},
      {"timeout=30s", 4500},       {"", 4500},               {"timeout=", 4500},
      {"timeout=0s", 4500},        {"timeout=-1s", 4500},    {"timeout=5", 4500},
      {"timeout=99999999s", 4500}, {"xtimeout=1s", 4500},    {"a=b&timeout=2s", 1500},
      {"timeout=2s&x=y", 1500},    {"timeout=2m", 4500},     {"timeout=%32s", 4500},
  };
  for (const Row& row : rows) EXPECT_EQ(decision_time(row.query).count(), row.ms) << row.query;
}

TEST(Gate, OnlyPostOfJsonToOnePath) {
  struct Row {
    const char* method;
    const char* path;
    const char* type;
    unsigned status;
  };
  const Row rows[] = {
      {"POST", "/validate", "application/json", 0},
      {"POST", "/validate", "application/json; charset=utf-8", 0},
      {"POST", "/validate", "Application/JSON", 0},
      {"POST", "/validate", "application/jsonp", 415},
      {"POST", "/validate", "", 415},
      {"POST", "/validate/", "application/json", 404},
      {"POST", "/", "application/json", 404},
      {"PUT", "/validate", "application/json", 405},
      {"TRACE", "/validate", "application/json", 405},
      {"post", "/validate", "application/json", 405},
  };
  for (const Row& row : rows) {
    net::RouteLimits limits;
    EXPECT_EQ(Handler::gate(row.method, row.path, row.type, limits).status, row.status)
        << row.method << " " << row.path << " " << row.type;
    EXPECT_EQ(limits.body_bytes, limits::kReviewBytes);
  }
}

}  // namespace
}  // namespace portreeve::webhook
