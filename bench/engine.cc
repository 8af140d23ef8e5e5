// The engine in bytes per second: batches from memory to memory, as a relay and with a transform that edits
// one field of each row, beside memcpy of the same bytes.
//   bench_engine --benchmark_repetitions=10 --benchmark_enable_random_interleaving=true
#include <benchmark/benchmark.h>

#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "allocation_counter.h"
#include "copy_data.h"
#include "copyformat/binary_codec.h"
#include "copyformat/row_editor.h"
#include "copyformat/row_transform.h"
#include "copyformat/text_codec.h"
#include "engine/discard_sink.h"
#include "engine/lane.h"

namespace understudy::bench {
namespace {

using copyformat::Batch;
using copyformat::BinaryCodec;
using copyformat::Format;
using copyformat::Row;
using copyformat::TextCodec;

constexpr int kBatches = 512;  // of 256 KiB: 128 MiB a slice

// Gives the same batch again and again; the copy stands for what libpq does.
class RepeatingSource : public copyformat::CopySource {
 public:
  RepeatingSource(const Batch& batch, int batches) : batch_(batch), left_(batches) {}
  absl::StatusOr<bool> Read(Batch* batch) override {
    batch->Clear();
    if (left_-- == 0) return false;
    batch->bytes.Append(batch_.bytes.view());
    batch->rows = batch_.rows;
    batch->first_row = rows_;
    rows_ += batch->rows;
    return true;
  }

 private:
  const Batch& batch_;
  int left_;
  uint64_t rows_ = 0;
};

template <class Codec>
class ReplaceOne : public copyformat::TransformFactory {
 public:
  explicit ReplaceOne(size_t columns) : columns_(columns) {}
  std::unique_ptr<copyformat::RowTransform> New() const override {
    return std::make_unique<Transformer>(columns_);
  }

 private:
  class Transformer : public copyformat::RowTransform {
   public:
    explicit Transformer(size_t columns) : scanner_(columns) {}
    absl::Status Transform(const Batch& in, Batch* out) override {
      scanner_.Begin(in);
      editor_.Begin(in, out);
      for (Row row; scanner_.Next(&row);) editor_.Replace(row.fields[1], "kim.novak42@example.org");
      if (!scanner_.status().ok()) return scanner_.status();
      editor_.Finish();
      counts_.rows_in += in.rows;
      counts_.rows_out += out->rows;
      return absl::OkStatus();
    }
    const copyformat::TransformCounts& counts() const override { return counts_; }

   private:
    typename Codec::Scanner scanner_;
    copyformat::RowEditor<Codec> editor_;
    copyformat::TransformCounts counts_;
  };
  size_t columns_;
};

template <class Codec, Shape shape>
void Run(benchmark::State& state, const copyformat::TransformFactory* transform) {
#ifndef NDEBUG
  state.SkipWithError("not a Release build");
  return;
#endif
  Batch batch;
  FillBatch(shape, Codec::kFormat, &batch);
  engine::Engine engine({static_cast<int>(state.range(0))});
  CancelToken cancel;
  uint64_t rows = 0;
  uint64_t allocations = 0;
  for (auto _ : state) {
    RepeatingSource source(batch, kBatches);
    engine::DiscardSink sink;
    const uint64_t before = Allocations();
    const auto result = engine::RunSlice(source, sink, transform, engine, cancel);
    allocations += Allocations() - before;
    if (!result.ok() || result->rows_written != batch.rows * kBatches) {
      state.SkipWithError("wrong number of rows");
      return;
    }
    rows += result->rows_written;
  }
  state.SetItemsProcessed(static_cast<int64_t>(rows));
  state.SetBytesProcessed(static_cast<int64_t>(rows / batch.rows * batch.bytes.size()));
  state.counters["allocations/row"] = static_cast<double>(allocations) / static_cast<double>(rows);
  state.counters["peak_budget_bytes"] = static_cast<double>(engine.budget().peak_bytes());
}

template <Shape shape>
void BM_Memcpy(benchmark::State& state) {
  Batch batch;
  FillBatch(shape, Format::kText, &batch);
  std::vector<char> to(batch.bytes.size());
  for (auto _ : state) {
    for (int i = 0; i < kBatches; ++i) {
      std::memcpy(to.data(), batch.bytes.data(), to.size());
      benchmark::ClobberMemory();
    }
  }
  state.SetBytesProcessed(state.iterations() * kBatches * static_cast<int64_t>(to.size()));
}

template <class Codec, Shape shape>
void BM_Relay(benchmark::State& state) {
  Run<Codec, shape>(state, nullptr);
}

template <class Codec, Shape shape>
void BM_ReplaceOne(benchmark::State& state) {
  const ReplaceOne<Codec> transform(ColumnsOf(shape));
  Run<Codec, shape>(state, &transform);
}

// A slice of a single small batch, from call to result: what each of the hundreds of tiny tables costs.
void BM_TinySlice(benchmark::State& state) {
  Batch batch;
  batch.bytes.Append("1\tana@example.com\n");
  batch.rows = 1;
  engine::Engine engine({1});
  CancelToken cancel;
  const ReplaceOne<TextCodec> transform(2);
  for (auto _ : state) {
    RepeatingSource source(batch, 1);
    engine::DiscardSink sink;
    if (!engine::RunSlice(source, sink, &transform, engine, cancel).ok()) {
      state.SkipWithError("failed");
      return;
    }
  }
}

BENCHMARK(BM_Memcpy<Shape::kShort>)->MeasureProcessCPUTime()->UseRealTime();
BENCHMARK(BM_Relay<TextCodec, Shape::kShort>)->Arg(1)->MeasureProcessCPUTime()->UseRealTime();
BENCHMARK(BM_ReplaceOne<TextCodec, Shape::kShort>)->Arg(1)->Arg(2)->MeasureProcessCPUTime()->UseRealTime();
BENCHMARK(BM_ReplaceOne<BinaryCodec, Shape::kShort>)->Arg(1)->Arg(2)->MeasureProcessCPUTime()->UseRealTime();
BENCHMARK(BM_ReplaceOne<TextCodec, Shape::kMail>)->Arg(1)->Arg(2)->MeasureProcessCPUTime()->UseRealTime();
BENCHMARK(BM_TinySlice)->MeasureProcessCPUTime()->UseRealTime();

}  // namespace
}  // namespace understudy::bench
