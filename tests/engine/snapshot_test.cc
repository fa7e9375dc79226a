#include "engine/snapshot.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace portreeve::engine {
namespace {

TEST(Snapshot, ReaderKeepsWhatItGot) {
  SnapshotHolder<int> holder(std::make_shared<const int>(1));
  const auto before = holder.get();
  const auto replaced = holder.swap(std::make_shared<const int>(2));
  EXPECT_EQ(*before, 1);
  EXPECT_EQ(replaced, before);
  EXPECT_EQ(*holder.get(), 2);
}

TEST(Snapshot, OldValueMayReadTheHolderWhenItDies) {
  struct Value {
    SnapshotHolder<Value>* holder = nullptr;
    ~Value() {
      if (holder == nullptr) return;
      EXPECT_NE(holder->get().get(), this);
    }
  };
  SnapshotHolder<Value> holder(nullptr);
  auto first = std::make_shared<Value>();
  first->holder = &holder;
  holder.swap(std::move(first));
  holder.swap(std::make_shared<const Value>());
}

// Both members of a value belong together, whoever reads while whoever writes.
TEST(Snapshot, ReadersNeverSeeHalfOfAChange) {
  struct Pair {
    int a;
    int b;
  };
  SnapshotHolder<Pair> holder(std::make_shared<const Pair>(Pair{0, 0}));
  std::vector<std::thread> threads;
  for (int t = 0; t < 2; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 1000; ++i) holder.swap(std::make_shared<const Pair>(Pair{i, -i}));
    });
    threads.emplace_back([&] {
      for (int i = 0; i < 1000; ++i) {
        const auto pair = holder.get();
        ASSERT_EQ(pair->a, -pair->b);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace portreeve::engine
