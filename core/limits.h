#pragma once

// Every limit on input and resources, in one place. `portreeve version --limits` prints this table
// and docs/limits.md repeats it; a test compares the two.

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace portreeve::limits {

using namespace std::chrono_literals;

inline constexpr std::size_t kMiB = 1024 * 1024;

// Documents.
inline constexpr std::size_t kReviewBytes = 20 * kMiB;  ///< One AdmissionReview, also in `review`.
inline constexpr std::uint32_t kReviewDepth = 256;      ///< Nesting of reviews and YAML.
inline constexpr std::uint32_t kReviewValues = 1'000'000;
inline constexpr std::uint32_t kEvidenceDepth = 64;
inline constexpr std::uint32_t kOciDepth = 32;
inline constexpr std::size_t kPolicyFileBytes = 1 * kMiB;   ///< One file of ours.
inline constexpr std::size_t kPolicySetBytes = 16 * kMiB;   ///< All policy files together.
inline constexpr std::size_t kPolicyFiles = 1024;
inline constexpr std::uint32_t kYamlAliases = 1000;      ///< Values that aliases may add to a document.
inline constexpr std::uint32_t kYamlDocuments = 4096;    ///< Documents in one stream.
inline constexpr std::size_t kCheckPaths = 256;          ///< In one parameter of a check.

// Signatures. Counted while reading: what is over a limit is not looked at.
inline constexpr std::size_t kBundleBytes = 1 * kMiB;        ///< One Sigstore bundle.
inline constexpr std::size_t kAttestationBytes = 32 * kMiB;  ///< One envelope, or a bundle with one.
inline constexpr std::size_t kPayloadBytes = 64 * 1024;      ///< One simple-signing payload.
inline constexpr std::uint32_t kLogEntries = 32;             ///< Of one bundle.
inline constexpr std::uint32_t kTimestamps = 32;             ///< Of one bundle.
inline constexpr std::uint32_t kEnvelopeSignatures = 32;     ///< Of one DSSE envelope.
inline constexpr std::uint32_t kStatementSubjects = 1024;
inline constexpr std::uint32_t kSubjectDigests = 32;         ///< Of one statement subject.
inline constexpr std::uint32_t kChainCertificates = 16;      ///< Offered with one signature.
inline constexpr std::uint32_t kProofHashes = 64;            ///< Of one inclusion proof.
inline constexpr std::size_t kCheckpointBytes = 64 * 1024;
inline constexpr std::uint32_t kCheckpointSignatures = 64;
inline constexpr std::uint32_t kAuthorityKeys = 64;          ///< Of one Authority.
inline constexpr std::size_t kTrustRootBytes = 1 * kMiB;     ///< One trusted_root.json.
inline constexpr std::uint32_t kTrustRootEntries = 64;       ///< Logs or authorities of one kind.

// SBOMs.
inline constexpr std::size_t kSbomBytes = 32 * kMiB;       ///< One document at admission, decompressed.
inline constexpr std::size_t kSbomMostBytes = 128 * kMiB;  ///< The same in `audit` and `sbom`.
inline constexpr std::uint64_t kSbomRatio = 100;           ///< Bytes out for one byte of a compressed one.
inline constexpr std::uint32_t kSbomValues = 8'000'000;    ///< JSON values, keys included, or XML nodes.
inline constexpr std::size_t kSbomTextBytes = 1 * kMiB;    ///< One text in it.
inline constexpr std::size_t kSbomLicenceTextBytes = 4 * kMiB;
inline constexpr std::uint32_t kSbomDefects = 1000;        ///< Kept of one document; the rest is counted.
inline constexpr std::uint32_t kSbomWrappings = 8;         ///< Compression, bundle, envelope, … around it.

// Memory.
inline constexpr std::size_t kServeMemoryBudget = 160 * kMiB;  ///< Decoded bytes alive at once.
inline constexpr std::size_t kToolMemoryBudget = 4096 * kMiB;  ///< The same for the command line.

// Evidence graph.
inline constexpr std::uint32_t kEvidenceGraphDepth = 6;  ///< Application → Blueprint → … → signature.
inline constexpr std::uint32_t kEvidenceKeys = 256;      ///< Distinct keys one decision may ask for.
inline constexpr std::uint32_t kEvidenceSteps = 1024;    ///< Provider resumptions in one decision.
inline constexpr auto kFlightBudget = 10s;               ///< One fetch, shared by its waiters.
inline constexpr auto kAbsenceKept = 10s;                ///< How long "there is none" is believed.

// Registries and what they hold.
inline constexpr std::size_t kManifestBytes = 4 * kMiB;  ///< One manifest or index (distribution-spec 1.1).
inline constexpr std::size_t kBlobBytes = 32 * kMiB;  ///< The most that a caller may ask of one blob.
inline constexpr std::size_t kTokenBytes = 64 * 1024;  ///< A token server's answer.
inline constexpr std::size_t kAnswerHeaderBytes = 64 * 1024;  ///< Interim answers and trailers included.
inline constexpr std::size_t kAnswerHeaderFields = 256;
inline constexpr std::size_t kSlowestAnswer = 256;  ///< Bytes a second, over 5 s.
inline constexpr std::uint32_t kRedirects = 5;
inline constexpr std::uint32_t kRegistryTries = 3;
inline constexpr std::uint32_t kLayers = 1024;
inline constexpr std::uint32_t kIndexManifests = 32'768;  ///< More do not fit into kManifestBytes.
inline constexpr std::uint32_t kAnnotations = 1024;
inline constexpr std::uint32_t kReferrerPages = 16;
inline constexpr std::uint32_t kReferrers = 1024;  ///< Listed for one artifact.
inline constexpr std::uint32_t kCandidates = 256;  ///< Examined at admission; kReferrers in `audit`.
inline constexpr std::size_t kCredentialFileBytes = 1 * kMiB;  ///< A docker config or pull secret.
inline constexpr std::size_t kRecordBytes = 1 * kMiB;
inline constexpr std::size_t kArchiveEntries = 65'536;
inline constexpr std::size_t kUnpackedArchiveBytes = 512 * kMiB;  ///< A compressed OCI archive, unpacked in memory.
inline constexpr auto kBreakerPause = 10s;  ///< A registry that failed repeatedly is left alone.

// Helm charts. Helm's own limits for a package and for one file are the same.
inline constexpr std::size_t kChartBytes = 20 * kMiB;           ///< A package as it is published.
inline constexpr std::size_t kChartUnpackedBytes = 100 * kMiB;  ///< With all its subcharts.
inline constexpr std::size_t kChartFileBytes = 5 * kMiB;
inline constexpr std::uint32_t kChartFiles = 10'000;            ///< With those of all subcharts.
inline constexpr std::uint32_t kChartDepth = 8;                 ///< Subcharts in subcharts.
inline constexpr std::size_t kChartYamlBytes = 1 * kMiB;        ///< Chart.yaml, Chart.lock, .helmignore.

// Rendering: what one run of helm may use.
inline constexpr auto kRenderTime = 60s;                       ///< From its start to its end.
inline constexpr auto kRenderProcessorTime = 20s;              ///< Of all its threads together.
inline constexpr std::size_t kRenderMemory = 1024 * kMiB;      ///< Private memory.
inline constexpr std::size_t kRenderBytes = 64 * kMiB;         ///< What it may print, or write to one file.
inline constexpr std::size_t kRenderErrorBytes = 64 * 1024;    ///< Of its messages; what follows is dropped.
inline constexpr std::uint32_t kRenderDocuments = 16'384;      ///< In one render.
inline constexpr std::uint32_t kRenderDocumentValues = 200'000;  ///< In one of them.

// JSON Schema of others (a Blueprint's configSchema).
inline constexpr std::uint32_t kSchemaDepth = 64;           ///< Of schemas in each other, `$ref` included.
inline constexpr std::uint32_t kSchemaSteps = 1'000'000;    ///< Keywords applied in one judgement.

// A repository.
inline constexpr std::size_t kTreeFiles = 200'000;             ///< Files below the folder that is judged.
inline constexpr std::uint32_t kTreeDepth = 64;                ///< Folders within each other.
inline constexpr std::size_t kSearchedFileBytes = 2 * kMiB;    ///< Larger ones are not searched for words.
inline constexpr std::uint32_t kCommits = 10'000;              ///< Commit messages read of one change.

// Threads and queues.
inline constexpr std::uint32_t kIoThreads = 2;
inline constexpr std::size_t kInlineReviewBytes = 256 * 1024;  ///< Larger reviews leave the I/O thread.
inline constexpr std::uint32_t kRegistryThreads = 32;
inline constexpr std::uint32_t kPerRegistryCalls = 8;
inline constexpr std::size_t kComputeQueue = 4096;
inline constexpr std::size_t kRegistryQueue = 4096;
inline constexpr std::size_t kPerRegistryQueue = 1024;  ///< Of these for one registry.

// Wire.
inline constexpr std::uint32_t kConnections = 8192;        ///< Accepted at once; beyond: oldest idle is shed.
inline constexpr std::uint32_t kHandshakesPerAddress = 64; ///< In progress from one source address.
inline constexpr auto kHandshakeDeadline = 3s;             ///< A silent or slow handshake is cut.
inline constexpr auto kHeaderDeadline = 5s;                ///< From a request's first byte to its last header.
inline constexpr auto kBodyDeadline = 10s;
inline constexpr auto kIdleDeadline = 180s;  ///< After the handshake; the API server keeps 90 s.
inline constexpr auto kWriteDeadline = 10s;
inline constexpr auto kDrainTime = 15s;      ///< Still accepting after SIGTERM.
inline constexpr std::size_t kHeaderBytes = 16 * 1024;
inline constexpr std::uint32_t kHeaderFields = 100;
inline constexpr std::size_t kInFlightBodyBytes = 96 * kMiB;  ///< Request bodies held at once.

// Answers.
inline constexpr std::size_t kDenialBytes = 1024;       ///< status.message of a denial.
inline constexpr std::size_t kWarningRunes = 120;       ///< One API warning.
inline constexpr std::size_t kWarnings = 16;
inline constexpr std::size_t kAnswerBytes = 16 * 1024;
inline constexpr std::size_t kLogLineBytes = 16 * 1024;
inline constexpr std::size_t kQuotedBytes = 256;        ///< Untrusted text quoted in a message or log.
inline constexpr auto kDecisionTime = 4500ms;           ///< Own limit of one admission decision.
inline constexpr auto kDeadlineMargin = 500ms;          ///< Kept back from the API server's timeout.
inline constexpr auto kClockJump = 5min;                ///< Wall clock against steady clock.

}  // namespace portreeve::limits
