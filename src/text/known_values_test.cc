#include "text/known_values.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>

#include "text/value_splitter.h"

namespace understudy::text {
namespace {

using pseudonym::Entity;
using pseudonym::Kind;
using Entry = KnownValues::Entry;

const StopWords& Words() {
  static const auto* words = [] {
    auto* w = new StopWords();
    w->AddLines("!the team user # comment\nrose may\n@mrs dr");
    return w;
  }();
  return *words;
}

KnownValues::Options Options() {
  KnownValues::Options options;
  options.stop_words = &Words();
  return options;
}

uint64_t SequenceOf(std::string_view text) {
  uint64_t sequence = 0;
  Token token;
  for (size_t at = 0; NextToken(text, at, &token); at = token.end) {
    sequence = sequence == 0 ? token.hash : ExtendSequence(sequence, token.hash);
  }
  return sequence;
}

const ValueContext kPerson{"DE", "de_DE", Entity::kPerson};

std::unique_ptr<const KnownValues> Build(std::vector<std::pair<Kind, std::string>> values,
                                         const ValueContext& context = kPerson) {
  KnownValues::Builder builder(Options());
  for (const auto& [kind, value] : values) builder.Add(kind, value, context);
  return std::move(builder).Build().value();
}

TEST(KnownValuesTest, AName) {
  const auto known = Build({{Kind::kName, "Dr. Ada Müller-Okonkwo"}});
  const struct {
    const char* text;
    bool final, reversed;
    Kind kind;
  } kCases[] = {
      {"ADA mÜLLER okonkwo", true, false, Kind::kName}, {"dr ada müller okonkwo", true, false, Kind::kName},
      {"Müller-Okonkwo, Ada", true, true, Kind::kName}, {"müller okonkwo", true, false, Kind::kSurname},
      {"Ada", true, false, Kind::kFirstName},           {"Mu\u0308ller-Okonkwo", true, false, Kind::kSurname},
  };
  for (const auto& c : kCases) {
    Entry entry;
    ASSERT_TRUE(known->Find(SequenceOf(c.text), &entry)) << c.text;
    EXPECT_EQ(entry.final, c.final) << c.text;
    EXPECT_EQ(entry.reversed, c.reversed) << c.text;
    EXPECT_EQ(entry.kind, c.kind) << c.text;
    EXPECT_EQ(known->context(entry.context), kPerson) << c.text;
  }
  Entry entry;
  EXPECT_FALSE(known->Find(SequenceOf("Okonkwo"), &entry));
  EXPECT_TRUE(known->Find(SequenceOf("Ada Müller"), &entry));
  EXPECT_FALSE(entry.final);
  EXPECT_TRUE(entry.continues);
}

TEST(KnownValuesTest, ShortAndStopWordsAreLeftAndCounted) {
  KnownValues::Builder builder(Options());
  builder.Add(Kind::kName, "Li", kPerson);
  builder.Add(Kind::kName, "The Team", kPerson);
  builder.Add(Kind::kName, "user_10", kPerson);
  builder.Add(Kind::kPhone, "123", kPerson);
  builder.Add(Kind::kName, " \u00a0", kPerson);
  builder.Add(Kind::kName, "Rose May", kPerson);
  EXPECT_EQ(builder.counts().too_short, 2u);
  EXPECT_EQ(builder.counts().stop_words, 2u);
  EXPECT_EQ(builder.counts().empty, 1u);
  EXPECT_EQ(builder.counts().added, 5u);
  const auto known = std::move(builder).Build().value();
  Entry entry;
  ASSERT_TRUE(known->Find(SequenceOf("may"), &entry));
  EXPECT_TRUE(entry.common);
}

TEST(KnownValuesTest, PhonesAndTheirCountries) {
  const auto known = Build({{Kind::kPhone, "030 822 80803"}, {Kind::kPhone, "+1 (212) 867-5309"}});
  Entry entry;
  for (const char* digits : {"493082280803", "3082280803", "12128675309", "2128675309"}) {
    EXPECT_TRUE(known->Find(PhoneHash(digits), &entry)) << digits;
  }
  EXPECT_FALSE(known->Find(PhoneHash("3082280804"), &entry));
  const auto phones = SplitPhones("+49 (0)30 123456 / 0171 9876543", "DE");
  ASSERT_EQ(phones.size(), 2u);
  EXPECT_EQ(phones[0].international, "4930123456");
  EXPECT_EQ(phones[1].international, "491719876543");
}

TEST(KnownValuesTest, OrderAndNumberOfBuildersDoNotMatter) {
  struct Value {
    Kind kind;
    std::string text;
    ValueContext context;
  };
  std::vector<Value> values;
  std::mt19937 random(5);
  const char* parts[] = {"Ada", "Okonkwo", "Rose", "May", "Berg", "Zyl", "Kvi", "Uhl"};
  for (int i = 0; i < 3000; ++i) {
    const std::string name =
        std::string(parts[random() % 8]) + " " + parts[random() % 8] + parts[random() % 8];
    values.push_back(
        {i % 3 == 0 ? Kind::kCompany : Kind::kName, name, {i % 2 == 0 ? "DE" : "FR", "", Entity::kUnknown}});
  }
  const auto image = [](const KnownValues& known) {
    std::string out;
    for (const char* text : {"Ada OkonkwoMay", "OkonkwoMay Ada", "bergzyl", "Rose", "Kvi Uhluhl"}) {
      Entry e;
      out += known.Find(SequenceOf(text), &e)
                 ? std::to_string(static_cast<int>(e.kind)) + known.context(e.context).country +
                       std::to_string(e.reversed) + std::to_string(e.part) + ";"
                 : "-;";
    }
    return out + std::to_string(known.entries()) + "/" + std::to_string(known.bytes());
  };
  std::string first;
  for (int builders = 1; builders <= 4; ++builders) {
    std::shuffle(values.begin(), values.end(), random);
    std::vector<KnownValues::Builder> all(static_cast<size_t>(builders), KnownValues::Builder(Options()));
    for (size_t i = 0; i < values.size(); ++i) {
      all[i % all.size()].Add(values[i].kind, values[i].text, values[i].context);
    }
    for (size_t i = 1; i < all.size(); ++i) all[0].Merge(std::move(all[i]));
    const auto known = std::move(all[0]).Build().value();
    EXPECT_EQ(known->counts().added, values.size());
    if (first.empty()) first = image(*known);
    EXPECT_EQ(image(*known), first);
  }
}

TEST(KnownValuesTest, TheLimitIsAnErrorThatSaysHowMuch) {
  KnownValues::Options options = Options();
  options.max_bytes = 1000;
  KnownValues::Builder builder(options);
  for (int i = 0; i < 1000; ++i) builder.Add(Kind::kPhone, "+49301" + std::to_string(100000 + i), kPerson);
  const auto result = std::move(builder).Build();
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(std::string(result.status().message()),
            "known values: the index of 2,000 entries needs 36.9 kB, the limit is 1.0 kB");
}

TEST(KnownValuesTest, NothingUnknownIsFound) {
  std::vector<std::pair<Kind, std::string>> values;
  for (int i = 0; i < 20000; ++i)
    values.push_back({Kind::kName, "First" + std::to_string(i) + "x Last" + std::to_string(i)});
  const auto known = Build(values);
  EXPECT_LE(known->bytes(), known->entries() * 28);
  Entry entry;
  for (int i = 0; i < 200000; ++i) {
    const std::string other = "Other" + std::to_string(i);
    ASSERT_FALSE(known->Find(SequenceOf(other), &entry));
  }
}

}  // namespace
}  // namespace understudy::text
