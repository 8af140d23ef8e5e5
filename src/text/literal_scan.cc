#include "text/literal_scan.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

// Highway compiles this file once for each instruction set and picks at run time.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "text/literal_scan.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace understudy::text {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

using Bytes = hn::Vec<hn::CappedTag<uint8_t, 64>>;

// One LiteralScan::Tables.
struct Buckets {
  HWY_ATTR explicit Buckets(const LiteralScan::Tables& tables) {
    const hn::CappedTag<uint8_t, 64> d;
    for (size_t i = 0; i < LiteralScan::kFingerprint; ++i) {
      low[i] = hn::LoadDup128(d, tables.low[i]);
      high[i] = hn::LoadDup128(d, tables.high[i]);
    }
  }
  // The buckets of which a word may begin at each of the bytes, whose nibbles are given for every place.
  HWY_ATTR Bytes At(const Bytes* low_nibbles, const Bytes* high_nibbles) const {
    Bytes all = hn::Set(hn::CappedTag<uint8_t, 64>(), 0xFF);
    for (size_t i = 0; i < LiteralScan::kFingerprint; ++i) {
      all = hn::And(all, hn::And(hn::TableLookupBytes(low[i], low_nibbles[i]),
                                 hn::TableLookupBytes(high[i], high_nibbles[i])));
    }
    return all;
  }
  Bytes low[LiteralScan::kFingerprint], high[LiteralScan::kFingerprint];
};

HWY_ATTR void FindAll(const LiteralScan& scan, std::string_view text, std::vector<LiteralScan::Hit>* hits) {
  const hn::CappedTag<uint8_t, 64> d;
  const size_t lanes = hn::Lanes(d);
  const auto bit5 = hn::Set(d, 0x20);
  const auto nibble = hn::Set(d, 0x0F);
  const Buckets first(scan.tables(0)), second(scan.tables(1));
  alignas(64) uint8_t last[64 + 64] = {};
  for (size_t base = 0; base + LiteralScan::kMinBytes <= text.size(); base += lanes) {
    const auto* bytes = reinterpret_cast<const uint8_t*>(text.data()) + base;
    const size_t left = text.size() - base;
    if (left < lanes + sizeof(uint32_t)) {
      std::memset(last, 0, sizeof(last));
      std::memcpy(last, bytes, left);
      bytes = last;
    }
    Bytes low[LiteralScan::kFingerprint], high[LiteralScan::kFingerprint];
    for (size_t i = 0; i < LiteralScan::kFingerprint; ++i) {
      const auto v = hn::Or(hn::LoadU(d, bytes + i), bit5);
      low[i] = hn::And(v, nibble);
      high[i] = hn::ShiftRight<4>(v);
    }
    const auto buckets = hn::Or(first.At(low, high), second.At(low, high));
    uint64_t places = 0;
    hn::StoreMaskBits(d, hn::Ne(buckets, hn::Zero(d)), reinterpret_cast<uint8_t*>(&places));
    if (places == 0) continue;
    for (; places != 0; places &= places - 1) {
      const auto i = static_cast<size_t>(std::countr_zero(places));
      uint32_t begin;
      std::memcpy(&begin, bytes + i, sizeof(begin));
      if (scan.MayBegin(begin)) scan.Verify(text, base + i, hits);
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace understudy::text
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace understudy::text {
namespace {

char Fold(char c) { return static_cast<char>(c | 0x20); }
uint32_t Begin(const char* bytes) {
  uint32_t begin = 0;
  for (int i = 2; i >= 0; --i) begin = begin << 8 | static_cast<uint8_t>(Fold(bytes[i]));
  return begin;
}
bool AsciiLetter(char c) { return Fold(c) >= 'a' && Fold(c) <= 'z'; }

}  // namespace

HWY_EXPORT(FindAll);

LiteralScan::LiteralScan(std::vector<Word> words) : words_(std::move(words)) {
  for (Word& word : words_) {
    for (char& c : word.bytes) c = Fold(c);
    begin_.push_back(Begin(word.bytes.data()));
  }
  // From the last word to the first, so that each chain is in the order of the words.
  first_.resize(words_.empty() ? 0 : size_t{1} << kBeginBits);
  begins_.resize(words_.empty() ? 0 : (size_t{1} << kFourBits) / 64);
  next_.resize(words_.size());
  for (size_t i = words_.size(); i-- > 0;) {
    const uint32_t hash = BeginHash(begin_[i]);
    AddBegin(words_[i].bytes);
    next_[i] = first_[hash];
    first_[hash] = static_cast<uint16_t>(i + 1);
  }
  // Words that begin alike share a bucket, so that each bucket's tables stay sparse; the short ones, of which
  // the last table says nothing, have buckets of their own.
  std::vector<uint16_t> order(words_.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = static_cast<uint16_t>(i);
  std::stable_sort(order.begin(), order.end(),
                   [&](uint16_t a, uint16_t b) { return words_[a].bytes < words_[b].bytes; });
  const auto longer = std::stable_partition(
      order.begin(), order.end(), [&](uint16_t i) { return words_[i].bytes.size() < kFingerprint; });
  const auto shorts = static_cast<size_t>(longer - order.begin());
  for (size_t i = 0; i < order.size(); ++i) {
    const size_t bucket =
        i < shorts ? i * kShortBuckets / shorts
                   : kShortBuckets + (i - shorts) * (kBuckets - kShortBuckets) / (order.size() - shorts);
    const std::string& word = words_[order[i]].bytes;
    const auto bit = static_cast<uint8_t>(1u << bucket % 8);
    Tables& tables = tables_[bucket / 8];
    for (size_t k = 0; k < kFingerprint; ++k) {
      for (size_t nibble = 0; nibble < 16; ++nibble) {
        const bool any = k >= word.size();
        if (any || (static_cast<uint8_t>(word[k]) & 0x0F) == nibble) tables.low[k][nibble] |= bit;
        if (any || static_cast<uint8_t>(word[k]) >> 4 == nibble) tables.high[k][nibble] |= bit;
      }
    }
  }
}

void LiteralScan::AddBegin(const std::string& folded) {
  const auto add = [&](uint32_t fourth) {
    const uint32_t hash = FourHash(Begin(folded.data()) | fourth << 24);
    begins_[hash / 64] |= uint64_t{1} << (hash % 64);
  };
  if (folded.size() > kMinBytes) {
    add(static_cast<uint8_t>(folded[kMinBytes]));
    return;
  }
  for (uint32_t byte = 0; byte < 256; ++byte) add(byte | 0x20);
}

void LiteralScan::Verify(std::string_view text, size_t at, std::vector<Hit>* hits) const {
  if (at + kMinBytes > text.size()) return;
  const uint32_t begin = Begin(text.data() + at);
  for (uint16_t i = first_[BeginHash(begin)]; i != 0; i = next_[i - 1]) {
    if (begin_[i - 1] != begin) continue;
    const Word& word = words_[i - 1];
    const size_t end = at + word.bytes.size();
    if (end > text.size()) continue;
    if (word.begins_a_word && at > 0 && AsciiLetter(text[at - 1])) continue;
    if (word.ends_a_word && end < text.size() && AsciiLetter(text[end])) continue;
    size_t k = kMinBytes;
    while (k < word.bytes.size() && Fold(text[at + k]) == word.bytes[k]) ++k;
    if (k == word.bytes.size()) hits->push_back({static_cast<uint32_t>(at), word.tag});
  }
}

void LiteralScan::Find(std::string_view text, std::vector<Hit>* hits) const {
  hits->clear();
  if (!words_.empty()) HWY_DYNAMIC_DISPATCH(FindAll)(*this, text, hits);
}

}  // namespace understudy::text
#endif  // HWY_ONCE
