#include "render/helm.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>

#include "core/pattern.h"
#include "core/utf8.h"
#include "render/workspace.h"

namespace portreeve::render {
namespace {

bool says(std::string_view text, std::string_view what) {
  return text.find(what) != std::string_view::npos;
}

std::string quoted(std::string_view text) {
  constexpr std::size_t kShown = 200;
  return utf8::printable(text, kShown);
}

Error ended_by_signal(int signal, const ChildLimits& limits) {
  if (signal == SIGXCPU || signal == SIGKILL) {
    return Error{Errc::limit, "helm was killed: more than " + std::to_string(limits.processor) +
                                  " s of processor time, or out of the machine's memory"};
  }
  if (signal == SIGXFSZ) return Error{Errc::limit, "helm wrote too large a file"};
  return Error{Errc::unavailable, "helm crashed: signal " + std::to_string(signal)};
}

// What a machine says that is too small or too strict, not what a chart is to blame for. A chart
// that says so itself (`fail`) is undecided, which it has no use for.
std::optional<Error> machine_trouble(std::string_view errors) {
  constexpr std::pair<std::string_view, Errc> kTroubles[] = {
      {"cannot allocate memory", Errc::limit},
      {"out of memory", Errc::limit},
      {"file too large", Errc::limit},
      {"too many open files", Errc::limit},
      {"no space left on device", Errc::unavailable},
      {"operation not permitted", Errc::unavailable},
      {"resource temporarily unavailable", Errc::unavailable}};
  for (const auto& [text, code] : kTroubles) {
    if (says(errors, text)) return Error{code, "helm: " + quoted(errors)};
  }
  if (says(errors, "unknown flag") || says(errors, "unknown command")) {
    return Error{Errc::unsupported, "this helm is not one of 3 or 4: " + quoted(errors)};
  }
  return std::nullopt;
}

Result<HelmRun> judged(ChildResult child, const ChildLimits& limits) {
  switch (child.end) {
    case ChildResult::End::time:
      return Error{Errc::limit,
                   "helm did not end within " + std::to_string(limits.time.count() / 1000) + " s"};
    case ChildResult::End::output:
      return Error{Errc::limit,
                   "helm printed more than " + std::to_string(limits.output) + " bytes"};
    case ChildResult::End::killed:
      return ended_by_signal(child.status, limits);
    case ChildResult::End::exited:
      break;
  }
  HelmRun out;
  out.rendered = child.status == 0;
  out.message = std::move(child.errors);
  out.confinement = child.confinement;
  if (out.rendered) {
    out.output = std::move(child.output);
    return out;
  }
  if (std::optional<Error> trouble = machine_trouble(out.message)) return *trouble;
  // Helm's own failures are "Error: …" and 1. All else is a crash of the Go runtime, or no helm.
  if (child.status != 1 || !says(out.message, "Error: ")) {
    return Error{Errc::unavailable,
                 "helm ended with " + std::to_string(child.status) + ": " + quoted(out.message)};
  }
  return out;
}

bool executable_program(int file) {
  struct stat status {};
  char magic[4] = {};
  return ::fstat(file, &status) == 0 && S_ISREG(status.st_mode) && (status.st_mode & 0111) != 0 &&
         ::pread(file, magic, sizeof magic, 0) == sizeof magic &&
         std::memcmp(magic, "\177ELF", sizeof magic) == 0;
}

bool kube_version_like(std::string_view text) {
  static const Result<Pattern> kPattern = Pattern::compile(R"(v?1\.[0-9]{1,3}(\.[0-9]{1,3})?)");
  return kPattern.ok() && kPattern.value().matches(text);
}

// The chart and its values in `workspace`; what they are called there.
Result<std::vector<std::string>> lay_out(const ChartInput& chart, Workspace& workspace) {
  std::vector<std::string> values;
  for (const std::string& text : chart.values) {
    values.push_back("values-" + std::to_string(values.size()) + ".yaml");
    PORTREEVE_CHECK(workspace.add(values.back(), text));
  }
  if (!chart.package.empty()) {
    PORTREEVE_CHECK(workspace.add("chart.tgz", chart.package));
    return values;
  }
  PORTREEVE_CHECK(workspace.add_folder("chart"));
  for (const InputFile& file : chart.files) {
    PORTREEVE_CHECK(workspace.add("chart/" + file.path, file.content));
  }
  return values;
}

}  // namespace

Result<Helm> Helm::open(const std::string& path) {
  Descriptor program(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  if (!program.open()) {
    return Error{
        errno == ENOENT ? Errc::not_found : Errc::unavailable,
        "helm: " + quoted(path) + ": " + (errno == ENOENT ? "not there" : "cannot be opened")};
  }
  if (!executable_program(program.get())) {
    return Error{Errc::unavailable, "helm: " + quoted(path) + ": no executable program (ELF)"};
  }
  return Helm(path, std::move(program));
}

std::string Helm::find(std::string_view name, std::string_view folders) {
  while (!folders.empty()) {
    const std::size_t colon = folders.find(':');
    const std::string folder(folders.substr(0, colon));
    folders = colon == std::string_view::npos ? std::string_view() : folders.substr(colon + 1);
    if (folder.empty() || folder.front() != '/') continue;
    const std::string path = folder + "/" + std::string(name);
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) continue;
    if (::access(path.c_str(), X_OK) == 0) return path;
  }
  return {};
}

Outcome Helm::read(const std::function<void(std::string_view)>& take) const {
  std::array<char, 64 * 1024> buffer;
  for (off_t at = 0;;) {
    const ssize_t size = ::pread(program_.get(), buffer.data(), buffer.size(), at);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return Error{Errc::unavailable, "helm: " + quoted(path_) + ": cannot be read"};
    if (size == 0) return Done{};
    take({buffer.data(), static_cast<std::size_t>(size)});
    at += size;
  }
}

Result<HelmRun> Helm::run(std::vector<std::string> arguments, const std::string& folder) const {
  ChildSpec spec;
  spec.program = program_.get();
  spec.arguments = std::move(arguments);
  spec.folder = folder;
  PORTREEVE_TRY(ChildResult child, run_confined(spec));
  return judged(std::move(child), spec.limits);
}

Result<std::string> Helm::version() const {
  PORTREEVE_TRY(const Workspace workspace, Workspace::create());
  PORTREEVE_TRY(const HelmRun run,
                this->run({"helm", "version", "--template", "{{.Version}}"}, workspace.path()));
  static const Result<Pattern> kPattern =
      Pattern::compile(R"(v[34]\.[0-9]+\.[0-9]+[-+.0-9A-Za-z]*)");
  const std::string version = run.output.substr(0, run.output.find_last_not_of(" \n") + 1);
  if (!run.rendered || !kPattern.ok() || !kPattern.value().matches(version)) {
    return Error{Errc::unsupported, "helm: " + quoted(path_) + ": is no helm 3 or 4: it says \"" +
                                        quoted(run.rendered ? version : run.message) + "\""};
  }
  return version;
}

Result<HelmRun> Helm::render(const ChartInput& chart) const {
  if (!kube_version_like(chart.kube_version)) {
    return Error{Errc::malformed, "Kubernetes version \"" + quoted(chart.kube_version) +
                                      "\": expected such as 1.33.0"};
  }
  PORTREEVE_TRY(Workspace workspace, Workspace::create(chart.scratch));
  PORTREEVE_TRY(const std::vector<std::string> values, lay_out(chart, workspace));
  const std::string release = "smoke-" + chart.name;
  std::vector<std::string> arguments = {
      "helm",           "template",
      release,          chart.package.empty() ? "./chart" : "./chart.tgz",
      "--namespace",    release,
      "--kube-version", chart.kube_version};
  for (const std::string& name : values) {
    arguments.insert(arguments.end(), {"--values", name});
  }
  return run(std::move(arguments), workspace.path());
}

}  // namespace portreeve::render
