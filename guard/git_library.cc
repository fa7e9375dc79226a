#include "guard/git_library.h"

#include <cstddef>

#include "core/late_library.h"

// Debian's libgit2 parses every root of the system with mbedTLS when it starts, half of what a short
// run takes. Nothing is fetched here, so it finds none: the program exports this name (CMakeLists.txt),
// and libraries that are loaded later bind to it first.
extern "C" __attribute__((visibility("default"), used)) int mbedtls_x509_crt_parse_file(
    void* chain, const char* path);
extern "C" int mbedtls_x509_crt_parse_file(void* /*chain*/, const char* /*path*/) {
  constexpr int kFileCannotBeRead = -0x2900;  // MBEDTLS_ERR_X509_FILE_IO_ERROR
  return kFileCannotBeRead;
}

namespace portreeve::guard {
namespace {

struct Loaded {
  GitLibrary library;
  Outcome outcome = Done{};

  Loaded() {
    outcome = bind();
    if (outcome.ok()) start();
  }

  Outcome bind() {
    const std::string soname = "libgit2.so." LIBGIT2_SOVERSION;
    PORTREEVE_TRY(const LateLibrary late, LateLibrary::open(soname));
    bool all = true;
#define PORTREEVE_BIND(name) all = late.bind(library.name, "git_" #name) && all;
    PORTREEVE_GIT_FUNCTIONS(PORTREEVE_BIND)
#undef PORTREEVE_BIND
    if (!all) return Error{Errc::misconfigured, soname + " lacks functions of its version"};
    return Done{};
  }

  void start() {
    library.libgit2_init();
    // No configuration of the machine decides what is judged.
    for (const int level : {GIT_CONFIG_LEVEL_PROGRAMDATA, GIT_CONFIG_LEVEL_SYSTEM,
                            GIT_CONFIG_LEVEL_XDG, GIT_CONFIG_LEVEL_GLOBAL}) {
      library.libgit2_opts(GIT_OPT_SET_SEARCH_PATH, level, "");
    }
    // Debian's 1.5.1 does not know safe.directory=*: the rule is applied in git_open.cc instead.
    library.libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
    // A work tree of its own configuration reads nothing else from the object store.
    const char* extensions[] = {"worktreeconfig"};
    library.libgit2_opts(GIT_OPT_SET_EXTENSIONS, extensions, std::size_t{1});
  }
};

const Loaded& loaded() {
  static const Loaded kLoaded;
  return kLoaded;
}

}  // namespace

Outcome load_git() { return loaded().outcome; }

const GitLibrary& git() noexcept { return loaded().library; }

}  // namespace portreeve::guard
