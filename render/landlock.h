#pragma once

#include <string>

#include "render/descriptor.h"

namespace portreeve::render {

/// A Landlock ruleset (linux/landlock.h): `folder` may be read and written, the program behind
/// `program` read and executed; when it needs a loader, the system's libraries too. Nothing else of
/// the file system can be opened. Not open where the kernel has no Landlock.
Descriptor make_file_rules(const std::string& folder, int program);

}  // namespace portreeve::render
