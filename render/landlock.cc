#include "render/landlock.h"

#include <fcntl.h>
#include <linux/elf.h>
#include <linux/landlock.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <cstdint>
#include <cstring>

namespace portreeve::render {
namespace {

// Later than Debian 12's headers: truncate (3), TCP (4), device control (5), signals and abstract
// sockets (6). The kernel says which it knows.
struct Handled {
  std::uint64_t files = 0;
  std::uint64_t network = 0;
  std::uint64_t scoped = 0;
};
constexpr std::uint64_t kTruncate = 1U << 14U;
constexpr std::uint64_t kDeviceControl = 1U << 15U;
constexpr std::uint64_t kBindOrConnect = 3;
constexpr std::uint64_t kSocketsAndSignals = 3;

constexpr std::uint64_t kReadFile = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_EXECUTE;
constexpr std::uint64_t kRead = kReadFile | LANDLOCK_ACCESS_FS_READ_DIR;
constexpr std::uint64_t kAll = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1U) - 1;  // Of version 1.

Handled handled_by(long version) {
  Handled out;
  out.files = kAll;
  if (version >= 2) out.files |= LANDLOCK_ACCESS_FS_REFER;
  if (version >= 3) out.files |= kTruncate;
  if (version >= 4) out.network = kBindOrConnect;
  if (version >= 5) out.files |= kDeviceControl;
  if (version >= 6) out.scoped = kSocketsAndSignals;
  return out;
}

std::size_t size_for(long version) {
  return version >= 6 ? sizeof(Handled) : version >= 4 ? 16U : 8U;
}

bool add(int rules, int file, std::uint64_t access) {
  landlock_path_beneath_attr attribute{};
  attribute.allowed_access = access;
  attribute.parent_fd = file;
  return ::syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &attribute, 0) == 0;
}

// What is not there needs no rule; what cannot be allowed only fails later, in the child.
void add_path(int rules, const char* path, std::uint64_t access) {
  const Descriptor file(::open(path, O_PATH | O_CLOEXEC));
  if (!file.open()) return;
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return;
  add(rules, file.get(), S_ISDIR(status.st_mode) ? access : access & kReadFile);
}

// Whether the kernel starts it by way of another program, the loader (PT_INTERP).
bool needs_loader(int program) {
  Elf64_Ehdr header{};
  if (::pread(program, &header, sizeof header, 0) != sizeof header) return true;
  for (unsigned i = 0; i < header.e_phnum && i < 64; ++i) {
    Elf64_Phdr part{};
    const auto at = static_cast<off_t>(header.e_phoff + i * sizeof part);
    if (::pread(program, &part, sizeof part, at) != sizeof part) return true;
    if (part.p_type == PT_INTERP) return true;
  }
  return false;
}

}  // namespace

Descriptor make_file_rules(const std::string& folder, int program) {
  const long version =
      ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  if (version < 1) return {};
  const Handled handled = handled_by(version);
  Descriptor rules(
      static_cast<int>(::syscall(SYS_landlock_create_ruleset, &handled, size_for(version), 0)));
  if (!rules.open()) return {};
  const Descriptor own(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  const std::uint64_t own_access =
      handled.files & ~std::uint64_t{LANDLOCK_ACCESS_FS_EXECUTE} & ~kDeviceControl;
  if (!own.open() || !add(rules.get(), own.get(), own_access)) return {};
  if (!add(rules.get(), program, kReadFile)) return {};
  if (needs_loader(program)) {
    for (const char* const path :
         {"/lib", "/lib64", "/usr/lib", "/usr/lib64", "/etc/ld.so.cache"}) {
      add_path(rules.get(), path, kRead);
    }
  }
  return rules;
}

}  // namespace portreeve::render
