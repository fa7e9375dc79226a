#include "oci/credential_helper.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <thread>

#include "core/json.h"
#include "core/limits.h"
#include "crypto/hash.h"

extern char** environ;

namespace portreeve::oci {
namespace {

constexpr std::size_t kAnswerBytes = limits::kTokenBytes;

class Pipe {
 public:
  Pipe() { good_ = ::pipe2(ends_.data(), O_CLOEXEC) == 0; }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() {
    close_end(0);
    close_end(1);
  }
  bool good() const noexcept { return good_; }
  int reader() const noexcept { return ends_[0]; }
  int writer() const noexcept { return ends_[1]; }
  void close_end(std::size_t end) noexcept {
    if (ends_[end] >= 0) ::close(ends_[end]);
    ends_[end] = -1;
  }

 private:
  std::array<int, 2> ends_{-1, -1};
  bool good_;
};

Error failed(const std::string& program, std::string_view what) {
  return Error{Errc::unavailable, program + ": " + std::string(what)};
}

Result<pid_t> spawn(const std::string& program, Pipe& in, Pipe& out) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in.reader(), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out.writer(), STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  std::string name = program;
  std::string verb = "get";
  char* const arguments[] = {name.data(), verb.data(), nullptr};
  pid_t pid = -1;
  const int error = ::posix_spawnp(&pid, program.c_str(), &actions, nullptr, arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  in.close_end(0);
  out.close_end(1);
  if (error != 0) return failed(program, "cannot be run (is it installed, and on PATH?)");
  return pid;
}

Result<std::string> read_answer(int fd, const std::string& program, SteadyTime deadline) {
  std::string answer;
  while (true) {
    const auto left = std::chrono::duration_cast<Milliseconds>(deadline -
                                                              std::chrono::steady_clock::now());
    pollfd wait{fd, POLLIN, 0};
    if (left.count() <= 0 || ::poll(&wait, 1, static_cast<int>(left.count())) == 0) {
      return failed(program, "no answer in time");
    }
    std::array<char, 4096> buffer{};
    const ssize_t got = ::read(fd, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failed(program, "its answer cannot be read");
    if (got == 0) return answer;
    answer.append(buffer.data(), static_cast<std::size_t>(got));
    if (answer.size() > kAnswerBytes) {
      return Error{Errc::limit, program + ": answers more than 64 KiB"};
    }
  }
}

// Its end, or -1 when it had to be killed.
int reap(pid_t pid, SteadyTime deadline) {
  int status = 0;
  while (std::chrono::steady_clock::now() < deadline) {
    if (::waitpid(pid, &status, WNOHANG) == pid) return status;
    std::this_thread::sleep_for(Milliseconds(5));
  }
  ::kill(pid, SIGKILL);
  ::waitpid(pid, &status, 0);
  return -1;
}

}  // namespace

bool valid_helper(std::string_view suffix) noexcept {
  return !suffix.empty() && suffix.size() <= 64 &&
         std::all_of(suffix.begin(), suffix.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
         });
}

Result<Credential> parse_helper_answer(std::string_view text, const std::string& suffix) {
  Result<DocumentPtr> document = json::parse(std::string(text), {kAnswerBytes, 8, 64}, nullptr);
  if (!document.ok()) return Error{Errc::malformed, "docker-credential-" + suffix + ": answer is no JSON"};
  const Value root = document.value()->root();
  const Value username = root["Username"];
  const Value secret = root["Secret"];
  const auto clean = [](std::string_view v) {
    return v.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
  };
  if (!username.is_string() || !secret.is_string() || !clean(username.text()) ||
      !clean(secret.text())) {
    return Error{Errc::malformed, "docker-credential-" + suffix + ": answer lacks Username or Secret"};
  }
  Credential out;
  if (username.text() == "<token>") {
    out.identity_token = Secret(std::string(secret.text()));
  } else {
    out.username = std::string(username.text());
    out.password = Secret(std::string(secret.text()));
  }
  out.id = "docker-credential-" + suffix + "#" +
           crypto::sha256_hex(std::string(username.text()) + '\0' + std::string(secret.text()))
               .substr(0, 16);
  return out;
}

Result<Credential> run_credential_helper(const std::string& suffix, const std::string& server,
                                         Milliseconds patience) {
  const std::string program = "docker-credential-" + suffix;
  if (!valid_helper(suffix)) return Error{Errc::misconfigured, "credential helper: not a name"};
  const SteadyTime deadline = std::chrono::steady_clock::now() + patience;
  Pipe in, out;
  if (!in.good() || !out.good()) return failed(program, "no pipe");
  PORTREEVE_TRY(const pid_t pid, spawn(program, in, out));
  // Fits the pipe's buffer; a helper that does not read it must not raise SIGPIPE, which main
  // ignores.
  const bool told = ::write(in.writer(), server.data(), server.size()) ==
                    static_cast<ssize_t>(server.size());
  in.close_end(1);
  Result<std::string> answer = read_answer(out.reader(), program, deadline);
  const int status = reap(pid, answer.ok() ? deadline : SteadyTime{});
  PORTREEVE_TRY(const std::string text, std::move(answer));
  if (!told) return failed(program, "did not take its input");
  if (status != 0) {
    // The protocol's only words for "there is none".
    if (text.find("credentials not found in native keychain") != std::string::npos) return Credential{};
    return failed(program, "failed");
  }
  return parse_helper_answer(text, suffix);
}

}  // namespace portreeve::oci
