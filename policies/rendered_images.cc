#include "policies/rendered_images.h"

#include "kube/images.h"

namespace portreeve::policies {

std::set<std::string> rendered_images(const RenderFacts& render) {
  std::set<std::string> out;
  for (const RenderedDocument& rendered : render.documents) {
    if (rendered.document == nullptr) continue;
    const Value root = rendered.document->root();
    const std::string api(root["apiVersion"].text());
    const std::size_t slash = api.find('/');
    const std::string group = slash == std::string::npos ? "" : api.substr(0, slash);
    for (const Value image : kube::images(group, root["kind"].text(), root)) {
      if (image.is_string()) out.emplace(image.text());
    }
  }
  return out;
}

}  // namespace portreeve::policies
