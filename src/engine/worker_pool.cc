#include "engine/worker_pool.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "engine/guarded.h"

namespace understudy::engine {
namespace {

// Tasks that may wait for each worker: enough that none runs dry, few enough that batches stay in the cache.
constexpr size_t kQueuedPerWorker = 4;

int ThreadCount(int asked) {
  return asked > 0 ? asked : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

}  // namespace

WorkerPool::WorkerPool(int threads) : tasks_(kQueuedPerWorker * static_cast<size_t>(ThreadCount(threads))) {
  const int count = ThreadCount(threads);
  threads_.reserve(static_cast<size_t>(count));
  for (int i = 0; i < count; ++i) {
    std::thread thread;
    if (!StartThread([this] { Work(); }, &thread).ok()) break;
    threads_.push_back(std::move(thread));
  }
}

WorkerPool::~WorkerPool() {
  tasks_.Close();
  for (std::thread& thread : threads_) thread.join();
}

void WorkerPool::Work() {
  while (std::optional<Task*> task = tasks_.Pop()) (*task)->Run();
}

}  // namespace understudy::engine
