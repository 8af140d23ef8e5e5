// One slice from its source to its sink, in order, with as many workers as are free.
//
// DESIGN
//   The calling thread is the lane's writer. A slice of a single batch (most tables) is done wholly on it,
//   without another thread. From the second batch on, a reader thread fills batches ahead; the engine's
//   workers transform several of them at a time; the writer takes them in the order of reading. Without a
//   transform a batch goes from reader to writer as it is: not copied, not looked into.
//   The batches between reader and writer are a ring of Engine::batches_per_lane() places; a full ring, or a
//   used-up budget, makes the reader wait, which makes the source wait (back-pressure).
//   Errors: the slice fails with the error that comes first in the order of rows, whichever thread meets
//   it first: so the same input fails the same way with any number of workers. Batches before the one that
//   failed may have been written; then `sink.Abort` is called, exactly once, from the calling thread, after
//   reader and workers have let go of the slice. Abort also follows a Write or a Finish that failed.
//   An error's message is the source's, the transform's or the sink's own; who calls adds the slice's name.
//   If the sink took another number of rows than it was sent, the slice fails (after Finish, so without
//   Abort: the caller's transaction must not be committed).
//   Cancellation: polled by reader and writer, at least 20 times a second while they wait; a source or sink
//   that blocks on a network must poll the token itself. Out of memory is an error like any other.
// Threads: RunSlice is thread-safe; each lane is a thread that calls it for one slice after the other.
#ifndef UNDERSTUDY_ENGINE_LANE_H_
#define UNDERSTUDY_ENGINE_LANE_H_

#include "absl/status/statusor.h"
#include "base/cancel.h"
#include "base/events.h"
#include "copyformat/copy_stream.h"
#include "copyformat/row_transform.h"
#include "engine/engine.h"
#include "engine/slice_result.h"
#include "engine/tentative.h"

namespace understudy::engine {

// `transform` null: relay. `tentative` gets the transforms of a slice that succeeded, and its counters rows
// and bytes read as batches are written, and how long each end and the rewriting took.
absl::StatusOr<SliceResult> RunSlice(copyformat::CopySource& source, copyformat::CopySink& sink,
                                     const copyformat::TransformFactory* transform, Engine& engine,
                                     const CancelToken& cancel, Tentative& tentative);

// A slice that is in when it succeeded. `progress` may be null.
inline absl::StatusOr<SliceResult> RunSlice(copyformat::CopySource& source, copyformat::CopySink& sink,
                                            const copyformat::TransformFactory* transform, Engine& engine,
                                            const CancelToken& cancel, Counters* progress = nullptr) {
  Tentative tentative(progress);
  absl::StatusOr<SliceResult> result = RunSlice(source, sink, transform, engine, cancel, tentative);
  if (result.ok()) tentative.Keep();
  return result;
}

}  // namespace understudy::engine

#endif  // UNDERSTUDY_ENGINE_LANE_H_
