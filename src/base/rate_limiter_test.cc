#include "base/rate_limiter.h"

#include <gtest/gtest.h>

#include <queue>

namespace understudy {
namespace {

using std::chrono::nanoseconds;
using std::chrono::seconds;

constexpr uint64_t kRate = 1'000'000;
constexpr uint64_t kPiece = 256 << 10;

// Readers that read a piece, then wait as long as the limiter says; by a clock that only they move.
struct World {
  nanoseconds now{0};
  RateLimiter limiter{kRate, [this] { return now; }};

  // Bytes that `readers` have read after `span`.
  uint64_t Run(int readers, nanoseconds span) {
    std::priority_queue<nanoseconds, std::vector<nanoseconds>, std::greater<>> next;
    for (int i = 0; i < readers; ++i) next.push(now);
    const nanoseconds end = now + span;
    uint64_t bytes = 0;
    while (next.top() < end) {
      now = next.top();
      next.pop();
      bytes += kPiece;
      next.push(now + limiter.Take(kPiece));
    }
    now = end;
    return bytes;
  }
};

TEST(RateLimiter, ManyReadersTogetherKeepTheRate) {
  for (const int readers : {1, 2, 7, 32}) {
    World world;
    const uint64_t bytes = world.Run(readers, seconds(100));
    EXPECT_LE(bytes, kRate * 100 + kRate / 4 + static_cast<uint64_t>(readers) * kPiece) << readers;
    EXPECT_GE(bytes, kRate * 100 - kPiece) << readers;
  }
}

TEST(RateLimiter, NothingIsSavedUpWhileNobodyReads) {
  World world;
  world.Run(4, seconds(10));
  world.now += seconds(3600);
  EXPECT_LE(world.Run(4, seconds(10)), kRate * 10 + kRate / 4 + 4 * kPiece);
}

TEST(RateLimiter, WithinTheRateNobodyWaits) {
  World world;
  for (int i = 0; i < 100; ++i) {
    world.now += std::chrono::milliseconds(100);
    EXPECT_EQ(world.limiter.Take(kRate / 10), nanoseconds(0));
  }
}

TEST(RateLimiter, AGiantPieceIsPaidBack) {
  World world;
  EXPECT_EQ(world.limiter.Take(kRate * 10 + kRate / 4), seconds(10));
  world.now += seconds(4);
  EXPECT_EQ(world.limiter.Take(0), seconds(6));
}

TEST(RateLimiter, WaitingEndsWhenCancelled) {
  RateLimiter limiter(1);
  CancelToken cancel;
  cancel.Cancel();
  EXPECT_FALSE(limiter.Spend(kPiece, &cancel));
}

TEST(RateLimiter, RatesAsPeopleWriteThem) {
  EXPECT_EQ(ParseRate("4096"), 4096u);
  EXPECT_EQ(ParseRate("20MB"), 20'000'000u);
  EXPECT_EQ(ParseRate(" 1.5 GB/s "), 1'500'000'000u);
  EXPECT_EQ(ParseRate("512kib"), 512u << 10);
  EXPECT_EQ(ParseRate("2m"), 2'000'000u);
  EXPECT_EQ(ParseRate("0"), 0u);
  for (const char* wrong :
       {"", "MB", "-1MB", "1.2.3MB", "20 Mbit", "20MB/h", "1e3", "9999999TB", "0x10", "inf"}) {
    EXPECT_EQ(ParseRate(wrong), std::nullopt) << wrong;
  }
}

}  // namespace
}  // namespace understudy
