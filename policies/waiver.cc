#include "policies/waiver.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/fold.h"
#include "core/json.h"
#include "crypto/hash.h"

namespace portreeve::policies {
namespace {

constexpr auto kWarnBefore = std::chrono::hours(24) * 14;

bool has(const std::vector<std::string>& list, const std::string& text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

bool waivable(const Finding& finding) {
  const auto begins = [&](std::string_view prefix) {
    return std::string_view(finding.rule).substr(0, prefix.size()) == prefix;
  };
  return finding.status == FindingStatus::fail && !begins("waiver/") && !begins("gate/");
}

// Blanks, punctuation and invisible characters alone.
bool says_nothing(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const fold::CodePoint next = fold::code_point_at(text, at);
    if (fold::classify(next.value) >= fold::CharClass::letter) return false;
    at += next.size;
  }
  return true;
}

Finding about(const Waiver& waiver, const Subject& subject, std::string rule, Effect effect) {
  Finding out;
  out.rule = std::move(rule);
  out.severity = Severity::medium;
  out.effect = effect;
  out.subject = subject.id();
  out.waiver = waiver.name;
  out.found = waiver.where;
  return out;
}

// A Waiver as it was printed is not filled in yet.
constexpr std::string_view kPlaceholders[] = {kWaiverOwner, kWaiverReason, kWaiverTicket};

bool placeholder(const std::string& text) {
  return std::any_of(std::begin(kPlaceholders), std::end(kPlaceholders),
                     [&](std::string_view word) { return text.find(word) != std::string::npos; });
}

// Names of waivers differ in a set: the same for the same rule and subject, else another.
std::string waiver_name(const std::string& rule, const std::string& subject) {
  constexpr std::size_t kDigits = 8;
  return rule.substr(rule.find('/') + 1) + "-" +
         crypto::sha256_hex(rule + "\n" + subject).substr(0, kDigits);
}

std::string last_day(const Waiver& waiver) { return format_date(waiver.expires - Milliseconds(1)); }

}  // namespace

Result<Waiver> read_waiver(const Source& source, const Value& root) {
  PORTREEVE_TRY(Fields document, Fields::open(source, root, "Waiver"));
  document.take("apiVersion");
  document.take("kind");
  PORTREEVE_TRY(const Value metadata, document.need("metadata", ValueType::object));
  PORTREEVE_TRY(const Value spec, document.need("spec", ValueType::object));
  PORTREEVE_CHECK(document.finish());
  Waiver out;
  out.where = source.at(root);
  PORTREEVE_TRY(Fields meta, Fields::open(source, metadata, "metadata"));
  PORTREEVE_TRY(out.name, meta.need_text("name"));
  meta.take("labels");
  meta.take("annotations");
  PORTREEVE_CHECK(meta.finish());
  PORTREEVE_TRY(Fields fields, Fields::open(source, spec, "spec"));
  PORTREEVE_TRY(out.rules, fields.maybe_texts("rules"));
  PORTREEVE_TRY(out.subjects, fields.maybe_texts("subjects"));
  PORTREEVE_TRY(out.owner, fields.need_text("owner"));
  PORTREEVE_TRY(out.reason, fields.need_text("reason"));
  PORTREEVE_TRY(out.ticket, fields.need_text("ticket"));
  PORTREEVE_TRY(const std::string expires, fields.need_text("expires"));
  PORTREEVE_CHECK(fields.finish());
  for (const auto& [key, text] : {std::pair<std::string_view, const std::string*>("owner", &out.owner),
                                  {"reason", &out.reason}, {"ticket", &out.ticket}}) {
    if (placeholder(*text)) {
      return fields.error(spec[key], std::string(key) + ": still says " + *text +
                                         ", as 'portreeve waive' printed it; fill it in");
    }
    if (says_nothing(*text)) {
      return fields.error(spec[key], std::string(key) + ": says nothing; expected a text with letters or digits");
    }
  }
  if (out.rules.empty()) return fields.error(spec, "rules: a waiver names the rules it waives");
  if (out.subjects.empty()) return fields.error(spec, "subjects: a waiver names its subjects");
  Result<TimePoint> day = parse_date(expires);
  if (!day.ok()) return fields.error(spec["expires"], "expires: " + day.error().message);
  out.expires = day.value() + std::chrono::hours(24);
  return out;
}

void apply_waivers(const std::vector<Waiver>& waivers, const Subject& subject, TimePoint now,
                   std::vector<Finding>& findings) {
  // Before a merge a stale exception is a fault of the change; at admission it must not stop
  // somebody else's write.
  const Effect stale = subject.door == Door::guard ? Effect::deny : Effect::warn;
  const std::string id = subject.id();
  std::vector<Finding> more;
  for (const Waiver& waiver : waivers) {
    const bool named = std::any_of(findings.begin(), findings.end(), [&](const Finding& finding) {
      return finding.subject != id && has(waiver.subjects, finding.subject);
    });
    if (!named && !has(waiver.subjects, id)) continue;
    if (waiver.expired(now)) {
      Finding finding = about(waiver, subject, "waiver/expired", stale);
      finding.message = "waiver \"" + waiver.name + "\" ended with " + last_day(waiver);
      finding.fix = "remove it, or have " + waiver.owner + " renew it (" + waiver.ticket + ")";
      more.push_back(std::move(finding));
      continue;
    }
    bool used = false;
    for (Finding& finding : findings) {
      if (!waivable(finding) || !has(waiver.rules, finding.rule) || !has(waiver.subjects, finding.subject)) {
        continue;
      }
      finding.status = FindingStatus::waived;
      finding.effect = Effect::report;
      finding.waiver = waiver.name;
      used = true;
    }
    if (!used) {
      Finding finding = about(waiver, subject, "waiver/unused", stale);
      finding.message = "waiver \"" + waiver.name + "\" matches no finding of this object";
      finding.fix = "remove it";
      more.push_back(std::move(finding));
    } else if (now >= waiver.expires - kWarnBefore) {
      Finding finding = about(waiver, subject, "waiver/expiring", Effect::warn);
      finding.message = "waiver \"" + waiver.name + "\" ends with " + last_day(waiver);
      finding.fix = "correct the object, or have " + waiver.owner + " renew it";
      more.push_back(std::move(finding));
    }
  }
  for (Finding& finding : more) findings.push_back(std::move(finding));
}

std::string waiver_text(const WaiverRequest& request, TimePoint now) {
  const auto quoted = [](const std::string& text) {
    std::string out;
    json::append_string(out, text);  // Which YAML reads as it is.
    return out;
  };
  const auto filled = [&](const std::string& text, std::string_view otherwise) {
    return text.empty() ? std::string(otherwise) : quoted(text);
  };
  return "---\n"
         "apiVersion: portreeve.openova.io/v1alpha1\n"
         "kind: Waiver\n"
         "metadata:\n"
         "  name: " +
         waiver_name(request.rule, request.subject) +
         "\n"
         "spec:\n"
         "  rules: [" +
         request.rule +
         "]\n"
         "  subjects: [" +
         quoted(request.subject) +
         "]\n"
         "  owner: " +
         filled(request.owner, kWaiverOwner) +
         "\n"
         "  reason: " +
         filled(request.reason, kWaiverReason) +
         "\n"
         "  ticket: " +
         filled(request.ticket, kWaiverTicket) +
         "\n"
         "  expires: " +
         format_date(now + std::chrono::hours(24) * 30) + "\n";
}

}  // namespace portreeve::policies
