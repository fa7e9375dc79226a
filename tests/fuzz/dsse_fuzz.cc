#include "verifiers/dsse.h"

#include "tests/fuzz/fuzz.h"
#include "verifiers/simple_signing.h"
#include "verifiers/statement.h"

// PAE names one pair of type and payload, and statements hold only digests that are digests.
PORTREEVE_FUZZ_TARGET(dsse) {
  using namespace portreeve;
  using namespace portreeve::fuzz;
  using namespace portreeve::verifiers;
  const auto check_statement = [&](std::string payload) {
    const Checked<Statement> statement = Statement::parse(std::move(payload));
    if (!statement.ok()) return;
    check(!statement.value().subjects.empty(), "a statement without subjects", text);
    const Artifact artifact = Artifact::of_bytes("fuzz");
    const auto subject = statement.value().subject_of(artifact);
    for (const StatementSubject& entry : statement.value().subjects) {
      for (const SubjectDigest& digest : entry.digests) {
        const auto kind = hash_kind(digest.algorithm);
        check(!kind || digest.hex.size() == 2 * crypto::size_of(*kind), "length of a digest", text);
      }
    }
    check(!subject.ok() || text.size() >= 64, "a subject out of nothing", text);
  };
  check_statement(std::string(text));
  const Checked<SimpleSigning> payload = SimpleSigning::parse(std::string(text));
  check(!payload.ok() || text.find(kSimpleSigningType) != std::string_view::npos ||
            text.find('\\') != std::string_view::npos,
        "a payload without its type", text);
  const Checked<dsse::Envelope> envelope = dsse::parse_envelope(std::string(text));
  if (!envelope.ok()) return;
  const dsse::Envelope& read = envelope.value();
  check(read.payload_type == dsse::kInTotoPayload, "payload type", text);
  check(!read.signatures.empty(), "an envelope without signatures", text);
  const std::string pae = read.pae();
  const std::string expected = "DSSEv1 " + std::to_string(read.payload_type.size()) + " " +
                               read.payload_type + " " + std::to_string(read.payload.size()) + " " +
                               read.payload;
  check(pae == expected, "PAE", text);
  check_statement(read.payload);
}
