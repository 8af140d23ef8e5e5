// Finds any of some fixed words in a text, all in one pass.
//
// DESIGN
//   The words are folded (bit 5 of every byte set, so that ASCII and Latin-1 letters in UTF-8 lose their
//   case) and put into sixteen buckets. The vector scan looks at four bytes of every position at once: a
//   table of nibbles says for each byte which buckets have it there (words of three bytes have any there),
//   and what survives all four is compared with the words that begin with these bytes. Source of the method:
//   the "Teddy" literal matcher of Hyperscan (Wang et al., NSDI 2019).
// Threads: immutable after construction, thread-safe.
#ifndef UNDERSTUDY_TEXT_LITERAL_SCAN_H_
#define UNDERSTUDY_TEXT_LITERAL_SCAN_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace understudy::text {

class LiteralScan {
 public:
  static constexpr size_t kMinBytes = 3;  // of a word; shorter ones are everywhere
  struct Word {
    std::string bytes;           // at least kMinBytes
    uint16_t tag = 0;            // the caller's, given back with each hit
    bool begins_a_word = false;  // no ASCII letter may stand before it
    bool ends_a_word = false;    // no ASCII letter may stand behind it
  };
  struct Hit {
    uint32_t begin;
    uint16_t tag;
  };

  explicit LiteralScan(std::vector<Word> words = {});

  // The hits in order of their places; those of one place in the order of the words.
  void Find(std::string_view text, std::vector<Hit>* hits) const;

  static constexpr size_t kFingerprint = 4;
  // Which of eight buckets have a byte with this low (high) nibble at fingerprint place i.
  struct Tables {
    alignas(16) uint8_t low[kFingerprint][16] = {};
    alignas(16) uint8_t high[kFingerprint][16] = {};
  };
  static constexpr size_t kTables = 2;
  const Tables& tables(size_t i) const { return tables_[i]; }
  // May a word begin with these four bytes (lowest first, not folded), or be the first three of them?
  bool MayBegin(uint32_t bytes) const {
    const uint32_t hash = FourHash(bytes | kFold);
    return (begins_[hash / 64] >> (hash % 64) & 1) != 0;
  }
  // Compares the words that begin so with the text at `at`.
  void Verify(std::string_view text, size_t at, std::vector<Hit>* hits) const;

 private:
  static constexpr size_t kBuckets = 8 * kTables, kShortBuckets = 2;
  static constexpr uint32_t kFold = 0x20202020;
  static constexpr int kBeginBits = 13;
  static constexpr int kFourBits = 16;  // 8 kilobytes of bits: words of three bytes take 128 each
  // Of three folded bytes: a place in first_; of four: one in begins_.
  static uint32_t BeginHash(uint32_t begin) { return begin * 0x9E3779B1u >> (32 - kBeginBits); }
  static uint32_t FourHash(uint32_t begin) { return begin * 0x9E3779B1u >> (32 - kFourBits); }
  void AddBegin(const std::string& folded);
  Tables tables_[kTables];
  std::vector<uint64_t> begins_;
  std::vector<Word> words_;      // folded
  std::vector<uint32_t> begin_;  // of each word the first three bytes, lowest first
  // By BeginHash: the first word (its number + 1, 0 is none), and of each word the next.
  std::vector<uint16_t> first_, next_;
};

}  // namespace understudy::text

#endif  // UNDERSTUDY_TEXT_LITERAL_SCAN_H_
