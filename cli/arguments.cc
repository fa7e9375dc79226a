#include "cli/arguments.h"

#include <algorithm>
#include <ostream>
#include <sstream>
#include <vector>

#include "cli/exit_code.h"
#include "core/utf8.h"

namespace portreeve::cli {
namespace {

constexpr std::size_t kIndent = 30;
constexpr std::size_t kWidth = 100;
constexpr std::size_t kMessageBytes = 1024;

// "--format FORMAT", "-h, --help", "FILE".
std::string label(const CLI::Option& option) {
  std::string out;
  for (const std::string& name : option.get_snames()) out += (out.empty() ? "-" : ", -") + name;
  for (const std::string& name : option.get_lnames()) out += (out.empty() ? "--" : ", --") + name;
  if (out.empty()) return option.get_name(true);
  const std::string type = option.get_type_name();
  return type.empty() ? out : out + " " + type;
}

void print_option(std::ostream& out, const CLI::Option& option) {
  std::string line = "  " + label(option);
  line += line.size() + 1 < kIndent ? std::string(kIndent - line.size(), ' ')
                                    : "\n" + std::string(kIndent, ' ');
  std::size_t used = kIndent;
  std::istringstream words(option.get_description());
  for (std::string word; words >> word;) {
    if (used > kIndent && used + 1 + word.size() > kWidth) {
      line += "\n" + std::string(kIndent, ' ');
      used = kIndent;
    }
    if (used > kIndent) line += ' ';
    line += word;
    used += word.size() + 1;
  }
  out << line << '\n';
}

void print_help(std::ostream& out, const CLI::App& app, const Help& help) {
  out << "portreeve " << help.command << ": " << help.purpose << "\n\nusage: portreeve "
      << help.command << ' ' << help.synopsis << "\n\n";
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_positional()) print_option(out, *option);
  }
  out << "\noptions:\n";
  for (const CLI::Option* option : app.get_options()) {
    if (!option->get_positional()) print_option(out, *option);
  }
  out << "\nexit codes:\n" << help.exits;
  if (help.exits.empty()) {
    for (const ExitCode& row : kExitCodes) out << "  " << row.code << "  " << row.meaning << '\n';
  }
  if (!help.examples.empty()) out << "\nexamples:\n" << help.examples;
}

}  // namespace

std::optional<int> parse_arguments(CLI::App& app, const Help& help,
                                   std::span<const std::string> args, Io& io) {
  app.set_help_flag("--help,-h", "print this text");
  app.allow_windows_style_options(false);
  // CLI11 takes them in reverse.
  std::vector<std::string> reversed(args.rbegin(), args.rend());
  try {
    app.parse(reversed);
    return std::nullopt;
  } catch (const CLI::CallForHelp&) {
    print_help(io.out, app, help);
    return kExitAllow;
  } catch (const CLI::ParseError& error) {
    io.err << "portreeve " << help.command << ": " << utf8::printable(error.what(), kMessageBytes)
           << " ('portreeve " << help.command << " --help' tells more)\n";
    return kExitUsage;
  }
}

void print_error(Io& io, std::string_view command, const Error& error) {
  io.err << "portreeve " << command << ": " << utf8::printable(error.message, kMessageBytes);
  if (error.code == Errc::internal) io.err << " (" << error.file << ':' << error.line << ')';
  io.err << '\n';
}

}  // namespace portreeve::cli
