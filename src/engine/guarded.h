// Where the system says no: out of memory and out of threads become errors of the slice.
//
// DESIGN: the one place of the engine that catches. Sources, transforms and sinks allocate for giant rows;
// one that does not fit must fail its slice, with the rest of the run told, and not end the process.
// Threads: thread-safe.
#ifndef UNDERSTUDY_ENGINE_GUARDED_H_
#define UNDERSTUDY_ENGINE_GUARDED_H_

#include <new>
#include <system_error>
#include <thread>
#include <utility>

#include "absl/status/status.h"

namespace understudy::engine {

// What `call` returns (a Status or StatusOr), or that memory ran out.
template <class F>
auto Guarded(F call) -> decltype(call()) {
  try {
    return call();
  } catch (const std::bad_alloc&) {
    return absl::ResourceExhaustedError("out of memory");
  }
}

template <class F>
absl::Status StartThread(F body, std::thread* thread) {
  try {
    *thread = std::thread(std::move(body));
  } catch (const std::system_error&) {
    return absl::ResourceExhaustedError("the system gives no more threads");
  }
  return absl::OkStatus();
}

}  // namespace understudy::engine

#endif  // UNDERSTUDY_ENGINE_GUARDED_H_
