// One piece of work on several threads.
//
// DESIGN: the parts share a list that each takes the next entry from, so fewer of them do the same: a system
// that refuses threads makes it slower, not wrong.
// Threads: blocks its caller, which does a part itself.
#ifndef UNDERSTUDY_ENGINE_SIDE_BY_SIDE_H_
#define UNDERSTUDY_ENGINE_SIDE_BY_SIDE_H_

#include <cstddef>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "base/mutex.h"
#include "engine/guarded.h"

namespace understudy::engine {

// body(i), which gives a Status, for each i below `parts`, or for the first of them. The first error.
template <class F>
absl::Status SideBySide(size_t parts, const F& body) {
  Mutex mutex;
  absl::Status first;
  const auto run = [&](size_t i) {
    const absl::Status status = Guarded([&] { return body(i); });
    MutexLock lock(mutex);
    if (first.ok()) first = status;
  };
  std::vector<std::thread> threads;
  threads.reserve(parts);
  for (size_t i = 1; i < parts; ++i) {
    std::thread thread;
    if (!StartThread([&run, i] { run(i); }, &thread).ok()) break;
    threads.push_back(std::move(thread));
  }
  run(0);
  for (std::thread& thread : threads) thread.join();
  return first;
}

}  // namespace understudy::engine

#endif  // UNDERSTUDY_ENGINE_SIDE_BY_SIDE_H_
