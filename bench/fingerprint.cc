// Fingerprints in bytes per second, beside memcpy of the same bytes and beside splitting the rows alone.
// Each benchmark first checks that the sums do not depend on the order of the rows and that one changed value
// changes one sum; it refuses to time a wrong answer.
//   bench_fingerprint --benchmark_repetitions=10 --benchmark_enable_random_interleaving=true
#include "verify/fingerprint.h"

#include <benchmark/benchmark.h>

#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "base/status.h"
#include "copy_data.h"
#include "pseudonym/key.h"
#include "rules/compile.h"
#include "rules/test_facts.h"
#include "verify/keep_all.h"

namespace understudy::bench {
namespace {

using copyformat::Batch;
using copyformat::Format;

rules::Relation TableOf(Shape shape) {
  std::vector<std::pair<std::string, std::string>> columns;
  for (size_t i = 0; i < ColumnsOf(shape); ++i) columns.emplace_back("c" + std::to_string(i), "text");
  rules::Relation relation = rules::MakeRelation("t", columns);
  relation.primary_key = {"c0"};
  return relation;
}

const verify::FingerprintSecret& Secret() {
  static const auto* const kSecret = new verify::FingerprintSecret(verify::DeriveFingerprintSecret(
      pseudonym::Key::FromHex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f").value()));
  return *kSecret;
}

class CountRows : public rules::RowObserverFactory {
 public:
  struct Observer : rules::RowObserver {
    absl::Status Row(uint64_t, std::span<const copyformat::Field> in,
                     std::span<const copyformat::Field>) override {
      benchmark::DoNotOptimize(in.data());
      return absl::OkStatus();
    }
  };
  std::unique_ptr<rules::RowObserver> New() const override { return std::make_unique<Observer>(); }
};

std::unique_ptr<copyformat::RowTransform> Observed(const rules::Relation& relation, Format format,
                                                   const rules::RowObserverFactory& observer) {
  static const auto* const kToolbox = new rules::Toolbox();
  auto factory = rules::MakeTransform(relation, verify::KeepAll(relation), format, *kToolbox, &observer);
  return factory.ok() ? (*factory)->New() : nullptr;
}

verify::Fingerprints SumsOf(const rules::Relation& relation, const std::vector<Batch*>& batches,
                            Format format) {
  const verify::FingerprintFactory factory(relation, rules::CopyAttributes(relation), Secret());
  Batch out;
  auto transform = Observed(relation, format, factory);
  for (Batch* batch : batches) {
    if (!transform->Transform(*batch, &out).ok()) return {};
  }
  transform->Keep();
  return factory.Totals();
}

std::string Check(Shape shape, Format format) {
  const rules::Relation relation = TableOf(shape);
  std::mt19937_64 rng(7);
  auto row = MakeRow(shape, rng), other = MakeRow(shape, rng);
  const auto batch_of = [&](const std::vector<std::vector<std::optional<std::string>>>& rows) {
    auto batch = std::make_unique<Batch>();
    for (const auto& r : rows) {
      batch->bytes.Append(format == Format::kText ? oracle::PlainWriteText(r) : oracle::PlainWriteBinary(r));
      ++batch->rows;
    }
    return batch;
  };
  const auto forward = batch_of({row, other}), backward = batch_of({other, row});
  const verify::Fingerprints sums = SumsOf(relation, {forward.get()}, format);
  if (sums.staging != SumsOf(relation, {backward.get()}, format).staging) return "order matters";
  row[1] = "another";
  const verify::Fingerprints changed = SumsOf(relation, {batch_of({row, other}).get()}, format);
  for (size_t i = 0; i < sums.staging.size(); ++i) {
    if ((sums.staging[i] == changed.staging[i]) == (i == 1)) return "wrong column";
  }
  return {};
}

void Run(benchmark::State& state, Shape shape, Format format, const rules::RowObserverFactory& observer) {
  const std::string wrong = Check(shape, format);
  if (!wrong.empty()) return state.SkipWithError(wrong.c_str());
  Batch in, out;
  FillBatch(shape, format, &in);
  const auto transform = Observed(TableOf(shape), format, observer);
  for (auto _ : state) {
    if (!transform->Transform(in, &out).ok()) return state.SkipWithError("transform failed");
  }
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(in.bytes.size()));
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(in.rows));
}

void Split(benchmark::State& state, Shape shape, Format format) {
  const CountRows count;
  Run(state, shape, format, count);
}

void Fingerprint(benchmark::State& state, Shape shape, Format format) {
  const rules::Relation relation = TableOf(shape);
  const verify::FingerprintFactory factory(relation, rules::CopyAttributes(relation), Secret());
  Run(state, shape, format, factory);
}

void Memcpy(benchmark::State& state, Shape shape, Format format) {
  Batch in;
  FillBatch(shape, format, &in);
  std::vector<char> out(in.bytes.size());
  for (auto _ : state) {
    std::memcpy(out.data(), in.bytes.data(), in.bytes.size());
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(in.bytes.size()));
}

#define UNDERSTUDY_BENCH_SHAPE(name, shape, format)              \
  BENCHMARK_CAPTURE(Memcpy, name, Shape::shape, Format::format); \
  BENCHMARK_CAPTURE(Split, name, Shape::shape, Format::format);  \
  BENCHMARK_CAPTURE(Fingerprint, name, Shape::shape, Format::format)

UNDERSTUDY_BENCH_SHAPE(short_binary, kShort, kBinary);
UNDERSTUDY_BENCH_SHAPE(short_text, kShort, kText);
UNDERSTUDY_BENCH_SHAPE(mail_binary, kMail, kBinary);
UNDERSTUDY_BENCH_SHAPE(mail_text, kMail, kText);
UNDERSTUDY_BENCH_SHAPE(mail_escaped, kEscaped, kText);

}  // namespace
}  // namespace understudy::bench
