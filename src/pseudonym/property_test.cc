// What holds for every kind and whatever the input: 10^5 values each in the slow test, a sample of them in
// the quick one; a third of them hostile.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <random>
#include <regex>
#include <string>
#include <vector>

#include "pseudonym/normalise.h"
#include "pseudonym/pseudonymiser.h"
#include "pseudonym/utf8.h"

namespace understudy::pseudonym {
namespace {

#ifdef UNDERSTUDY_LONG
constexpr int kInputs = 100'000;
#else
constexpr int kInputs = 20'000;
#endif
constexpr char kHex[] = "5a01020304050607080900aabbccddeeff101112131415161718191a1b1c1d1e";

const Pseudonymiser& Pseudo() {
  static const Pseudonymiser* made = [] {
    Options options;
    options.default_country = "FR";
    options.default_language = "fr";
    auto created =
        Pseudonymiser::Create(*Key::FromHex(kHex), UNDERSTUDY_SOURCE_DIR "/rules/lexicon", options);
    return created.ok() ? created->release() : nullptr;
  }();
  return *made;
}

class Inputs {
 public:
  explicit Inputs(uint64_t seed) : random_(seed) {}
  uint32_t Below(uint32_t n) { return static_cast<uint32_t>(random_() % n); }

  // Like what the kind is for, as people write it, or nothing of the sort.
  std::string Next(Kind kind) {
    switch (Below(6)) {
      case 0:
        return Bytes(Below(40));
      case 1:
        return Alphabet("0123456789+-/.() ,;:@<>\"'&#%_=\t", 1 + Below(24));
      default:
        return Like(kind);
    }
  }

 private:
  std::string Alphabet(std::string_view alphabet, size_t size) {
    std::string s;
    while (s.size() < size) s.push_back(alphabet[Below(static_cast<uint32_t>(alphabet.size()))]);
    return s;
  }
  std::string Bytes(size_t size) {
    std::string s;
    while (s.size() < size) s.push_back(static_cast<char>(random_()));
    return s;
  }
  std::string Digits(size_t size) { return Alphabet("0123456789", size); }
  std::string Word() {
    static constexpr std::string_view kWords[] = {"Ada",  "OKONKWO", "müller", "Łukasz",      "Ольга",
                                                  "محمد", "王小明",  "さくら", "Nguyễn",      "d'Arc",
                                                  "van",  "Dr.",     "Émile",  "O\u2019Neill"};
    std::string word(kWords[Below(14)]);
    if (Below(2) == 0) word += Alphabet("abcdefghijklmnopqrstuvwxyz", 1 + Below(6));
    return word;
  }
  std::string Like(Kind kind) {
    const std::string mail =
        Alphabet("abcXYZ.-_+19", 1 + Below(9)) + "@" + Alphabet("abcD", 1 + Below(6)) + ".com";
    switch (kind) {
      case Kind::kEmail:
      case Kind::kLogin:
        return Below(3) == 0 ? "\"" + Word() + "\" <" + mail + ">, " + mail : mail;
      case Kind::kPhone:
        return (Below(2) == 0 ? "+33 " : "0") + Digits(2 + Below(8)) + " " + Digits(2);
      case Kind::kIban:
      case Kind::kBankAccount:
        return Below(2) == 0 ? "DE" + Digits(20) : "FR76" + Digits(23);
      case Kind::kVat:
        return (Below(2) == 0 ? "DE" : "FR") + Digits(9 + Below(3));
      case Kind::kDate:
        return "19" + Digits(2) + "-0" + std::to_string(1 + Below(9)) + "-1" + Digits(1);
      case Kind::kGeo:
      case Kind::kAmount:
        return std::to_string(Below(90)) + "." + Digits(1 + Below(7));
      case Kind::kUrl:
        return "https://" + Alphabet("abc", 5) + ".com/" + Word() + "?q=" + Digits(2);
      case Kind::kUuid:
        return Alphabet("0123456789abcdef", 8) + "-1234-4abc-8abc-" + Digits(12);
      case Kind::kIp:
        return std::to_string(Below(256)) + ".1.2." + std::to_string(Below(256));
      case Kind::kCard:
        return "4" + Digits(15);
      case Kind::kNumber:
      case Kind::kZip:
        return Digits(1 + Below(12));
      default:
        return Word() + " " + Word() + (Below(4) == 0 ? " " + Digits(2) : "");
    }
  }
  std::mt19937_64 random_;
};

bool WellFormed(std::string_view s) {
  for (size_t i = 0; i < s.size();) {
    if (NextCodePoint(s, &i) >= kBadByte) return false;
  }
  return true;
}

class EveryKind : public ::testing::TestWithParam<size_t> {};

TEST_P(EveryKind, AnswersEveryInputTheSameTwiceWithinItsLimit) {
  const Kind kind = static_cast<Kind>(GetParam());
  Inputs inputs(GetParam());
  std::string one;
  std::string two;
  for (int n = 0; n < kInputs; ++n) {
    const std::string value = inputs.Next(kind);
    Context context;
    context.unique = inputs.Below(4) == 0;
    if (inputs.Below(4) == 0) context.max_chars = 1 + inputs.Below(40);
    if (inputs.Below(3) == 0) context.country = inputs.Below(2) == 0 ? "US" : "NL";
    if (inputs.Below(3) == 0) context.language = inputs.Below(2) == 0 ? "ja_JP" : "pl_PL";
    one = "<";
    two.clear();
    Pseudo().Generate(kind, value, context, &one);
    Pseudo().Generate(kind, value, context, &two);
    ASSERT_EQ(one.substr(0, 1), "<") << "something that stood in `out` was lost";
    ASSERT_EQ(one.substr(1), two);
    if (TrimBlanks(value).empty()) {
      ASSERT_EQ(two, value);
      continue;
    }
    ASSERT_FALSE(two.empty());
    ASSERT_TRUE(!WellFormed(value) || WellFormed(two)) << value << " -> " << two;
    ASSERT_EQ(two.find('\0') != std::string::npos && value.find('\0') == std::string::npos, false);
    ASSERT_TRUE(context.max_chars == 0 || CountCodePoints(two) <= context.max_chars)
        << value << " -> " << two;
    // Blanks around a value say nothing.
    two.clear();
    Pseudo().Generate(kind, "  " + value + "\u00A0", context, &two);
    ASSERT_EQ(TrimBlanks(two), TrimBlanks(std::string_view(one).substr(1))) << value;
  }
}

INSTANTIATE_TEST_SUITE_P(Kinds, EveryKind, ::testing::Range<size_t>(1, kKinds + 1),
                         [](const auto& kind) { return std::string(NameOf(static_cast<Kind>(kind.param))); });

// An address the world can reach never comes out: every domain is reserved.
TEST(PropertyTest, EveryAddressIsUnderAReservedDomain) {
  constexpr char kDomain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-";
  Inputs inputs(99);
  std::string out;
  for (int n = 0; n < kInputs; ++n) {
    const std::string value = inputs.Next(Kind::kEmail);
    out.clear();
    Pseudo().Generate(Kind::kEmail, value, {}, &out);
    for (size_t at = out.find('@'); at != std::string::npos; at = out.find('@', at + 1)) {
      size_t end = out.find_first_not_of(kDomain, at + 1);
      if (end == std::string::npos) end = out.size();
      std::string domain = out.substr(at + 1, end - at - 1);
      std::transform(domain.begin(), domain.end(), domain.begin(),
                     [](unsigned char c) { return std::tolower(c); });
      if (domain.empty()) continue;  // "@" alone
      ASSERT_TRUE(domain.ends_with(".example.com") || domain.ends_with(".example.net") ||
                  domain.ends_with(".example.org"))
          << value << " -> " << out;
    }
  }
}

TEST(PropertyTest, NothingOfALongLetterRunIsLeftStanding) {
  // A word of eight letters of the value never appears in the pseudonym, but for words that every value of
  // the kind has.
  std::mt19937_64 random(5);
  std::string out;
  for (const Kind kind :
       {Kind::kName, Kind::kFirstName, Kind::kSurname, Kind::kCompany, Kind::kEmail, Kind::kLogin,
        Kind::kStreet, Kind::kCity, Kind::kUrl, Kind::kSocial, Kind::kText, Kind::kPlate, Kind::kToken,
        Kind::kBankAccount, Kind::kNationalId, Kind::kVat, Kind::kPhone}) {
    for (int n = 0; n < 5'000; ++n) {
      std::string word;
      while (word.size() < 9) word.push_back(static_cast<char>('a' + random() % 26));
      const std::string value = kind == Kind::kEmail ? word + "@" + word + ".com"
                                : kind == Kind::kUrl ? "http://" + word + ".com/" + word
                                                     : word + " " + word;
      out.clear();
      Pseudo().Generate(kind, value, {}, &out);
      ASSERT_EQ(out.find(word), std::string::npos) << NameOf(kind);
    }
  }
}

TEST(PropertyTest, PseudonymsOfTwoValuesThatDifferInOneLetterShareNothing) {
  // The code at the end of a user name: 40 bits that should differ in half of their places.
  std::mt19937_64 random(3);
  int same = 0;
  constexpr int kPairs = 20'000;
  for (int n = 0; n < kPairs; ++n) {
    std::string a = "user" + std::to_string(random() % 1000000) + "@corp.com";
    std::string b = a;
    b[1] = static_cast<char>('a' + random() % 26);
    if (a == b) continue;
    std::string x;
    std::string y;
    Pseudo().Generate(Kind::kEmail, a, {}, &x);
    Pseudo().Generate(Kind::kEmail, b, {}, &y);
    const std::string_view code_x = std::string_view(x).substr(x.find('@') - 8, 8);
    const std::string_view code_y = std::string_view(y).substr(y.find('@') - 8, 8);
    for (size_t i = 0; i < 8; ++i) same += code_x[i] == code_y[i] ? 1 : 0;
    ASSERT_EQ(x.substr(x.find('@')), y.substr(y.find('@'))) << "one domain, one pseudonym";
  }
  const double expected = kPairs * 8 / 32.0;
  EXPECT_NEAR(same, expected, 5 * std::sqrt(expected) + kPairs * 8 / 32.0 / 26);
}

}  // namespace
}  // namespace understudy::pseudonym
