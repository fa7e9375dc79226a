// What holds for every command: help, usage errors, exit codes.

#include "cli/command.h"

#include <gtest/gtest.h>

#include <set>
#include <sstream>

#include "cli/exit_code.h"
#include "cli/limits_table.h"
#include "cli/version.h"
#include "core/pattern.h"
#include "engine/outcome.h"
#include "tests/support/command.h"
#include "tests/support/golden.h"

namespace portreeve::cli {
namespace {

using testing::matches_golden;
using testing::ran;
using testing::source_file;

bool one_line(const std::string& text) {
  return !text.empty() && text.find('\n') == text.size() - 1;
}

TEST(Command, Help) {
  const auto help = ran({"--help"});
  EXPECT_EQ(help.exit, 0);
  EXPECT_EQ(help.err, "");
  EXPECT_TRUE(matches_golden(help.out, "help/portreeve.txt"));
  EXPECT_EQ(ran({"-h"}).out, help.out);
  EXPECT_EQ(ran({"help"}).out, help.out);
}

// All commands, and the commands of a command.
std::vector<std::vector<std::string>> all_commands() {
  std::vector<std::vector<std::string>> out;
  for (const CommandRow& row : commands()) out.push_back({std::string(row.name)});
  for (const char* name : {"test", "list", "schema"}) out.push_back({"policy", name});
  return out;
}

std::string joined(const std::vector<std::string>& words, const std::string& by) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : by) + word;
  return out;
}

TEST(Command, HelpOfEachCommand) {
  for (std::vector<std::string> args : all_commands()) {
    const std::string name = joined(args, "-");
    args.push_back("--help");
    const auto help = ran(args);
    EXPECT_EQ(help.exit, 0) << name;
    EXPECT_EQ(help.err, "") << name;
    EXPECT_TRUE(matches_golden(help.out, "help/" + name + ".txt"));
    args.back() = "-h";
    EXPECT_EQ(ran(args).out, help.out) << name;
    std::istringstream lines(help.out);
    for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 100U) << line;
  }
}

// Purpose, synopsis, options, exit codes and an example stand in the help of each command.
TEST(Command, HelpIsComplete) {
  for (std::vector<std::string> args : all_commands()) {
    const std::string name = joined(args, " ");
    if (name == "policy") continue;  // It has commands of its own.
    args.push_back("--help");
    const std::string help = ran(args).out;
    for (const std::string& part : {"portreeve " + name + ": ", "usage: portreeve " + name,
                                   std::string("\noptions:\n"), std::string("\nexit codes:\n"),
                                   std::string("\nexamples:\n  ")}) {
      EXPECT_NE(help.find(part), std::string::npos) << name << " lacks " << part;
    }
  }
}

TEST(Command, WithoutCommand) {
  const auto nothing = ran({});
  EXPECT_EQ(nothing.exit, kExitUsage);
  EXPECT_EQ(nothing.out, "");
  EXPECT_EQ(nothing.err, ran({"--help"}).out);
}

TEST(Command, UnknownCommand) {
  const auto near = ran({"reveiw", "x.yaml"});
  EXPECT_EQ(near.exit, kExitUsage);
  EXPECT_EQ(near.out, "");
  EXPECT_EQ(near.err,
            "portreeve: there is no command \"reveiw\"; did you mean \"review\"? ('portreeve --help' "
            "lists them)\n");
  EXPECT_EQ(ran({"frobnicate\x1b[31m"}).err,
            "portreeve: there is no command \"frobnicate\\u{001B}[31m\" ('portreeve --help' lists "
            "them)\n");
}

TEST(Command, UsageErrorsAreOneLine) {
  for (const CommandRow& row : commands()) {
    const std::string name(row.name);
    std::vector<std::string> args = {name, "--no-such-option"};
    // What a command needs is asked for first.
    if (name == "review" || name == "explain" || name == "sbom" || name == "audit") args.push_back("x");
    if (name == "verify-bundle") args.insert(args.end(), {"--bundle", "x", "y"});
    if (name == "waive") args.insert(args.end(), {"a/b", "c"});
    const auto wrong = ran(args);
    EXPECT_EQ(wrong.exit, kExitUsage) << name;
    EXPECT_EQ(wrong.out, "") << name;
    EXPECT_TRUE(one_line(wrong.err)) << wrong.err;
    EXPECT_NE(wrong.err.find("--no-such-option"), std::string::npos) << wrong.err;
    EXPECT_NE(wrong.err.find("portreeve " + name), std::string::npos) << wrong.err;
  }
}

// The codes that the help explains are those that engine/outcome gives.
TEST(Command, ExitCodes) {
  std::set<int> explained;
  for (const ExitCode& row : kExitCodes) explained.insert(row.code);
  using engine::Cause;
  const std::vector<std::pair<Cause, int>> table = {
      {Cause::allow, kExitAllow},           {Cause::deny, kExitDeny},
      {Cause::undecided, kExitUndecided},   {Cause::undecided_limit, kExitUndecided},
      {Cause::malformed, kExitUsage},       {Cause::input_limit, kExitUsage},
      {Cause::overloaded, kExitUndecided},  {Cause::too_large, kExitUsage},
      {Cause::misconfigured, kExitUsage},   {Cause::unreadable, kExitUndecided},
      {Cause::internal, kExitInternal},
  };
  for (const auto& [cause, code] : table) {
    EXPECT_EQ(engine::outlet(cause).exit, code) << static_cast<int>(cause);
    EXPECT_EQ(explained.count(code), 1U);
  }
  EXPECT_EQ(engine::worst_exit(kExitDeny, kExitUndecided), kExitDeny);
  EXPECT_EQ(engine::worst_exit(kExitUndecided, kExitAllow), kExitUndecided);
  EXPECT_EQ(engine::worst_exit(kExitUsage, kExitDeny), kExitUsage);
}

TEST(Version, IsTheProjectsVersion) {
  const std::string cmake = source_file("CMakeLists.txt");
  EXPECT_NE(cmake.find("project(portreeve VERSION " + std::string(kVersion) + " "),
            std::string::npos);
  const auto version = ran({"version"});
  EXPECT_EQ(version.exit, 0);
  const auto shape = Pattern::compile(
      "portreeve [0-9.]+\\ncatalog level [0-9]+, [0-9]+ policies, [0-9]+ rules, "
      "sha256:[0-9a-f]{64}\\n");
  ASSERT_TRUE(shape.ok());
  EXPECT_TRUE(shape.value().matches(version.out)) << version.out;
  EXPECT_EQ(ran({"--version"}).out, version.out);
}

// Every constant of core/limits.h has its row, in order.
TEST(Version, LimitsTableIsComplete) {
  const std::string header = source_file("core/limits.h");
  std::vector<std::string> names;
  std::istringstream lines(header);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t at = line.find(" k");
    if (line.rfind("inline constexpr ", 0) != 0 || at == std::string::npos) continue;
    const std::string name = line.substr(at + 2, line.find(' ', at + 2) - at - 2);
    if (name != "MiB") names.push_back(name);
  }
  std::vector<std::string> rows;
  for (const LimitRow& row : limits_table()) rows.push_back(row.name);
  EXPECT_EQ(rows, names);
}

// docs/limits.md repeats the table; PORTREEVE_REGOLD=1 rewrites it.
TEST(Version, LimitsInTheDocs) {
  std::string text = "| limit | value | on |\n|---|---|---|\n";
  for (const LimitRow& row : limits_table()) {
    text += "| " + row.name + " | " + row.value + " | " + row.meaning + " |\n";
  }
  EXPECT_NE(source_file("docs/limits.md").find(text), std::string::npos) << text;
  const std::string printed = ran({"version", "--limits"}).out;
  for (const LimitRow& row : limits_table()) {
    EXPECT_NE(printed.find(row.value + "  " + row.meaning + "\n"), std::string::npos) << row.name;
  }
}

}  // namespace
}  // namespace portreeve::cli
