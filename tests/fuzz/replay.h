#pragma once

// The fuzz targets of a build without libFuzzer: each registers itself, and replay_test.cc runs it over
// its seeds.

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace portreeve::fuzz {

using TargetFunction = void (*)(std::string_view bytes);

struct Target {
  std::string name;  // of tests/fuzz/<name>_fuzz.cc and tests/fuzz/corpus/<name>/
  TargetFunction run = nullptr;
};

// As GoogleTest prints a parameter.
inline std::ostream& operator<<(std::ostream& out, const Target& target) {
  return out << target.name;
}

// Every target linked into this program. Filled before main.
std::vector<Target>& targets();

struct Registration {
  Registration(const char* name, TargetFunction run) { targets().push_back({name, run}); }
};

}  // namespace portreeve::fuzz
