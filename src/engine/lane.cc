#include "engine/lane.h"

#include <chrono>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "base/status.h"
#include "engine/guarded.h"
#include "engine/stopwatch.h"
#include "fmt/format.h"

namespace understudy::engine {
namespace {

using copyformat::Batch;
using copyformat::kBatchBytes;

// A signal can't notify a condition variable, so waiting looks at the token at this pace.
constexpr std::chrono::milliseconds kCancelPoll{50};

uint64_t Micros(double seconds) { return static_cast<uint64_t>(seconds * 1e6); }

class Lane {
 public:
  Lane(copyformat::CopySource& source, copyformat::CopySink& sink,
       const copyformat::TransformFactory* factory, Engine& engine, const CancelToken& cancel,
       Tentative& tentative);
  ~Lane();

  absl::StatusOr<SliceResult> Run();

 private:
  // A place of the ring: one batch, from reading to writing. The reader owns it until it is submitted or
  // done, a worker from then until done, the writer after that.
  struct Slot final : Task {
    void Run() override { lane->Transform(this); }

    Lane* lane = nullptr;
    std::unique_ptr<Batch> in;
    std::unique_ptr<Batch> out;  // null for a relay
    size_t charged_bytes = 0;
    Stopwatch submitted;
    absl::Status status;  // of its transform; guarded by done
    bool done = false;    // guarded by the lane's mutex_
  };

  // Reader's side.
  absl::StatusOr<bool> Fill(Slot* slot);
  void Submit(Slot* slot);
  void ReadAhead();
  Slot* WaitForFreeSlot();
  // Worker's side.
  void Transform(Slot* slot);
  absl::Status TransformNow(Slot* slot);
  // Writer's side.
  absl::Status Copy();
  absl::Status WriteAll();
  absl::StatusOr<Slot*> WaitForDoneSlot();
  absl::Status Write(Slot* slot);
  absl::Status Finish();
  void Recycle(Slot* slot);
  void StopAndJoin();

  std::unique_ptr<copyformat::RowTransform> BorrowTransform();

  // Constant after construction.
  copyformat::CopySource& source_;
  copyformat::CopySink& sink_;
  const copyformat::TransformFactory* const factory_;
  Engine& engine_;
  const CancelToken& cancel_;
  Tentative& tentative_;  // writer only

  std::vector<Slot> slots_;
  std::thread reader_;
  Budget::Share share_;
  bool sink_finished_ = false;  // writer only

  Mutex mutex_;
  CondVar slot_free_;
  CondVar slot_done_;
  uint64_t head_ ABSL_GUARDED_BY(mutex_) = 0;  // slots handed out by the reader
  uint64_t tail_ ABSL_GUARDED_BY(mutex_) = 0;  // slots given back by the writer
  size_t in_workers_ ABSL_GUARDED_BY(mutex_) = 0;
  bool stop_ ABSL_GUARDED_BY(mutex_) = false;              // the slice is over: nobody begins anything
  bool transform_failed_ ABSL_GUARDED_BY(mutex_) = false;  // no more reading; what was read gets on
  bool reading_ended_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Status end_status_ ABSL_GUARDED_BY(mutex_);  // why reading ended
  SliceResult result_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::unique_ptr<copyformat::RowTransform>> transforms_ ABSL_GUARDED_BY(mutex_);
};

Lane::Lane(copyformat::CopySource& source, copyformat::CopySink& sink,
           const copyformat::TransformFactory* factory, Engine& engine, const CancelToken& cancel,
           Tentative& tentative)
    : source_(source),
      sink_(sink),
      factory_(factory),
      engine_(engine),
      cancel_(cancel),
      tentative_(tentative),
      slots_(engine.batches_per_lane()) {
  for (Slot& slot : slots_) slot.lane = this;
}

Lane::~Lane() { StopAndJoin(); }

absl::StatusOr<SliceResult> Lane::Run() {
  const Stopwatch total;
  absl::Status status = Copy();
  StopAndJoin();
  if (!status.ok()) {
    if (!sink_finished_) sink_.Abort(MessageOf(status));
    return status;
  }
  MutexLock lock(mutex_);
  for (auto& transform : transforms_) {
    result_.counts.Add(transform->counts());
    tentative_.Add(std::move(transform));
  }
  result_.times.total_seconds = total.Seconds();
  return result_;
}

// The first two reads happen here: most tables fit one batch, and then no thread is worth its start.
absl::Status Lane::Copy() {
  if (cancel_.cancelled()) return Cancelled();
  Slot& first = slots_[0];
  if (!engine_.budget().Acquire(share_, kBatchBytes, cancel_)) return Cancelled();
  ASSIGN_OR_RETURN(const bool any, Fill(&first));
  if (!any) return Finish();
  // Without room in the budget this thread must not wait: the first batch would not get on meanwhile.
  if (engine_.budget().TryAcquire(share_, kBatchBytes)) {
    absl::StatusOr<bool> more = Fill(&slots_[1]);
    if (more.ok() && !*more) {
      RETURN_IF_ERROR(TransformNow(&first));
      RETURN_IF_ERROR(Write(&first));
      return Finish();
    }
    Submit(&first);
    if (more.ok()) {
      Submit(&slots_[1]);
    } else {
      MutexLock lock(mutex_);
      end_status_ = more.status();
      reading_ended_ = true;
    }
  } else {
    Submit(&first);
  }
  bool read_on;
  {
    MutexLock lock(mutex_);
    read_on = !reading_ended_;
  }
  if (read_on) RETURN_IF_ERROR(StartThread([this] { ReadAhead(); }, &reader_));
  RETURN_IF_ERROR(WriteAll());
  return Finish();
}

// Reads one batch into a slot for which kBatchBytes of the budget are held already.
absl::StatusOr<bool> Lane::Fill(Slot* slot) {
  slot->in = engine_.batches().Take();
  slot->charged_bytes = kBatchBytes;
  const Stopwatch read;
  absl::StatusOr<bool> more = Guarded([&] { return source_.Read(slot->in.get()); });
  const double seconds = read.Seconds();
  if (!more.ok() || !*more) {
    Recycle(slot);
  } else if (slot->in->bytes.capacity() > kBatchBytes) {
    const size_t excess = slot->in->bytes.capacity() - kBatchBytes;
    engine_.budget().Charge(share_, excess);
    slot->charged_bytes += excess;
  }
  if (tentative_.counters() != nullptr) {
    tentative_.counters()->source_us.fetch_add(Micros(seconds), std::memory_order_relaxed);
  }
  MutexLock lock(mutex_);
  result_.times.read_seconds += seconds;
  if (more.ok() && *more) {
    result_.rows_read += slot->in->rows;
    result_.bytes_in += slot->in->bytes.size();
    ++result_.batches;
  }
  return more;
}

void Lane::Submit(Slot* slot) {
  {
    MutexLock lock(mutex_);
    ++head_;
    slot->status = absl::OkStatus();
    slot->done = factory_ == nullptr;
    if (slot->done) {
      slot_done_.NotifyOne();
      return;
    }
    ++in_workers_;
    slot->submitted = Stopwatch();
  }
  engine_.workers().Submit(slot);
}

// The reader thread.
void Lane::ReadAhead() {
  absl::Status status;
  while (Slot* slot = WaitForFreeSlot()) {
    const Stopwatch wait;
    const bool admitted = engine_.budget().Acquire(share_, kBatchBytes, cancel_);
    {
      MutexLock lock(mutex_);
      result_.times.reader_wait_seconds += wait.Seconds();
    }
    if (!admitted) break;
    absl::StatusOr<bool> more = Fill(slot);
    if (!more.ok() || !*more) {
      status = more.status();
      break;
    }
    Submit(slot);
  }
  if (status.ok() && cancel_.cancelled()) status = Cancelled();
  MutexLock lock(mutex_);
  end_status_ = std::move(status);
  reading_ended_ = true;
  slot_done_.NotifyOne();
}

// Null when there is nothing more to read for: a failure or a cancellation.
Lane::Slot* Lane::WaitForFreeSlot() {
  const Stopwatch wait;
  MutexLock lock(mutex_);
  while (!stop_ && !transform_failed_ && !cancel_.cancelled() && head_ - tail_ == slots_.size()) {
    slot_free_.WaitFor(mutex_, kCancelPoll);
  }
  result_.times.reader_wait_seconds += wait.Seconds();
  if (stop_ || transform_failed_ || cancel_.cancelled()) return nullptr;
  return &slots_[head_ % slots_.size()];
}

// On a worker thread.
void Lane::Transform(Slot* slot) {
  const double waited = slot->submitted.Seconds();
  bool skip;
  {
    MutexLock lock(mutex_);
    result_.times.worker_wait_seconds += waited;
    skip = stop_ || cancel_.cancelled();
  }
  absl::Status status = skip ? Cancelled() : TransformNow(slot);
  MutexLock lock(mutex_);
  // Rows after this batch can't matter any more. Those before it get on, so that the error that is reported
  // is the first in the order of rows.
  if (!status.ok()) transform_failed_ = true;
  slot->status = std::move(status);
  slot->done = true;
  --in_workers_;
  slot_done_.NotifyOne();
}

absl::Status Lane::TransformNow(Slot* slot) {
  if (factory_ == nullptr) return absl::OkStatus();
  absl::Status status = Guarded([&]() -> absl::Status {
    std::unique_ptr<copyformat::RowTransform> transform = BorrowTransform();
    slot->out = engine_.batches().Take();
    const Stopwatch work;
    absl::Status transformed = transform->Transform(*slot->in, slot->out.get());
    const double seconds = work.Seconds();
    if (tentative_.counters() != nullptr) {
      tentative_.counters()->work_us.fetch_add(Micros(seconds), std::memory_order_relaxed);
    }
    MutexLock lock(mutex_);
    transforms_.push_back(std::move(transform));
    result_.times.transform_seconds += seconds;
    return transformed;
  });
  if (slot->out != nullptr) {
    engine_.budget().Charge(share_, slot->out->bytes.capacity());
    slot->charged_bytes += slot->out->bytes.capacity();
  }
  return status;
}

std::unique_ptr<copyformat::RowTransform> Lane::BorrowTransform() {
  {
    MutexLock lock(mutex_);
    if (!transforms_.empty()) {
      std::unique_ptr<copyformat::RowTransform> transform = std::move(transforms_.back());
      transforms_.pop_back();
      return transform;
    }
  }
  return factory_->New();
}

absl::Status Lane::WriteAll() {
  for (;;) {
    ASSIGN_OR_RETURN(Slot * slot, WaitForDoneSlot());
    if (slot == nullptr) return absl::OkStatus();
    RETURN_IF_ERROR(slot->status);
    RETURN_IF_ERROR(Write(slot));
    MutexLock lock(mutex_);
    ++tail_;
    slot_free_.NotifyOne();
  }
}

// The next slot in the order of reading; null at the end of the data.
absl::StatusOr<Lane::Slot*> Lane::WaitForDoneSlot() {
  const Stopwatch wait;
  MutexLock lock(mutex_);
  for (;;) {
    if (cancel_.cancelled()) return Cancelled();
    if (tail_ != head_) {
      Slot* slot = &slots_[tail_ % slots_.size()];
      if (slot->done) {
        result_.times.writer_wait_seconds += wait.Seconds();
        return slot;
      }
    } else if (reading_ended_) {
      result_.times.writer_wait_seconds += wait.Seconds();
      if (!end_status_.ok()) return end_status_;
      return nullptr;
    }
    slot_done_.WaitFor(mutex_, kCancelPoll);
  }
}

absl::Status Lane::Write(Slot* slot) {
  const Batch& batch = slot->out != nullptr ? *slot->out : *slot->in;
  const Stopwatch write;
  absl::Status status = batch.bytes.empty() ? absl::OkStatus() : Guarded([&] { return sink_.Write(batch); });
  const double seconds = write.Seconds();
  if (tentative_.counters() != nullptr) {
    tentative_.counters()->staging_us.fetch_add(Micros(seconds), std::memory_order_relaxed);
  }
  if (status.ok()) tentative_.Add(slot->in->rows, slot->in->bytes.size());
  {
    MutexLock lock(mutex_);
    result_.times.write_seconds += seconds;
    if (status.ok()) {
      result_.rows_written += batch.rows;
      result_.bytes_out += batch.bytes.size();
    }
  }
  Recycle(slot);
  return status;
}

absl::Status Lane::Finish() {
  if (cancel_.cancelled()) return Cancelled();
  const Stopwatch write;
  ASSIGN_OR_RETURN(const uint64_t taken, Guarded([&] { return sink_.Finish(); }));
  sink_finished_ = true;
  MutexLock lock(mutex_);
  result_.times.write_seconds += write.Seconds();
  if (taken != result_.rows_written) {
    return Failed(fmt::format("sent {} rows, but the other side took {}", result_.rows_written, taken));
  }
  return absl::OkStatus();
}

void Lane::Recycle(Slot* slot) {
  engine_.batches().Give(std::move(slot->in));
  engine_.batches().Give(std::move(slot->out));
  const size_t bytes = std::exchange(slot->charged_bytes, 0);
  if (bytes != 0) engine_.budget().Release(share_, bytes);
}

// After it no other thread touches the lane, and the engine has everything back.
void Lane::StopAndJoin() {
  {
    MutexLock lock(mutex_);
    stop_ = true;
    slot_free_.NotifyOne();
  }
  engine_.budget().Close(share_);
  if (reader_.joinable()) reader_.join();
  {
    MutexLock lock(mutex_);
    while (in_workers_ != 0) slot_done_.Wait(mutex_);
  }
  for (Slot& slot : slots_) Recycle(&slot);
}

}  // namespace

absl::StatusOr<SliceResult> RunSlice(copyformat::CopySource& source, copyformat::CopySink& sink,
                                     const copyformat::TransformFactory* transform, Engine& engine,
                                     const CancelToken& cancel, Tentative& tentative) {
  return Lane(source, sink, transform, engine, cancel, tentative).Run();
}

}  // namespace understudy::engine
