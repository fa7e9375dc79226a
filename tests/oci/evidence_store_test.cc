#include "oci/evidence_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <thread>

#include "tests/oci/content.h"
#include "tests/oci/scratch.h"

namespace portreeve::oci {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class EvidenceStoreTest : public testing::Test {
 protected:
  std::unique_ptr<EvidenceStore> open(std::uint64_t size = 1 << 20) {
    auto store = EvidenceStore::open(scratch_.path("e"), size);
    EXPECT_TRUE(store.ok()) << store.error().message;
    return std::move(store).value();
  }
  std::string blob(const Digest& digest) const { return "e/blobs/sha256/" + digest.hex(); }
  static std::string got(const EvidenceStore& store, const std::string& bytes) {
    const auto back = store.get(digest_of(bytes), 1 << 20);
    return back.ok() ? back.value() : error_text(back);
  }
  mode_t mode(const std::string& name) const {
    struct stat status {};
    ::stat(scratch_.path(name).c_str(), &status);
    return status.st_mode & 0777;
  }
  const Scratch scratch_;
};

TEST_F(EvidenceStoreTest, KeepsBytesAcrossRestarts) {
  {
    const auto store = open();
    EXPECT_THAT(got(*store, "bytes"), StartsWith("not-found"));
    ASSERT_TRUE(store->put(digest_of("bytes"), "bytes").ok());
    EXPECT_EQ(got(*store, "bytes"), "bytes");
    ASSERT_TRUE(store->remember("tag a:1", R"({"x":1})").ok());
  }
  const auto store = open();
  EXPECT_EQ(got(*store, "bytes"), "bytes");
  EXPECT_EQ(store->recall("tag a:1").value(), R"({"x":1})");
  EXPECT_THAT(error_text(store->recall("tag a:2")), StartsWith("not-found"));
  EXPECT_EQ(mode("e"), 0700U);
  EXPECT_EQ(mode("e/blobs/sha256"), 0700U);
  EXPECT_EQ(mode(blob(digest_of("bytes"))), 0600U);
}

TEST_F(EvidenceStoreTest, BytesAreHashedGoingInAndComingOut) {
  const auto store = open();
  EXPECT_THAT(error_text(store->put(digest_of("a"), "b")), StartsWith("unverified"));
  ASSERT_TRUE(store->put(digest_of("bytes"), "bytes").ok());
  scratch_.write(blob(digest_of("bytes")), "bytez");
  EXPECT_THAT(got(*store, "bytes"), HasSubstr("unverified"));
  EXPECT_THAT(got(*store, "bytes"), StartsWith("not-found"));  // Removed,
  ASSERT_TRUE(store->put(digest_of("bytes"), "bytes").ok());   // and can be kept again.
  EXPECT_EQ(got(*store, "bytes"), "bytes");
  EXPECT_THAT(error_text(store->get(digest_of("bytes"), 4)), StartsWith("limit"));
}

TEST_F(EvidenceStoreTest, LinksAndOddFilesAreNotOpened) {
  const auto store = open();
  const std::string elsewhere = scratch_.write("elsewhere", "bytes");
  const std::string path = scratch_.path(blob(digest_of("bytes")));
  std::filesystem::create_symlink(elsewhere, path);
  EXPECT_THAT(got(*store, "bytes"), StartsWith("unavailable"));
  std::filesystem::remove(path);
  ::mkfifo(path.c_str(), 0600);
  EXPECT_THAT(got(*store, "bytes"), StartsWith("unavailable"));
}

TEST_F(EvidenceStoreTest, RecordsThatWereTouchedAreDamaged) {
  const auto store = open();
  ASSERT_TRUE(store->remember("key", "text").ok());
  ASSERT_TRUE(store->remember("other", "text of the other").ok());
  const std::string file = "e/records/" + crypto::sha256_hex("key");
  const std::string good = scratch_.read(file);
  const std::string other = scratch_.read("e/records/" + crypto::sha256_hex("other"));
  for (const std::string& bad : {std::string(), good + "x", good.substr(0, good.size() - 1), std::string("{}"), other}) {
    scratch_.write(file, bad);
    EXPECT_THAT(error_text(store->recall("key")), StartsWith("malformed")) << bad;
  }
  EXPECT_THAT(error_text(store->remember("key", std::string(2 << 20, 'x'))), StartsWith("limit"));
}

TEST_F(EvidenceStoreTest, BoundedByWhatWasUsedLongestAgo) {
  const auto store = open(10'000);
  const auto bytes = [](int i) { return std::to_string(i) + std::string(900, 'x'); };
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(store->put(digest_of(bytes(i)), bytes(i)).ok());
    EXPECT_EQ(got(*store, bytes(0)), bytes(0));  // Used all the time.
  }
  for (int i = 10; i < 40; ++i) ASSERT_TRUE(store->put(digest_of(bytes(i)), bytes(i)).ok());
  EXPECT_LE(store->used(), 10'000U);
  EXPECT_THAT(got(*store, bytes(11)), StartsWith("not-found"));
  EXPECT_EQ(got(*store, bytes(39)), bytes(39));
  EXPECT_THAT(error_text(store->put(digest_of(std::string(20'000, 'x')), std::string(20'000, 'x'))), StartsWith("limit"));
  const auto smaller = open(3'000);  // A new bound holds for what is there.
  EXPECT_LE(smaller->used(), 3'000U);
}

TEST_F(EvidenceStoreTest, HalfWrittenFilesAreCleared) {
  open();
  scratch_.write("e/blobs/sha256/.new-1-1", "half");
  scratch_.write("e/blobs/sha256/note.txt", "not ours");
  const auto store = open();
  EXPECT_FALSE(std::filesystem::exists(scratch_.path("e/blobs/sha256/.new-1-1")));
  EXPECT_TRUE(std::filesystem::exists(scratch_.path("e/blobs/sha256/note.txt")));
  EXPECT_EQ(store->used(), 0U);
}

TEST_F(EvidenceStoreTest, ADirectoryThatOthersCanWriteIsRefused) {
  open();
  ::chmod(scratch_.path("e").c_str(), 0777);
  EXPECT_THAT(error_text(EvidenceStore::open(scratch_.path("e"), 1000)), StartsWith("misconfigured"));
  ::chmod(scratch_.path("e").c_str(), 0700);
  ::chmod(scratch_.path("e/records").c_str(), 0770);
  EXPECT_THAT(error_text(EvidenceStore::open(scratch_.path("e"), 1000)), StartsWith("misconfigured"));
  EXPECT_THAT(error_text(EvidenceStore::open(scratch_.write("file", ""), 1000)), StartsWith("unavailable"));
  EXPECT_THAT(error_text(EvidenceStore::open(scratch_.path("no/such"), 1000)), StartsWith("unavailable"));
}

TEST_F(EvidenceStoreTest, ManyThreads) {
  const auto store = open(50'000);
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 50; ++i) {
        const std::string bytes = std::to_string(i % 20) + std::string(2000, 'x');
        EXPECT_TRUE(store->put(digest_of(bytes), bytes).ok());
        const auto back = store->get(digest_of(bytes), 1 << 20);
        EXPECT_TRUE(!back.ok() || back.value() == bytes);
        EXPECT_TRUE(store->remember("key " + std::to_string(t), bytes).ok());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_LE(store->used(), 60'000U);
}

}  // namespace
}  // namespace portreeve::oci
