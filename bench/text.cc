// Free text, one core: the candidate scan, rewriting without, with few and with many hits, and the audit,
// with a million known values. Each case is checked against its expectation before it is timed.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "allocation_counter.h"
#include "text/auditor.h"
#include "text/candidates.h"
#include "text/detector_file.h"
#include "text/known_values.h"
#include "text/rewriter.h"

namespace understudy {
namespace {

using bench::Allocations;
using pseudonym::Kind;

constexpr const char* kKey = "00112233445566778899aabbccddeeff0123456789abcdeffedcba9876543210";
constexpr uint32_t kPeople = 350000;  // name, e-mail and phone of each: 1.05 million values

// A fixed generator, so that every run times the same bytes.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}
  uint32_t Below(uint32_t n) {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return static_cast<uint32_t>((state_ >> 33) % n);
  }

 private:
  uint64_t state_;
};

template <typename T>
T Must(absl::StatusOr<T> value, const char* what) {
  if (!value.ok()) {
    std::fprintf(stderr, "bench_text: %s: %s\n", what, std::string(value.status().message()).c_str());
    std::exit(1);
  }
  return *std::move(value);
}

void Check(bool ok, const char* what) {
  if (ok) return;
  std::fprintf(stderr, "bench_text: wrong before timing: %s\n", what);
  std::exit(1);
}

std::string Word(Random* random) {
  constexpr const char* kSyllables[] = {"vry", "nja", "gwe", "kvi", "dro", "fjo", "pla", "uhl",
                                        "qua", "zyl", "hru", "sko", "tve", "mje", "xan", "wyb",
                                        "lju", "rze", "cze", "bra", "ost", "ind", "erk", "amm"};
  std::string word;
  for (int i = 0; i < 3; ++i) word += kSyllables[random->Below(24)];
  word[0] = static_cast<char>(word[0] & ~0x20);
  return word;
}

struct Person {
  std::string name, email, phone;
  explicit Person(uint32_t number) {
    Random random(number * 7919 + 17);
    const std::string first = Word(&random), last = Word(&random) + Word(&random);
    name = first + " " + last;
    email = first + "." + last + std::to_string(number) + "@kunden.example";
    phone = "+49 30 " + std::to_string(1000000 + number);
  }
};

struct World {
  text::StopWords stop_words;
  std::unique_ptr<pseudonym::Pseudonymiser> pseudonymiser;
  std::unique_ptr<const text::KnownValues> known;
  std::unique_ptr<const text::Detectors> detectors;
  text::RewriteContext context;

  World() {
    const std::string rules = UNDERSTUDY_SOURCE_DIR "/rules/";
    stop_words = Must(text::StopWords::Load(rules + "stopwords"), "stop words");
    const auto key = Must(pseudonym::Key::FromHex(kKey), "key");
    pseudonymiser = Must(pseudonym::Pseudonymiser::Create(key, rules + "lexicon"), "lexicon");
    detectors =
        Must(text::Detectors::Create(Must(text::LoadDetectors({rules + "detectors.yaml"}), "rules"), "DE"),
             "detectors");
    text::KnownValues::Options options;
    options.stop_words = &stop_words;
    text::KnownValues::Builder builder(options);
    const text::ValueContext context_of_all{"DE", "de_DE", pseudonym::Entity::kPerson};
    for (uint32_t i = 0; i < kPeople; ++i) {
      const Person person(i);
      builder.Add(Kind::kName, person.name, context_of_all);
      builder.Add(Kind::kEmail, person.email, context_of_all);
      builder.Add(Kind::kPhone, person.phone, context_of_all);
    }
    known = Must(std::move(builder).Build(), "index");
    context = {pseudonymiser.get(), known.get(), detectors.get(), "DE"};
    std::printf("known values: %llu, entries: %llu, index: %.1f MB, %.1f bytes/entry, %.1f bytes/value\n",
                static_cast<unsigned long long>(known->counts().added),
                static_cast<unsigned long long>(known->entries()), static_cast<double>(known->bytes()) / 1e6,
                static_cast<double>(known->bytes()) / static_cast<double>(known->entries()),
                static_cast<double>(known->bytes()) / static_cast<double>(known->counts().added));
  }
};

const World& TheWorld() {
  static const World* world = new World();
  return *world;
}

constexpr const char* kSentences[] = {
    "Thank you for the quick reply, we have checked the documents and will send the corrected version this "
    "week. ",
    "The delivery was late again and two of the boxes were damaged; please tell us how to proceed with the "
    "return. ",
    "As discussed on the phone the new price list is valid from the beginning of next month for all open "
    "quotations. ",
    "Could you please confirm the quantities, the warehouse needs them before noon to prepare the shipment. ",
    "We would like to add the maintenance contract to the existing subscription and pay once a year. ",
    "The invoice does not mention our reference, our accounting department can not process it without that. ",
    "Meeting moved to the afternoon because the technician is still on the way to the other site. ",
};

// `people_in_ten`: of ten sentences, how many name somebody; a tenth of those with e-mail and phone.
std::vector<std::string> Messages(int people_in_ten, bool html, bool lower) {
  std::vector<std::string> messages;
  Random random(301);
  for (int m = 0; m < 2000; ++m) {
    std::string body = html ? "<div><p>" : "";
    for (int s = 0; s < 6; ++s) {
      if (static_cast<int>(random.Below(10)) < people_in_ten) {
        const Person person(random.Below(kPeople));
        body +=
            html ? "Spoke to <b>" + person.name + "</b> about it" : "Spoke to " + person.name + " about it";
        if (random.Below(10) == 0) body += ", " + person.email + ", " + person.phone;
        body += html ? ".<br/>" : ". ";
      }
      body += kSentences[random.Below(7)];
      if (html && s % 2 == 1) body += "</p><p>";
    }
    if (html) body += "</p></div>";
    if (lower) {
      for (char& c : body) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
    }
    messages.push_back(std::move(body));
  }
  return messages;
}

enum class How { kPlain, kHtml, kLorem, kLoremHtml };

void Rewrite(benchmark::State& state, const std::vector<std::string>& messages, How how) {
  text::Rewriter rewriter(TheWorld().context);
  std::string out;
  const auto run = [&](const std::string& m) {
    out.clear();
    switch (how) {
      case How::kHtml:
        return rewriter.Html(m, &out);
      case How::kLorem:
        return rewriter.Lorem(m, &out);
      case How::kLoremHtml:
        return rewriter.LoremHtml(m, &out);
      case How::kPlain:
        break;
    }
    return rewriter.Plain(m, &out);
  };
  size_t bytes = 0, changed = 0;
  for (const std::string& m : messages) {
    bytes += m.size();
    changed += run(m);
  }
  const uint64_t before = Allocations();
  for (auto _ : state) {
    for (const std::string& m : messages) benchmark::DoNotOptimize(run(m));
  }
  const double texts = static_cast<double>(state.iterations()) * static_cast<double>(messages.size());
  state.counters["allocations/text"] = static_cast<double>(Allocations() - before) / texts;
  state.counters["changed"] = static_cast<double>(changed) / static_cast<double>(messages.size());
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(bytes));
}

void BM_Memcpy(benchmark::State& state) {
  const auto messages = Messages(1, true, false);
  std::string out(4096, 0);
  int64_t bytes = 0;
  for (const std::string& m : messages) bytes += static_cast<int64_t>(m.size());
  for (auto _ : state) {
    for (const std::string& m : messages) {
      std::memcpy(out.data(), m.data(), m.size());
      benchmark::DoNotOptimize(out.data());
    }
  }
  state.SetBytesProcessed(state.iterations() * bytes);
}
BENCHMARK(BM_Memcpy);

// The scan alone over a long text without candidates.
void BM_ScanNoCandidates(benchmark::State& state) {
  std::string all;
  for (const std::string& m : Messages(0, false, true)) all += m;
  const text::Prefilter known = TheWorld().known->prefilter(), triggers = TheWorld().detectors->triggers();
  text::Candidates fast, plain;
  text::FindCandidates(all, known, triggers, &fast);
  text::FindCandidatesPlainly(all, known, triggers, &plain);
  Check(fast.words == plain.words, "the scan finds what its plain twin finds");
  for (auto _ : state) text::FindCandidates(all, known, triggers, &fast);
  state.counters["candidates/KB"] =
      1e3 * static_cast<double>(fast.words.size()) / static_cast<double>(all.size());
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(all.size()));
}
BENCHMARK(BM_ScanNoCandidates);

void BM_PlainNoCandidates(benchmark::State& state) { Rewrite(state, Messages(0, false, true), How::kPlain); }
BENCHMARK(BM_PlainNoCandidates);
void BM_HtmlNoCandidates(benchmark::State& state) { Rewrite(state, Messages(0, true, true), How::kHtml); }
BENCHMARK(BM_HtmlNoCandidates);
void BM_PlainFew(benchmark::State& state) { Rewrite(state, Messages(1, false, false), How::kPlain); }
BENCHMARK(BM_PlainFew);
void BM_HtmlFew(benchmark::State& state) { Rewrite(state, Messages(1, true, false), How::kHtml); }
BENCHMARK(BM_HtmlFew);
void BM_PlainMany(benchmark::State& state) { Rewrite(state, Messages(10, false, false), How::kPlain); }
BENCHMARK(BM_PlainMany);
void BM_HtmlMany(benchmark::State& state) { Rewrite(state, Messages(10, true, false), How::kHtml); }
BENCHMARK(BM_HtmlMany);
// What a pipe without known values does to the same texts.
void BM_LoremMany(benchmark::State& state) { Rewrite(state, Messages(10, false, false), How::kLorem); }
BENCHMARK(BM_LoremMany);
void BM_LoremHtmlMany(benchmark::State& state) { Rewrite(state, Messages(10, true, false), How::kLoremHtml); }
BENCHMARK(BM_LoremHtmlMany);

struct CountingSink : text::FindingSink {
  uint64_t found = 0;
  void Found(const text::Finding&) override { ++found; }
};

// What goes out is audited: no leak, and an untreated text is one.
void BM_Audit(benchmark::State& state) {
  text::Rewriter rewriter(TheWorld().context);
  text::Auditor auditor(TheWorld().context);
  CountingSink sink;
  std::vector<std::string> outgoing;
  std::vector<std::string> messages = Messages(1, true, false);
  size_t bytes = 0;
  for (const std::string& m : messages) {
    std::string out;
    outgoing.push_back(rewriter.Html(m, &out) ? out : m);
    bytes += outgoing.back().size();
    auditor.Audit(outgoing.back(), m, sink);
  }
  Check(sink.found == 0, "rewritten messages hold no known value");
  auditor.Audit("<p>" + Person(5).name + "</p>", sink);
  Check(sink.found > 0, "the audit can fail");
  const uint64_t before = Allocations();
  for (auto _ : state) {
    for (size_t i = 0; i < outgoing.size(); ++i) auditor.Audit(outgoing[i], messages[i], sink);
  }
  const double texts = static_cast<double>(state.iterations()) * static_cast<double>(messages.size());
  state.counters["allocations/text"] = static_cast<double>(Allocations() - before) / texts;
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(bytes));
}
BENCHMARK(BM_Audit);

// The audit of such a pipe: secrets alone.
void BM_AuditSecrets(benchmark::State& state) {
  text::RewriteContext context = TheWorld().context;
  context.known_values = nullptr;
  text::Rewriter rewriter(context);
  text::Auditor auditor(context);
  CountingSink sink;
  std::vector<std::string> outgoing;
  const std::vector<std::string> messages = Messages(10, true, false);
  size_t bytes = 0;
  for (const std::string& m : messages) {
    std::string out;
    Check(rewriter.LoremHtml(m, &out), "texts lose their content");
    bytes += out.size();
    auditor.Audit(out, m, sink);
    outgoing.push_back(std::move(out));
  }
  Check(sink.found == 0, "nothing is left");
  auditor.Audit("<p>https://ada:geheim99@example.org/</p>", sink);
  Check(sink.found > 0, "the audit can fail");
  for (auto _ : state) {
    for (size_t i = 0; i < outgoing.size(); ++i) auditor.Audit(outgoing[i], messages[i], sink);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(bytes));
}
BENCHMARK(BM_AuditSecrets);

}  // namespace
}  // namespace understudy
