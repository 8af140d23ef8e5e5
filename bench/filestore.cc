// Filestore: many small files into a new directory, and a second refresh of the same, beside `cp -a
// --reflink=auto` and `rsync -a` in the same run.
//
// Each contender starts with an empty target and is measured twice: until the files are there, and until
// syncfs says that they are on the disk (the second argument), so that none wins by leaving more in the page
// cache. The second figure is the disk's as much as the program's, and includes what anybody else has left to
// write. Ours also reads and hashes every byte, which the others don't. The answer is checked before it is
// timed. TMPDIR chooses the file system.
//
// Nothing is removed before the end: ext4 looks at every recently removed inode before it gives one out, so
// that the contender after a removal would pay for it (five times the time was seen).
#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "base/process.h"
#include "odoo/filestore_copy.h"
#include "odoo/filestore_stage.h"
#include "odoo/sha1.h"
#include "odoo/store_name.h"

namespace understudy::odoo {
namespace {

namespace fs = std::filesystem;

// The sizes of a real filestore: mostly pictures of a few kilobytes, some documents.
struct Sample {
  std::string directory;
  std::vector<FileRequest> requests;
  uint64_t bytes = 0;
};

const Sample& SampleOf(size_t files) {
  static std::map<size_t, Sample> samples;
  Sample& sample = samples[files];
  if (!sample.directory.empty()) return sample;
  std::string name = (fs::temp_directory_path() / "understudy-bench-XXXXXX").string();
  sample.directory = mkdtemp(name.data());
  std::mt19937_64 random(301);
  std::string content;
  for (size_t i = 0; i < files; ++i) {
    const size_t size = 300 + random() % (i % 20 == 0 ? 200'000 : 8'000);
    content.resize(size);
    for (size_t at = 0; at + 8 <= size; at += 8) *reinterpret_cast<uint64_t*>(&content[at]) = random();
    const std::string store_fname = StoreNameOf(Sha1Of(content));
    const fs::path path = fs::path(sample.directory) / "prod" / store_fname;
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary).write(content.data(), static_cast<std::streamsize>(size));
    sample.requests.push_back({store_fname, "", size, static_cast<int64_t>(i)});
    sample.bytes += size;
  }
  std::atexit([] {
    for (const auto& [count, made] : samples) fs::remove_all(made.directory);
  });
  sync();
  return sample;
}

void SyncDirectory(const std::string& path) {
  const Fd fd(open(path.c_str(), O_RDONLY | O_DIRECTORY));
  syncfs(fd.get());
}

// A new directory each time.
std::string Fresh(const Sample& sample) {
  static int count = 0;
  return sample.directory + "/target-" + std::to_string(++count);
}

void Report(benchmark::State& state, const Sample& sample) {
  state.SetItemsProcessed(static_cast<int64_t>(sample.requests.size()) * state.iterations());
  state.SetBytesProcessed(static_cast<int64_t>(sample.bytes) * state.iterations());
}

void Understudy(benchmark::State& state) {
  const Sample& sample = SampleOf(static_cast<size_t>(state.range(0)));
  CopyOptions options;
  options.source = sample.directory + "/prod";
  for (auto _ : state) {
    auto stage = FilestoreStage::Create(Fresh(sample), "bench", StageOptions());
    if (!stage.ok()) return state.SkipWithError("no stage");
    const auto result = CopyFiles(sample.requests, options, stage->get());
    if (!result.ok() || result->copied != sample.requests.size() || !result->problems.empty()) {
      return state.SkipWithError("wrong copy");
    }
    if (state.range(1) != 0 && !(*stage)->Sync().ok()) return state.SkipWithError("no sync");
    state.PauseTiming();
    if (!(*stage)->Publish().ok()) return state.SkipWithError("no publication");  // else it removes itself
    SyncDirectory(sample.directory);
    state.ResumeTiming();
  }
  Report(state, sample);
}

void UnderstudyAgain(benchmark::State& state) {
  const Sample& sample = SampleOf(static_cast<size_t>(state.range(0)));
  CopyOptions options;
  options.source = sample.directory + "/prod";
  const std::string published = Fresh(sample);
  {
    auto first = FilestoreStage::Create(published, "first", StageOptions());
    if (!first.ok() || !CopyFiles(sample.requests, options, first->get()).ok() || !(*first)->Publish().ok()) {
      return state.SkipWithError("no first refresh");
    }
  }
  for (auto _ : state) {
    static int run = 0;
    auto stage = FilestoreStage::Create(published, std::to_string(++run), StageOptions());
    if (!stage.ok()) return state.SkipWithError("no stage");
    const auto result = CopyFiles(sample.requests, options, stage->get());
    if (!result.ok() || result->linked != sample.requests.size()) return state.SkipWithError("wrong copy");
    if (state.range(1) != 0 && !(*stage)->Sync().ok()) return state.SkipWithError("no sync");
    state.PauseTiming();
    if (!(*stage)->Publish().ok()) return state.SkipWithError("no publication");  // else it removes itself
    SyncDirectory(sample.directory);
    state.ResumeTiming();
  }
  Report(state, sample);
}

void Tool(benchmark::State& state, const std::vector<std::string>& argv) {
  const Sample& sample = SampleOf(static_cast<size_t>(state.range(0)));
  for (auto _ : state) {
    const std::string target = Fresh(sample);
    fs::create_directories(target);
    ProcessOptions options;
    options.argv = argv;
    options.argv.insert(options.argv.end(), {sample.directory + "/prod/.", target});
    const auto result = RunProcess(options);
    if (!result.ok()) return state.SkipWithError("not installed");
    if (result->exit_code != 0) return state.SkipWithError("failed");
    if (state.range(1) != 0) SyncDirectory(target);
    state.PauseTiming();
    SyncDirectory(sample.directory);
    state.ResumeTiming();
  }
  Report(state, sample);
}

void Arguments(benchmark::internal::Benchmark* benchmark) {
  constexpr int kFiles = 20'000;
  benchmark->ArgNames({"files", "synced"})->Args({kFiles, 0})->Args({kFiles, 1});
  benchmark->Unit(benchmark::kMillisecond)->UseRealTime();
}
BENCHMARK(Understudy)->Apply(Arguments);
BENCHMARK(UnderstudyAgain)->Apply(Arguments);
BENCHMARK_CAPTURE(Tool, cp, std::vector<std::string>{"cp", "-a", "--reflink=auto"})->Apply(Arguments);
BENCHMARK_CAPTURE(Tool, rsync, std::vector<std::string>{"rsync", "-a"})->Apply(Arguments);

}  // namespace
}  // namespace understudy::odoo
