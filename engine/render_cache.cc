#include "engine/render_cache.h"

#include <sys/stat.h>
#include <unistd.h>

#include <charconv>
#include <cstdio>

#include "core/file.h"
#include "core/limits.h"
#include "crypto/hash.h"

namespace portreeve::engine {
namespace {

// "portreeve-render/v1 SHA256 rendered|failed MESSAGE-BYTES CONFINEMENT\n" MESSAGE OUTPUT
constexpr std::string_view kMagic = "portreeve-render/v1 ";

std::string flags_of(const render::Confinement& held) {
  std::string out;
  for (const bool one : {held.network_namespace, held.user_namespace, held.process_namespace,
                         held.files, held.calls}) {
    out += one ? '1' : '0';
  }
  return out;
}

render::Confinement confinement_of(std::string_view flags) {
  const auto held = [&](std::size_t at) { return at < flags.size() && flags[at] == '1'; };
  return {held(0), held(1), held(2), held(3), held(4)};
}

std::string_view next_word(std::string_view& text) {
  const std::size_t end = text.find_first_of(" \n");
  const std::string_view word = text.substr(0, end);
  text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  return word;
}

}  // namespace

std::string RenderCache::path_of(const Digest& key) const { return folder_ + "/" + key.hex(); }

std::optional<render::HelmRun> RenderCache::find(const Digest& key) const {
  if (folder_.empty()) return std::nullopt;
  constexpr std::size_t kHead = 4096;
  const Result<std::string> text =
      read_file(path_of(key), limits::kRenderBytes + limits::kRenderErrorBytes + kHead);
  if (!text.ok()) return std::nullopt;
  std::string_view rest = text.value();
  if (rest.substr(0, kMagic.size()) != kMagic) return std::nullopt;
  rest.remove_prefix(kMagic.size());
  const std::string_view hash = next_word(rest);
  if (crypto::sha256_hex(rest) != hash) return std::nullopt;
  const std::string_view outcome = next_word(rest);
  const std::string_view size_text = next_word(rest);
  const std::string_view flags = next_word(rest);
  std::size_t size = 0;
  const auto [end, error] =
      std::from_chars(size_text.data(), size_text.data() + size_text.size(), size);
  if (error != std::errc() || end != size_text.data() + size_text.size() || size > rest.size()) {
    return std::nullopt;
  }
  render::HelmRun run;
  run.rendered = outcome == "rendered";
  run.message = std::string(rest.substr(0, size));
  run.output = std::string(rest.substr(size));
  run.confinement = confinement_of(flags);
  return run;
}

void RenderCache::keep(const Digest& key, const render::HelmRun& run) const {
  if (folder_.empty()) return;
  const std::string body = std::string(run.rendered ? "rendered " : "failed ") +
                           std::to_string(run.message.size()) + " " + flags_of(run.confinement) +
                           "\n" + run.message + run.output;
  ::mkdir(folder_.c_str(), 0700);
  // Whole or not at all: another run may read it now.
  const std::string partial = path_of(key) + "." + std::to_string(::getpid()) + ".partial";
  ::unlink(partial.c_str());
  const Outcome written =
      write_file(partial, std::string(kMagic) + crypto::sha256_hex(body) + " " + body);
  if (!written.ok() || ::rename(partial.c_str(), path_of(key).c_str()) != 0) {
    ::unlink(partial.c_str());
  }
}

}  // namespace portreeve::engine
