// `portreeve sbom`: what an SBOM says, whichever format it has.

#include <unistd.h>

#include <ostream>
#include <string>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/sbom_report.h"
#include "core/file.h"
#include "core/limits.h"
#include "core/utf8.h"
#include "engine/outcome.h"
#include "sbom/container.h"
#include "sbom/read.h"

namespace portreeve::cli {
namespace {

constexpr Help kHelp = {
    "sbom",
    "reads a software bill of materials and shows what it says: SPDX 2.2, 2.3 (JSON, tag-value), "
    "3.0 and\n"
    "3.1, CycloneDX 1.0 to 1.7 (JSON, XML), Syft JSON; compressed, or in an attestation, which is "
    "taken\n"
    "off and not verified. Format and version are decided by content",
    "FILE [--format text|json]",
    "  portreeve sbom bp-cilium.spdx.json\n"
    "  portreeve sbom --format json attestation.sigstore.json\n",
    "  0  read; it may have warnings\n"
    "  1  malformed, or with errors: two elements of one name, references to nothing, false "
    "digests\n"
    "  2  usage\n"
    "  3  could not decide: over a limit, not supported, or a file that cannot be read\n",
};

constexpr std::size_t kLarge = 8 * limits::kMiB;

Result<sbom::DocumentPtr> read(const std::string& file, sbom::Unwrapped& wrapped,
                               MemoryBudget& budget, Io& io) {
  PORTREEVE_TRY(std::string text, read_file(file, limits::kSbomMostBytes));
  if (text.size() > kLarge && ::isatty(STDERR_FILENO) != 0) {
    io.err << "reading " << text.size() / limits::kMiB << " MiB\n" << std::flush;
  }
  PORTREEVE_TRY(wrapped, sbom::unwrap(std::make_shared<const std::string>(std::move(text)),
                                      limits::kSbomMostBytes, &budget));
  return sbom::read(wrapped.bytes, limits::kSbomMostBytes, &budget);
}

}  // namespace

int run_sbom(std::span<const std::string> args, Io& io) {
  std::string file;
  std::string format = "text";
  CLI::App app;
  app.add_option("FILE", file, "The document; - is standard input.")->required();
  app.add_option("--format", format, "text or json.")
      ->check(CLI::IsMember({"text", "json"}))
      ->default_str("text");
  if (const auto over = parse_arguments(app, kHelp, args, io)) return *over;
  MemoryBudget budget(limits::kToolMemoryBudget);
  sbom::Unwrapped wrapped;
  const Result<sbom::DocumentPtr> document = read(file, wrapped, budget, io);
  if (!document.ok()) {
    io.err << "portreeve sbom: " << utf8::printable(file, 128) << ": "
           << utf8::printable(document.error().message, 1024) << '\n';
    return engine::outlet(engine::cause_of_evidence(document.error().code)).exit;
  }
  const std::vector<ProfileScore> scores = sbom_scores(document.value());
  const SbomView view{file, wrapped, *document.value(), scores};
  if (format == "json") {
    write_sbom_json(view, io.out);
  } else {
    write_sbom_text(view, io.out);
  }
  return sbom_errors(*document.value()) > 0 ? kExitDeny : kExitAllow;
}

}  // namespace portreeve::cli
