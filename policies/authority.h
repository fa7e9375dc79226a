#pragma once

#include <functional>
#include <string>

#include "core/result.h"
#include "core/value.h"
#include "policies/reader.h"
#include "verifiers/authority.h"

namespace portreeve::policies {

/// Reads a file that a document names (a key, a CA, a trusted_root.json), relative to whatever the
/// caller says. Errors: whatever kept it from being read.
using ReadNamedFile = std::function<Result<std::string>(const std::string& name)>;

/// Reads a document of kind Authority with the files that it names. Strict as every kind: an unknown
/// key, a value outside its closed list, keys or certificates that do not parse, and combinations that
/// could never prove anything are errors. Errors: misconfigured, "file:line:column: …".
Result<verifiers::Authority> read_authority(const Source& source, const Value& root,
                                            const ReadNamedFile& read);

/// What a name in the document `file` means: a path beside it, or an absolute one.
std::string path_beside(const std::string& file, const std::string& name);
/// Files relative to the folder of the document `file`, at most limits::kPolicyFileBytes each.
ReadNamedFile files_beside(const std::string& file);

}  // namespace portreeve::policies
