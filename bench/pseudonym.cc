// Pseudonyms of every kind: nanoseconds and bytes per value, allocations, and the digest alone beside the
// hash it could be confused with. Each kind first shows that it answers the same twice and never gives the
// value back; then it is timed.
//   bench_pseudonym --benchmark_repetitions=5 --benchmark_enable_random_interleaving=true
#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "allocation_counter.h"
#include "pseudonym/digest.h"
#include "pseudonym/key.h"
#include "pseudonym/pseudonymiser.h"

namespace understudy::bench {
namespace {

using pseudonym::Context;
using pseudonym::Kind;

constexpr char kHex[] = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
constexpr size_t kValues = 1 << 12;  // more than a branch predictor learns by heart

const pseudonym::Pseudonymiser& Pseudonyms() {
  static const pseudonym::Pseudonymiser& made = *[] {
    pseudonym::Options options;
    options.default_country = "DE";
    options.default_language = "de_DE";
    auto created = pseudonym::Pseudonymiser::Create(*pseudonym::Key::FromHex(kHex),
                                                    UNDERSTUDY_SOURCE_DIR "/rules/lexicon", options);
    if (!created.ok()) {
      std::fprintf(stderr, "%s\n", std::string(created.status().message()).c_str());
      std::abort();
    }
    return created->release();
  }();
  return made;
}

class Random {
 public:
  uint32_t Below(uint32_t n) {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return static_cast<uint32_t>((state_ >> 33) % n);
  }
  std::string Letters(size_t count) {
    std::string s;
    while (s.size() < count) s.push_back(static_cast<char>('a' + Below(26)));
    return s;
  }
  std::string Word(size_t count) {
    std::string s = Letters(count);
    s[0] = static_cast<char>(s[0] - 32);
    return s;
  }
  std::string Digits(size_t count) {
    std::string s;
    while (s.size() < count) s.push_back(static_cast<char>('0' + Below(10)));
    return s;
  }
  std::string Hex(size_t count) {
    std::string s;
    while (s.size() < count) s.push_back("0123456789abcdef"[Below(16)]);
    return s;
  }

 private:
  uint64_t state_ = 301;
};

std::string Value(Kind kind, Random* r) {
  switch (kind) {
    case Kind::kName:
      return r->Word(4 + r->Below(5)) + " " + r->Word(5 + r->Below(7));
    case Kind::kFirstName:
    case Kind::kSurname:
    case Kind::kCity:
      return r->Word(5 + r->Below(7));
    case Kind::kCompany:
      return r->Word(6) + " " + r->Word(9) + " GmbH";
    case Kind::kEmail:
    case Kind::kLogin:
      return r->Letters(5) + "." + r->Letters(8) + "@" + r->Letters(8) + ".com";
    case Kind::kPhone:
      return "+49 30 " + r->Digits(8);
    case Kind::kStreet:
      return r->Word(9) + "weg " + r->Digits(2);
    case Kind::kZip:
      return r->Digits(5);
    case Kind::kVat:
      return "DE" + r->Digits(9);
    case Kind::kIban:
      return "DE" + r->Digits(20);
    case Kind::kBic:
      return "DEUT"
             "DE"
             "FF" +
             r->Digits(3);
    case Kind::kCard:
      return "4" + r->Digits(15);
    case Kind::kNationalId:
      return r->Digits(11);
    case Kind::kDate:
      return "19" + std::to_string(10 + r->Below(90)) + "-0" + std::to_string(1 + r->Below(9)) + "-1" +
             r->Digits(1);
    case Kind::kGeo:
      return "4" + r->Digits(1) + "." + r->Digits(6);
    case Kind::kIp:
      return "10." + std::to_string(r->Below(256)) + "." + std::to_string(r->Below(256)) + ".7";
    case Kind::kMac:
      return r->Hex(2) + ":" + r->Hex(2) + ":" + r->Hex(2) + ":" + r->Hex(2) + ":" + r->Hex(2) + ":" +
             r->Hex(2);
    case Kind::kUrl:
      return "https://www." + r->Letters(8) + ".com/" + r->Letters(6);
    case Kind::kSocial:
      return "@" + r->Letters(9);
    case Kind::kUuid:
      return r->Hex(8) + "-" + r->Hex(4) + "-4" + r->Hex(3) + "-a" + r->Hex(3) + "-" + r->Hex(12);
    case Kind::kToken:
      return r->Hex(32);
    case Kind::kNumber:
      return "1" + r->Digits(8);
    case Kind::kAmount:
      return "1" + r->Digits(3) + "." + r->Digits(2);
    case Kind::kText:
      return r->Letters(6) + " " + r->Letters(7);
    case Kind::kPlate:
      return "B-" + r->Word(2) + " " + r->Digits(4);
    case Kind::kBankAccount:
      return r->Digits(10);
  }
  return r->Letters(10);
}

// Kinds whose range is so small that a value may meet itself.
bool MayMeetItself(Kind kind) {
  return kind == Kind::kZip || kind == Kind::kCity || kind == Kind::kAmount || kind == Kind::kFirstName;
}

void BM_Kind(benchmark::State& state, Kind kind) {
  Random random;
  std::vector<std::string> values;
  size_t bytes = 0;
  for (size_t i = 0; i < kValues; ++i) {
    values.push_back(Value(kind, &random));
    bytes += values.back().size();
  }
  std::string out;
  std::string again;
  for (const std::string& value : values) {
    out.clear();
    again.clear();
    Pseudonyms().Generate(kind, value, {}, &out);
    Pseudonyms().Generate(kind, value, {}, &again);
    if (out.empty() || out != again || (out == value && !MayMeetItself(kind))) {
      state.SkipWithError("not a pseudonym");
      return;
    }
  }
  const uint64_t before = OwnAllocations();
  size_t i = 0;
  for (auto _ : state) {
    out.clear();
    Pseudonyms().Generate(kind, values[i], {}, &out);
    benchmark::DoNotOptimize(out.data());
    i = (i + 1) % kValues;
  }
  state.counters["allocations"] =
      static_cast<double>(OwnAllocations() - before) / static_cast<double>(state.iterations());
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(bytes / kValues));
}

// The two hash calls by themselves, on values of 8 … 20 bytes.
void BM_Digest(benchmark::State& state) {
  Random random;
  std::vector<std::string> values;
  for (size_t i = 0; i < kValues; ++i) values.push_back(random.Letters(8 + random.Below(13)));
  const pseudonym::DigestKeys keys(*pseudonym::Key::FromHex(kHex));
  const pseudonym::Digester digester = keys.ForKind(Kind::kEmail);
  size_t i = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(digester.Of(values[i]));
    i = (i + 1) % kValues;
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_Digest);

// All threads share one pseudonymiser, as the workers of a run do.
BENCHMARK_CAPTURE(BM_Kind, email_two_threads, Kind::kEmail)->Threads(2);

const int kRegistered = [] {
  for (const std::string& name : pseudonym::KindNames()) {
    const Kind kind = *pseudonym::KindByName(name);
    benchmark::RegisterBenchmark(("BM_Kind/" + name).c_str(),
                                 [kind](benchmark::State& s) { BM_Kind(s, kind); });
  }
  return 0;
}();

}  // namespace
}  // namespace understudy::bench
