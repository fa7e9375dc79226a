#include "sbom/licence_rules.h"

#include "core/utf8.h"
#include "sbom/licence_list.h"

namespace portreeve::sbom {
namespace {

bool identity(const LicenceLeaf& leaf) {
  return leaf.kind == LicenceLeaf::Kind::listed || leaf.kind == LicenceLeaf::Kind::reference;
}

std::vector<std::string> versions_of(const LicenceLeaf& leaf) {
  if (leaf.kind != LicenceLeaf::Kind::listed || !leaf.or_later) return {leaf.id};
  return versions_from(leaf.id);
}

bool add_group(std::string_view name, std::set<std::string, std::less<>>& ids) {
  const bool osi = name == "osi-approved", fsf = name == "fsf-libre", old = name == "deprecated";
  if (!osi && !fsf && !old) return false;
  for (const ListedLicence& licence : listed_licences()) {
    if (!(osi && licence.osi) && !(fsf && licence.fsf) && !(old && licence.deprecated)) continue;
    const LicenceExpression expression = LicenceExpression::read(licence.id);
    const LicenceLeaf& leaf = expression.leaves().front();
    if (leaf.exception.empty()) ids.insert(leaf.id);
  }
  return true;
}

Error misconfigured(std::string_view entry, std::string_view why) {
  return {Errc::misconfigured,
          "licence \"" + utf8::printable(entry, 128) + "\": " + std::string(why)};
}

}  // namespace

Result<LicenceSet> LicenceSet::compile(const std::vector<std::string>& entries) {
  LicenceSet out;
  for (const std::string& entry : entries) {
    if (add_group(entry, out.ids_)) continue;
    if (entry.find('*') != std::string::npos) {
      Result<Glob> glob = Glob::compile(entry);
      if (!glob.ok()) return misconfigured(entry, glob.error().message);
      bool met = entry.find("LicenseRef-") != std::string::npos;
      for (const ListedLicence& licence : listed_licences()) {
        if (!glob.value().matches(licence.id)) continue;
        met = true;
        const LicenceExpression expression = LicenceExpression::read(licence.id);
        const LicenceLeaf& leaf = expression.leaves().front();
        if (!leaf.exception.empty()) continue;
        for (std::string& id : versions_of(leaf)) out.ids_.insert(std::move(id));
      }
      if (!met) return misconfigured(entry, "meets no licence of the SPDX list");
      out.globs_.push_back(std::move(glob).value());
      continue;
    }
    Result<LicenceExpression> read = LicenceExpression::parse(entry, LicenceGrammar::spec3);
    if (!read.ok()) return misconfigured(entry, read.error().message);
    if (read.value().leaves().size() != 1) return misconfigured(entry, "one licence an entry");
    const LicenceLeaf& leaf = read.value().leaves().front();
    if (!identity(leaf)) return misconfigured(entry, "is not on the SPDX list and no LicenseRef-");
    for (const std::string& id : versions_of(leaf)) {
      if (leaf.exception.empty()) {
        out.ids_.insert(id);
      } else {
        out.pairs_.insert(id + " WITH " + leaf.exception);
      }
    }
  }
  return out;
}

bool LicenceSet::holds(std::string_view id) const {
  if (ids_.find(id) != ids_.end()) return true;
  for (const Glob& glob : globs_) {
    if (glob.matches(id)) return true;
  }
  return false;
}

std::optional<bool> LicenceSet::any_version(const LicenceLeaf& leaf) const {
  for (const std::string& id : versions_of(leaf)) {
    if (holds(id)) return true;
  }
  if (!identity(leaf)) return std::nullopt;
  return false;
}

std::optional<bool> LicenceSet::every_version(const LicenceLeaf& leaf) const {
  for (const std::string& id : versions_of(leaf)) {
    if (holds(id)) continue;
    if (!identity(leaf)) return std::nullopt;
    return false;
  }
  return true;
}

bool LicenceSet::holds_pair(const LicenceLeaf& leaf) const {
  for (const std::string& id : versions_of(leaf)) {
    if (pairs_.find(id + " WITH " + leaf.exception) != pairs_.end()) return true;
  }
  return false;
}

bool LicenceExceptions::covers(const LicenceLeaf& leaf) const {
  if (leaf.exception.empty()) return true;
  return leaf.exception_listed && (any || ids.find(leaf.exception) != ids.end());
}

std::optional<bool> licence_allowed(const LicenceLeaf& leaf, const LicenceSet& allow,
                                    const LicenceExceptions& exceptions) {
  if (leaf.kind == LicenceLeaf::Kind::none) return false;
  if (!leaf.exception.empty() && allow.holds_pair(leaf)) return true;
  if (!leaf.exception_listed) return std::nullopt;
  const std::optional<bool> in = allow.any_version(leaf);
  if (in != true) return in;
  return exceptions.covers(leaf);
}

std::optional<bool> licence_not_denied(const LicenceLeaf& leaf, const LicenceSet& deny,
                                       const LicenceExceptions& exceptions, bool strict) {
  if (leaf.kind == LicenceLeaf::Kind::none) return true;
  if (!leaf.exception.empty()) {
    if (deny.holds_pair(leaf)) return false;
    if (exceptions.covers(leaf)) return true;
  }
  const std::optional<bool> in = strict ? deny.any_version(leaf) : deny.every_version(leaf);
  if (!in) return std::nullopt;
  return !*in;
}

}  // namespace portreeve::sbom
