#include "engine/budget.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

namespace understudy::engine {
namespace {

TEST(Budget, AnEmptyShareNeverWaits) {
  Budget budget(10);
  CancelToken cancel;
  Budget::Share a, b;
  EXPECT_TRUE(budget.Acquire(a, 1000, cancel)) << "a giant row";
  EXPECT_TRUE(budget.Acquire(b, 7, cancel)) << "another lane gets on";
  EXPECT_FALSE(budget.TryAcquire(b, 1)) << "but only with what it needs";
  EXPECT_EQ(budget.used_bytes(), 1007u);
  budget.Release(a, 1000);
  EXPECT_TRUE(budget.TryAcquire(b, 3));
  EXPECT_FALSE(budget.TryAcquire(b, 1));
  budget.Release(b, 10);
  EXPECT_EQ(budget.used_bytes(), 0u);
  EXPECT_EQ(budget.peak_bytes(), 1007u);
}

TEST(Budget, WaitsForRelease) {
  Budget budget(10);
  CancelToken cancel;
  Budget::Share a, b;
  ASSERT_TRUE(budget.Acquire(a, 10, cancel));
  ASSERT_TRUE(budget.Acquire(b, 1, cancel));
  std::atomic<bool> acquired{false};
  std::thread waiter([&] {
    EXPECT_TRUE(budget.Acquire(b, 5, cancel));
    acquired = true;
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(5));
  EXPECT_FALSE(acquired);
  budget.Release(a, 10);
  waiter.join();
  EXPECT_EQ(budget.used_bytes(), 6u);
}

TEST(Budget, CloseAndCancelEndTheWait) {
  for (const bool close : {true, false}) {
    Budget budget(1);
    CancelToken cancel;
    Budget::Share share;
    ASSERT_TRUE(budget.Acquire(share, 1, cancel));
    std::thread waiter([&] { EXPECT_FALSE(budget.Acquire(share, 1, cancel)); });
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    if (close) {
      budget.Close(share);
    } else {
      cancel.Cancel();
    }
    waiter.join();
    EXPECT_EQ(budget.used_bytes(), 1u);
  }
}

}  // namespace
}  // namespace understudy::engine
