#include "copyformat/binary_values.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "copyformat/binary_value_parts.h"

namespace understudy::copyformat {
namespace {

std::string FromHex(std::string_view hex) {
  std::string bytes;
  for (size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  }
  return bytes;
}

std::string ToHex(std::string_view bytes) {
  std::string hex;
  for (const char c : bytes) {
    const char* digits = "0123456789abcdef";
    hex += {digits[static_cast<unsigned char>(c) >> 4], digits[c & 15]};
  }
  return hex;
}

struct Vector {
  ValueType type;
  std::string_view hex;
  std::string_view text;
};

// Written by PostgreSQL 15: encode(numeric_send(v), 'hex') || ' ' || v, and so on.
constexpr Vector kVectors[] = {
    {ValueType::kText, "c3a900", std::string_view("\xC3\xA9\0", 3)},
    {ValueType::kBool, "01", "t"},
    {ValueType::kBool, "00", "f"},
    {ValueType::kInt2, "8000", "-32768"},
    {ValueType::kInt4, "0000002a", "42"},
    {ValueType::kInt4, "80000000", "-2147483648"},
    {ValueType::kInt8, "7fffffffffffffff", "9223372036854775807"},
    {ValueType::kOid, "ffffffff", "4294967295"},
    {ValueType::kUuid, "a0eebc999c0b4ef8bb6d6bb9bd380a11", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"},
    {ValueType::kJsonb, "017b7d", "{}"},
    {ValueType::kBytea, "00ff5c", "\\x00ff5c"},
    {ValueType::kBytea, "", "\\x"},
    {ValueType::kNumeric, "0000000000000000", "0"},
    {ValueType::kNumeric, "0000000000000002", "0.00"},
    {ValueType::kNumeric, "00010000000000000001", "1"},
    {ValueType::kNumeric, "00010000400000000001", "-1"},
    {ValueType::kNumeric, "00010001000000000001", "10000"},
    {ValueType::kNumeric, "0003000100000003000109291a7c", "12345.678"},
    {ValueType::kNumeric, "0001ffff000000040001", "0.0001"},
    {ValueType::kNumeric, "0002ffff40000008000108fc", "-0.00012300"},
    {ValueType::kNumeric, "0003000100000004270f270f270f", "99999999.9999"},
    {ValueType::kNumeric, "00010005000000000001", "100000000000000000000"},
    {ValueType::kNumeric, "0001fffb000000140001", "0.00000000000000000001"},
    {ValueType::kNumeric, "00000000c0000000", "NaN"},
    {ValueType::kNumeric, "00000000d0000020", "Infinity"},
    {ValueType::kNumeric, "00000000f0000020", "-Infinity"},
    {ValueType::kNumeric, "00010002000000000001", "100000000"},
    {ValueType::kNumeric, "0001ffff0000000203e8", "0.10"},
    {ValueType::kNumeric, "000b00090000000104d2162e23340d801ed204d2162e23340d801ed21388",
     "1234567890123456789012345678901234567890.5"},
    {ValueType::kDate, "00000000", "2000-01-01"},
    {ValueType::kDate, "ffffffff", "1999-12-31"},
    {ValueType::kDate, "00002279", "2024-02-29"},
    {ValueType::kDate, "fff4dbf9", "0001-01-01"},
    {ValueType::kDate, "fff49d7b", "0044-03-15 BC"},
    {ValueType::kDate, "ffda97a7", "4714-11-24 BC"},
    {ValueType::kDate, "7fda970c", "5874897-12-31"},
    {ValueType::kDate, "7fffffff", "infinity"},
    {ValueType::kDate, "80000000", "-infinity"},
    {ValueType::kDate, "ffff718e", "1900-02-28"},
    {ValueType::kTimestamp, "0000000000000000", "2000-01-01 00:00:00"},
    {ValueType::kTimestamp, "ffffffffffffffff", "1999-12-31 23:59:59.999999"},
    {ValueType::kTimestamp, "0002b583416e1d20", "2024-02-29 12:34:56.5"},
    {ValueType::kTimestamp, "ff1af9e8fb46d000", "0044-03-15 12:00:00 BC"},
    {ValueType::kTimestamp, "7fffffffffffffff", "infinity"},
    {ValueType::kTimestamp, "8000000000000000", "-infinity"},
    {ValueType::kTimestamp, "7fffff5bb3b29fff", "294276-12-31 23:59:59.999999"},
    {ValueType::kTimestamp, "fd0f7cc1411fa000", "4714-11-24 00:00:00 BC"},
    {ValueType::kTimestampTz, "0002b58194411640", "2024-02-29 10:34:56.123456+00"},
    {ValueType::kTimestampTz, "ff1af9e8fb46d000", "0044-03-15 12:00:00+00 BC"},
    {ValueType::kTime, "0000000000000000", "00:00:00"},
    {ValueType::kTime, "000000141dd76000", "24:00:00"},
    {ValueType::kTime, "0000000a8be62608", "12:34:56.789"},
    {ValueType::kFloat8, "0000000000000000", "0"},
    {ValueType::kFloat8, "8000000000000000", "-0"},
    {ValueType::kFloat8, "3ff0000000000000", "1"},
    {ValueType::kFloat8, "44b52d02c7e14af6", "9.999999999999999e+22"},
    {ValueType::kFloat8, "44b1ffdbf6b2b2eb", "8.5e+22"},
    {ValueType::kFloat8, "5a17a2ecc414a03f", "1e+126"},
    {ValueType::kFloat8, "1e63e4cd35d8d8b9", "2.763688799369467e-162"},
    {ValueType::kFloat8, "4340000000000000", "9.007199254740992e+15"},
    {ValueType::kFloat8, "42dc12218377de40", "123456789012345"},
    {ValueType::kFloat8, "430c6bf526340000", "1e+15"},
    {ValueType::kFloat8, "3f1a36e2eb1c432d", "0.0001"},
    {ValueType::kFloat8, "3ee4f8b588e368f1", "1e-05"},
    {ValueType::kFloat8, "3fb999999999999a", "0.1"},
    {ValueType::kFloat8, "c004000000000000", "-2.5"},
    {ValueType::kFloat8, "0000000000000001", "5e-324"},
    {ValueType::kFloat8, "7fefffffffffffff", "1.7976931348623157e+308"},
    {ValueType::kFloat8, "7ff8000000000000", "NaN"},
    {ValueType::kFloat8, "7ff0000000000000", "Infinity"},
    {ValueType::kFloat8, "fff0000000000000", "-Infinity"},
    {ValueType::kFloat8, "4059000000000000", "100"},
    {ValueType::kFloat8, "40934a0000000000", "1234.5"},
    {ValueType::kFloat4, "49742400", "1e+06"},
    {ValueType::kFloat4, "47f12000", "123456"},
    {ValueType::kFloat4, "497423f8", "999999.5"},
    {ValueType::kFloat4, "0000000e", "2e-44"},
    {ValueType::kFloat4, "4b000000", "8.388608e+06"},
    {ValueType::kFloat4, "4b800000", "1.6777216e+07"},
    {ValueType::kFloat4, "3dcccccd", "0.1"},
    {ValueType::kFloat4, "7f7fffff", "3.4028235e+38"},
    {ValueType::kFloat4, "38d1b717", "0.0001"},
    {ValueType::kFloat4, "3727c5ac", "1e-05"},
};

TEST(BinaryValues, PostgresVectorsBothWays) {
  for (const Vector& v : kVectors) {
    std::string text = "before:";
    EXPECT_TRUE(BinaryToText(v.type, FromHex(v.hex), &text)) << v.text;
    EXPECT_EQ(text.substr(7), v.text) << v.hex;
    std::string binary;
    EXPECT_TRUE(TextToBinary(v.type, v.text, &binary)) << v.text;
    EXPECT_EQ(ToHex(binary), v.hex) << v.text;
  }
}

TEST(BinaryValues, UsualVariantsOfText) {
  const Vector variants[] = {
      {ValueType::kBool, "01", "true"},
      {ValueType::kTimestamp, "0000000000000000", "2000-01-01"},
      {ValueType::kTimestamp, "0000000000000000", "2000-01-01T00:00"},
      {ValueType::kTimestampTz, "0000000000000000", "2000-01-01 02:00:00+02"},
      {ValueType::kTimestampTz, "0000000000000000", "1999-12-31 18:30:00-05:30"},
      {ValueType::kTimestampTz, "0000000000000000", "2000-01-01 05:30:00+0530"},
      {ValueType::kTimestampTz, "0000000000000000", "2000-01-01T00:00:00Z"},
      {ValueType::kNumeric, "00010005000000000001", "1e20"},
      {ValueType::kNumeric, "00010000000000000001", "+1"},
      {ValueType::kNumeric, "0001ffff0000000203e8", ".10"},
      {ValueType::kNumeric, "00010000000000000001", "0001"},
      {ValueType::kNumeric, "0001ffff000000040001", "1e-4"},
      {ValueType::kUuid, "a0eebc999c0b4ef8bb6d6bb9bd380a11", "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11"},
  };
  for (const Vector& v : variants) {
    std::string binary;
    EXPECT_TRUE(TextToBinary(v.type, v.text, &binary)) << v.text;
    EXPECT_EQ(ToHex(binary), v.hex) << v.text;
  }
}

// Forms that numeric_recv accepts although numeric_send does not write them.
TEST(BinaryValues, NumericsThatAreNotNormalised) {
  const Vector odd[] = {
      {ValueType::kNumeric,
       "0002000100000000"
       "00000005",
       "5"},
      {ValueType::kNumeric, "0000000500000000", "0"},
      {ValueType::kNumeric, "0000000040000002", "0.00"},
      {ValueType::kNumeric, "0001ffff400000020001", "0.00"},
      {ValueType::kNumeric,
       "0002ffff00000008"
       "00000005",
       "0.00000005"},
  };
  for (const Vector& v : odd) {
    std::string text;
    EXPECT_TRUE(BinaryToText(v.type, FromHex(v.hex), &text)) << v.hex;
    EXPECT_EQ(text, v.text) << v.hex;
  }
}

TEST(BinaryValues, RefusesTextThatIsNoValue) {
  const Vector wrong[] = {
      {ValueType::kBool, "", "yes please"},
      {ValueType::kInt2, "", "32768"},
      {ValueType::kInt4, "", ""},
      {ValueType::kInt4, "", "1 "},
      {ValueType::kInt8, "", "1.5"},
      {ValueType::kDate, "", "2023-02-29"},
      {ValueType::kDate, "", "2023-13-01"},
      {ValueType::kDate, "", "0000-01-01"},
      {ValueType::kDate, "", "01/02/2023"},
      {ValueType::kDate, "", "2023-01-01 x"},
      {ValueType::kDate, "", "4714-11-23 BC"},
      {ValueType::kDate, "", "5874898-01-01"},
      {ValueType::kTime, "", "24:00:01"},
      {ValueType::kTime, "", "12:60:00"},
      {ValueType::kTimestamp, "", "294277-01-01 00:00:00"},
      {ValueType::kTimestamp, "", "2000-01-01 00:00:00+02"},
      {ValueType::kNumeric, "", ""},
      {ValueType::kNumeric, "", "-"},
      {ValueType::kNumeric, "", "."},
      {ValueType::kNumeric, "", "1.2.3"},
      {ValueType::kNumeric, "", "1e"},
      {ValueType::kNumeric, "", "1e999999999999"},
      {ValueType::kFloat8, "", "inf"},
      {ValueType::kFloat8, "", "1e999"},
      {ValueType::kFloat8, "", "1x"},
      {ValueType::kUuid, "", "a0eebc99"},
      {ValueType::kUuid, "", "g0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"},
      {ValueType::kBytea, "", "\\x0"},
      {ValueType::kBytea, "", "abc"},
  };
  for (const Vector& v : wrong) {
    std::string out = "before";
    EXPECT_FALSE(TextToBinary(v.type, v.text, &out)) << v.text;
    EXPECT_EQ(out, "before") << v.text;
  }
}

TEST(BinaryValues, RefusesBinaryThatIsNoValue) {
  const Vector wrong[] = {
      {ValueType::kBool, "", ""},
      {ValueType::kInt4, "000000", ""},
      {ValueType::kInt8, "000000000000000000", ""},
      {ValueType::kDate, "7fda970d", "one day too late"},
      {ValueType::kDate, "ffda97a6", "one day too early"},
      {ValueType::kTimestamp, "7fffff5bb3b2a000", "one microsecond too late"},
      {ValueType::kTime, "000000141dd76001", ""},
      {ValueType::kNumeric, "00010000000000002710", "digit of 10000"},
      {ValueType::kNumeric, "000200000000000000010002ff", "cut"},
      {ValueType::kNumeric, "00010000100000000001", "unknown sign"},
      {ValueType::kJsonb, "027b7d", "unknown version"},
      {ValueType::kJsonb, "", ""},
      {ValueType::kUuid, "a0", ""},
  };
  for (const Vector& v : wrong) {
    std::string out = "before";
    EXPECT_FALSE(BinaryToText(v.type, FromHex(v.hex), &out)) << v.hex << " " << v.text;
    EXPECT_EQ(out, "before");
  }
}

// Whatever value a type can hold: binary → text → binary is the identity.
TEST(BinaryValues, RandomValuesRoundTrip) {
  std::mt19937_64 rng(401);
  const auto check = [](ValueType type, const std::string& binary) {
    std::string text, back;
    if (!BinaryToText(type, binary, &text)) return false;
    EXPECT_TRUE(TextToBinary(type, text, &back)) << text;
    EXPECT_EQ(ToHex(back), ToHex(binary)) << text;
    return true;
  };
  int good = 0;
  for (int round = 0; round < 20000; ++round) {
    std::string four, eight;
    AppendBig32(static_cast<uint32_t>(rng()), &four);
    AppendBig64(rng() >> (rng() % 64), &eight);
    for (const ValueType type : {ValueType::kInt4, ValueType::kOid, ValueType::kDate})
      good += check(type, four);
    for (const ValueType type :
         {ValueType::kInt8, ValueType::kTime, ValueType::kTimestamp, ValueType::kTimestampTz}) {
      good += check(type, eight);
    }
    if (std::isfinite(std::bit_cast<float>(LoadBig32(four.data())))) good += check(ValueType::kFloat4, four);
    if (std::isfinite(std::bit_cast<double>(LoadBig64(eight.data()))))
      good += check(ValueType::kFloat8, eight);
  }
  EXPECT_GT(good, 100000);
}

TEST(BinaryValues, RandomNumericsRoundTripFromText) {
  std::mt19937_64 rng(402);
  for (int round = 0; round < 20000; ++round) {
    std::string text = std::to_string(rng() >> (rng() % 64));
    for (uint64_t i = rng() % 4; i > 0 && text != "0"; --i) text += std::to_string(rng() % 1000);
    if (rng() % 2 == 0) text += "." + std::to_string(rng() >> (rng() % 64));
    if (rng() % 8 == 0 && text != "0") text += std::string(rng() % 9, '0');
    if (rng() % 2 == 0 && text.find_first_of("123456789") != std::string::npos) text = "-" + text;
    std::string binary, back;
    ASSERT_TRUE(TextToBinary(ValueType::kNumeric, text, &binary)) << text;
    ASSERT_TRUE(BinaryToText(ValueType::kNumeric, binary, &back)) << text;
    ASSERT_EQ(back, text);
  }
}

TEST(BinaryValues, EveryDayHasItsOwnDate) {
  CivilDate last = CivilFromDays(-800000);
  for (int64_t day = -799999; day <= 400000; ++day) {
    const CivilDate date = CivilFromDays(day);
    ASSERT_EQ(DaysFromCivil(date.year, date.month, date.day), day);
    const bool next_day = date.year == last.year && date.month == last.month && date.day == last.day + 1;
    const bool next_month =
        date.day == 1 && last.day >= 28 && date.year * 12 + date.month == last.year * 12 + last.month + 1;
    ASSERT_TRUE(next_day || next_month) << day;
    last = date;
  }
}

TEST(BinaryValues, TypesByOid) {
  EXPECT_EQ(ValueTypeOfOid(1700), ValueType::kNumeric);
  EXPECT_EQ(ValueTypeOfOid(1043), ValueType::kText);
  EXPECT_EQ(ValueTypeOfOid(1184), ValueType::kTimestampTz);
  EXPECT_EQ(ValueTypeOfOid(16384), std::nullopt);
}

}  // namespace
}  // namespace understudy::copyformat
