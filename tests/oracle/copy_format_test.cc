// The vector scanner, the escapes, the walker and the row editor against their
// plain twins: on all short strings, on random rows, cut at every boundary, on
// every instruction set this machine has.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "copyformat/line_index.h"
#include "copyformat/text_index.h"
#include "oracle/copy_check.h"
#include "oracle/plain_copy.h"

namespace understudy::oracle {
namespace {

using copyformat::BinaryCodec;
using copyformat::TextCodec;

class OnTarget : public testing::TestWithParam<int64_t> {
 protected:
  void SetUp() override { copyformat::ForceScanTargetForTest(GetParam()); }
  void TearDown() override { copyformat::ForceScanTargetForTest(0); }
};

INSTANTIATE_TEST_SUITE_P(All, OnTarget, testing::ValuesIn(copyformat::ScanTargetsForTest()),
                         [](const auto& target) { return copyformat::ScanTargetName(target.param); });

std::string Quoted(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) {
    const char* digits = "0123456789abcdef";
    const unsigned char u = static_cast<unsigned char>(c);
    if (u >= 0x20 && u < 0x7F) {
      out += c;
    } else {
      out += {'<', digits[u >> 4], digits[u & 15], '>'};
    }
  }
  return out;
}

// Calls `visit` with every string over `alphabet` of at most `longest` bytes.
template <class Visit>
void ForAllStrings(std::string_view alphabet, size_t longest, Visit visit) {
  std::vector<size_t> digits;
  std::string s;
  for (;;) {
    visit(s);
    size_t i = 0;
    for (; i < digits.size() && ++digits[i] == alphabet.size(); ++i) digits[i] = 0;
    if (i == digits.size()) {
      if (digits.size() == longest) return;
      digits.assign(digits.size() + 1, 0);
    }
    s.clear();
    for (const size_t digit : digits) s += alphabet[digit];
  }
}

using Rng = std::mt19937_64;

std::string RandomValue(Rng& rng, size_t longest) {
  // Half plain letters; the rest what text has to escape, and bytes that look
  // like escapes.
  constexpr std::string_view kOdd{"\b\t\n\v\f\r\\.N0x7 \0\xC3\xA9\xFF", 17};
  std::string value(rng() % (longest + 1), 'a');
  const bool odd = rng() % 2 == 0;
  for (char& c : value)
    c = odd && rng() % 4 == 0 ? kOdd[rng() % kOdd.size()] : static_cast<char>('a' + rng() % 26);
  return value;
}

std::vector<std::optional<std::string>> RandomRow(Rng& rng, size_t columns) {
  std::vector<std::optional<std::string>> row(columns);
  const size_t longest = rng() % 16 == 0 ? 9000 : rng() % 4 == 0 ? 200 : 12;
  for (auto& value : row) {
    if (rng() % 5 != 0) value = RandomValue(rng, longest);
  }
  return row;
}

TEST_P(OnTarget, ScansAllShortTexts) {
  CopyCheck<TextCodec> check;
  size_t strings = 0;
  ForAllStrings("a\t\n\\N.", 6, [&](const std::string& s) {
    ++strings;
    for (size_t columns = 0; columns <= 3; ++columns) {
      const std::string what = check.Scan(s, columns);
      ASSERT_EQ(what, "") << Quoted(s) << ", columns: " << columns;
    }
  });
  EXPECT_EQ(strings, 55987u);
  ForAllStrings("a\t\n\\\r", 5, [&](const std::string& s) {
    for (size_t columns = 0; columns <= 2; ++columns) {
      const std::string what = check.Scan(s, columns);
      ASSERT_EQ(what, "") << Quoted(s) << ", columns: " << columns;
    }
  });
}

TEST_P(OnTarget, ScansShortTextsAcrossBlocksAndWindows) {
  CopyCheck<TextCodec> check;
  for (const size_t boundary : {16u, 32u, 64u, 8192u}) {
    ForAllStrings("a\t\n\\N.", 4, [&](const std::string& s) {
      for (size_t before = 0; before <= 4; ++before) {
        const std::string bytes = std::string(boundary - before, 'b') + s + "\n";
        const std::string what = check.Scan(bytes, 2);
        ASSERT_EQ(what, "") << Quoted(s) << " at " << boundary - before;
      }
    });
  }
}

TEST_P(OnTarget, RandomTextRows) {
  Rng rng(301);
  CopyCheck<TextCodec> check;
  for (int round = 0; round < 300; ++round) {
    const size_t columns = rng() % 8;
    std::string bytes;
    for (size_t row = 0; row < 20; ++row) bytes += PlainWriteText(RandomRow(rng, columns));
    const uint64_t seed = rng();
    const auto choice = [seed](size_t row, int column) {
      const uint64_t hash = (seed ^ (row * 1000003 + static_cast<uint64_t>(column + 1))) * 0x9E3779B97F4A7C15;
      return static_cast<int>((hash >> 60) % 5);
    };
    ASSERT_EQ(check.Scan(bytes, columns), "") << round;
    ASSERT_EQ(check.Edit(bytes, columns, choice), "") << round;
    // Damage a byte: both must see the same, whatever that is.
    if (!bytes.empty()) bytes[rng() % bytes.size()] = "\t\n\\.\rN"[rng() % 6];
    ASSERT_EQ(check.Scan(bytes, columns), "") << round;
  }
}

TEST_P(OnTarget, IndexAndEscapeSearchAgreeWithTheirTwins) {
  Rng rng(302);
  for (int round = 0; round < 2000; ++round) {
    copyformat::ByteBuffer buffer;
    buffer.Append(RandomValue(rng, 400));
    std::vector<uint32_t> fast(buffer.size() + copyformat::kIndexSlack);
    std::vector<uint32_t> plain(fast.size());
    const size_t count = copyformat::IndexSeparators(buffer.data(), buffer.size(), 5, fast.data());
    const size_t plain_count =
        copyformat::IndexSeparatorsScalar(buffer.data(), buffer.size(), 5, plain.data());
    fast.resize(count);
    plain.resize(plain_count);
    // The backslash of a lone `\\N` may be missing in the fast one.
    const std::string_view text = buffer.view();
    std::erase_if(plain, [&](uint32_t position) {
      const size_t at = position - 5;
      const auto ends = [](char c) { return c == '\t' || c == '\n'; };
      return at > 0 && ends(text[at - 1]) && text.substr(at, 2) == "\\N" && at + 2 < text.size() &&
             ends(text[at + 2]) && std::find(fast.begin(), fast.end(), position) == fast.end();
    });
    ASSERT_EQ(fast, plain);
    const char* const end = buffer.data() + buffer.size();
    for (size_t i = 0; i <= buffer.size(); i += 1 + rng() % 9) {
      ASSERT_EQ(copyformat::FindEscapable(buffer.data() + i, end),
                copyformat::FindEscapableScalar(buffer.data() + i, end));
    }
  }
}

TEST_P(OnTarget, WholeLinesAreThoseOfTheirTwin) {
  const auto same = [](const std::string& bytes) {
    copyformat::ByteBuffer buffer;
    buffer.Append(bytes);
    // What lies behind the end must not matter, and it is what would.
    std::memcpy(buffer.Reserve(2), "..", 2);
    ASSERT_EQ(copyformat::FindWholeLines(buffer.data(), buffer.size()),
              copyformat::FindWholeLinesScalar(buffer.data(), buffer.size()))
        << Quoted(bytes);
  };
  ForAllStrings("a\n\\.", 6, same);
  for (const size_t boundary : {16u, 32u, 64u, 128u}) {
    ForAllStrings("a\n\\.", 4, [&](const std::string& s) {
      for (size_t before = 0; before <= 4; ++before) {
        same(std::string(boundary - before, 'b') + s + "\n");
        same("b\n" + std::string(boundary - before, '\\') + s);
      }
    });
  }
  Rng rng(303);
  for (int round = 0; round < 3000; ++round) same(RandomValue(rng, 400));
}

TEST_P(OnTarget, EveryByteIsEscapedAsItsTwinDoes) {
  for (int padding = 0; padding < 70; padding += 3) {
    for (int byte = 0; byte < 256; ++byte) {
      const std::string value =
          std::string(static_cast<size_t>(padding), 'p') + static_cast<char>(byte) + std::string(40, 'q');
      copyformat::ByteBuffer out, back;
      copyformat::AppendEscaped(value, &out);
      ASSERT_EQ(out.view(), PlainEscape(value)) << byte;
      ASSERT_EQ(copyformat::Unescape(out.view(), &back), value) << byte;
    }
  }
}

TEST(CopyFormat, UnescapesAllShortTextsAsItsTwin) {
  copyformat::ByteBuffer scratch;
  ForAllStrings("a\\Nx17", 6, [&](const std::string& s) {
    ASSERT_EQ(copyformat::Unescape(s, &scratch), PlainUnescape(s)) << Quoted(s);
  });
  ForAllStrings("\\xbfnrtv.8Fg", 4, [&](const std::string& s) {
    ASSERT_EQ(copyformat::Unescape(s, &scratch), PlainUnescape(s)) << Quoted(s);
  });
}

TEST(CopyFormat, WalksAllShortBinaries) {
  CopyCheck<BinaryCodec> check;
  const std::string alphabet{"\0\1\2\xFF", 4};
  ForAllStrings(alphabet, 8, [&](const std::string& s) {
    for (size_t columns = 0; columns <= 2; ++columns) {
      ASSERT_EQ(check.Scan(s, columns), "") << Quoted(s) << ", columns: " << columns;
    }
  });
}

TEST(CopyFormat, RandomBinaryRows) {
  Rng rng(303);
  CopyCheck<BinaryCodec> check;
  for (int round = 0; round < 500; ++round) {
    const size_t columns = rng() % 8;
    std::string bytes;
    for (size_t row = 0; row < 20; ++row) bytes += PlainWriteBinary(RandomRow(rng, columns));
    const uint64_t seed = rng();
    const auto choice = [seed](size_t row, int column) {
      const uint64_t hash = (seed ^ (row * 1000003 + static_cast<uint64_t>(column + 1))) * 0x9E3779B97F4A7C15;
      return static_cast<int>((hash >> 60) % 5);
    };
    ASSERT_EQ(check.Scan(bytes, columns), "") << round;
    ASSERT_EQ(check.Edit(bytes, columns, choice), "") << round;
    if (!bytes.empty()) bytes[rng() % bytes.size()] = static_cast<char>(rng());
    ASSERT_EQ(check.Scan(bytes, columns), "") << round;
  }
}

// Cuts at every byte: both halves must be seen as the twin sees them, and at
// row boundaries the halves together are the whole.
template <class Codec>
void CutEverywhere(std::string (*write)(const std::vector<std::optional<std::string>>&), uint64_t seed) {
  Rng rng(seed);
  CopyCheck<Codec> check;
  for (int round = 0; round < 20; ++round) {
    const size_t columns = 1 + rng() % 4;
    std::string bytes;
    for (int row = 0; row < 5; ++row) {
      std::vector<std::optional<std::string>> values(columns);
      for (auto& value : values) {
        if (rng() % 4 != 0) value = RandomValue(rng, 10);
      }
      bytes += write(values);
    }
    const size_t all = PlainScanOf<Codec>(bytes, columns).rows.size();
    for (size_t cut = 0; cut <= bytes.size(); ++cut) {
      const std::string head = bytes.substr(0, cut);
      const std::string tail = bytes.substr(cut);
      ASSERT_EQ(check.Scan(head, columns), "") << Quoted(head);
      ASSERT_EQ(check.Scan(tail, columns), "") << Quoted(tail);
      const PlainScan first = PlainScanOf<Codec>(head, columns);
      const PlainScan second = PlainScanOf<Codec>(tail, columns);
      if (first.ok && second.ok) {
        ASSERT_EQ(first.rows.size() + second.rows.size(), all);
      }
    }
  }
}

TEST(CopyFormat, CutTextEverywhere) { CutEverywhere<TextCodec>(PlainWriteText, 304); }
TEST(CopyFormat, CutBinaryEverywhere) { CutEverywhere<BinaryCodec>(PlainWriteBinary, 305); }

}  // namespace
}  // namespace understudy::oracle
