#include "engine/worker_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <vector>

namespace understudy::engine {
namespace {

class CountTask final : public Task {
 public:
  void Run() override { ++*runs; }
  std::atomic<int>* runs = nullptr;
};

TEST(WorkerPool, RunsWhatWasSubmittedBeforeItEnds) {
  for (const int threads : {1, 2, 8}) {
    std::atomic<int> runs{0};
    std::vector<CountTask> tasks(1000);
    {
      WorkerPool pool(threads);
      EXPECT_EQ(pool.size(), threads);
      for (CountTask& task : tasks) {
        task.runs = &runs;
        pool.Submit(&task);
      }
    }
    EXPECT_EQ(runs, 1000);
  }
}

TEST(WorkerPool, HasAThreadPerCoreIfNotTold) { EXPECT_GE(WorkerPool(0).size(), 1); }

}  // namespace
}  // namespace understudy::engine
