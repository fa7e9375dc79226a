#include "policies/sbom_selection.h"

#include <algorithm>

#include "policies/artifact_rule.h"

namespace portreeve::policies {
namespace {

/// Families (design §7): with or without "/vN".
constexpr std::string_view kPredicateFamilies[] = {
    "https://spdx.dev/Document", "https://cyclonedx.org/bom", "https://syft.dev/bom"};

constexpr std::pair<std::string_view, WhichSbom> kWhich[] = {
    {"all", WhichSbom::all}, {"any", WhichSbom::any}, {"newest", WhichSbom::newest}};
constexpr std::pair<std::string_view, Platforms> kPlatforms[] = {
    {"index", Platforms::index},
    {"all-children", Platforms::all_children},
    {"any-child", Platforms::any_child}};
constexpr std::pair<std::string_view, sbom::Family> kFormats[] = {
    {"spdx", sbom::Family::spdx},
    {"cyclonedx", sbom::Family::cyclonedx},
    {"syft", sbom::Family::syft}};

}  // namespace

Outcome SbomCheck::read_authorities(Fields& with, const DataSet& data) {
  trust_ = data.trust();
  PORTREEVE_TRY(unsigned_too_, with.maybe_bool("unsafe-unsigned", false));
  PORTREEVE_TRY(const Value value, with.maybe("authorities", ValueType::object));
  if (!value.present()) {
    if (unsigned_too_) return Done{};
    return with.error(with.object(), "authorities: {any: [...]} is needed: whose SBOMs count");
  }
  PORTREEVE_TRY(Fields fields, Fields::open(with.source(), value, "authorities"));
  PORTREEVE_TRY(const Value any, fields.need("any", ValueType::array));
  PORTREEVE_CHECK(fields.finish());
  PORTREEVE_TRY(authorities_, read_texts(with.source(), any, "authorities"));
  std::sort(authorities_.begin(), authorities_.end());
  if (authorities_.empty()) return fields.error(any, "names no authority");
  for (const std::string& name : authorities_) {
    if (trust_ != nullptr && trust_->authority(name) != nullptr) continue;
    return fields.error(any, "there is no Authority \"" + name + "\"");
  }
  return Done{};
}

Outcome SbomCheck::read_formats(Fields& with) {
  PORTREEVE_TRY(const Value formats, with.maybe("formats", ValueType::array));
  for (const Value format : formats) {
    PORTREEVE_TRY(const sbom::Family family, read_word(with.source(), format, kFormats));
    formats_.insert(family);
  }
  if (const Value which = with.take("which"); which.present()) {
    PORTREEVE_TRY(which_, read_word(with.source(), which, kWhich));
  }
  if (const Value platforms = with.take("platforms"); platforms.present()) {
    PORTREEVE_TRY(platforms_, read_word(with.source(), platforms, kPlatforms));
  }
  PORTREEVE_TRY(const std::uint64_t messages, with.maybe_count("messages", kMessages));
  messages_ = static_cast<std::size_t>(std::clamp<std::uint64_t>(messages, 1, 64));
  return Done{};
}

Result<std::shared_ptr<const SbomCheck>> SbomCheck::read(Fields& with, const DataSet& data) {
  const auto out = std::make_shared<SbomCheck>();
  PORTREEVE_CHECK(out->read_authorities(with, data));
  PORTREEVE_CHECK(out->read_formats(with));
  PORTREEVE_CHECK(with.finish());
  return std::shared_ptr<const SbomCheck>(out);
}

SignatureAsk SbomCheck::ask(const std::string& authority) const {
  SignatureAsk out;
  out.authority = authority;
  out.demand.kind = verifiers::Demand::Kind::attestation;
  for (const std::string_view family : kPredicateFamilies) {
    out.demand.predicate_types.push_back(std::string(family) + "/v*");
  }
  out.complete = true;  // The first may not be the one that a rule is about.
  return out;
}

std::vector<SignatureAsk> SbomCheck::asks() const {
  std::vector<SignatureAsk> out;
  for (const std::string& authority : authorities_) out.push_back(ask(authority));
  return out;
}

std::vector<std::string> SbomCheck::covering(const Reference& reference) const {
  std::vector<std::string> out;
  for (const std::string& name : authorities_) {
    const verifiers::Authority* const authority = trust_->authority(name);
    if (authority != nullptr && authority->covers(reference.name())) out.push_back(name);
  }
  return out;
}

/// Without an authority only what is unsigned is asked for.
Key SbomCheck::key(const Reference& reference, const std::string& authority) const {
  EvidenceScope scope;
  scope.trust = trust_ == nullptr ? std::string() : trust_->id();
  if (!authority.empty()) scope.ask = ask(authority).id();
  scope.platforms = platforms_;
  return Key{"sbom", reference.text(), scope.text()};
}

std::vector<Key> SbomCheck::needs(const Scope& scope) const {
  std::vector<Key> out;
  if (scope.artifact == nullptr || !scope.artifact->reference) return out;
  const Reference& reference = *scope.artifact->reference;
  for (const std::string& name : covering(reference)) out.push_back(key(reference, name));
  if (out.empty() && unsigned_too_) out.push_back(key(reference, {}));
  return out;
}

std::string SbomCheck::wanted() const {
  std::string formats;
  for (const auto& [word, family] : kFormats) {
    if (formats_.count(family) != 0) formats += (formats.empty() ? "" : " or ") + std::string(word);
  }
  std::string names;
  for (const std::string& name : authorities_) names += (names.empty() ? "" : " or ") + name;
  std::string out = (formats.empty() ? "an SBOM" : "an SBOM (" + formats + ")");
  return names.empty() ? out : out + " attested by " + names;
}

}  // namespace portreeve::policies
