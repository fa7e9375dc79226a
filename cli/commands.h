#pragma once

// One function for each row of the table in command.cc; each stands in its own file.

#include "cli/command.h"

namespace portreeve::cli {

int run_serve(std::span<const std::string> args, Io& io);
int run_review(std::span<const std::string> args, Io& io);
int run_guard(std::span<const std::string> args, Io& io);
int run_audit(std::span<const std::string> args, Io& io);
int run_verify_bundle(std::span<const std::string> args, Io& io);
int run_sbom(std::span<const std::string> args, Io& io);
int run_policy(std::span<const std::string> args, Io& io);
int run_explain(std::span<const std::string> args, Io& io);
int run_waive(std::span<const std::string> args, Io& io);
int run_webhook_config(std::span<const std::string> args, Io& io);
int run_version(std::span<const std::string> args, Io& io);

}  // namespace portreeve::cli
