#include "engine/renderer.h"

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <mutex>

#include "core/inflate.h"
#include "core/limits.h"
#include "core/utf8.h"
#include "crypto/hash.h"
#include "render/output.h"

namespace portreeve::engine {
namespace {

using policies::RenderFacts;

constexpr std::size_t kReasonBytes = 2048;

// The beginning says where, the end says why; what upstream greps for is kept wherever it stands.
std::string shortened(const std::string& text) {
  constexpr std::size_t kHead = 600;
  constexpr std::size_t kAround = 100;
  if (text.size() <= kReasonBytes - kAround) return utf8::printable(text, kReasonBytes);
  const std::string_view all = text;
  const std::string_view tail = all.substr(text.size() - kHead);
  std::string out = utf8::printable(all.substr(0, kHead), kHead + kAround) + " … ";
  for (const std::string_view word : {"execution error", "required"}) {
    const auto at =
        std::search(text.begin(), text.end(), word.begin(), word.end(),
                    [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b; });
    if (at == text.end()) continue;
    const auto from = static_cast<std::size_t>(at - text.begin());
    out += utf8::printable(all.substr(from, kAround), kAround + 20) + " … ";
    break;
  }
  return utf8::printable(out + utf8::printable(tail, kHead + kAround), kReasonBytes);
}

// Helm writes warnings before the error; the error says why.
std::string reason_of(std::string_view message) {
  const std::size_t error = message.rfind("\nError: ");
  if (error != std::string_view::npos) message.remove_prefix(error + 1);
  while (!message.empty() && (message.back() == '\n' || message.back() == ' ')) {
    message.remove_suffix(1);
  }
  std::string line(message);
  std::replace(line.begin(), line.end(), '\n', ' ');
  return shortened(line);
}

void add_confinement(const render::Confinement& held, RenderFacts& facts) {
  const auto add = [&](const char* name, bool holds, const char* why) {
    facts.confinement.push_back({name, holds, holds ? "" : why});
  };
  constexpr const char* kNamespaces = "the kernel or the container allows no namespaces";
  add("network namespace", held.network_namespace, kNamespaces);
  add("user namespace", held.user_namespace, kNamespaces);
  add("process namespace", held.process_namespace, kNamespaces);
  add("Landlock", held.files, "the kernel has none, or it is switched off");
  add("seccomp", held.calls, "the kernel has none, or it is switched off");
  add("limits", true, "");
}

void add_documents(render::RenderedOutput output, RenderFacts& facts) {
  facts.lines = output.lines;
  for (render::RenderedDocument& one : output.documents) {
    policies::RenderedDocument document;
    document.source = std::move(one.source);
    document.line = one.line;
    document.hook = !one.hooks.empty();
    document.unread = std::move(one.unread);
    if (!one.empty) document.document = std::move(one.content);
    facts.documents.push_back(std::move(document));
  }
  if (output.unread > 0) {
    facts.notes.push_back(std::to_string(output.unread) +
                          " documents of the render cannot be read");
  }
}

// Nothing that holds something was read, and something was not: nobody can say that it is empty.
std::optional<Error> undecided_render(const RenderFacts& facts) {
  const policies::RenderedDocument* unread = nullptr;
  for (const policies::RenderedDocument& one : facts.documents) {
    if (one.document != nullptr) return std::nullopt;
    if (!one.unread.empty() && unread == nullptr) unread = &one;
  }
  if (unread == nullptr) return std::nullopt;
  return Error{Errc::malformed,
               unread->source + ": the rendered document cannot be read: " + unread->unread};
}

}  // namespace

Result<std::shared_ptr<const Renderer>> Renderer::open(Options options) {
  if (options.pinned_only && !options.sha256) {
    return Error{Errc::misconfigured,
                 "helm: this door runs only a helm that Config pins: "
                 "helm: {program: …, sha256: …}"};
  }
  if (options.program.empty()) options.program = render::Helm::find("helm", options.search);
  if (options.program.empty()) return Error{Errc::not_found, "there is no helm in PATH"};
  PORTREEVE_TRY(render::Helm helm, render::Helm::open(options.program));
  std::shared_ptr<Renderer> out(new Renderer(std::move(options), std::move(helm)));
  crypto::Sha256Stream hash;
  PORTREEVE_CHECK(out->helm_.read([&](std::string_view bytes) { hash.update(bytes); }));
  out->digest_ = Digest(hash.finish());
  const std::optional<Digest>& pinned = out->options_.sha256;
  if (pinned && !(*pinned == out->digest_)) {
    return Error{Errc::misconfigured, "helm: " + utf8::printable(out->options_.program, 200) +
                                          " is " + out->digest_.text() + "; Config pins " +
                                          pinned->text()};
  }
  PORTREEVE_TRY(out->version_, out->helm_.version());
  return std::shared_ptr<const Renderer>(std::move(out));
}

std::string Renderer::text() const {
  return "helm " + version_ + " (" + utf8::printable(options_.program, 200) + ", " +
         digest_.text() + "), " + (pinned() ? "pinned" : "not pinned") + "; Kubernetes " +
         options_.kube_version;
}

Digest Renderer::key_of(const RenderInput& input) const {
  crypto::Sha256Stream hash;
  hash.update("v1 " + input.digest.text() + " " + digest_.text() + " " + options_.kube_version +
              " " + std::to_string(static_cast<int>(input.form)) + " " + input.chart.name);
  for (const std::string& values : input.chart.values) {
    hash.update(" " + crypto::sha256_hex(values));
  }
  return Digest(hash.finish());
}

Result<render::HelmRun> Renderer::run(const RenderInput& input) const {
  const Digest key = key_of(input);
  if (std::optional<render::HelmRun> kept = cache_.find(key)) return std::move(*kept);
  render::ChartInput chart = input.chart;
  chart.kube_version = options_.kube_version;
  chart.scratch = options_.scratch;
  PORTREEVE_TRY(render::HelmRun run, helm_.render(chart));
  cache_.keep(key, run);
  return run;
}

Result<RenderFacts> Renderer::facts_of(const RenderInput& input, render::HelmRun run,
                                       MemoryBudget* memory) const {
  RenderFacts facts;
  facts.helm = version_;
  facts.pinned = pinned();
  facts.kube_version = options_.kube_version;
  facts.chart = input.digest;
  facts.program = digest_;
  facts.notes = input.notes;
  add_confinement(run.confinement, facts);
  if (!run.rendered) {
    facts.outcome = RenderFacts::Outcome::failed;
    facts.reason = reason_of(run.message);
    return facts;
  }
  PORTREEVE_TRY(render::RenderedOutput output, render::read_output(run.output, memory));
  GzipCounter packed;
  packed.write(run.output);
  facts.packed_bytes = packed.finish();
  add_documents(std::move(output), facts);
  if (std::optional<Error> unread = undecided_render(facts)) return *unread;
  return facts;
}

Evidence Renderer::render(const RenderInput& input, MemoryBudget* memory) const {
  Result<render::HelmRun> run = this->run(input);
  if (!run.ok()) return Absent{run.error()};
  const std::size_t weight = run.value().output.size() * 2;
  Result<RenderFacts> facts = facts_of(input, std::move(run).value(), memory);
  if (!facts.ok()) return Absent{facts.error()};
  Fact out;
  out.digest = input.digest;
  out.provenance = text();
  out.weight = weight;
  out.value = std::make_shared<const std::any>(std::move(facts).value());
  return out;
}

std::vector<Evidence> Renderer::render_all(const std::vector<Result<RenderInput>>& inputs,
                                           MemoryBudget* memory, Threads& threads) const {
  std::vector<Evidence> out(inputs.size(), Absent{Error{Errc::internal, "not rendered"}});
  std::mutex mutex;
  std::condition_variable finished;
  std::size_t open = inputs.size();
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const auto answer = [&, i](Evidence evidence) {
      const std::lock_guard<std::mutex> lock(mutex);
      out[i] = std::move(evidence);
      --open;
      finished.notify_all();
    };
    if (!inputs[i].ok()) {
      answer(Absent{inputs[i].error()});
      continue;
    }
    const Task task = [&, i, answer](const Outcome& go) {
      Evidence evidence = Absent{go.ok() ? Error{Errc::limit, "out of memory"} : go.error()};
      try {
        if (go.ok()) evidence = render(inputs[i].value(), memory);
      } catch (const std::exception& error) {
        evidence = Absent{Error{Errc::internal, error.what()}};
      }
      answer(std::move(evidence));
    };
    const Outcome queued = threads.compute({SteadyTime::max(), SteadyTime::max(), task});
    if (!queued.ok()) answer(Absent{queued.error()});
  }
  std::unique_lock<std::mutex> lock(mutex);
  finished.wait(lock, [&] { return open == 0; });
  return out;
}

}  // namespace portreeve::engine
