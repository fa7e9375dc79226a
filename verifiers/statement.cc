#include "verifiers/statement.h"

#include <algorithm>
#include <optional>

#include "core/json.h"
#include "core/limits.h"

namespace portreeve::verifiers {
namespace {

constexpr std::string_view kTypes[] = {"https://in-toto.io/Statement/v1",
                                       "https://in-toto.io/Statement/v0.1"};

Rejection malformed(const std::string& where, std::string_view message) {
  return {Reason::statement_malformed, "statement" + where + ": " + std::string(message)};
}

bool lower_hex(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
  });
}

Passed check_digest(const SubjectDigest& digest, const std::string& where) {
  const std::optional<crypto::HashKind> kind = hash_kind(digest.algorithm);
  if (!kind.has_value()) return Done{};
  const std::size_t digits = 2 * crypto::size_of(*kind);
  if (digest.hex.size() != digits || !lower_hex(digest.hex)) {
    return malformed(where + "." + digest.algorithm, "expected " + std::to_string(digits) +
                                                         " lower-case hexadecimal digits, found " +
                                                         quoted(digest.hex));
  }
  return Done{};
}

Checked<StatementSubject> read_subject(const Value& value, const std::string& where) {
  if (!value.is_object()) return malformed(where, "expected an object");
  StatementSubject subject;
  const Value name = value["name"];
  if (name.present() && !name.is_null() && !name.is_string()) {
    return malformed(where + ".name", "expected a string");
  }
  subject.name = name.text();
  const Value digests = value["digest"];
  if (!digests.is_object() || digests.size() == 0) {
    return malformed(where + ".digest", "expected an object with at least one digest");
  }
  if (digests.size() > limits::kSubjectDigests) {
    return Rejection{Reason::too_large, "statement" + where + ".digest: " +
                                            std::to_string(digests.size()) + " digests, limit is " +
                                            std::to_string(limits::kSubjectDigests)};
  }
  for (const Value digest : digests) {
    if (!digest.is_string()) return malformed(where + ".digest", "expected texts");
    subject.digests.push_back({std::string(digest.key().text()), std::string(digest.text())});
    PORTREEVE_CHECK(check_digest(subject.digests.back(), where + ".digest"));
  }
  const Value annotations = value["annotations"];
  if (annotations.present() && !annotations.is_null()) {
    if (!annotations.is_object()) return malformed(where + ".annotations", "expected an object");
    subject.annotations = annotations;
  }
  return subject;
}

Passed check_type(const Value& root) {
  const Value type = root["_type"];
  if (!type.is_string()) return malformed("._type", "expected a string");
  if (std::find(std::begin(kTypes), std::end(kTypes), type.text()) == std::end(kTypes)) {
    return Rejection{Reason::statement_type, "statement._type: expected " + std::string(kTypes[0]) +
                                                 " or " + std::string(kTypes[1]) + ", found " +
                                                 quoted(type.text())};
  }
  return Done{};
}

enum class Match { equal, different, nothing_in_common };

Match compare(const StatementSubject& subject, const Artifact& artifact) {
  bool equal = false;
  for (const SubjectDigest& digest : subject.digests) {
    const std::optional<crypto::HashKind> kind = hash_kind(digest.algorithm);
    if (!kind.has_value()) continue;
    const std::optional<std::string> ours = artifact.digest(*kind);
    if (!ours.has_value()) continue;
    if (hex_of(*ours) != digest.hex) return Match::different;
    equal = true;
  }
  return equal ? Match::equal : Match::nothing_in_common;
}

}  // namespace

Checked<Statement> Statement::parse(std::string payload, MemoryBudget* memory) {
  if (payload.size() > limits::kAttestationBytes) {
    return Rejection{Reason::too_large, "statement: " + std::to_string(payload.size()) + " bytes"};
  }
  const ReadLimits bounds{limits::kAttestationBytes, limits::kEvidenceDepth, limits::kReviewValues};
  Statement statement;
  PORTREEVE_TRY(statement.document, step(Reason::statement_malformed, "statement",
                                         json::parse(std::move(payload), bounds, memory)));
  const Value root = statement.document->root();
  if (!root.is_object()) return malformed("", "expected an object");
  PORTREEVE_CHECK(check_type(root));
  const Value type = root["predicateType"];
  if (!type.is_string() || type.text().empty()) {
    return malformed(".predicateType", "expected a string that is not empty");
  }
  statement.predicate_type = type.text();
  const Value subjects = root["subject"];
  if (!subjects.is_array() || subjects.size() == 0) {
    return malformed(".subject", "expected a list with at least one subject");
  }
  if (subjects.size() > limits::kStatementSubjects) {
    return Rejection{Reason::too_large, "statement.subject: " + std::to_string(subjects.size()) +
                                            " subjects, limit is " +
                                            std::to_string(limits::kStatementSubjects)};
  }
  std::size_t index = 0;
  for (const Value entry : subjects) {
    PORTREEVE_TRY(StatementSubject subject,
                  read_subject(entry, ".subject[" + std::to_string(index++) + "]"));
    statement.subjects.push_back(std::move(subject));
  }
  const Value predicate = root["predicate"];
  if (!predicate.is_null()) statement.predicate = predicate;
  return statement;
}

Checked<const StatementSubject*> Statement::subject_of(const Artifact& artifact) const {
  bool comparable = false;
  for (const StatementSubject& subject : subjects) {
    const Match match = compare(subject, artifact);
    if (match == Match::equal) return &subject;
    comparable = comparable || match == Match::different;
  }
  if (!comparable) {
    return Rejection{Reason::digest_unknown, "no subject of the statement has a digest by an "
                                             "algorithm that is known of the artifact; known is " +
                                                 artifact.text()};
  }
  std::string found;
  for (const SubjectDigest& digest : subjects[0].digests) {
    found += (found.empty() ? "" : ", ") + digest.algorithm + ":" + digest.hex;
  }
  return Rejection{Reason::subject_mismatch,
                   "none of " + std::to_string(subjects.size()) + " subjects is " + artifact.text() +
                       "; the first is " + quoted(found)};
}

}  // namespace portreeve::verifiers
