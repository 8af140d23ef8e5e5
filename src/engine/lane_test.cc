#include "engine/lane.h"

#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "engine/discard_sink.h"
#include "support/engine_fakes.h"
#include "support/status_matchers.h"

namespace understudy::engine {
namespace {

std::vector<std::string> Batches(int count, int rows_each = 3) {
  std::vector<std::string> batches;
  for (int b = 0; b < count; ++b) {
    std::string bytes;
    for (int r = 0; r < rows_each; ++r) bytes += "row " + std::to_string(b * rows_each + r) + "\n";
    batches.push_back(std::move(bytes));
  }
  return batches;
}

std::string Joined(const std::vector<std::string>& batches) {
  std::string all;
  for (const std::string& b : batches) all += b;
  return all;
}

std::string Upper(std::string s) {
  for (char& c : s) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return s;
}

// Whatever happened, the engine has everything back.
void ExpectNothingHeld(Engine& engine) { EXPECT_EQ(engine.budget().used_bytes(), 0u); }

TEST(Lane, RelayPassesTheVeryBuffersOn) {
  for (const int batches : {0, 1, 2, 3, 50}) {
    Engine engine({2});
    CancelToken cancel;
    FakeSource source(Batches(batches));
    FakeSink sink;
    Counters progress;
    ASSERT_OK_AND_ASSIGN(const SliceResult result,
                         RunSlice(source, sink, nullptr, engine, cancel, &progress));
    EXPECT_EQ(sink.bytes, Joined(Batches(batches)));
    EXPECT_EQ(sink.data, source.data) << "a relay must not copy";
    EXPECT_TRUE(sink.finished);
    EXPECT_EQ(sink.aborts, 0);
    EXPECT_EQ(result.rows_read, 3u * static_cast<unsigned>(batches));
    EXPECT_EQ(result.rows_written, result.rows_read);
    EXPECT_EQ(result.bytes_in, sink.bytes.size());
    EXPECT_EQ(result.bytes_out, sink.bytes.size());
    EXPECT_EQ(result.batches, static_cast<unsigned>(batches));
    EXPECT_EQ(progress.rows, result.rows_read);
    EXPECT_EQ(progress.bytes, result.bytes_in);
    ExpectNothingHeld(engine);
  }
}

TEST(Lane, OneBatchNeedsNoOtherThread) {
  Engine engine({2});
  CancelToken cancel;
  FakeSource source(Batches(1));
  FakeSink sink;
  FakeTransform transform;
  std::thread::id transformer;
  transform.on_batch = [&](uint64_t) {
    transformer = std::this_thread::get_id();
    return absl::OkStatus();
  };
  ASSERT_OK(RunSlice(source, sink, &transform, engine, cancel).status());
  EXPECT_EQ(transformer, std::this_thread::get_id());
  for (const auto& id : source.threads) EXPECT_EQ(id, std::this_thread::get_id());
  EXPECT_EQ(sink.bytes, Upper(Joined(Batches(1))));
}

TEST(Lane, SameBytesWithAnyNumberOfWorkers) {
  const std::string expected = Upper(Joined(Batches(60)));
  for (int workers = 1; workers <= 8; ++workers) {
    Engine engine({workers});
    CancelToken cancel;
    FakeSource source(Batches(60));
    FakeSink sink;
    FakeTransform transform;
    transform.on_batch = [](uint64_t row) {
      // Later batches overtake earlier ones.
      std::this_thread::sleep_for(std::chrono::microseconds(row % 2 == 0 ? 300 : 0));
      return absl::OkStatus();
    };
    ASSERT_OK_AND_ASSIGN(const SliceResult result, RunSlice(source, sink, &transform, engine, cancel));
    EXPECT_EQ(sink.bytes, expected) << workers;
    EXPECT_LE(transform.made, workers);
    EXPECT_EQ(result.counts.rows_in, 180u);
    EXPECT_EQ(result.counts.rows_out, 180u);
    EXPECT_EQ(result.counts.changed, std::vector<uint64_t>{180});
    EXPECT_EQ(result.rows_written, 180u);
    EXPECT_GT(result.times.transform_seconds, 0);
    ExpectNothingHeld(engine);
  }
}

TEST(Lane, EveryCallOfTheSourceMayFail) {
  for (const int batches : {0, 1, 2, 20}) {
    for (const bool relay : {false, true}) {
      for (int n = 1;; ++n) {
        Engine engine({2});
        CancelToken cancel;
        FakeSource source(Batches(batches));
        source.fail_at = n;
        FakeSink sink;
        FakeTransform transform;
        const auto result = RunSlice(source, sink, relay ? nullptr : &transform, engine, cancel);
        ExpectNothingHeld(engine);
        if (result.ok()) {
          EXPECT_EQ(n, batches + 2) << "it must have failed at every call";
          EXPECT_TRUE(sink.finished);
          break;
        }
        EXPECT_EQ(MessageOf(result.status()), "source failed");
        EXPECT_EQ(sink.aborts, 1);
        EXPECT_EQ(sink.reason, "source failed");
        EXPECT_FALSE(sink.finished);
        EXPECT_EQ(source.calls, n) << "after an error the source must not be called";
      }
    }
  }
}

TEST(Lane, EveryCallOfTheSinkMayFail) {
  for (const int batches : {0, 1, 2, 20}) {
    for (const bool relay : {false, true}) {
      for (int n = 1;; ++n) {
        Engine engine({2});
        CancelToken cancel;
        FakeSource source(Batches(batches));
        FakeSink sink;
        sink.fail_at = n;
        FakeTransform transform;
        const auto result = RunSlice(source, sink, relay ? nullptr : &transform, engine, cancel);
        ExpectNothingHeld(engine);
        if (result.ok()) {
          EXPECT_EQ(n, batches + 2);
          break;
        }
        EXPECT_EQ(MessageOf(result.status()), "sink failed");
        EXPECT_EQ(sink.aborts, 1);
        EXPECT_FALSE(sink.finished);
        EXPECT_EQ(sink.calls, n) << "after an error the sink must not be called";
      }
    }
  }
}

TEST(Lane, EveryBatchMayFailToTransform) {
  for (const int batches : {1, 2, 20}) {
    for (int n = 0; n < batches; ++n) {
      Engine engine({3});
      CancelToken cancel;
      FakeSource source(Batches(batches));
      FakeSink sink;
      FakeTransform transform;
      transform.on_batch = [n](uint64_t row) {
        return row == 3u * static_cast<unsigned>(n) ? Failed("transform failed") : absl::OkStatus();
      };
      const auto result = RunSlice(source, sink, &transform, engine, cancel);
      EXPECT_EQ(MessageOf(result.status()), "transform failed");
      EXPECT_EQ(sink.aborts, 1);
      EXPECT_FALSE(sink.finished);
      EXPECT_EQ(sink.bytes, Upper(Joined(Batches(n)))) << "what comes before the error is written";
      ExpectNothingHeld(engine);
    }
  }
}

TEST(Lane, TheErrorThatIsFirstInTheOrderOfRowsWins) {
  for (int workers = 1; workers <= 8; ++workers) {
    for (int round = 0; round < 10; ++round) {
      Engine engine({workers});
      CancelToken cancel;
      FakeSource source(Batches(30));
      FakeSink sink;
      FakeTransform transform;
      transform.on_batch = [](uint64_t row) -> absl::Status {
        if (row == 9) {
          std::this_thread::sleep_for(std::chrono::milliseconds(2));
          return Failed("the fourth batch");
        }
        return row > 9 ? Failed("a later batch") : absl::OkStatus();
      };
      EXPECT_EQ(MessageOf(RunSlice(source, sink, &transform, engine, cancel).status()), "the fourth batch");
    }
  }
}

TEST(Lane, OutOfMemoryIsAnError) {
  for (const int batches : {1, 5}) {
    Engine engine({2});
    CancelToken cancel;
    FakeSource source(Batches(batches));
    FakeSink sink;
    FakeTransform transform;
    transform.on_batch = [](uint64_t) -> absl::Status { throw std::bad_alloc(); };
    const auto result = RunSlice(source, sink, &transform, engine, cancel);
    EXPECT_THAT(result.status(), StatusIs(absl::StatusCode::kResourceExhausted));
    EXPECT_EQ(sink.aborts, 1);
    ExpectNothingHeld(engine);
  }
}

TEST(Lane, ASliceThatFailsLeavesNoTrace) {
  for (const int batches : {1, 2, 40}) {
    for (int n = 1; n <= batches + 2; ++n) {
      Engine engine({2});
      CancelToken cancel;
      Counters progress;
      progress.rows = 7;
      FakeSource source(Batches(batches));
      FakeSink sink;
      sink.fail_at = n;  // n = batches + 1: Finish; + 2: nothing fails
      FakeTransform transform;
      const auto result = RunSlice(source, sink, &transform, engine, cancel, &progress);
      EXPECT_EQ(result.ok(), n == batches + 2);
      const uint64_t rows = result.ok() ? 3u * static_cast<unsigned>(batches) : 0;
      EXPECT_EQ(transform.kept, rows);
      EXPECT_EQ(progress.rows, 7 + rows);
      EXPECT_EQ(progress.bytes, result.ok() ? result->bytes_in : 0);
    }
  }
}

TEST(Lane, SlicesOfOneTransactionCountTogether) {
  for (const bool all : {true, false}) {
    Engine engine({2});
    CancelToken cancel;
    Counters progress;
    FakeTransform transform;
    {
      Tentative tentative(&progress);
      for (int i = 0; i < 3; ++i) {
        FakeSource source(Batches(4));
        FakeSink sink;
        ASSERT_OK(RunSlice(source, sink, &transform, engine, cancel, tentative).status());
      }
      EXPECT_EQ(progress.rows, 36u);
      EXPECT_EQ(transform.kept, 0u);
      if (all) tentative.Keep();
    }
    EXPECT_EQ(transform.kept, all ? 36u : 0u);
    EXPECT_EQ(progress.rows, all ? 36u : 0u);
  }
}

TEST(Lane, CancelledAtEveryRead) {
  for (const bool relay : {false, true}) {
    for (int n = 1; n <= 12; ++n) {
      Engine engine({2});
      CancelToken cancel;
      FakeSource source(Batches(1000));
      source.on_read = [&](int call) {
        if (call == n) cancel.Cancel();
      };
      FakeSink sink;
      FakeTransform transform;
      const auto result = RunSlice(source, sink, relay ? nullptr : &transform, engine, cancel);
      EXPECT_EQ(ExitClassOf(result.status()), ExitClass::kCancelled);
      EXPECT_EQ(sink.aborts, 1);
      EXPECT_FALSE(sink.finished);
      EXPECT_LE(source.calls, n + 1);
      ExpectNothingHeld(engine);
    }
  }
}

TEST(Lane, CancelledBeforeItBegan) {
  Engine engine({1});
  CancelToken cancel;
  cancel.Cancel();
  FakeSource source(Batches(1));
  FakeSink sink;
  EXPECT_EQ(ExitClassOf(RunSlice(source, sink, nullptr, engine, cancel).status()), ExitClass::kCancelled);
  EXPECT_EQ(source.calls, 0);
  EXPECT_EQ(sink.aborts, 1);
}

TEST(Lane, ASlowSinkSlowsTheReading) {
  Engine engine({2});
  CancelToken cancel;
  FakeSource source(Batches(200));
  FakeSink sink;
  int written = 0;
  int most_ahead = 0;
  sink.on_write = [&] {
    if (written < 5) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    most_ahead = std::max(most_ahead, source.calls.load() - written);
    ++written;
  };
  ASSERT_OK_AND_ASSIGN(const SliceResult result, RunSlice(source, sink, nullptr, engine, cancel));
  EXPECT_LE(most_ahead, static_cast<int>(engine.batches_per_lane()));
  EXPECT_GT(most_ahead, 2) << "the reader should have run ahead";
  EXPECT_GT(result.times.reader_wait_seconds, 0.01);
}

TEST(Lane, AGiantRowPassesASmallBudget) {
  Engine engine({2, 1});
  CancelToken cancel;
  std::vector<std::string> batches = Batches(20);
  batches[0] = std::string(8 << 20, 'g') + "\n";
  batches[7] = batches[0];
  FakeSource source(batches);
  FakeSink sink;
  FakeTransform transform;
  ASSERT_OK(RunSlice(source, sink, &transform, engine, cancel).status());
  EXPECT_EQ(sink.bytes, Upper(Joined(batches)));
  ExpectNothingHeld(engine);
  // No idle batch keeps the giant's memory.
  for (size_t i = 0; i < kMaxIdleBatches; ++i) {
    EXPECT_LE(engine.batches().Take()->bytes.capacity(), kKeptBatchBytes);
  }
}

TEST(Lane, ManyLanesShareASmallBudget) {
  for (const size_t budget_bytes : {size_t{1}, size_t{1} << 20, size_t{64} << 20}) {
    constexpr int kLanes = 6;
    Engine engine({2, budget_bytes});
    CancelToken cancel;
    std::vector<std::thread> lanes;
    std::atomic<int> good{0};
    const std::string expected = Upper(Joined(Batches(40)));
    for (int lane = 0; lane < kLanes; ++lane) {
      lanes.emplace_back([&, lane] {
        for (int slice = 0; slice < 5; ++slice) {
          FakeSource source(Batches(40));
          FakeSink sink;
          FakeTransform transform;
          const bool relay = (lane + slice) % 3 == 0;
          const auto result = RunSlice(source, sink, relay ? nullptr : &transform, engine, cancel);
          good += result.ok() && (relay ? Upper(sink.bytes) : sink.bytes) == expected;
        }
      });
    }
    for (std::thread& lane : lanes) lane.join();
    EXPECT_EQ(good, kLanes * 5);
    ExpectNothingHeld(engine);
    // budget.h: the limit, and what no reader waits for: a lane's first batches and the outputs.
    EXPECT_LE(engine.budget().peak_bytes(), budget_bytes + kLanes * 3 * copyformat::kBatchBytes);
  }
}

TEST(Lane, RowsLostByTheOtherSideFailTheSlice) {
  Engine engine({1});
  CancelToken cancel;
  FakeSource source(Batches(4));
  FakeSink sink;
  sink.lost_rows = 1;
  EXPECT_EQ(MessageOf(RunSlice(source, sink, nullptr, engine, cancel).status()),
            "sent 12 rows, but the other side took 11");
  EXPECT_EQ(sink.aborts, 0) << "the stream was ended already";
}

TEST(Lane, ADiscardingSinkCounts) {
  Engine engine({1});
  CancelToken cancel;
  FakeSource source(Batches(4));
  DiscardSink sink;
  ASSERT_OK_AND_ASSIGN(const SliceResult result, RunSlice(source, sink, nullptr, engine, cancel));
  EXPECT_EQ(result.rows_written, 12u);
}

}  // namespace
}  // namespace understudy::engine
