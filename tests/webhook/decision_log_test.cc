#include "webhook/decision_log.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <nlohmann/json.hpp>

namespace portreeve::webhook {
namespace {

using namespace std::chrono_literals;

SteadyTime soon() { return std::chrono::steady_clock::now() + 20s; }

struct Scratch {
  std::filesystem::path folder;
  Scratch() {
    std::string name = (std::filesystem::temp_directory_path() / "decision-log-XXXXXX").string();
    folder = ::mkdtemp(name.data());
  }
  ~Scratch() { std::filesystem::remove_all(folder); }
  std::string file(const char* name) const { return (folder / name).string(); }
};

// Waits for as many outcomes as are asked for.
class Outcomes {
 public:
  DecisionLog::Written next() {
    return [this](Outcome outcome) {
      const std::lock_guard<std::mutex> lock(mutex_);
      said_.push_back(outcome.ok() ? "written" : outcome.error().message);
      changed_.notify_all();
    };
  }
  std::vector<std::string> wait_for(std::size_t count) {
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait_for(lock, 20s, [&] { return said_.size() >= count; });
    return said_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> said_;
};

std::vector<std::string> lines_of(const std::string& file) {
  std::ifstream in(file);
  std::vector<std::string> out;
  for (std::string line; std::getline(in, line);) out.push_back(line);
  return out;
}

TEST(DecisionLog, WritesInOrderWithSequenceAndMode) {
  const Scratch scratch;
  auto log = std::move(DecisionLog::open({scratch.file("log"), false, 4096})).value();
  Outcomes outcomes;
  for (int i = 0; i < 100; ++i) {
    log->append("{\"n\":" + std::to_string(i) + "}", soon(), outcomes.next());
  }
  EXPECT_EQ(outcomes.wait_for(100), std::vector<std::string>(100, "written"));
  log->stop();
  const std::vector<std::string> lines = lines_of(scratch.file("log"));
  ASSERT_EQ(lines.size(), 100U);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto line = nlohmann::json::parse(lines[i]);
    EXPECT_EQ(line.at("seq"), i + 1);
    EXPECT_EQ(line.at("n"), i);
  }
  struct stat info {};
  ASSERT_EQ(::stat(scratch.file("log").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
}

TEST(DecisionLog, ReopenFollowsARotation) {
  const Scratch scratch;
  auto log = std::move(DecisionLog::open({scratch.file("log"), true, 16})).value();
  Outcomes outcomes;
  log->append("{\"n\":1}", soon(), outcomes.next());
  outcomes.wait_for(1);
  std::filesystem::rename(scratch.file("log"), scratch.file("log.1"));
  ASSERT_TRUE(log->reopen().ok());
  log->append("{\"n\":2}", soon(), outcomes.next());
  outcomes.wait_for(2);
  EXPECT_EQ(lines_of(scratch.file("log.1")), std::vector<std::string>{"{\"seq\":1,\"n\":1}"});
  EXPECT_EQ(lines_of(scratch.file("log")), std::vector<std::string>{"{\"seq\":2,\"n\":2}"});
}

TEST(DecisionLog, AFolderThatIsNotThereIsMisconfigured) {
  const auto log = DecisionLog::open({"/nowhere/at/all/log", false, 16});
  ASSERT_FALSE(log.ok());
  EXPECT_EQ(log.error().code, Errc::misconfigured);
  EXPECT_EQ(log.error().message, "decision log /nowhere/at/all/log: No such file or directory");
}

TEST(DecisionLog, AFullDiskIsSaidAndRemembered) {
  auto log = std::move(DecisionLog::open({"/dev/full", false, 16})).value();
  Outcomes outcomes;
  log->append("{}", soon(), outcomes.next());
  EXPECT_EQ(outcomes.wait_for(1),
            std::vector<std::string>{"decision log: No space left on device"});
  EXPECT_FALSE(log->healthy());
  EXPECT_EQ(log->failures(), 1U);
  EXPECT_EQ(log->lines(), 0U);
}

TEST(DecisionLog, AReaderThatSleepsCostsTheDeadlineNotTheGate) {
  const Scratch scratch;
  const std::string pipe = scratch.file("pipe");
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  const int reader = ::open(pipe.c_str(), O_RDONLY | O_NONBLOCK);
  auto log = std::move(DecisionLog::open({pipe, false, 4096})).value();
  Outcomes outcomes;
  // More than a pipe holds, and nobody reads.
  for (int i = 0; i < 40; ++i) {
    log->append("{\"pad\":\"" + std::string(8000, 'x') + "\"}",
                std::chrono::steady_clock::now() + 300ms, outcomes.next());
  }
  const std::vector<std::string> said = outcomes.wait_for(40);
  ASSERT_EQ(said.size(), 40U);
  EXPECT_EQ(said.back(), "decision log: the line was not written in time");
  EXPECT_FALSE(log->healthy());
  log->stop();
  ::close(reader);
}

TEST(DecisionLog, AFullQueueIsRefusedAtOnce) {
  const Scratch scratch;
  const std::string pipe = scratch.file("pipe");
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  const int reader = ::open(pipe.c_str(), O_RDONLY | O_NONBLOCK);
  auto log = std::move(DecisionLog::open({pipe, false, 2})).value();
  Outcomes outcomes;
  for (int i = 0; i < 64; ++i) {
    log->append("{\"pad\":\"" + std::string(16000, 'x') + "\"}",
                std::chrono::steady_clock::now() + 300ms, outcomes.next());
  }
  const std::vector<std::string> said = outcomes.wait_for(64);
  EXPECT_NE(std::find(said.begin(), said.end(), "the decision log's queue is full"), said.end());
  log->stop();
  ::close(reader);
}

}  // namespace
}  // namespace portreeve::webhook
