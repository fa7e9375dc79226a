#pragma once

// What Helm printed, kept on disk between runs. Bytes only: what they mean is judged anew.

#include <optional>
#include <string>

#include "core/digest.h"
#include "render/helm.h"

namespace portreeve::engine {

/// One file a render, mode 0600, below a folder of the caller's. The name is a hash of everything
/// that the render rests on; the content carries its own digest and is hashed again when read, so a
/// file that was cut or changed is no hit. It is not a defence against somebody who may write
/// there: the folder must be the caller's own. Failures to read or write are misses. Thread-safe.
class RenderCache {
 public:
  /// Empty: nothing is kept.
  explicit RenderCache(std::string folder) : folder_(std::move(folder)) {}

  std::optional<render::HelmRun> find(const Digest& key) const;
  void keep(const Digest& key, const render::HelmRun& run) const;

 private:
  std::string path_of(const Digest& key) const;
  const std::string folder_;
};

}  // namespace portreeve::engine
