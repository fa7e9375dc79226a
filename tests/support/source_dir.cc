#include "tests/support/source_dir.h"

namespace portreeve::test {

const std::string& source_dir() {
  static const std::string kDirectory = PORTREEVE_SOURCE_DIR;
  return kDirectory;
}

}  // namespace portreeve::test
