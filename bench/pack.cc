// The rule engine alone on a whole database: rows in memory to rows in memory, every table, the whole Odoo
// pack, as a refresh runs it (rules; rules with leak audit and fingerprints), on one thread and on two.
//   bench_pack DUMP.sql [TABLE] [--benchmark_…]      (bench/pack-speed makes a dump and runs it)
// Before it times anything it prints a digest of all output (the same for every build that rewrites the same
// way) and refuses output that depends on who watches or on the number of threads.
#define XXH_INLINE_ALL
#include <benchmark/benchmark.h>
#include <xxhash.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "refresh/filter_work.h"
#include "refresh/watch.h"
#include "rules/compile.h"

namespace understudy::bench {
namespace {

using copyformat::Batch;
using copyformat::Format;

constexpr const char* kKey = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

void Must(const absl::Status& status, const char* what) {
  if (status.ok()) return;
  std::fprintf(stderr, "bench_pack: %s: %s\n", what, std::string(status.message()).c_str());
  std::exit(1);
}

template <typename T>
T Must(absl::StatusOr<T> value, const char* what) {
  Must(value.status(), what);
  return *std::move(value);
}

class Silent : public Listener {
 public:
  void StageStarted(std::string_view) override {}
  void StageFinished(std::string_view, double) override {}
  void Warning(std::string_view, std::string_view) override {}
  void Info(std::string_view) override {}
  Counters& CountersOf(std::string_view) override { return counters_; }

 private:
  Counters counters_;
};

// One table's rows, and the transforms that are compared.
struct Table {
  std::vector<std::unique_ptr<Batch>> batches;
  std::unique_ptr<refresh::Watch> watch;
  std::unique_ptr<copyformat::TransformFactory> rules, all;  // null: relayed as it is
};

struct Production {
  refresh::FilterOptions options;
  refresh::RefreshOptions run;
  Silent listener;
  CancelToken cancel;
  record::RunRecord record;
  std::unique_ptr<refresh::RunContext> context;
  refresh::FilterSummary summary;
  std::unique_ptr<refresh::FilterWork> work;
  std::vector<std::unique_ptr<Table>> tables;
  struct Piece {
    size_t table;
    const Batch* batch;
  };
  std::vector<Piece> pieces;  // in the order of the dump
  size_t bytes = 0, rows = 0;

  Production(const std::string& dump, const std::string& only) {
    ::setenv("UNDERSTUDY_BENCH_KEY", kKey, 1);
    options.config.key = {refresh::SecretSource::Kind::kEnvironment, "UNDERSTUDY_BENCH_KEY"};
    options.rules_directory = run.rules_directory = UNDERSTUDY_SOURCE_DIR "/rules";
    options.input = dump;
    run.config = options.config;
    context = std::make_unique<refresh::RunContext>(run, listener, cancel, &record);
    work = std::make_unique<refresh::FilterWork>(options, *context, &summary);
    Must(refresh::LearnBefore(*work), "plan and known values");
    Must(refresh::PlanFor(*work, {}), "plan");
    Must(context->backup->Read(dump::Pass::kEverything, 1,
                               [&](dump::PlainReader& reader) { return Load(reader, only); }),
         "rows");
  }

  absl::Status Load(dump::PlainReader& reader, const std::string& only) {
    for (dump::Unit unit;;) {
      absl::StatusOr<bool> more = reader.Next(&unit);
      if (!more.ok() || !*more) return more.status();
      if (unit.statement.kind != dump::StatementKind::kCopy) continue;
      const dump::CopyHeader copy = unit.statement.copy;
      const auto& relations = context->catalog.facts.relations;
      for (size_t i = 0; i < relations.size(); ++i) {
        const bool wanted = only.empty() || relations[i].name == only;
        if (relations[i].schema != copy.schema || relations[i].name != copy.name || !wanted) continue;
        if (context->plan.tables[i].empty) continue;
        Add(i);
        if (absl::Status read = ReadBatches(reader, *tables.back()); !read.ok()) return read;
      }
    }
  }

  void Add(size_t relation) {
    const rules::Relation& from = context->catalog.facts.relations[relation];
    const rules::TablePlan& plan = context->plan.tables[relation];
    clone::TableCopy copy;
    copy.relation = relation;
    copy.columns = rules::CopyAttributes(from);
    copy.format = Format::kText;
    auto table = std::make_unique<Table>();
    table->watch = refresh::WatchOf(*context, copy);
    table->rules = Must(rules::MakeTransform(from, plan, copy.format, work->toolbox, nullptr), "compiling");
    table->all = Must(rules::MakeTransform(from, plan, copy.format, work->toolbox, &table->watch->observers),
                      "compiling");
    tables.push_back(std::move(table));
  }

  absl::Status ReadBatches(dump::PlainReader& reader, Table& table) {
    for (;;) {
      auto batch = std::make_unique<Batch>();
      absl::StatusOr<bool> more = reader.ReadRows(batch.get());
      if (!more.ok() || !*more) return more.status();
      bytes += batch->bytes.size();
      rows += batch->rows;
      pieces.push_back({tables.size() - 1, batch.get()});
      table.batches.push_back(std::move(batch));
    }
  }
};

Production* production;

// One worker's transforms, made when a table comes first, as a lane makes them.
class Worker {
 public:
  explicit Worker(bool all) : all_(all), transforms_(production->tables.size()) {}

  // Digest of the output, or of nothing if it is not wanted.
  uint64_t Run(const Production::Piece& piece, bool digest) {
    const Table& table = *production->tables[piece.table];
    const copyformat::TransformFactory* factory = all_ ? table.all.get() : table.rules.get();
    const Batch* out = piece.batch;
    if (factory != nullptr) {
      auto& transform = transforms_[piece.table];
      if (transform == nullptr) transform = factory->New();
      Must(transform->Transform(*piece.batch, &out_), "row");
      out = &out_;
    }
    benchmark::DoNotOptimize(out->bytes.data());
    return digest ? XXH3_64bits(out->bytes.data(), out->bytes.size()) : 0;
  }

 private:
  const bool all_;
  std::vector<std::unique_ptr<copyformat::RowTransform>> transforms_;
  Batch out_;
};

// Digests of all pieces, in their order.
std::vector<uint64_t> Pass(bool all, int threads, bool digest) {
  std::vector<uint64_t> digests(production->pieces.size());
  std::atomic<size_t> next{0};
  const auto run = [&] {
    Worker worker(all);
    for (size_t i = next++; i < digests.size(); i = next++) {
      digests[i] = worker.Run(production->pieces[i], digest);
    }
  };
  std::vector<std::thread> others;
  for (int t = 1; t < threads; ++t) others.emplace_back(run);
  run();
  for (std::thread& other : others) other.join();
  return digests;
}

// Throughput per second of the wall and per second of CPU.
void BM_Pack(benchmark::State& state, bool all) {
  for (auto _ : state) Pass(all, static_cast<int>(state.range(0)), false);
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(production->bytes));
}

void BM_Memcpy(benchmark::State& state) {
  std::vector<char> to(4 * copyformat::kBatchBytes);
  for (auto _ : state) {
    for (const Production::Piece& piece : production->pieces) {
      std::memcpy(to.data(), piece.batch->bytes.data(), std::min(to.size(), piece.batch->bytes.size()));
      benchmark::DoNotOptimize(to.data());
    }
  }
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(production->bytes));
}

int Main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (argc < 2 || argc > 3) {
    std::fprintf(stderr, "usage: bench_pack DUMP.sql [TABLE] [--benchmark_…]\n");
    return 2;
  }
  production = new Production(argv[1], argc > 2 ? argv[2] : "");
  const std::vector<uint64_t> expected = Pass(false, 1, true);
  if (Pass(true, 2, true) != expected) {
    std::fprintf(stderr, "bench_pack: the output depends on the observers or on the threads\n");
    return 1;
  }
  uint64_t leaks = 0, left = 0;
  for (const auto& table : production->tables) {
    for (const record::Leak& leak : table->watch->audit->Leaks()) leaks += leak.count;
    left += table->watch->audit->left();
  }
  std::printf(
      "%.1f MB in %zu rows of %zu tables, digest %016llx, %llu known values, leaks %llu, left %llu\n",
      static_cast<double>(production->bytes) / 1e6, production->rows, production->tables.size(),
      static_cast<unsigned long long>(XXH3_64bits(expected.data(), expected.size() * sizeof(uint64_t))),
      static_cast<unsigned long long>(production->context->known_values->counts().added),
      static_cast<unsigned long long>(leaks), static_cast<unsigned long long>(left));
  benchmark::RegisterBenchmark("BM_Memcpy", BM_Memcpy);
  for (const bool all : {false, true}) {
    for (const int threads : {1, 2}) {
      benchmark::RegisterBenchmark(all ? "BM_All" : "BM_Rules", BM_Pack, all)
          ->Arg(threads)
          ->UseRealTime()
          ->MeasureProcessCPUTime()
          ->Unit(benchmark::kMillisecond);
    }
  }
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}

}  // namespace
}  // namespace understudy::bench

int main(int argc, char** argv) { return understudy::bench::Main(argc, argv); }
