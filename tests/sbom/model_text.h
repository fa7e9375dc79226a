#pragma once

// A model as sorted lines in which elements are called by what they are, not by their references:
// equal for two documents that say the same.

#include <algorithm>
#include <string>
#include <vector>

#include "sbom/model.h"

namespace portreeve::sbom {

struct ModelTextOptions {
  bool edges = true;
  bool hash_subjects = true;
  bool scopes = true;
  bool properties = true;
};

inline std::string said(const Text& text) {
  if (text.absent()) return "-";
  if (text.state() == Stated::none) return "NONE";
  if (text.state() == Stated::no_assertion) return "NOASSERTION";
  return std::string(text.view());
}

inline std::string called(const Document& document, std::uint32_t index) {
  const Component& c = document.components[index];
  return said(c.group) + "/" + said(c.name) + "@" + said(c.version);
}

inline std::string sorted_text(std::vector<std::string> parts) {
  std::sort(parts.begin(), parts.end());
  std::string out;
  for (const std::string& part : parts) out += " " + part;
  return out;
}

inline std::string agents_text(std::span<const Agent> agents) {
  std::vector<std::string> parts;
  for (const Agent& agent : agents) {
    parts.push_back(std::string(to_string(agent.kind)) + ":" + said(agent.name) + "<" +
                    said(agent.email) + ">");
  }
  return sorted_text(parts);
}

inline std::string component_text(const Document& d, std::uint32_t index,
                                  const ModelTextOptions& options) {
  const Component& c = d.components[index];
  std::string out = called(d, index) + " " + std::string(to_string(c.element)) + " " +
                    std::string(to_string(c.kind));
  if (options.scopes) out += " " + std::string(to_string(c.scope));
  out += std::string(c.primary ? " primary" : "") + " c=" + said(c.copyright);
  std::vector<std::string> parts;
  for (const Identifier& id : d.identifiers_of(c))
    parts.push_back(std::string(to_string(id.kind)) + "=" + said(id.text));
  for (const Hash& hash : d.hashes_of(c)) {
    parts.push_back(
        (options.hash_subjects ? std::string(to_string(hash.subject)) : std::string("hash")) + ":" +
        std::string(to_string(hash.algorithm)) + "=" + said(hash.value));
  }
  for (const Licence& licence : d.licences_of(c)) {
    if (licence.role == LicenceRole::in_files) continue;
    parts.push_back(std::string(to_string(licence.role)) + "=" + said(licence.text));
  }
  for (const Link& link : d.links_of(c))
    parts.push_back(std::string(to_string(link.kind)) + "=" + said(link.uri));
  if (options.properties) {
    for (const Property& p : d.properties_of(c))
      parts.push_back(said(p.name) + "=" + said(p.value));
  }
  return out + sorted_text(parts) + " s" + agents_text(d.suppliers_of(c)) + " p" +
         agents_text(d.producers_of(c));
}

inline std::string model_text(const Document& d, const ModelTextOptions& options = {}) {
  std::vector<std::string> lines;
  for (std::uint32_t i = 0; i < d.components.size(); ++i)
    lines.push_back(component_text(d, i, options));
  if (options.edges) {
    for (const Edge& edge : d.edges) {
      lines.push_back("edge " + called(d, edge.from) + " " + std::string(to_string(edge.kind)) +
                      " " + std::string(to_string(edge.scope)) + " " + called(d, edge.to));
    }
  }
  std::sort(lines.begin(), lines.end());
  std::string out =
      "created " + said(d.created) + " authors" + agents_text(d.authors_rows()) + "\n";
  for (const std::string& line : lines) out += line + "\n";
  return out;
}

}  // namespace portreeve::sbom
