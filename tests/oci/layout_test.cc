#include "oci/image_layout.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <zlib.h>
#include <zstd.h>

#include "oci/discovery.h"
#include "tests/oci/content.h"
#include "tests/oci/scratch.h"
#include "tests/oci/tar_text.h"

namespace portreeve::oci {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr char kMarker[] = R"({"imageLayoutVersion":"1.0.0"})";
constexpr char kBundle[] = "application/vnd.dev.sigstore.bundle.v0.3+json";

std::string named(const std::string& bytes, const std::string& name) {
  return descriptor_json(kOciManifest, bytes, R"(,"annotations":{"org.opencontainers.image.ref.name":")" + name + "\"}");
}

std::string gzip(const std::string& text) {
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

class LayoutTest : public testing::Test {
 protected:
  void put(const std::string& bytes) { files_["blobs/sha256/" + digest_of(bytes).hex()] = bytes; }
  /// A layout with an image, its bundle, a legacy signature, and the names that tools give.
  void fill() {
    const std::string tag = digest_tag(digest_of(image_), ".sig");
    for (const std::string& bytes : {image_, bundle_, legacy_, std::string("layer")}) put(bytes);
    files_["oci-layout"] = kMarker;
    files_["index.json"] = index_json({named(image_, "ghcr.io/o/x:1.0"), named(image_, "1.0"),
                                       descriptor_json("text/wrong", bundle_), named(legacy_, tag)});
  }
  std::string tar() const {
    std::string out;
    // As skopeo writes it: blobs first, with directories.
    out += tar_entry("blobs/", "", '5');
    for (const auto& [name, bytes] : files_) out += tar_entry(name, bytes);
    return out + std::string(1024, '\0');
  }
  Result<std::shared_ptr<const ImageLayout>> directory(LayoutNames names = LayoutNames::full) {
    for (const auto& [name, bytes] : files_) scratch_.write("l/" + name, bytes);
    auto files = open_layout_directory(scratch_.path("l"));
    if (!files.ok()) return files.error();
    return ImageLayout::open(std::move(files).value(), names);
  }
  static Result<std::shared_ptr<const ImageLayout>> archive(const std::string& path) {
    auto files = open_layout_archive(path, nullptr);
    if (!files.ok()) return files.error();
    return ImageLayout::open(std::move(files).value(), LayoutNames::full);
  }
  std::string got(const ContentStore& store, Wanted wanted) {
    const auto content = store.fetch_one(std::move(wanted), ask());
    return content.ok() ? content.value()->bytes : error_text(content);
  }
  Ask ask() { return ask_within(Milliseconds(5000), &memory_); }

  const Scratch scratch_;
  MemoryBudget memory_{64 << 20};
  std::map<std::string, std::string> files_;
  const std::string image_ = manifest_json("application/x", "layer");
  const std::string bundle_ = manifest_json(kBundle, "b", descriptor_json(kOciManifest, image_));
  const std::string legacy_ = manifest_json(kSimpleSigning, "s");
};

TEST_F(LayoutTest, DirectoryAndArchiveGiveTheSame) {
  fill();
  const std::string zstd_text = [&] {
    const std::string text = tar();
    std::string out(ZSTD_compressBound(text.size()), '\0');
    out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
    return out;
  }();
  const auto plain = archive(scratch_.write("a.tar", tar()));
  const auto packed = archive(scratch_.write("a.tar.gz", gzip(tar())));
  const auto zstd = archive(scratch_.write("a.tar.zst", zstd_text));
  const auto folder = directory();
  for (const auto* layout : {&plain, &packed, &zstd, &folder}) {
    ASSERT_TRUE(layout->ok()) << layout->error().message;
    const ImageLayout& store = *layout->value();
    EXPECT_EQ(got(store, Wanted::tagged("ghcr.io/o/x", "1.0")), image_);
    EXPECT_EQ(got(store, Wanted::manifest("", digest_of(image_))), image_);
    Descriptor layer;
    layer.digest = digest_of("layer");
    layer.size = 5;
    EXPECT_EQ(got(store, Wanted::blob("", layer, 100)), "layer");
    const Discovery found = discover({{&store, "ghcr.io/o/x"}}, digest_of(image_), {}, ask());
    EXPECT_EQ(found.candidates.size(), 2U);
    EXPECT_FALSE(found.incomplete);
    EXPECT_EQ(store.entries().value().size(), 4U);
  }
  EXPECT_EQ(memory_.used(), 0U);
}

TEST_F(LayoutTest, NamesMeanOneThing) {
  fill();
  const auto full = directory().value();
  EXPECT_THAT(got(*full, Wanted::tagged("other.io/o/x", "1.0")), StartsWith("not-found"));
  const auto bare = directory(LayoutNames::bare).value();
  EXPECT_EQ(got(*bare, Wanted::tagged("", "1.0")), image_);
  files_["index.json"] = index_json({named(image_, "1.0"), named(bundle_, "1.0")});
  EXPECT_THAT(got(*directory(LayoutNames::bare).value(), Wanted::tagged("", "1.0")), HasSubstr("stands for two digests"));
}

TEST_F(LayoutTest, MarkedByCosignSave) {
  fill();
  files_["index.json"] = index_json({descriptor_json(kOciManifest, image_, R"(,"annotations":{"kind":"dev.cosignproject.cosign/image"})"),
                                     descriptor_json(kOciManifest, legacy_, R"(,"annotations":{"kind":"dev.cosignproject.cosign/sigs"})")});
  const auto store = directory().value();
  const Discovery found = discover({{store.get(), "x"}}, digest_of(image_), {}, ask());
  ASSERT_EQ(found.candidates.size(), 1U);
  EXPECT_EQ(found.candidates[0].shape, Shape::signature_tag);
}

TEST_F(LayoutTest, ChangesAreSeen) {
  fill();
  const auto store = directory().value();
  const std::string second = manifest_json("application/x", "second");
  put(second);
  files_["index.json"] = index_json({named(second, "ghcr.io/o/x:2.0"), named(image_, "ghcr.io/o/x:1.0")});
  for (const auto& [name, bytes] : files_) scratch_.write("l/" + name, bytes);
  EXPECT_EQ(got(*store, Wanted::tagged("ghcr.io/o/x", "2.0")), second);
}

TEST_F(LayoutTest, BlobsThatLie) {
  fill();
  directory().value();
  const std::string blob = "l/blobs/sha256/" + digest_of(image_).hex();
  scratch_.write(blob, image_ + " ");
  const auto store = directory();  // Writes all files again: damage it afterwards.
  scratch_.write(blob, image_ + " ");
  EXPECT_THAT(got(*store.value(), Wanted::manifest("", digest_of(image_))), StartsWith("unverified"));
  EXPECT_THAT(got(*store.value(), Wanted::tagged("ghcr.io/o/x", "1.0")), StartsWith("unverified"));
  std::filesystem::remove(scratch_.path(blob));
  EXPECT_THAT(got(*store.value(), Wanted::manifest("", digest_of(image_))), StartsWith("not-found"));
}

// Bytes under another's digest say nothing, so neither whose referrer they are.
TEST_F(LayoutTest, WrongBytesReferToNobody) {
  fill();
  files_["index.json"] = index_json({named(image_, "ghcr.io/o/x:1.0"), descriptor_json(kOciManifest, legacy_)});
  files_["blobs/sha256/" + digest_of(legacy_).hex()] = bundle_;
  const auto store = directory().value();
  const Discovery found = discover({{store.get(), "ghcr.io/o/x"}}, digest_of(image_), {}, ask());
  EXPECT_TRUE(found.candidates.empty());
  EXPECT_EQ(found.asked.at(0).text(), store->place() + ", referrers API: 0 listed");
  EXPECT_TRUE(found.rejected.empty());
}

TEST_F(LayoutTest, WhatIsNoPlainFileIsNotOpened) {
  fill();
  const auto store = directory().value();
  const std::string blob = scratch_.path("l/blobs/sha256/" + digest_of(image_).hex());
  const std::string elsewhere = scratch_.write("elsewhere", image_);
  const auto replaced = [&](auto make) {
    std::filesystem::remove_all(blob);
    make();
    return got(*store, Wanted::manifest("", digest_of(image_)));
  };
  EXPECT_THAT(replaced([&] { std::filesystem::create_symlink(elsewhere, blob); }), HasSubstr("links are not followed"));
  EXPECT_THAT(replaced([&] { ::mkfifo(blob.c_str(), 0600); }), HasSubstr("not a regular file"));
  EXPECT_THAT(replaced([&] { std::filesystem::create_directory(blob); }), HasSubstr("not a regular file"));
  EXPECT_THAT(replaced([&] { std::filesystem::create_symlink("/dev/zero", blob); }), StartsWith("unavailable"));
  // A link in the middle leads out as well.
  std::filesystem::rename(scratch_.path("l/blobs"), scratch_.path("blobs"));
  std::filesystem::create_directory_symlink(scratch_.path("blobs"), scratch_.path("l/blobs"));
  EXPECT_THAT(got(*store, Wanted::manifest("", digest_of(bundle_))), StartsWith("unavailable"));
}

TEST_F(LayoutTest, NoLayout) {
  EXPECT_THAT(error_text(open_layout_directory(scratch_.path("none"))), StartsWith("not-found"));
  EXPECT_THAT(error_text(open_layout_archive(scratch_.path("none"), nullptr)), StartsWith("not-found"));
  scratch_.write("l/x", "");
  const struct {
    const char* name;
    std::map<std::string, std::string> files;
    std::string want;
  } kCases[] = {
      {"nothing", {}, "the file oci-layout is missing"},
      {"other version", {{"oci-layout", R"({"imageLayoutVersion":"2.0.0"})"}}, "unsupported"},
      {"no JSON", {{"oci-layout", "x"}}, "malformed"},
      {"no index", {{"oci-layout", kMarker}}, "index.json is missing"},
      {"index no JSON", {{"oci-layout", kMarker}, {"index.json", "x"}}, "malformed"},
      {"index a manifest", {{"oci-layout", kMarker}, {"index.json", image_}}, "not an index"},
      {"index both", {{"oci-layout", kMarker}, {"index.json", R"({"schemaVersion":2,"manifests":[],"layers":[]})"}}, "CVE-2021-41190"},
  };
  for (const auto& c : kCases) {
    std::filesystem::remove_all(scratch_.path("l"));
    scratch_.write("l/x", "");
    files_ = c.files;
    EXPECT_THAT(error_text(directory()), HasSubstr(c.want)) << c.name;
  }
}

TEST_F(LayoutTest, HostileArchives) {
  fill();
  const std::string good = tar();
  const std::string body = good.substr(0, good.size() - 1024);
  const std::string end(1024, '\0');
  std::string repeated = body + tar_entry("index.json", "x") + end;
  const struct {
    const char* name;
    std::string bytes, want;
  } kCases[] = {
      {"symbolic link", body + tar_entry("x", "", '2') + end, "link or device"},
      {"hard link", body + tar_entry("x", "", '1') + end, "link or device"},
      {"device", body + tar_entry("x", "", '3') + end, "link or device"},
      {"repeated name", repeated, "stands twice"},
      {"repeated by another spelling", body + tar_entry("./index.json", "x") + end, "stands twice"},
      {"parent directory", body + tar_entry("../x", "x") + end, "malformed"},
      {"absolute", body + tar_entry("/etc/x", "x") + end, "malformed"},
      {"cut short", good.substr(0, good.size() / 2), "ends in the middle"},
      {"no end", body, "ends in the middle"},
      {"bytes behind the end", good + "x", "behind the archive's end"},
      {"no tar", std::string(2000, 'x'), "malformed"},
      {"empty", "", "malformed"},
      {"gzip cut short", gzip(good).substr(0, 200), "ends in the middle"},
      {"gzip with more behind", gzip(good) + "x", "bytes after the first member"},
      {"two gzip members", gzip(good) + gzip(good), "bytes after the first member"},
      {"gzip bomb", gzip(body + tar_entry("x", std::string(20 << 20, '\0')) + end), "times its size"},
  };
  for (const auto& c : kCases) {
    EXPECT_THAT(error_text(archive(scratch_.write("h.tar", c.bytes))), HasSubstr(c.want)) << c.name;
  }
}

}  // namespace
}  // namespace portreeve::oci
