// What a program can do that is run confined, and how its run ends. The program under test is
// hostile_program.cc, which reports what it was able to do.

#include "render/child.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include "core/limits.h"
#include "core/yaml.h"
#include "render/descriptor.h"
#include "render/workspace.h"

namespace portreeve::render {
namespace {

using ::testing::HasSubstr;

class Child : public ::testing::Test {
 protected:
  ChildSpec spec(const std::string& mode) {
    workspace_.emplace(Workspace::create().value());
    ChildSpec out;
    out.program = program_.get();
    out.arguments = {"helm", "template", "smoke-" + mode};
    out.folder = workspace_->path();
    return out;
  }
  ChildResult ran(const ChildSpec& given) {
    Result<ChildResult> result = run_confined(given);
    EXPECT_TRUE(result.ok()) << result.error().message;
    return result.ok() ? std::move(result).value() : ChildResult{};
  }
  ChildResult ran(const std::string& mode) { return ran(spec(mode)); }
  /// The report that the program printed.
  Value report(const std::string& mode) {
    result_ = ran(mode);
    EXPECT_EQ(result_.end, ChildResult::End::exited) << mode;
    EXPECT_EQ(result_.status, 0) << result_.errors;
    Result<DocumentPtr> document = yaml::parse(result_.output, {1 << 20, 32, 10'000}, nullptr);
    EXPECT_TRUE(document.ok()) << result_.output;
    if (document.ok()) document_ = document.value();
    return document.ok() ? document_->root() : Value();
  }
  long number(const Value& from, const char* key) {
    return std::stol("0" + std::string(from[key].text().substr(from[key].text()[0] == '-'))) *
           (from[key].text()[0] == '-' ? -1 : 1);
  }

  Descriptor program_{::open(HOSTILE_PROGRAM, O_RDONLY | O_CLOEXEC)};
  std::optional<Workspace> workspace_;
  ChildResult result_;
  DocumentPtr document_;
};

TEST_F(Child, BeginsWithNothing) {
  const Descriptor leak(::open("/etc/hostname", O_RDONLY));  // Not close-on-exec.
  const Value said = report("answer");
  EXPECT_EQ(number(said, "variables"), 0);
  EXPECT_EQ(said["open"].text(), " 0 1 2");
  EXPECT_EQ(number(said, "input"), 0) << "standard input is at its end";
}

TEST_F(Child, HasNoPrivilegesAndKeepsItsLimits) {
  const Value said = report("privileges");
  EXPECT_EQ(number(said, "no-new-privileges"), 1);
  EXPECT_EQ(number(said, "capget"), 0);
  EXPECT_EQ(number(said, "capabilities"), 0);
  EXPECT_EQ(number(said, "processor"), 20);
  EXPECT_EQ(number(said, "memory"), static_cast<long>(limits::kRenderMemory));
  EXPECT_EQ(number(said, "file"), static_cast<long>(limits::kRenderBytes));
  EXPECT_EQ(number(said, "core"), 0);
  EXPECT_LE(number(said, "files"), 256);
  EXPECT_EQ(number(said, "mask"), 077);
  for (const char* const what :
       {"raise", "mount", "trace", "namespace", "parent-signal", "all-signal"}) {
    EXPECT_LT(number(said, what), 0) << what;
  }
}

TEST_F(Child, HasNoNetwork) {
  const Value said = report("network");
  if (!result_.confinement.calls) GTEST_SKIP() << "no seccomp here";
  for (const char* const family : {"inet", "inet6", "unix", "netlink", "packet"}) {
    EXPECT_EQ(number(said, family), -EPERM) << family;
  }
}

TEST_F(Child, SeesItsOwnFolderOnly) {
  const Value said = report("files");
  if (!result_.confinement.files) GTEST_SKIP() << "no Landlock here";
  for (const char* const what :
       {"passwd", "root", "proc", "above", "write-above", "through-link"}) {
    EXPECT_EQ(number(said, what), -EACCES) << what;
  }
  EXPECT_EQ(number(said, "own"), 0);
  EXPECT_EQ(number(said, "write-own"), 0);
}

TEST_F(Child, MakesNoProcessesAndRunsNoOtherProgram) {
  const Value said = report("processes");
  if (!result_.confinement.calls) GTEST_SKIP() << "no seccomp here";
  EXPECT_EQ(number(said, "fork"), -EPERM);
  EXPECT_EQ(number(said, "vfork"), -EPERM);
  EXPECT_EQ(number(said, "execute"), -EPERM);
}

TEST_F(Child, EndsWhenItsTimeIsOver) {
  for (const char* const mode : {"hang", "deaf"}) {
    ChildSpec given = spec(mode);
    given.limits.time = Milliseconds(200);
    EXPECT_EQ(ran(given).end, ChildResult::End::time) << mode;
  }
}

TEST_F(Child, IsKilledForTooMuchProcessorTime) {
  ChildSpec given = spec("spin");
  given.limits.processor = 1;
  const ChildResult result = ran(given);
  EXPECT_EQ(result.end, ChildResult::End::killed);
  EXPECT_EQ(result.status, SIGKILL);
}

TEST_F(Child, GetsNoMoreMemory) {
  const ChildResult result = ran("eat");
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(result.errors, HasSubstr("cannot allocate memory after 960 MiB"));
}

TEST_F(Child, PrintsAndWritesNoMoreThanItMay) {
  ChildSpec given = spec("flood");
  given.limits.output = 100'000;
  const ChildResult flood = ran(given);
  EXPECT_EQ(flood.end, ChildResult::End::output);
  EXPECT_EQ(flood.output.size(), 100'000U);
  given = spec("grow");
  given.limits.output = 4 << 20;
  const ChildResult grow = ran(given);
  // The first process of a process namespace is told by the call, any other one by the signal.
  EXPECT_EQ(grow.status, grow.end == ChildResult::End::killed ? SIGXFSZ : 27);
}

TEST_F(Child, MayComplainAtLengthButIsCut) {
  const ChildResult result = ran("talk");
  EXPECT_EQ(result.end, ChildResult::End::exited);
  EXPECT_EQ(result.status, 1);
  EXPECT_TRUE(result.errors_cut);
  EXPECT_EQ(result.errors.size(), limits::kRenderErrorBytes);
}

TEST_F(Child, SaysBySignalThatItCrashed) {
  const ChildResult result = ran("crash");
  EXPECT_EQ(result.end, ChildResult::End::killed);
  EXPECT_TRUE(result.status == SIGABRT || result.status == SIGSEGV) << result.status;
}

TEST_F(Child, IsNotStartedWhenItIsNoProgram) {
  const Workspace workspace = std::move(Workspace::create()).value();
  const std::string path = workspace.path() + "/script";
  const Descriptor file(::open(path.c_str(), O_CREAT | O_RDWR, 0700));
  ASSERT_EQ(::write(file.get(), "garbage\n", 8), 8);
  ChildSpec given = spec("answer");
  given.program = file.get();
  const auto result = run_confined(given);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, Errc::unavailable);
  EXPECT_THAT(result.error().message, HasSubstr("it cannot be executed: errno"));
  given = spec("answer");
  given.folder = "/nonexistent";
  EXPECT_THAT(run_confined(given).error().message, HasSubstr("its files cannot be opened"));
}

TEST_F(Child, LeavesNothingBehind) {
  std::string path;
  {
    const Workspace workspace = std::move(Workspace::create()).value();
    path = workspace.path();
    struct stat status {};
    ASSERT_EQ(::stat(path.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0700U);
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(Child, RunsManyAtOnce) {
  std::atomic<int> good{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      const Workspace workspace = std::move(Workspace::create()).value();
      ChildSpec given;
      given.program = program_.get();
      given.arguments = {"helm", "template", "smoke-answer"};
      given.folder = workspace.path();
      const auto result = run_confined(given);
      if (result.ok() && result.value().status == 0) ++good;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(good, 8);
}

TEST(ConfinementText, NamesWhatHeldAndWhatDidNot) {
  EXPECT_EQ((Confinement{true, true, true, true, true}.text()),
            "network namespace, user namespace, process namespace, Landlock, seccomp");
  EXPECT_EQ((Confinement{false, false, false, false, true}.text()),
            "seccomp (not held: network namespace, user namespace, process namespace, Landlock)");
}

}  // namespace
}  // namespace portreeve::render
