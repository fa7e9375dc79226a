#include "sbom/container.h"

#include <gmock/gmock.h>
#include <zlib.h>

#include "core/base64.h"
#include "core/json.h"
#include "sbom/binding.h"
#include "tests/sbom/documents.h"

namespace portreeve::sbom {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string quoted_json(const std::string& text) {
  std::string out;
  json::append_string(out, text);
  return out;
}

std::string gzip(const std::string& text) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(deflateBound(&stream, text.size()) + 32, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

const std::string kHex(64, 'a');

std::string statement(const std::string& predicate, const std::string& type) {
  return R"({"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"i","digest":{"sha256":")" +
         kHex + R"("}}],"predicateType":")" + type + R"(","predicate":)" + predicate + "}";
}
std::string envelope(const std::string& payload) {
  return R"({"payloadType":"application/vnd.in-toto+json","payload":")" + to_base64(payload) +
         R"(","signatures":[{"sig":"AA=="}]})";
}

Result<Unwrapped> unwrapped(const std::string& text) {
  return unwrap(std::make_shared<const std::string>(text), limits::kSbomMostBytes, nullptr);
}

std::vector<std::string> wrappings(const Unwrapped& one) {
  std::vector<std::string> out;
  for (const Wrapping wrapping : one.wrappings) out.emplace_back(to_string(wrapping));
  return out;
}

TEST(Container, EveryWrappingIsTakenOff) {
  const std::string bare = spdx2(kPackageA);
  const std::string spdx = "https://spdx.dev/Document";
  const struct {
    std::string text;
    std::vector<std::string> want;
  } cases[] = {
      {bare, {}},
      {gzip(bare), {"gzip"}},
      {R"({"sbom":)" + bare + "}", {"github-export"}},
      {statement(bare, spdx), {"in-toto-statement"}},
      {statement(quoted_json(bare), spdx + "/v2.3"), {"in-toto-statement", "string"}},
      {statement(R"({"Data":)" + quoted_json(bare) + R"(,"Timestamp":"x"})", spdx),
       {"in-toto-statement", "cosign-predicate", "string"}},
      {statement(R"({"Timestamp":"x","Data":)" + bare + "}", spdx),
       {"in-toto-statement", "cosign-predicate"}},
      {envelope(statement(bare, spdx)), {"dsse-envelope", "in-toto-statement"}},
      {R"({"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","verificationMaterial":{},"dsseEnvelope":)" +
           envelope(statement(bare, spdx)) + "}",
       {"sigstore-bundle", "dsse-envelope", "in-toto-statement"}},
  };
  for (const auto& one : cases) {
    const auto result = unwrapped(one.text);
    ASSERT_TRUE(result.ok()) << one.text << result.error().message;
    EXPECT_EQ(wrappings(result.value()), one.want);
    EXPECT_EQ(*result.value().bytes, bare);
    EXPECT_TRUE(read(result.value().bytes, limits::kSbomMostBytes, nullptr).ok());
  }
  const auto whole = unwrapped(envelope(statement(bare, spdx)));
  EXPECT_EQ(whole.value().predicate_type, spdx);
  EXPECT_TRUE(whole.value().signed_envelope);
  ASSERT_EQ(whole.value().subjects.size(), 1U);
  EXPECT_EQ(whole.value().subjects[0].hex, kHex);
}

TEST(Container, Refusals) {
  const std::string bare = spdx2(kPackageA);
  EXPECT_THAT(unwrapped(statement(bare, "https://slsa.dev/provenance/v1")).error().message,
              HasSubstr("predicateType: expected one of SPDX or CycloneDX, found "
                        "\"https://slsa.dev/provenance/v1\""));
  EXPECT_EQ(unwrapped(statement(bare, "https://slsa.dev/provenance/v1")).error().code,
            Errc::unsupported);
  EXPECT_THAT(
      unwrapped(R"({"payloadType":"text/plain","payload":"AA==","signatures":[]})").error().message,
      HasSubstr("payloadType: expected application/vnd.in-toto+json"));
  EXPECT_FALSE(
      unwrapped(R"({"payloadType":"application/vnd.in-toto+json","payload":"!","signatures":[]})")
          .ok());
  std::string nested = bare;
  for (int i = 0; i < 12; ++i) nested = R"({"sbom":)" + nested + "}";
  EXPECT_EQ(unwrapped(nested).error().code, Errc::limit);
}

TEST(Container, BombsAreALimit) {
  const std::string bomb = gzip(std::string(64 * limits::kMiB, ' '));
  const auto result = unwrapped(bomb);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, Errc::limit);
  const auto small =
      unwrap(std::make_shared<const std::string>(gzip(spdx2(kPackageA))), 100, nullptr);
  ASSERT_FALSE(small.ok());
  EXPECT_EQ(small.error().code, Errc::limit);
}

TEST(Container, PredicateAndMediaTypes) {
  for (const char* type : {"https://spdx.dev/Document", "https://spdx.dev/Document/v2.3",
                           "https://spdx.dev/Document/v3", "https://spdx.dev/Document/v3.0.1"}) {
    EXPECT_EQ(predicate_family(type), Family::spdx) << type;
  }
  EXPECT_EQ(predicate_family("https://cyclonedx.org/bom/v1.4"), Family::cyclonedx);
  for (const char* type : {"https://spdx.dev/Documents", "https://spdx.dev/Document/",
                           "https://spdx.dev/Document/v", "https://spdx.dev/Document/v2.3.1.4",
                           "https://spdx.dev/Document/v2..3", "https://spdx.dev/Document/v2.3x"}) {
    EXPECT_FALSE(predicate_family(type).has_value()) << type;
  }
  EXPECT_EQ(media_type_family("application/spdx+json"), Family::spdx);
  EXPECT_EQ(media_type_family("application/vnd.cyclonedx+json; version=1.6"), Family::cyclonedx);
  EXPECT_EQ(media_type_family("application/vnd.cyclonedx+xml+gzip"), Family::cyclonedx);
  EXPECT_EQ(media_type_family("application/vnd.syft+json"), Family::syft);
  EXPECT_FALSE(media_type_family("application/json").has_value());
}

Digest digest(char c) { return Digest::parse("sha256:" + std::string(64, c)).value(); }

TEST(Binding, Outer) {
  ArtifactDigests artifact;
  artifact.manifest = digest('a');
  artifact.platforms = {{digest('b'), "linux/amd64"}, {digest('c'), "linux/arm64"}};
  const auto of = [&](char c) {
    return outer_binding(std::vector<SubjectDigest>{{"i", "sha256", std::string(64, c)}}, artifact);
  };
  EXPECT_EQ(of('a').binding, OuterBinding::artifact);
  EXPECT_EQ(of('b').binding, OuterBinding::platform);
  EXPECT_EQ(of('d').binding, OuterBinding::other);
  EXPECT_EQ(outer_binding({}, artifact).binding, OuterBinding::unknown);
  EXPECT_EQ(outer_binding(std::vector<SubjectDigest>{{"i", "sha1", "aa"}}, artifact).binding,
            OuterBinding::unknown);
  // Every platform needs its own, unless one speaks for the index.
  EXPECT_THAT(uncovered_platforms(std::vector<Outer>{of('b')}, artifact), ElementsAre(1U));
  EXPECT_THAT(uncovered_platforms(std::vector<Outer>{of('b'), of('c')}, artifact), IsEmpty());
  EXPECT_THAT(uncovered_platforms(std::vector<Outer>{of('a')}, artifact), IsEmpty());
  EXPECT_THAT(uncovered_platforms(std::vector<Outer>{of('d')}, artifact), ElementsAre(0U, 1U));
}

TEST(Binding, Inner) {
  ArtifactDigests artifact;
  artifact.manifest = digest('a');
  artifact.index = digest('1');
  artifact.config = digest('2');
  artifact.content_layers = {digest('3')};
  const auto hex = [](char c) { return std::string(64, c); };
  const auto package = [&](const std::string& more) {
    return spdx2(R"({"SPDXID":"SPDXRef-a","downloadLocation":"NOASSERTION",)" + more + "}");
  };
  const auto purl = [&](const std::string& text) {
    return package(
        R"("name":"a","externalRefs":[{"referenceCategory":"PACKAGE-MANAGER","referenceType":"purl","referenceLocator":")" +
        text + R"("}])");
  };
  const struct {
    std::string text;
    InnerBinding binding;
    InnerHow how;
    InnerWhat what;
  } cases[] = {
      {purl("pkg:oci/a@sha256:" + hex('a')), InnerBinding::bound, InnerHow::purl,
       InnerWhat::manifest},
      {purl("pkg:oci/a@sha256%3A" + hex('1') + "?arch=amd64"), InnerBinding::bound, InnerHow::purl,
       InnerWhat::index},
      {package(R"("name":"a","versionInfo":"sha256:)" + hex('3') + "\""), InnerBinding::bound,
       InnerHow::version, InnerWhat::content_layer},
      {package(R"("name":"a","checksums":[{"algorithm":"SHA256","checksumValue":")" + hex('2') +
               R"("}])"),
       InnerBinding::bound, InnerHow::hash, InnerWhat::config},
      {package(R"("name":"r/a@sha256:)" + hex('a') + "\""), InnerBinding::bound, InnerHow::name,
       InnerWhat::manifest},
      {purl("pkg:oci/a@sha256:" + hex('f')), InnerBinding::other, InnerHow::purl,
       InnerWhat::manifest},
      {purl("pkg:oci/a@sha256:" + hex('a') + "a"), InnerBinding::unknown, InnerHow::purl,
       InnerWhat::manifest},
      {purl("pkg:helm/a@1.0"), InnerBinding::unknown, InnerHow::purl, InnerWhat::manifest},
  };
  for (const auto& one : cases) {
    const DocumentPtr d = must_read(one.text);
    const Inner inner = inner_binding(*d, artifact);
    EXPECT_EQ(to_string(inner.binding), to_string(one.binding)) << one.text;
    if (one.binding != InnerBinding::bound) continue;
    EXPECT_EQ(to_string(inner.how), to_string(one.how)) << one.text;
    EXPECT_EQ(to_string(inner.what), to_string(one.what)) << one.text;
  }
  const DocumentPtr trivy = must_read(cyclonedx(
      R"("metadata":{"component":{"type":"container","name":"a","properties":[{"name":"aquasecurity:trivy:RepoDigest","value":"r/a@sha256:)" +
      hex('a') + R"("}]}})"));
  EXPECT_EQ(inner_binding(*trivy, artifact).how, InnerHow::repo_digest);
}

}  // namespace
}  // namespace portreeve::sbom
