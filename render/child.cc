#include "render/child.h"

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "core/limits.h"
#include "render/start.h"

namespace portreeve::render {
namespace {

using Clock = std::chrono::steady_clock;

enum class Read { open, closed, full };

/// Takes what is there. Beyond `most`: `full`, or with `drop` it is read and forgotten.
Read drain(const Descriptor& from, std::string& into, std::size_t most, bool drop, bool& cut) {
  char buffer[64 * 1024];
  for (;;) {
    const ssize_t size = ::read(from.get(), buffer, sizeof buffer);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && errno == EAGAIN) return Read::open;
    if (size <= 0) return Read::closed;
    const std::size_t room = most - into.size();
    const std::size_t taken = std::min(room, static_cast<std::size_t>(size));
    into.append(buffer, taken);
    if (taken == static_cast<std::size_t>(size)) continue;
    cut = true;
    if (!drop) return Read::full;
  }
}

/// A started program until it is gone.
class Watch {
 public:
  Watch(const ChildSpec& spec, Started& started)
      : spec_(spec), started_(started), end_(Clock::now() + spec.limits.time) {}
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;
  ~Watch() {
    if (!ended_) end_process(started_.process);
  }

  ChildResult see_through() {
    ChildResult out;
    out.confinement = started_.confinement;
    bool overflow = false;
    while (output_open_ || errors_open_ || !gone()) {
      if (Clock::now() >= end_) {
        out.end = ChildResult::End::time;
        break;
      }
      wait();
      if (output_open_) {
        const Read read = drain(started_.output, out.output, spec_.limits.output, false, overflow);
        output_open_ = read == Read::open;
        if (read == Read::full) {
          out.end = ChildResult::End::output;
          break;
        }
      }
      if (errors_open_) {
        errors_open_ = drain(started_.errors, out.errors, spec_.limits.errors, true,
                             out.errors_cut) == Read::open;
      }
    }
    finish(out);
    return out;
  }

 private:
  void wait() {
    pollfd files[3];
    nfds_t count = 0;
    if (output_open_) files[count++] = {started_.output.get(), POLLIN, 0};
    if (errors_open_) files[count++] = {started_.errors.get(), POLLIN, 0};
    const bool notified = started_.handle.open();
    if (notified && count == 0) files[count++] = {started_.handle.get(), POLLIN, 0};
    const auto left =
        std::chrono::duration_cast<Milliseconds>(end_ - Clock::now()) + Milliseconds(1);
    constexpr Milliseconds kTick{20};  // Where the kernel has no pidfd.
    const Milliseconds most = count > 0 ? left : std::min(left, kTick);
    ::poll(files, count, static_cast<int>(std::max(most, Milliseconds(1)).count()));
  }

  // Asked without taking its status: end_process() does.
  bool gone() const {
    siginfo_t info{};
    return ::waitid(P_PID, static_cast<id_t>(started_.process), &info,
                    WEXITED | WNOHANG | WNOWAIT) == 0 &&
           info.si_pid == started_.process;
  }

  void finish(ChildResult& out) {
    ended_ = true;
    const int status = end_process(started_.process);
    if (out.end != ChildResult::End::exited) return;
    if (WIFSIGNALED(status)) {
      out.end = ChildResult::End::killed;
      out.status = WTERMSIG(status);
    } else {
      out.status = WEXITSTATUS(status);
    }
  }

  const ChildSpec& spec_;
  Started& started_;
  const Clock::time_point end_;
  bool output_open_ = true;
  bool errors_open_ = true;
  bool ended_ = false;
};

}  // namespace

ChildLimits render_limits() noexcept {
  ChildLimits out{};
  out.time = limits::kRenderTime;
  out.processor = static_cast<unsigned>(
      std::chrono::duration_cast<std::chrono::seconds>(limits::kRenderProcessorTime).count());
  out.memory = limits::kRenderMemory;
  out.output = limits::kRenderBytes;
  out.errors = limits::kRenderErrorBytes;
  return out;
}

Result<ChildResult> run_confined(const ChildSpec& spec) {
  PORTREEVE_TRY(Started started, start_confined(spec));
  return Watch(spec, started).see_through();
}

}  // namespace portreeve::render
