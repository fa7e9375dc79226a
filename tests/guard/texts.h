#pragma once

// Manifests that tests of the repository door write.

#include <string>

namespace portreeve::testing {

inline std::string blueprint(const std::string& name, const std::string& version = "1.0.0",
                             const std::string& more = "") {
  return "apiVersion: catalyst.openova.io/v1\nkind: Blueprint\nmetadata:\n  name: " + name +
         "\n  labels:\n    catalyst.openova.io/section: platform\nspec:\n  version: " + version +
         "\n  card:\n    title: " + name.substr(name.find('-') + 1) +
         "\n    summary: Something to install.\n  visibility: unlisted\n" + more;
}

inline std::string config_map(const std::string& name) {
  return "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: " + name + "\n";
}

inline std::string chart(const std::string& name, const std::string& version = "1.0.0",
                         const std::string& more = "") {
  return "apiVersion: v2\nname: " + name + "\nversion: " + version +
         "\nannotations:\n  catalyst.openova.io/no-upstream: \"true\"\n" + more;
}

inline std::string release(const std::string& name, const std::string& chart,
                           const std::string& version) {
  return "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata:\n  name: " + name +
         "\n  namespace: flux-system\nspec:\n  chart:\n    spec:\n      chart: " + chart +
         "\n      version: " + version + "\n";
}

inline std::string waiver(const std::string& rule, const std::string& subject,
                          const std::string& expires = "2099-01-01") {
  return "apiVersion: portreeve.openova.io/v1alpha1\nkind: Waiver\nmetadata:\n  name: one\nspec:\n"
         "  rules: [" +
         rule + "]\n  subjects: ['" + subject +
         "']\n  owner: platform\n"
         "  reason: being replaced\n  ticket: T-1\n  expires: " +
         expires + "\n";
}

}  // namespace portreeve::testing
