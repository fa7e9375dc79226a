#include "core/late_library.h"

#include <dlfcn.h>

#include "core/utf8.h"

namespace portreeve {

Result<LateLibrary> LateLibrary::open(const std::string& soname) {
  void* const handle = ::dlopen(soname.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle != nullptr) return LateLibrary(handle);
  const char* const reason = ::dlerror();
  return Error{Errc::misconfigured,
               "library " + soname + " cannot be loaded: " +
                   utf8::printable(reason == nullptr ? "no reason given" : reason, 256)};
}

void* LateLibrary::find(const char* name) const noexcept { return ::dlsym(handle_, name); }

}  // namespace portreeve
