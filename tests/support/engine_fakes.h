// Sources, sinks and transforms for the tests of the engine: in memory, slow or failing on demand.
#ifndef UNDERSTUDY_TESTS_SUPPORT_ENGINE_FAKES_H_
#define UNDERSTUDY_TESTS_SUPPORT_ENGINE_FAKES_H_

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <new>
#include <string>
#include <thread>
#include <vector>

#include "base/status.h"
#include "copyformat/copy_stream.h"
#include "copyformat/row_transform.h"

namespace understudy::engine {

// Gives the rows of `batches`, one string per batch, every row ends in a newline.
class FakeSource : public copyformat::CopySource {
 public:
  explicit FakeSource(std::vector<std::string> batches) : batches_(std::move(batches)) {}

  absl::StatusOr<bool> Read(copyformat::Batch* batch) override {
    const int call = ++calls;
    threads.push_back(std::this_thread::get_id());
    if (on_read) on_read(call);
    batch->Clear();
    if (call == fail_at) return Failed("source failed");
    if (next_ == batches_.size()) return false;
    batch->bytes.Append(batches_[next_]);
    batch->first_row = rows_;
    for (const char c : batches_[next_]) batch->rows += c == '\n';
    rows_ += batch->rows;
    data.push_back(batch->bytes.data());
    ++next_;
    return true;
  }

  int fail_at = 0;  // this call fails; 0: none
  std::function<void(int)> on_read;
  std::atomic<int> calls{0};
  std::vector<const char*> data;  // where each batch's bytes were
  std::vector<std::thread::id> threads;

 private:
  std::vector<std::string> batches_;
  size_t next_ = 0;
  uint64_t rows_ = 0;
};

class FakeSink : public copyformat::CopySink {
 public:
  absl::Status Write(const copyformat::Batch& batch) override {
    threads.push_back(std::this_thread::get_id());
    if (on_write) on_write();
    if (++calls == fail_at) return Failed("sink failed");
    bytes.append(batch.bytes.view());
    rows += batch.rows;
    data.push_back(batch.bytes.data());
    return absl::OkStatus();
  }
  absl::StatusOr<uint64_t> Finish() override {
    if (++calls == fail_at) return Failed("sink failed");
    finished = true;
    return rows - lost_rows;
  }
  void Abort(std::string_view why) override {
    ++aborts;
    reason = std::string(why);
  }

  int fail_at = 0;  // this call of Write or Finish fails; 0: none
  uint64_t lost_rows = 0;
  std::function<void()> on_write;
  int calls = 0;
  int aborts = 0;
  bool finished = false;
  uint64_t rows = 0;
  std::string bytes;
  std::string reason;
  std::vector<const char*> data;
  std::vector<std::thread::id> threads;
};

// Upper-cases letters. `on_batch` may delay, fail or throw; it sees the number of the batch's first row.
class FakeTransform : public copyformat::TransformFactory {
 public:
  std::function<absl::Status(uint64_t)> on_batch;
  mutable std::atomic<int> made{0};
  mutable std::atomic<uint64_t> kept{0};  // rows of transforms whose slice is in

  std::unique_ptr<copyformat::RowTransform> New() const override {
    ++made;
    return std::make_unique<Upper>(this);
  }

 private:
  class Upper : public copyformat::RowTransform {
   public:
    explicit Upper(const FakeTransform* factory) : factory_(factory) {}
    absl::Status Transform(const copyformat::Batch& in, copyformat::Batch* out) override {
      if (factory_->on_batch) RETURN_IF_ERROR(factory_->on_batch(in.first_row));
      out->Clear();
      out->rows = in.rows;
      out->first_row = in.first_row;
      for (const char c : in.bytes.view()) {
        out->bytes.PushBack(c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
      }
      counts_.Add({in.rows, in.rows, {in.rows}});
      return absl::OkStatus();
    }
    void Keep() override { factory_->kept += counts_.rows_in; }
    const copyformat::TransformCounts& counts() const override { return counts_; }

   private:
    const FakeTransform* factory_;
    copyformat::TransformCounts counts_;
  };
};

}  // namespace understudy::engine

#endif  // UNDERSTUDY_TESTS_SUPPORT_ENGINE_FAKES_H_
