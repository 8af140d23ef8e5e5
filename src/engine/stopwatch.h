// Wall-clock time since construction.
//
// Threads: thread-compatible; const after construction, so it may be handed on.
#ifndef UNDERSTUDY_ENGINE_STOPWATCH_H_
#define UNDERSTUDY_ENGINE_STOPWATCH_H_

#include <chrono>

namespace understudy::engine {

class Stopwatch {
 public:
  double Seconds() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point start_ = Clock::now();
};

}  // namespace understudy::engine

#endif  // UNDERSTUDY_ENGINE_STOPWATCH_H_
