#include "cli/limits_table.h"

#include <chrono>

#include "core/limits.h"

namespace portreeve::cli {
namespace {

std::string bytes(std::size_t value) {
  if (value % limits::kMiB == 0) return std::to_string(value / limits::kMiB) + " MiB";
  if (value % 1024 == 0) return std::to_string(value / 1024) + " KiB";
  return std::to_string(value) + " bytes";
}

std::string time(std::chrono::milliseconds value) {
  if (value.count() % 60000 == 0) return std::to_string(value.count() / 60000) + " min";
  if (value.count() % 1000 == 0) return std::to_string(value.count() / 1000) + " s";
  return std::to_string(value.count()) + " ms";
}

// NOLINTNEXTLINE(cppcoreguidelines-macro-usage): the constant's name is the row's name.
#define PORTREEVE_LIMIT(name, show, meaning) \
  LimitRow { #name, show(limits::k##name), meaning }

std::string count(std::size_t value) { return std::to_string(value); }

std::vector<LimitRow> document_rows() {
  return {
      PORTREEVE_LIMIT(ReviewBytes, bytes, "one AdmissionReview, also in `review`"),
      PORTREEVE_LIMIT(ReviewDepth, count, "nesting of reviews and YAML"),
      PORTREEVE_LIMIT(ReviewValues, count, "values in one document"),
      PORTREEVE_LIMIT(EvidenceDepth, count, "nesting of evidence documents"),
      PORTREEVE_LIMIT(OciDepth, count, "nesting of OCI documents"),
      PORTREEVE_LIMIT(PolicyFileBytes, bytes, "one policy file or Config"),
      PORTREEVE_LIMIT(PolicySetBytes, bytes, "all policy files together"),
      PORTREEVE_LIMIT(PolicyFiles, count, "policy files in one folder"),
      PORTREEVE_LIMIT(YamlAliases, count, "values that YAML aliases may add to a document"),
      PORTREEVE_LIMIT(YamlDocuments, count, "documents in one YAML file"),
      PORTREEVE_LIMIT(CheckPaths, count, "paths in one parameter of a check"),
  };
}

std::vector<LimitRow> signature_rows() {
  return {
      PORTREEVE_LIMIT(BundleBytes, bytes, "one Sigstore bundle"),
      PORTREEVE_LIMIT(AttestationBytes, bytes, "one attestation, or a bundle with one"),
      PORTREEVE_LIMIT(PayloadBytes, bytes, "one simple-signing payload"),
      PORTREEVE_LIMIT(LogEntries, count, "log entries of one bundle"),
      PORTREEVE_LIMIT(Timestamps, count, "signed timestamps of one bundle"),
      PORTREEVE_LIMIT(EnvelopeSignatures, count, "signatures of one DSSE envelope"),
      PORTREEVE_LIMIT(StatementSubjects, count, "subjects of one in-toto statement"),
      PORTREEVE_LIMIT(SubjectDigests, count, "digests of one statement subject"),
      PORTREEVE_LIMIT(ChainCertificates, count, "certificates offered with one signature"),
      PORTREEVE_LIMIT(ProofHashes, count, "hashes of one inclusion proof"),
      PORTREEVE_LIMIT(CheckpointBytes, bytes, "one checkpoint of a log"),
      PORTREEVE_LIMIT(CheckpointSignatures, count, "signature lines of one checkpoint"),
      PORTREEVE_LIMIT(AuthorityKeys, count, "keys of one Authority"),
      PORTREEVE_LIMIT(TrustRootBytes, bytes, "one trusted_root.json"),
      PORTREEVE_LIMIT(TrustRootEntries, count, "logs, or authorities, of one kind in a trust root"),
  };
}

std::vector<LimitRow> sbom_rows() {
  return {
      PORTREEVE_LIMIT(SbomBytes, bytes, "one SBOM at admission, decompressed"),
      PORTREEVE_LIMIT(SbomMostBytes, bytes, "one SBOM in `audit` and `sbom`, decompressed"),
      PORTREEVE_LIMIT(SbomRatio, count, "bytes that one byte of a compressed SBOM may become"),
      PORTREEVE_LIMIT(SbomValues, count, "values and keys of one SBOM"),
      PORTREEVE_LIMIT(SbomTextBytes, bytes, "one text in an SBOM"),
      PORTREEVE_LIMIT(SbomLicenceTextBytes, bytes, "one licence text in an SBOM"),
      PORTREEVE_LIMIT(SbomDefects, count, "defects of one SBOM that are kept; the rest is counted"),
      PORTREEVE_LIMIT(SbomWrappings, count, "wrappings around an SBOM: compression, bundle, envelope, …"),
  };
}

std::vector<LimitRow> decision_rows() {
  return {
      PORTREEVE_LIMIT(ServeMemoryBudget, bytes, "decoded bytes alive at once in `serve`"),
      PORTREEVE_LIMIT(ToolMemoryBudget, bytes, "decoded bytes alive at once in other commands"),
      PORTREEVE_LIMIT(EvidenceGraphDepth, count, "steps from the object to the last evidence"),
      PORTREEVE_LIMIT(EvidenceKeys, count, "pieces of evidence that one decision may ask for"),
      PORTREEVE_LIMIT(EvidenceSteps, count, "provider calls in one decision"),
      PORTREEVE_LIMIT(FlightBudget, time, "one fetch of evidence"),
      PORTREEVE_LIMIT(AbsenceKept, time, "evidence that was not found is not asked for again"),
  };
}

std::vector<LimitRow> registry_rows() {
  return {
      PORTREEVE_LIMIT(ManifestBytes, bytes, "one manifest or index of a registry, layout or archive"),
      PORTREEVE_LIMIT(BlobBytes, bytes, "one blob that is read into memory"),
      PORTREEVE_LIMIT(TokenBytes, bytes, "a token server's answer"),
      PORTREEVE_LIMIT(AnswerHeaderBytes, bytes, "all header fields of a registry's answer"),
      PORTREEVE_LIMIT(AnswerHeaderFields, count, "header fields of a registry's answer"),
      PORTREEVE_LIMIT(SlowestAnswer, bytes, "least of a registry's answer in a second, over 5 s"),
      PORTREEVE_LIMIT(Redirects, count, "redirects of one request to a registry"),
      PORTREEVE_LIMIT(RegistryTries, count, "tries of one request to a registry"),
      PORTREEVE_LIMIT(Layers, count, "layers of one manifest"),
      PORTREEVE_LIMIT(IndexManifests, count, "entries of one index"),
      PORTREEVE_LIMIT(Annotations, count, "annotations of one descriptor or manifest"),
      PORTREEVE_LIMIT(ReferrerPages, count, "pages of one list of referrers"),
      PORTREEVE_LIMIT(Referrers, count, "referrers listed for one artifact"),
      PORTREEVE_LIMIT(Candidates, count, "signature candidates of one artifact examined at admission"),
      PORTREEVE_LIMIT(CredentialFileBytes, bytes, "a docker config or pull secret"),
      PORTREEVE_LIMIT(RecordBytes, bytes, "one record of the evidence store"),
      PORTREEVE_LIMIT(ArchiveEntries, count, "entries of one OCI archive"),
      PORTREEVE_LIMIT(UnpackedArchiveBytes, bytes, "a compressed OCI archive, unpacked"),
      PORTREEVE_LIMIT(BreakerPause, time, "a registry that failed repeatedly is left alone"),
      PORTREEVE_LIMIT(ChartBytes, bytes, "a chart package as it is published"),
      PORTREEVE_LIMIT(ChartUnpackedBytes, bytes, "a chart with its subcharts, unpacked"),
      PORTREEVE_LIMIT(ChartFileBytes, bytes, "one file of a chart"),
      PORTREEVE_LIMIT(ChartFiles, count, "files of a chart with its subcharts"),
      PORTREEVE_LIMIT(ChartDepth, count, "levels of subcharts"),
      PORTREEVE_LIMIT(ChartYamlBytes, bytes, "Chart.yaml, Chart.lock, .helmignore"),
  };
}

std::vector<LimitRow> chart_rows() {
  return {
      PORTREEVE_LIMIT(RenderTime, time, "one run of helm"),
      PORTREEVE_LIMIT(RenderProcessorTime, time, "processor time of one run of helm"),
      PORTREEVE_LIMIT(RenderMemory, bytes, "private memory of one run of helm"),
      PORTREEVE_LIMIT(RenderBytes, bytes, "output of one run of helm"),
      PORTREEVE_LIMIT(RenderErrorBytes, bytes, "messages of one run of helm; the rest is dropped"),
      PORTREEVE_LIMIT(RenderDocuments, count, "documents in one render"),
      PORTREEVE_LIMIT(RenderDocumentValues, count, "values in one rendered document"),
      PORTREEVE_LIMIT(SchemaDepth, count, "JSON Schemas in each other, `$ref` included"),
      PORTREEVE_LIMIT(SchemaSteps, count, "JSON Schema keywords applied in one judgement"),
      PORTREEVE_LIMIT(TreeFiles, count, "files of a repository"),
      PORTREEVE_LIMIT(TreeDepth, count, "folders of a repository within each other"),
      PORTREEVE_LIMIT(SearchedFileBytes, bytes, "a larger file is not searched for words"),
      PORTREEVE_LIMIT(Commits, count, "commit messages read of one change"),
  };
}

std::vector<LimitRow> server_rows() {
  return {
      PORTREEVE_LIMIT(IoThreads, count, "threads for connections, at most"),
      PORTREEVE_LIMIT(InlineReviewBytes, bytes, "a larger review is judged by the compute pool"),
      PORTREEVE_LIMIT(RegistryThreads, count, "registry calls at once"),
      PORTREEVE_LIMIT(PerRegistryCalls, count, "registry calls at once to one registry"),
      PORTREEVE_LIMIT(ComputeQueue, count, "works waiting for the compute pool"),
      PORTREEVE_LIMIT(RegistryQueue, count, "works waiting for the registry pool"),
      PORTREEVE_LIMIT(PerRegistryQueue, count, "calls waiting for one registry"),
      PORTREEVE_LIMIT(Connections, count, "connections; beyond, the oldest idle one is closed"),
      PORTREEVE_LIMIT(HandshakesPerAddress, count, "TLS handshakes at once from one address"),
      PORTREEVE_LIMIT(HandshakeDeadline, time, "a TLS handshake"),
      PORTREEVE_LIMIT(HeaderDeadline, time, "from a request's first byte to its last header"),
      PORTREEVE_LIMIT(BodyDeadline, time, "a request's body"),
      PORTREEVE_LIMIT(IdleDeadline, time, "an idle connection after its handshake"),
      PORTREEVE_LIMIT(WriteDeadline, time, "writing an answer"),
      PORTREEVE_LIMIT(DrainTime, time, "still accepting after SIGTERM (--drain)"),
      PORTREEVE_LIMIT(HeaderBytes, bytes, "all headers of a request"),
      PORTREEVE_LIMIT(HeaderFields, count, "headers of a request"),
      PORTREEVE_LIMIT(InFlightBodyBytes, bytes, "request bodies held at once"),
  };
}

std::vector<LimitRow> answer_rows() {
  return {
      PORTREEVE_LIMIT(DenialBytes, bytes, "the message of a denial"),
      PORTREEVE_LIMIT(WarningRunes, count, "characters of one API warning"),
      PORTREEVE_LIMIT(Warnings, count, "API warnings of one answer"),
      PORTREEVE_LIMIT(AnswerBytes, bytes, "an AdmissionReview that answers"),
      PORTREEVE_LIMIT(LogLineBytes, bytes, "a line of the decision log"),
      PORTREEVE_LIMIT(QuotedBytes, bytes, "text of the judged object quoted in a message or log"),
      PORTREEVE_LIMIT(DecisionTime, time, "one admission decision, at most"),
      PORTREEVE_LIMIT(DeadlineMargin, time, "kept back from the API server's timeout"),
      PORTREEVE_LIMIT(ClockJump, time, "jump of the wall clock that is reported"),
  };
}

#undef PORTREEVE_LIMIT

}  // namespace

const std::vector<LimitRow>& limits_table() {
  static const std::vector<LimitRow> table = [] {
    std::vector<LimitRow> rows = document_rows();
    for (const auto& more : {signature_rows(), sbom_rows(), decision_rows(), registry_rows(), chart_rows(), server_rows(),
                             answer_rows()}) {
      rows.insert(rows.end(), more.begin(), more.end());
    }
    return rows;
  }();
  return table;
}

}  // namespace portreeve::cli
