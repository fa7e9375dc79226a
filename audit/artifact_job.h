#pragma once

// Judges one OCI artifact: by the policies about artifacts that cover its name, with a table of all
// that claims to sign or attest it. Where no policy asks anything of it, who signed it is listed
// and the verdict is undecided. With Options::images a tree says what it is made of.

#include <string>

#include "audit/job.h"
#include "audit/session.h"

namespace portreeve::audit {

struct ArtifactTarget {
  std::string text;       ///< As given.
  std::string reference;  ///< "host/repository:tag@digest", with a made-up name if it has none.
  bool named = true;      ///< The name is not made up.
  /// Found in a chart: it is not followed further, and one that no policy asks about is only shown.
  bool image = false;
};

JobPtr artifact_job(const Session& session, SourcePtr source, ArtifactTarget target);

}  // namespace portreeve::audit
