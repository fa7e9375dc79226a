#include "net/tls_files.h"

#include <fcntl.h>
#include <openssl/ssl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <utility>

#include "core/limits.h"
#include "core/thread_annotations.h"
#include "crypto/hash.h"
#include "crypto/self_signed.h"
#include "crypto/server_pair.h"
#include "net/tls_context.h"

namespace portreeve::net {
namespace {

constexpr std::size_t kFileBytes = limits::kMiB;
constexpr std::size_t kFiles = 3;  // Certificate, key, client CA.
constexpr int kReadAttempts = 3;
// A file that changed less than this before we read it may change again without a new time stamp.
constexpr std::int64_t kSettledNs = 2'000'000'000;

/// What stat(2) says about a file; equal and settled means: the same content.
struct FileState {
  dev_t device = 0;
  ino_t inode = 0;
  off_t size = 0;
  std::int64_t modified_ns = 0;
  std::int64_t changed_ns = 0;
  bool operator==(const FileState&) const = default;
};
using FileStates = std::array<FileState, kFiles>;
using FilePaths = std::array<std::string, kFiles>;  // An empty path is a file that is not used.

struct FileSet {
  std::array<std::string, kFiles> content;
  FileStates states;
  crypto::Sha256 hash{};
  bool settled = false;

  FileSet() = default;
  FileSet(FileSet&&) = default;
  FileSet& operator=(FileSet&&) = default;
  ~FileSet() { OPENSSL_cleanse(content[1].data(), content[1].size()); }
};

std::int64_t to_ns(const timespec& time) { return time.tv_sec * 1'000'000'000 + time.tv_nsec; }

Error file_error(std::string_view what, const std::string& path) {
  return Error{Errc::misconfigured, std::string(what) + " " + path + ": " + std::strerror(errno)};
}

Result<FileStates> look_at(const FilePaths& paths) {
  FileStates states;
  for (std::size_t i = 0; i < kFiles; ++i) {
    if (paths[i].empty()) continue;
    struct stat info {};
    if (::stat(paths[i].c_str(), &info) != 0) return file_error("cannot look at", paths[i]);
    states[i] =
        FileState{info.st_dev, info.st_ino, info.st_size, to_ns(info.st_mtim), to_ns(info.st_ctim)};
  }
  return states;
}

bool is_settled(const FileStates& states) {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  for (const FileState& state : states) {
    if (to_ns(now) - state.changed_ns < kSettledNs) return false;
  }
  return true;
}

class Descriptor {
 public:
  explicit Descriptor(int fd) noexcept : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const noexcept { return fd_; }

 private:
  int fd_;
};

// O_NONBLOCK: a FIFO put in the file's place must not hang the reload.
Result<std::string> read_file(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  struct stat info {};
  if (file.get() < 0 || ::fstat(file.get(), &info) != 0) return file_error("cannot read", path);
  if (!S_ISREG(info.st_mode)) {
    return Error{Errc::misconfigured, "cannot read " + path + ": not a regular file"};
  }
  std::string content(kFileBytes + 1, '\0');
  std::size_t size = 0;
  while (size < content.size()) {
    const ssize_t got = ::read(file.get(), content.data() + size, content.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return file_error("cannot read", path);
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  if (size > kFileBytes) {
    return Error{Errc::misconfigured, path + " is larger than 1 MiB"};
  }
  // A copy of the right size; the large buffer must not leave a key behind.
  std::string result(content, 0, size);
  OPENSSL_cleanse(content.data(), size);
  return result;
}

crypto::Sha256 hash_of(const FileSet& set) {
  crypto::Sha256Stream stream;
  for (const std::string& content : set.content) {
    stream.update(std::to_string(content.size()) + ":");
    stream.update(content);
  }
  return stream.finish();
}

// Reads until nothing changed while reading, so that a certificate is not paired with the key of
// another set when the directory is swapped in between.
Result<FileSet> read_set(const FilePaths& paths) {
  FileSet set;
  PORTREEVE_TRY(set.states, look_at(paths));
  for (int attempt = 0; attempt < kReadAttempts; ++attempt) {
    for (std::size_t i = 0; i < kFiles; ++i) {
      if (paths[i].empty()) continue;
      PORTREEVE_TRY(set.content[i], read_file(paths[i]));
    }
    PORTREEVE_TRY(const FileStates after, look_at(paths));
    if (after == set.states) break;
    set.states = after;
  }
  set.settled = is_settled(set.states);
  set.hash = hash_of(set);
  return set;
}

/// One set in use.
struct Serving {
  std::shared_ptr<SSL_CTX> context;
  std::string ca_bundle_pem;
  TimePoint not_after;
};

Result<Serving> serve(std::string_view certificate_pem, std::string_view key_pem,
                      std::string_view client_ca_pem, TimePoint now) {
  PORTREEVE_TRY(crypto::ServerPair pair, crypto::ServerPair::parse(certificate_pem, key_pem, now));
  PORTREEVE_TRY(std::shared_ptr<SSL_CTX> context, make_server_context(pair, client_ca_pem));
  return Serving{std::move(context), std::move(pair.last_pem), pair.not_after};
}

}  // namespace

struct TlsFiles::State {
  TlsOptions options;
  FilePaths paths;
  crypto::PemPair self_signed;  ///< Empty if there are files.

  Mutex reloading;  ///< One reload at a time.
  FileStates seen GUARDED_BY(reloading);
  bool settled GUARDED_BY(reloading) = false;
  crypto::Sha256 hash GUARDED_BY(reloading){};
  bool loaded GUARDED_BY(reloading) = false;

  mutable Mutex swapping;  ///< Held only to copy or swap.
  Serving serving GUARDED_BY(swapping);

  std::atomic<std::uint64_t> reloads{0};
  std::atomic<std::uint64_t> failures{0};

  void take(Serving next) {
    const MutexLock lock(swapping);
    std::swap(serving, next);
  }
  Result<bool> read(TimePoint now) REQUIRES(reloading);
};

Result<bool> TlsFiles::State::read(TimePoint now) {
  PORTREEVE_TRY(const FileStates states, look_at(paths));
  if (settled && states == seen) return false;
  PORTREEVE_TRY(FileSet set, read_set(paths));
  const bool changed = set.hash != hash || !loaded;
  if (changed) {
    // A configured but empty client CA must not turn authentication off.
    if (!paths[2].empty() && set.content[2].empty()) {
      return Error{Errc::misconfigured, paths[2] + " is empty"};
    }
    const bool own = paths[0].empty();
    PORTREEVE_TRY(Serving next, serve(own ? self_signed.certificate : set.content[0],
                                      own ? self_signed.key : set.content[1], set.content[2], now));
    take(std::move(next));
    hash = set.hash;
    loaded = true;
  }
  seen = set.states;
  settled = set.settled;
  return changed;
}

TlsFiles::TlsFiles(std::unique_ptr<State> state) : state_(std::move(state)) {}
TlsFiles::~TlsFiles() = default;

Result<std::shared_ptr<TlsFiles>> TlsFiles::load(TlsOptions options, TimePoint now) {
  if (options.certificate_file.empty() != options.key_file.empty()) {
    return Error{Errc::misconfigured, "certificate and key must be given together"};
  }
  auto state = std::make_unique<State>();
  state->paths = {options.certificate_file, options.key_file, options.client_ca_file};
  state->options = std::move(options);
  if (state->paths[0].empty()) {
    PORTREEVE_TRY(state->self_signed,
                  crypto::make_self_signed(state->options.self_signed_names, now));
  }
  {
    const MutexLock lock(state->reloading);
    PORTREEVE_CHECK(state->read(now));
  }
  return std::shared_ptr<TlsFiles>(new TlsFiles(std::move(state)));
}

std::shared_ptr<SSL_CTX> TlsFiles::current() const {
  const MutexLock lock(state_->swapping);
  return state_->serving.context;
}

Result<bool> TlsFiles::reload(TimePoint now) {
  const MutexLock lock(state_->reloading);
  Result<bool> outcome = state_->read(now);
  if (!outcome.ok()) {
    state_->settled = false;
    state_->failures.fetch_add(1, std::memory_order_relaxed);
  } else if (outcome.value()) {
    state_->reloads.fetch_add(1, std::memory_order_relaxed);
  }
  return outcome;
}

std::string TlsFiles::ca_bundle_pem() const {
  const MutexLock lock(state_->swapping);
  return state_->serving.ca_bundle_pem;
}

TimePoint TlsFiles::not_after() const {
  const MutexLock lock(state_->swapping);
  return state_->serving.not_after;
}

std::uint64_t TlsFiles::reloads() const noexcept {
  return state_->reloads.load(std::memory_order_relaxed);
}

std::uint64_t TlsFiles::reload_failures() const noexcept {
  return state_->failures.load(std::memory_order_relaxed);
}

}  // namespace portreeve::net
