#include "verify/fingerprint.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <random>
#include <set>
#include <thread>

#include "rules/test_facts.h"

namespace understudy::verify {
namespace {

using Value = std::optional<std::string>;
using Row = std::vector<Value>;

constexpr char kHex[] = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
constexpr char kOtherHex[] = "ff0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

FingerprintSecret SecretOf(const char* hex) {
  return DeriveFingerprintSecret(pseudonym::Key::FromHex(hex).value());
}

copyformat::Field FieldOf(const Value& value, bool escaped = false) {
  if (!value.has_value()) return {nullptr, 0, true, false};
  return {value->data(), static_cast<uint32_t>(value->size()), false, escaped};
}

rules::Relation People(bool with_key) {
  rules::Relation people =
      rules::MakeRelation("people", {{"id", "integer"}, {"name", "text"}, {"email", "text"}});
  people.primary_key.clear();
  if (with_key) people.primary_key = {"id"};
  return people;
}

Fingerprints Of(const std::vector<Row>& in, const std::vector<Row>& out, bool with_key = true,
                const char* hex = kHex) {
  static const auto* const relations = new std::array<rules::Relation, 2>{People(false), People(true)};
  const FingerprintSecret secret = SecretOf(hex);
  const FingerprintFactory factory((*relations)[with_key ? 1 : 0], {0, 1, 2}, secret);
  {
    const auto observer = factory.New();
    for (size_t r = 0; r < in.size(); ++r) {
      std::vector<copyformat::Field> from, to;
      for (const Value& v : in[r]) from.push_back(FieldOf(v));
      for (size_t c = 0; c < out[r].size(); ++c) {
        to.push_back(out[r][c] == in[r][c] ? from[c] : FieldOf(out[r][c]));
      }
      EXPECT_TRUE(observer->Row(r, from, to).ok());
    }
    observer->Keep();
  }
  return factory.Totals();
}
Fingerprints Of(const std::vector<Row>& rows, bool with_key = true) { return Of(rows, rows, with_key); }

const std::vector<Row> kRows = {{"1", "Ana", "ana@x.com"}, {"2", "Bo", std::nullopt}, {"3", "", "c@x.com"}};

TEST(Fingerprint, TheOrderOfRowsDoesNotMatter) {
  std::vector<Row> shuffled = kRows;
  std::mt19937 rng(7);
  for (const bool with_key : {true, false}) {
    std::shuffle(shuffled.begin(), shuffled.end(), rng);
    EXPECT_EQ(Of(kRows, with_key).staging, Of(shuffled, with_key).staging);
    EXPECT_EQ(Of(kRows, with_key).whole_rows, Of(shuffled, with_key).whole_rows);
  }
}

TEST(Fingerprint, AChangedValueShowsInItsColumnAlone) {
  for (const bool with_key : {true, false}) {
    for (size_t row = 0; row < kRows.size(); ++row) {
      std::vector<Row> changed = kRows;
      changed[row][1] = "Other";
      const Fingerprints before = Of(kRows, with_key), after = Of(changed, with_key);
      EXPECT_EQ(before.staging[0], after.staging[0]);
      EXPECT_NE(before.staging[1], after.staging[1]);
      EXPECT_EQ(before.staging[2], after.staging[2]);
    }
  }
}

TEST(Fingerprint, NullIsNotTheEmptyText) {
  std::vector<Row> changed = kRows;
  changed[2][1] = std::nullopt;
  EXPECT_NE(Of(kRows).staging[1], Of(changed).staging[1]);
}

TEST(Fingerprint, ValuesThatChangePlacesAreSeen) {
  std::vector<Row> swapped = kRows;
  std::swap(swapped[0][1], swapped[1][1]);
  EXPECT_NE(Of(kRows).staging[1], Of(swapped).staging[1]);
  // Without a key a column is a bag; the sum over whole rows sees it.
  EXPECT_EQ(Of(kRows, false).staging, Of(swapped, false).staging);
  EXPECT_NE(Of(kRows, false).whole_rows, Of(swapped, false).whole_rows);
  EXPECT_EQ(Of(kRows).whole_rows, 0U);
}

TEST(Fingerprint, DoubledRowsDoNotCancelOut) {
  std::vector<Row> twice = kRows;
  twice.insert(twice.end(), kRows.begin(), kRows.end());
  EXPECT_NE(Of(kRows, false).staging, Of(twice, false).staging);
  EXPECT_EQ(Of(twice).rows, 6U);
}

TEST(Fingerprint, TreatedColumnsHaveTwoSumsKeptOnesOne) {
  std::vector<Row> treated = kRows;
  for (Row& row : treated) row[2] = "fake@example.com";
  const Fingerprints sums = Of(kRows, treated);
  EXPECT_EQ(sums.source[1], sums.staging[1]);
  EXPECT_NE(sums.source[2], sums.staging[2]);
  EXPECT_EQ(sums.staging, Of(treated).staging) << "what was sent is what a read-back must give";
}

TEST(Fingerprint, AKeptColumnStaysEqualWhereTheKeyIsRewritten) {
  std::vector<Row> treated = kRows;
  for (Row& row : treated) row[0] = *row[0] + "0";
  const Fingerprints sums = Of(kRows, treated);
  EXPECT_EQ(sums.source[1], sums.staging[1]);
  EXPECT_NE(sums.source[0], sums.staging[0]);
  EXPECT_EQ(sums.staging, Of(treated).staging);
}

TEST(Fingerprint, EscapedTextCountsAsWhatItMeans) {
  const FingerprintSecret secret = SecretOf(kHex);
  const rules::Relation people = People(true);
  const FingerprintFactory raw(people, {0, 1, 2}, secret), plain(people, {0, 1, 2}, secret);
  const Value id = "1", escaped = "a\\nb", meant = "a\nb", email = "x";
  {
    const auto a = raw.New();
    const auto b = plain.New();
    const std::vector<copyformat::Field> in = {FieldOf(id), FieldOf(escaped, true), FieldOf(email)};
    const std::vector<copyformat::Field> out = {FieldOf(id), FieldOf(meant), FieldOf(email)};
    ASSERT_TRUE(a->Row(0, in, in).ok());
    ASSERT_TRUE(b->Row(0, out, out).ok());
    a->Keep();
    b->Keep();
  }
  EXPECT_EQ(raw.Totals().staging, plain.Totals().staging);
}

TEST(Fingerprint, BlanksThatCharacterNAddsDoNotCount) {
  const FingerprintSecret secret = SecretOf(kHex);
  rules::Relation relation = People(true);
  relation.attributes[1].type.oid = 1042;
  const FingerprintFactory sent(relation, {0, 1, 2}, secret), held(relation, {0, 1, 2}, secret);
  const Value id = "1", name = "ab", padded = "ab   ", blank = "  ", empty = "", email = "x ";
  {
    const auto a = sent.New();
    const auto b = held.New();
    for (const auto& [out, in] : {std::pair(&name, &padded), std::pair(&empty, &blank)}) {
      const std::vector<copyformat::Field> short_row = {FieldOf(id), FieldOf(*out), FieldOf(email)};
      const std::vector<copyformat::Field> long_row = {FieldOf(id), FieldOf(*in), FieldOf(email)};
      ASSERT_TRUE(a->Row(0, short_row, short_row).ok());
      ASSERT_TRUE(b->Row(0, long_row, long_row).ok());
    }
    a->Keep();
    b->Keep();
  }
  EXPECT_EQ(sent.Totals().staging, held.Totals().staging);
}

TEST(Fingerprint, ObserversOfManyThreadsAddUp) {
  const FingerprintSecret secret = SecretOf(kHex);
  const rules::Relation people = People(true);
  const FingerprintFactory one(people, {0, 1, 2}, secret), many(people, {0, 1, 2}, secret);
  std::vector<Row> rows;
  for (int i = 0; i < 400; ++i) rows.push_back({std::to_string(i), "n" + std::to_string(i % 7), "e"});
  const auto feed = [&](const FingerprintFactory& factory, size_t from, size_t step) {
    const auto observer = factory.New();
    for (size_t r = from; r < rows.size(); r += step) {
      std::vector<copyformat::Field> fields;
      for (const Value& v : rows[r]) fields.push_back(FieldOf(v));
      ASSERT_TRUE(observer->Row(r, fields, fields).ok());
    }
    // A slice that did not get in and came again.
    const auto lost = factory.New();
    std::vector<copyformat::Field> fields;
    for (const Value& v : rows[0]) fields.push_back(FieldOf(v));
    ASSERT_TRUE(lost->Row(0, fields, fields).ok());
    observer->Keep();
  };
  feed(one, 0, 1);
  std::vector<std::thread> threads;
  for (size_t t = 0; t < 4; ++t) threads.emplace_back(feed, std::cref(many), t, 4);
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(one.Totals().staging, many.Totals().staging);
  EXPECT_EQ(many.Totals().rows, rows.size());
}

TEST(Seal, DependsOnKeyAndPlaceAndSum) {
  const FingerprintSecret secret = SecretOf(kHex), other = SecretOf(kOtherHex);
  std::set<std::string> seen = {Seal(secret, "public", "a", "b", 1), Seal(secret, "public", "a", "b", 2),
                                Seal(secret, "public", "a", "c", 1), Seal(secret, "public", "ab", "", 1),
                                Seal(secret, "other", "a", "b", 1),  Seal(other, "public", "a", "b", 1)};
  EXPECT_EQ(seen.size(), 6U);
  EXPECT_EQ(Seal(secret, "public", "a", "b", 1), Seal(secret, "public", "a", "b", 1));
  EXPECT_EQ(seen.begin()->size(), 16U);
}

TEST(Fingerprint, AnotherKeyGivesOtherSums) {
  EXPECT_NE(Of(kRows).staging, Of(kRows, kRows, true, kOtherHex).staging);
}

}  // namespace
}  // namespace understudy::verify
