#include "cli/arguments.h"

#include <ostream>
#include <sstream>
#include <utility>
#include <vector>

#include "cli/exit_code.h"
#include "core/utf8.h"

namespace portreeve::cli {
namespace {

constexpr std::size_t kIndent = 30;
constexpr std::size_t kWidth = 100;
constexpr std::size_t kMessageBytes = 1024;

// CLI11 appends what a validator checks, "UINT:UINT in [1 - 2]"; the description says it better.
std::string type_of(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  const std::size_t range = type.find(" in [");
  if (range == std::string::npos) return type;
  const std::string name = type.substr(0, type.rfind(':', range));
  return name == "UINT" || name == "INT" ? "N" : name;
}

// "--format FORMAT", "-h, --help", "FILE".
std::string label(const CLI::Option& option) {
  std::string out;
  for (const std::string& name : option.get_snames()) out += (out.empty() ? "-" : ", -") + name;
  for (const std::string& name : option.get_lnames()) out += (out.empty() ? "--" : ", --") + name;
  if (out.empty()) return option.get_name(true);
  const std::string type = type_of(option);
  return type.empty() ? out : out + " " + type;
}

// `begin` and then the words of `text`, in lines of at most kWidth whose continuations are indented.
void print_wrapped(std::ostream& out, const std::string& begin, const std::string& text,
                   std::size_t indent) {
  std::string line = begin;
  bool first = true;
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    if (!first && line.size() + 1 + word.size() > kWidth) {
      out << line << '\n';
      line.assign(indent, ' ');
      first = true;
    }
    line += (first ? "" : " ") + word;
    first = false;
  }
  out << line << '\n';
}

void print_option(std::ostream& out, const CLI::Option& option) {
  std::string begin = "  " + label(option);
  if (begin.size() + 2 > kIndent) {
    out << begin << '\n';
    begin.clear();
  }
  begin.resize(kIndent, ' ');
  print_wrapped(out, begin, option.get_description(), kIndent);
}

// A line end after a full stop stays; all others are only where the author's line was full.
void print_purpose(std::ostream& out, const Help& help) {
  std::istringstream lines{std::string(help.purpose)};
  std::string paragraph;
  std::string begin = "portreeve " + std::string(help.command) + ": ";
  const auto flush = [&] {
    if (!paragraph.empty()) print_wrapped(out, std::exchange(begin, ""), paragraph, 0);
    paragraph.clear();
  };
  for (std::string line; std::getline(lines, line);) {
    paragraph += (paragraph.empty() ? "" : " ") + line;
    if (paragraph.back() == '.') flush();
  }
  flush();
}

void print_help(std::ostream& out, const CLI::App& app, const Help& help) {
  print_purpose(out, help);
  out << "\nusage: portreeve " << help.command << ' ' << help.synopsis << '\n';
  bool positional = false;
  for (const CLI::Option* option : app.get_options()) {
    if (!option->get_positional()) continue;
    if (!std::exchange(positional, true)) out << '\n';
    print_option(out, *option);
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
