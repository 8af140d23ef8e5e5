// The codecs in bytes per second, beside memcpy of the same bytes. Each benchmark first checks its answer
// against the plain twin and refuses to time a wrong one.
//   bench_codec --benchmark_repetitions=10 --benchmark_enable_random_interleaving=true
#include <benchmark/benchmark.h>

#include <cstring>
#include <string>
#include <vector>

#include "allocation_counter.h"
#include "copy_data.h"
#include "copyformat/binary_codec.h"
#include "copyformat/row_editor.h"
#include "copyformat/text_codec.h"
#include "copyformat/text_index.h"
#include "oracle/copy_check.h"

namespace understudy::bench {
namespace {

using copyformat::Batch;
using copyformat::BinaryCodec;
using copyformat::ByteBuffer;
using copyformat::Format;
using copyformat::Row;
using copyformat::RowEditor;
using copyformat::TextCodec;

constexpr std::string_view kPseudonym = "kim.novak42@example.org";

// Time, rows and allocations of the measured loop.
class Meter {
 public:
  Meter(benchmark::State& state, const Batch& batch)
      : state_(state), batch_(batch), allocations_(Allocations()) {}
  ~Meter() {
    const double allocated = static_cast<double>(Allocations() - allocations_);
    const double rows = static_cast<double>(batch_.rows) * static_cast<double>(state_.iterations());
    state_.SetBytesProcessed(static_cast<int64_t>(batch_.bytes.size()) * state_.iterations());
    state_.SetItemsProcessed(static_cast<int64_t>(rows));
    state_.counters["allocations/row"] = allocated / rows;
  }

 private:
  benchmark::State& state_;
  const Batch& batch_;
  const uint64_t allocations_;
};

bool Refused(benchmark::State& state) {
#ifndef NDEBUG
  state.SkipWithError("not a Release build");
  return true;
#else
  (void)state;
  return false;
#endif
}

template <class Codec>
bool LoadChecked(benchmark::State& state, Shape shape, Batch* batch) {
  if (Refused(state)) return false;
  FillBatch(shape, Codec::kFormat, batch);
  oracle::CopyCheck<Codec> check;
  std::string what = check.Scan(batch->bytes.view(), ColumnsOf(shape));
  if (what.empty()) {
    what = check.Edit(batch->bytes.view(), ColumnsOf(shape), [](size_t, int c) { return c == 1 ? 3 : 0; });
  }
  if (!what.empty()) state.SkipWithError(what.c_str());
  return what.empty();
}

template <Shape shape, Format format>
void BM_Memcpy(benchmark::State& state) {
  Batch batch;
  FillBatch(shape, format, &batch);
  std::vector<char> to(batch.bytes.size());
  Meter meter(state, batch);
  for (auto _ : state) {
    std::memcpy(to.data(), batch.bytes.data(), to.size());
    benchmark::ClobberMemory();
  }
}

// The first stage alone, over windows as the scanner uses it.
template <Shape shape>
void BM_Index(benchmark::State& state) {
  Batch batch;
  if (!LoadChecked<TextCodec>(state, shape, &batch)) return;
  const size_t window = static_cast<size_t>(state.range(0));
  std::vector<uint32_t> positions(window + copyformat::kIndexSlack);
  Meter meter(state, batch);
  for (auto _ : state) {
    for (size_t at = 0; at < batch.bytes.size(); at += window) {
      const size_t bytes = std::min(window, batch.bytes.size() - at);
      benchmark::DoNotOptimize(copyformat::IndexSeparators(batch.bytes.data() + at, bytes,
                                                           static_cast<uint32_t>(at), positions.data()));
    }
  }
}

template <class Codec, Shape shape>
void BM_Scan(benchmark::State& state) {
  Batch batch;
  if (!LoadChecked<Codec>(state, shape, &batch)) return;
  typename Codec::Scanner scanner(ColumnsOf(shape));
  Meter meter(state, batch);
  for (auto _ : state) {
    scanner.Begin(batch);
    uint64_t sum = 0;
    for (Row row; scanner.Next(&row);) sum += row.fields[1].size;
    benchmark::DoNotOptimize(sum);
  }
}

// Scans, replaces one field of each row and writes the batch: the least that a treated table costs.
template <class Codec, Shape shape>
void BM_ReplaceOne(benchmark::State& state) {
  Batch batch, out;
  if (!LoadChecked<Codec>(state, shape, &batch)) return;
  typename Codec::Scanner scanner(ColumnsOf(shape));
  RowEditor<Codec> editor;
  editor.Begin(batch, &out);
  out.bytes.Reserve(2 * batch.bytes.size());
  Meter meter(state, batch);
  for (auto _ : state) {
    scanner.Begin(batch);
    editor.Begin(batch, &out);
    for (Row row; scanner.Next(&row);) editor.Replace(row.fields[1], kPseudonym);
    editor.Finish();
    benchmark::DoNotOptimize(out.bytes.data());
  }
}

// Reads every field's true bytes and writes all of them anew: the most that it costs without any rule.
template <class Codec, Shape shape>
void BM_ReplaceAll(benchmark::State& state) {
  Batch batch, out;
  if (!LoadChecked<Codec>(state, shape, &batch)) return;
  typename Codec::Scanner scanner(ColumnsOf(shape));
  RowEditor<Codec> editor;
  ByteBuffer scratch;
  scratch.Reserve(4096);
  editor.Begin(batch, &out);
  out.bytes.Reserve(2 * batch.bytes.size());
  Meter meter(state, batch);
  for (auto _ : state) {
    scanner.Begin(batch);
    editor.Begin(batch, &out);
    for (Row row; scanner.Next(&row);) {
      for (const copyformat::Field& field : row.fields) {
        if (!field.null) editor.Replace(field, Codec::Value(field, &scratch));
      }
    }
    editor.Finish();
    benchmark::DoNotOptimize(out.bytes.data());
  }
}

BENCHMARK(BM_Memcpy<Shape::kShort, Format::kText>);
BENCHMARK(BM_Index<Shape::kShort>)->RangeMultiplier(4)->Range(1 << 10, 256 << 10);
BENCHMARK(BM_Scan<TextCodec, Shape::kShort>);
BENCHMARK(BM_ReplaceOne<TextCodec, Shape::kShort>);
BENCHMARK(BM_ReplaceAll<TextCodec, Shape::kShort>);
BENCHMARK(BM_Scan<BinaryCodec, Shape::kShort>);
BENCHMARK(BM_ReplaceOne<BinaryCodec, Shape::kShort>);
BENCHMARK(BM_ReplaceAll<BinaryCodec, Shape::kShort>);
BENCHMARK(BM_Memcpy<Shape::kMail, Format::kText>);
BENCHMARK(BM_Index<Shape::kMail>)->Arg(8 << 10);
BENCHMARK(BM_Scan<TextCodec, Shape::kMail>);
BENCHMARK(BM_ReplaceOne<TextCodec, Shape::kMail>);
BENCHMARK(BM_ReplaceAll<TextCodec, Shape::kMail>);
BENCHMARK(BM_Scan<BinaryCodec, Shape::kMail>);
BENCHMARK(BM_ReplaceOne<BinaryCodec, Shape::kMail>);
BENCHMARK(BM_Scan<TextCodec, Shape::kEscaped>);
BENCHMARK(BM_ReplaceOne<TextCodec, Shape::kEscaped>);
BENCHMARK(BM_ReplaceAll<TextCodec, Shape::kEscaped>);

}  // namespace
}  // namespace understudy::bench
