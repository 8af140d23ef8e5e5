// Runs a fuzz target over the files of its seed corpus, then over mutants of them: what libFuzzer does, but
// blind and for any compiler. The mutants are the same in every run, so that a test that passed passes again;
// UNDERSTUDY_MUTATE_SECONDS goes on with others for so long. An input that ends the program is in
// `crash-NAME` in the working directory (a handler can't allocate, so it is written before the target sees
// it: only while seconds are asked for).
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

constexpr size_t kMutants = 300;  // of the ordinary test run: a second at most for the slowest target
constexpr size_t kMostBytes = size_t{1} << 13;  // of a mutant

using Clock = std::chrono::steady_clock;

class Mutator {
 public:
  explicit Mutator(const std::vector<std::string>& seeds) : seeds_(seeds) {}

  const std::string& Next() {
    input_ = Pick();
    for (size_t changes = 1 + Below(4); changes > 0; --changes) Change();
    if (input_.size() > kMostBytes) input_.resize(kMostBytes);
    return input_;
  }

 private:
  size_t Below(size_t n) { return n == 0 ? 0 : random_() % n; }
  const std::string& Pick() { return seeds_[Below(seeds_.size())]; }
  std::string Piece() {
    const std::string& from = Pick();
    const size_t begin = Below(from.size());
    return from.substr(begin, 1 + Below(32));
  }
  void Change() {
    static constexpr char kOdd[] = "\0\t\n\r\"'\\{}[]()<>&$%:;,.-=@/\x7f\x80\xc3\xff\xfe";
    const size_t at = Below(input_.size() + 1);
    switch (Below(7)) {
      case 0:
        if (at < input_.size()) input_[at] = static_cast<char>(input_[at] ^ (1 << Below(8)));
        break;
      case 1:
        if (at < input_.size()) input_[at] = kOdd[Below(sizeof kOdd - 1)];
        break;
      case 2:
        input_.insert(at, 1, kOdd[Below(sizeof kOdd - 1)]);
        break;
      case 3:
        input_.erase(at, 1 + Below(16));
        break;
      case 4:
        input_.insert(at, Piece());
        break;
      case 5:
        input_.resize(at);
        break;
      default:
        input_.replace(at, Below(16), Piece());
    }
  }

  const std::vector<std::string>& seeds_;
  std::mt19937_64 random_{20240501};
  std::string input_;
};

void Run(const std::string& input) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(input.data()), input.size());
}

bool ReadSeeds(int argc, char** argv, std::vector<std::string>* seeds) {
  for (int i = 1; i < argc; ++i) {
    if (!std::filesystem::exists(argv[i])) {
      std::fprintf(stderr, "no corpus at %s\n", argv[i]);
      return false;
    }
    for (const auto& entry : std::filesystem::recursive_directory_iterator(argv[i])) {
      if (!entry.is_regular_file()) continue;
      std::ifstream file(entry.path(), std::ios::binary);
      seeds->emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
    }
  }
  return !seeds->empty();
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> seeds;
  if (!ReadSeeds(argc, argv, &seeds)) return 1;
  for (const std::string& seed : seeds) Run(seed);
  const char* const asked = std::getenv("UNDERSTUDY_MUTATE_SECONDS");
  const auto end = Clock::now() + std::chrono::seconds(asked != nullptr ? std::atoi(asked) : 0);
  Mutator mutator(seeds);
  const std::string last = "crash-" + std::filesystem::path(argv[0]).filename().string();
  size_t mutants = 0;
  for (; mutants < kMutants || Clock::now() < end; ++mutants) {
    const std::string& input = mutator.Next();
    if (asked != nullptr) std::ofstream(last, std::ios::binary) << input;
    Run(input);
  }
  if (asked != nullptr) std::filesystem::remove(last);
  std::printf("%zu inputs, %zu mutants\n", seeds.size(), mutants);
  return 0;
}
