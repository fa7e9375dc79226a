#include "render/output.h"

#include <algorithm>

#include "core/limits.h"
#include "core/utf8.h"
#include "core/yaml.h"

namespace portreeve::render {
namespace {

constexpr std::string_view kSource = "# Source: ";
constexpr std::string_view kSeparator = "---\n";
constexpr std::size_t kNameBytes = 512;

std::string text_of(const Value& value) {
  return value.is_string() ? utf8::printable(value.text(), kNameBytes) : std::string();
}

std::vector<std::string> hooks_of(const Value& root) {
  std::vector<std::string> out;
  const Value hook = root["metadata"]["annotations"]["helm.sh/hook"];
  std::string_view rest = hook.is_string() ? hook.text() : std::string_view();
  while (!rest.empty()) {
    const std::size_t comma = rest.find(',');
    std::string_view one = rest.substr(0, comma);
    rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
    while (!one.empty() && one.front() == ' ') one.remove_prefix(1);
    while (!one.empty() && one.back() == ' ') one.remove_suffix(1);
    if (!one.empty()) out.push_back(utf8::printable(one, kNameBytes));
  }
  return out;
}

void describe(RenderedDocument& document) {
  const Value root = document.content->root();
  document.empty = root.is_null() || ((root.is_object() || root.is_array()) && root.size() == 0);
  document.api_version = text_of(root["apiVersion"]);
  document.kind = text_of(root["kind"]);
  document.name = text_of(root["metadata"]["name"]);
  document.name_space = text_of(root["metadata"]["namespace"]);
  document.hooks = hooks_of(root);
  document.custom_resource = document.kind == "CustomResourceDefinition";
}

/// Appends what stands in one part of the output.
void read_part(std::string source, std::uint32_t line, std::string_view text, MemoryBudget* memory,
               std::vector<RenderedDocument>& out) {
  RenderedDocument document;
  document.source = std::move(source);
  document.line = line;
  const ReadLimits limits{limits::kRenderBytes, limits::kReviewDepth,
                          limits::kRenderDocumentValues};
  Result<yaml::Stream> stream = yaml::parse_stream(std::string(text), limits, memory);
  if (!stream.ok()) {
    document.unread = utf8::printable(stream.error().message, limits::kQuotedBytes);
    out.push_back(std::move(document));
    return;
  }
  if (stream.value().documents.empty()) {
    document.empty = true;
    out.push_back(std::move(document));
    return;
  }
  for (DocumentPtr& content : stream.value().documents) {
    RenderedDocument one = document;
    one.content = std::move(content);
    describe(one);
    out.push_back(std::move(one));
  }
}

// The next "---\n# Source: " at the beginning of a line. Helm has split at every "---" before, so
// nothing inside a document looks like it.
std::size_t next_part(std::string_view output, std::size_t from) {
  const std::size_t at = output.find("\n---\n# Source: ", from);
  return at == std::string_view::npos ? at : at + 1;
}

bool only_space(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

}  // namespace

Result<RenderedOutput> read_output(std::string_view output, MemoryBudget* memory) {
  RenderedOutput out;
  out.memory = MemoryBudget::Reservation(memory);
  out.lines = static_cast<std::size_t>(std::count(output.begin(), output.end(), '\n'));
  if (only_space(output)) return out;
  // Without any other document the hooks stand behind an empty line.
  const std::size_t blank = output.find_first_not_of('\n');
  output.remove_prefix(blank);
  if (output.substr(0, kSeparator.size() + kSource.size()) !=
      std::string(kSeparator) + std::string(kSource)) {
    return Error{Errc::malformed, "the render does not begin with \"---\" and \"# Source:\": \"" +
                                      utf8::printable(output, 80) + "\""};
  }
  std::uint32_t line = 1 + static_cast<std::uint32_t>(blank);
  for (std::size_t at = 0; at != std::string_view::npos;) {
    const std::size_t end = next_part(output, at);
    std::string_view part = output.substr(at, end == std::string_view::npos ? end : end - at);
    const auto lines = static_cast<std::uint32_t>(std::count(part.begin(), part.end(), '\n'));
    part.remove_prefix(kSeparator.size() + kSource.size());
    const std::size_t name = part.find('\n');
    const std::string_view text = name == std::string_view::npos ? "" : part.substr(name + 1);
    read_part(utf8::printable(part.substr(0, name), kNameBytes), line + 2, text, memory,
              out.documents);
    PORTREEVE_CHECK(out.memory.grow(sizeof(RenderedDocument) + 256));
    if (out.documents.size() > limits::kRenderDocuments) {
      return Error{Errc::limit, "the render holds more than " +
                                    std::to_string(limits::kRenderDocuments) + " documents"};
    }
    line += lines;
    at = end;
  }
  for (const RenderedDocument& document : out.documents) {
    if (!document.unread.empty()) ++out.unread;
    if (document.unread.empty() && !document.empty) ++out.filled;
  }
  return out;
}

}  // namespace portreeve::render
