// Row programs in bytes per second, beside memcpy of the same bytes. Each benchmark first compares what a
// program wrote with what its rule says, row by row, and refuses to time a wrong answer.
//   bench_rules --benchmark_repetitions=10 --benchmark_enable_random_interleaving=true
#include <benchmark/benchmark.h>

#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "allocation_counter.h"
#include "base/status.h"
#include "copy_data.h"
#include "pseudonym/key.h"
#include "pseudonym/pseudonymiser.h"
#include "rules/compile.h"
#include "rules/test_facts.h"

namespace understudy::bench {
namespace {

using copyformat::Batch;
using copyformat::Format;
using PlainValues = std::vector<std::optional<std::string>>;

const pseudonym::Pseudonymiser& Names() {
  static const pseudonym::Pseudonymiser& kNames = *[] {
    auto key = pseudonym::Key::FromHex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
    auto made = pseudonym::Pseudonymiser::Create(*key, UNDERSTUDY_SOURCE_DIR "/rules/lexicon");
    return made->release();
  }();
  return kNames;
}

std::optional<std::string> Pseudonym(pseudonym::Kind kind, const std::optional<std::string>& value) {
  if (!value.has_value()) return value;
  std::string out;
  Names().Generate(kind, *value, {}, &out);
  return out;
}

// A rule for the table of copy_data.h, and what it means.
struct Program {
  const char* name;
  const char* rules;
  void (*apply)(PlainValues* row);
};

const Program kPrograms[] = {
    {"null", "{c1: null}", [](PlainValues* row) { (*row)[1].reset(); }},
    {"email", "{c1: email}",
     [](PlainValues* row) { (*row)[1] = Pseudonym(pseudonym::Kind::kEmail, (*row)[1]); }},
    {"condition", "{c1: {null: true, if: {c3: {not: null}, c4: {matches: '^1'}}}}",
     [](PlainValues* row) {
       if ((*row)[3].has_value() && (*row)[4].has_value() && (*row)[4]->substr(0, 1) == "1")
         (*row)[1].reset();
     }},
    {"eight",
     "{c1: email, c2: number, c3: number, c4: number, c6: number, c7: number, c8: number, c9: number}",
     [](PlainValues* row) {
       (*row)[1] = Pseudonym(pseudonym::Kind::kEmail, (*row)[1]);
       for (const int c : {2, 3, 4, 6, 7, 8, 9}) (*row)[c] = Pseudonym(pseudonym::Kind::kNumber, (*row)[c]);
     }},
};

class ByteCounter : public rules::RowObserverFactory {
 public:
  struct Observer : rules::RowObserver {
    absl::Status Row(uint64_t, std::span<const copyformat::Field>,
                     std::span<const copyformat::Field> out) override {
      for (const copyformat::Field& field : out) bytes += field.size;
      benchmark::DoNotOptimize(bytes);
      return absl::OkStatus();
    }
    uint64_t bytes = 0;
  };
  std::unique_ptr<rules::RowObserver> New() const override { return std::make_unique<Observer>(); }
};

rules::Relation TableOf(Shape shape) {
  std::vector<std::pair<std::string, std::string>> columns;
  for (size_t i = 0; i < ColumnsOf(shape); ++i) columns.emplace_back("c" + std::to_string(i), "text");
  return rules::MakeRelation("t", columns);
}

std::unique_ptr<copyformat::RowTransform> TransformOf(const Program& program, Shape shape, Format format,
                                                      const rules::RowObserverFactory* observer,
                                                      std::string* error) {
  static rules::Toolbox& toolbox = *new rules::Toolbox();
  toolbox.pseudonymiser = &Names();
  rules::Facts facts;
  facts.relations = {TableOf(shape)};
  auto yaml = rules::ParseYaml(std::string("pack: b\ntables:\n  t: ") + program.rules, "bench");
  auto pack = yaml.ok() ? rules::ParsePack(*yaml) : yaml.status();
  if (!pack.ok()) return *error = MessageOf(pack.status()), nullptr;
  rules::Policy policy;
  policy.unclassified = rules::Unclassified::kKeep;
  const rules::Plan plan = rules::MakePlan({*pack}, facts, policy);
  auto factory = rules::MakeTransform(facts.relations[0], plan.tables[0], format, toolbox, observer);
  if (!factory.ok()) return *error = MessageOf(factory.status()), nullptr;
  return (*factory)->New();
}

std::string Check(const Program& program, Shape shape, Format format, const Batch& in, const Batch& out) {
  const auto scan = [&](const Batch& batch) {
    return format == Format::kText ? oracle::PlainScanText(batch.bytes.view(), ColumnsOf(shape))
                                   : oracle::PlainScanBinary(batch.bytes.view(), ColumnsOf(shape));
  };
  const oracle::PlainScan before = scan(in);
  const oracle::PlainScan after = scan(out);
  if (!before.ok || !after.ok || before.rows.size() != after.rows.size()) return "rows were lost";
  for (size_t r = 0; r < before.rows.size(); ++r) {
    PlainValues want;
    for (const oracle::PlainField& field : before.rows[r]) want.push_back(field.value);
    program.apply(&want);
    for (size_t c = 0; c < want.size(); ++c) {
      if (after.rows[r][c].value != want[c]) return "row " + std::to_string(r) + " is wrong";
    }
  }
  return {};
}

void BM_Memcpy(benchmark::State& state, Shape shape, Format format) {
  Batch batch;
  FillBatch(shape, format, &batch);
  std::vector<char> to(batch.bytes.size());
  for (auto _ : state) {
    std::memcpy(to.data(), batch.bytes.data(), to.size());
    benchmark::DoNotOptimize(to.data());
  }
  state.SetBytesProcessed(static_cast<int64_t>(batch.bytes.size()) * state.iterations());
}

void BM_Program(benchmark::State& state, const Program& program, Shape shape, Format format, bool observed) {
#ifndef NDEBUG
  return state.SkipWithError("not a Release build");
#endif
  Batch in, out;
  FillBatch(shape, format, &in);
  const ByteCounter counter;
  std::string error;
  const auto transform = TransformOf(program, shape, format, observed ? &counter : nullptr, &error);
  if (transform == nullptr) return state.SkipWithError(error.c_str());
  if (!transform->Transform(in, &out).ok()) return state.SkipWithError("the transform failed");
  error = Check(program, shape, format, in, out);
  if (!error.empty()) return state.SkipWithError(error.c_str());
  const uint64_t allocations = Allocations();
  for (auto _ : state) {
    benchmark::DoNotOptimize(transform->Transform(in, &out).ok());
    benchmark::DoNotOptimize(out.bytes.data());
  }
  const double rows = static_cast<double>(in.rows) * static_cast<double>(state.iterations());
  state.counters["allocations/row"] = static_cast<double>(Allocations() - allocations) / rows;
  state.SetItemsProcessed(static_cast<int64_t>(rows));
  state.SetBytesProcessed(static_cast<int64_t>(in.bytes.size()) * state.iterations());
}

void RegisterAll() {
  for (const auto& [shape, shape_name] :
       {std::pair{Shape::kShort, "short"}, std::pair{Shape::kMail, "mail"}}) {
    for (const auto& [format, format_name] :
         {std::pair{Format::kText, "text"}, std::pair{Format::kBinary, "binary"}}) {
      const std::string suffix = std::string("/") + shape_name + "/" + format_name;
      benchmark::RegisterBenchmark(("memcpy" + suffix).c_str(), BM_Memcpy, shape, format);
      for (const Program& program : kPrograms) {
        benchmark::RegisterBenchmark((program.name + suffix).c_str(), BM_Program, program, shape, format,
                                     false);
      }
      benchmark::RegisterBenchmark(("observed" + suffix).c_str(), BM_Program, kPrograms[0], shape, format,
                                   true);
    }
  }
}

const bool kRegistered = (RegisterAll(), true);

}  // namespace
}  // namespace understudy::bench
