#include "report/listing.h"

#include "report/rows.h"

namespace portreeve::report {
namespace {

constexpr std::string_view kPlain = "\x1b[0m";
constexpr std::string_view kBold = "\x1b[1m";
constexpr std::size_t kQuotedColumns = 100;

std::string_view color_of(const Finding& finding) noexcept {
  if (finding.status == FindingStatus::undecided) return "\x1b[35m";
  if (finding.status != FindingStatus::fail) return {};
  if (finding.effect == Effect::deny) return "\x1b[1;31m";
  return finding.effect == Effect::warn || finding.observed ? "\x1b[33m" : std::string_view();
}

bool continues(char byte) noexcept { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

// The part of a line around a column, and where in it that column is; both in code points.
struct Quote {
  std::string text;
  std::size_t column = 0;
};

Quote quote(std::string_view line, std::size_t column) {
  std::size_t skip = column > kQuotedColumns ? column - kQuotedColumns / 2 : 0;
  Quote out;
  out.column = column - skip;
  std::size_t kept = 0;
  for (std::size_t at = 0; at < line.size() && kept < kQuotedColumns;) {
    std::size_t end = at + 1;
    while (end < line.size() && continues(line[end])) ++end;
    if (skip > 0) {
      --skip;
    } else {
      const std::string_view one = line.substr(at, end - at);
      // One column each, so that the caret stands below what it means.
      out.text += one == "\t"                                                     ? " "
                  : one.size() == 1 && static_cast<unsigned char>(one[0]) < 0x20U ? "?"
                                                                                  : clean(one);
      ++kept;
    }
    at = end;
  }
  return out;
}

class Writer {
 public:
  Writer(const Report& report, const TextOptions& options) : report_(report), options_(options) {}

  std::string write() {
    for (const std::string& note : report_.notes) out_ += clean(note) + "\n";
    for (const Group& group : grouped(report_, {options_.verbose, options_.verbose ? 0U : 4U})) {
      write(group);
    }
    write_examined(*report_.examined);
    const Summary summary = summarize(report_);
    const std::string_view color = summary.verdict == Decision::allow  ? "\x1b[32m"
                                   : summary.verdict == Decision::deny ? "\x1b[1;31m"
                                                                       : "\x1b[35m";
    out_ += colored(verdict_line(summary), color) + "\n";
    return std::move(out_);
  }

 private:
  std::string colored(std::string_view text, std::string_view color) const {
    if (!options_.color || color.empty()) return std::string(text);
    return std::string(color) + std::string(text) + std::string(kPlain);
  }

  void write(const Group& group) {
    const Finding& finding = *group.findings.front();
    out_ += colored(clean(place_of(finding)), kBold) + ": " +
            colored(word_of(finding), color_of(finding)) + " " + clean(finding.rule) + " (" +
            std::string(to_string(finding.severity)) + ")\n";
    if (finding.location.has_value()) write_quote(*finding.location);
    line("", finding.message);
    if (finding.location.has_value()) line("subject", finding.subject);
    line("found", finding.found);
    line("expected", finding.expected);
    line("fix", finding.fix);
    line("note", finding.note);
    line("waiver", finding.waiver);
    line("and", others_text(group, "--verbose, or --format json"));
  }

  void write_quote(const Location& location) {
    const std::optional<std::string_view> text = quoted_line(report_, location);
    if (!text.has_value() || location.column == 0) return;
    const Quote quoted = quote(*text, location.column - 1);
    const std::string number = std::to_string(location.line);
    out_ += "  " + number + " | " + quoted.text + "\n";
    out_ += "  " + std::string(number.size(), ' ') + " | " + std::string(quoted.column, ' ') +
            colored("^", color_caret()) + "\n";
  }
  static std::string_view color_caret() noexcept { return "\x1b[1;32m"; }

  void line(std::string_view name, std::string_view text) {
    constexpr std::size_t kColumn = 10;
    if (text.empty()) return;
    out_ += "    ";
    if (!name.empty()) out_ += std::string(name) + std::string(kColumn - name.size(), ' ');
    out_ += clean(text) + "\n";
  }

  void write_examined(const Examined& examined) {
    out_ += "examined " + counts_text(examined) + "\n";
    for (const std::string& text : skipped_lines(examined)) out_ += text + "\n";
    if (examined.elsewhere.empty()) return;
    out_ += "decided by the published artifact or the cluster only:";
    for (std::size_t i = 0; i < examined.elsewhere.size(); ++i) {
      out_ += (i == 0 ? " " : ", ") + clean(examined.elsewhere[i]);
    }
    out_ += "\n";
  }

  const Report& report_;
  const TextOptions& options_;
  std::string out_;
};

}  // namespace

std::string to_listing(const Report& report, const TextOptions& options) {
  return Writer(report, options).write();
}

}  // namespace portreeve::report
