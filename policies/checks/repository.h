#pragma once

// The checks of what a repository holds besides Kubernetes objects. Their facts are objects of our
// own group that `guard` makes: Commit, PullRequest, TextFile, ChangedLines, TemplateFile,
// Manifest, ChartChange, Repository (docs/guard.md).

#include "policies/check.h"

namespace portreeve::policies {

Result<CompiledCheck> compile_repository_words(Fields& with, const DataSet& data);
Result<CompiledCheck> compile_repository_names(Fields& with, const DataSet& data);
Result<CompiledCheck> compile_repository_entry(Fields& with, const DataSet& data);
Result<CompiledCheck> compile_repository_cycles(Fields& with, const DataSet& data);
Result<CompiledCheck> compile_repository_bump(Fields& with, const DataSet& data);
Result<CompiledCheck> compile_repository_replay(Fields& with, const DataSet& data);

}  // namespace portreeve::policies
