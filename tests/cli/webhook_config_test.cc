#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "cli/exit_code.h"
#include "core/time.h"
#include "crypto/self_signed.h"
#include "tests/support/command.h"

namespace portreeve::cli {
namespace {

using testing::ran;

class WebhookConfigCommand : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() /
              ("portreeve-webhook-" + std::to_string(::getpid()));
    std::filesystem::create_directory(folder_);
    const auto pair = crypto::make_self_signed("localhost", SystemClock().now());
    ASSERT_TRUE(pair.ok());
    ca_ = file("ca.crt", pair.value().certificate);
    key_ = file("ca.key", pair.value().key);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string file(const std::string& name, const std::string& text) const {
    const std::string path = folder_ / name;
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }

  std::filesystem::path folder_;
  std::string ca_;
  std::string key_;
};

TEST_F(WebhookConfigCommand, PrintedAndChecked) {
  for (const std::vector<std::string>& target :
       {std::vector<std::string>{"--url", "https://127.0.0.1:9443/validate"},
        {"--service", "portreeve-system/portreeve:9443"}}) {
    std::vector<std::string> args = {"webhook-config", "--ca", ca_};
    args.insert(args.end(), target.begin(), target.end());
    const auto printed = ran(args);
    ASSERT_EQ(printed.exit, kExitAllow) << printed.err;
    EXPECT_EQ(printed.err, "");
    const auto checked = ran({"webhook-config", "--check", file("held.yaml", printed.out)});
    EXPECT_EQ(checked.exit, kExitAllow) << checked.out;
    EXPECT_EQ(checked.out, "everything that the policies judge is sent\n");
  }
}

TEST_F(WebhookConfigCommand, NarrowerIsExitOne) {
  std::string text = ran({"webhook-config", "--ca", ca_, "--service", "a/b"}).out;
  text.replace(text.find("\"blueprints\""), 12, "\"secrets\"");
  const auto checked = ran({"webhook-config", "--check", file("held.yaml", text)});
  EXPECT_EQ(checked.exit, kExitDeny);
  EXPECT_NE(checked.out.find("policies blueprint-"), std::string::npos) << checked.out;
}

TEST_F(WebhookConfigCommand, Refusals) {
  struct Row {
    std::vector<std::string> args;
    int exit;
    std::string err;
  };
  const std::vector<Row> rows = {
      {{}, kExitUsage, "--ca FILE is needed"},
      {{"--ca", ca_}, kExitUsage, "give either --url or --service"},
      {{"--ca", ca_, "--service", "gate"}, kExitUsage, "expected NAMESPACE/NAME[:PORT]"},
      {{"--ca", ca_, "--service", "a/b:0"}, kExitUsage, "expected NAMESPACE/NAME[:PORT]"},
      {{"--ca", ca_, "--service", "a/b:70000"}, kExitUsage, "expected NAMESPACE/NAME[:PORT]"},
      {{"--ca", ca_, "--url", "http://h/validate"}, kExitUsage, "must begin with https://"},
      {{"--ca", key_, "--service", "a/b"}, kExitUsage, "private key"},
      {{"--ca", "/nowhere/ca", "--service", "a/b"}, kExitUsage, "/nowhere/ca"},
      {{"--ca", ca_, "--service", "a/b", "--timeout", "31"}, kExitUsage, "1 to 30"},
      {{"--ca", ca_, "--service", "a/b", "--plural", "Fish"}, kExitUsage, "KIND=RESOURCE"},
      {{"--check", "/nowhere/held.yaml"}, kExitUndecided, "/nowhere/held.yaml"},
      {{"--check", ca_, "--service", "a/b"}, kExitUsage, "--check goes without"},
      {{"--check", file("no.yaml", "kind: Pod\n")}, kExitUsage, "found kind \"Pod\""},
      {{"--check", file("two.yaml", "a: 1\n---\nb: 2\n")}, kExitUsage, "found 2"},
      {{"--check", file("bad.yaml", "a: [")}, kExitUsage, "line "},
  };
  for (const Row& row : rows) {
    std::vector<std::string> args = {"webhook-config"};
    args.insert(args.end(), row.args.begin(), row.args.end());
    const auto refused = ran(args);
    EXPECT_EQ(refused.exit, row.exit) << row.err << ": " << refused.err;
    EXPECT_EQ(refused.out, "");
    EXPECT_NE(refused.err.find(row.err), std::string::npos) << refused.err;
  }
}

}  // namespace
}  // namespace portreeve::cli
