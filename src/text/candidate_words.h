// The words of a text that are worth looking at, as the scan writes them and the finder reads them.
//
// Ownership: CandidateWords keeps its memory when it is cleared. Threads: it belongs to one thread.
#ifndef UNDERSTUDY_TEXT_CANDIDATE_WORDS_H_
#define UNDERSTUDY_TEXT_CANDIDATE_WORDS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

namespace understudy::text {

// A token worth looking at, and why.
struct Candidate {
  enum Why : uint32_t {
    kDigit = 1,    // it holds one
    kKnown = 2,    // in the bit set of known values
    kTrigger = 4,  // in that of the detectors' words
    kKey = 8,      // as MayBeKey says, digits apart
    kWide = 16,    // not ASCII, or longer than 16 bytes
  };
  static constexpr int kWhyBits = 5;

  uint64_t hash;
  uint32_t begin;
  uint32_t size_and_why;

  uint32_t size() const { return size_and_why >> kWhyBits; }
  bool Is(uint32_t why) const { return (size_and_why & why) != 0; }
  bool operator==(const Candidate&) const = default;
};

// Candidates in order of position; a vector scan writes their two halves several at a time.
class CandidateWords {
 public:
  size_t size() const { return size_; }
  Candidate operator[](size_t i) const {
    return {hashes_[i], static_cast<uint32_t>(places_[i]), static_cast<uint32_t>(places_[i] >> 32)};
  }
  bool operator==(const CandidateWords& other) const;

  void clear() { size_ = 0; }
  void push_back(const Candidate& word) {
    Reserve(1);
    *next_hash() = word.hash;
    *next_place() = word.begin | uint64_t{word.size_and_why} << 32;
    ++size_;
  }
  // Room for `more` words behind the last.
  void Reserve(size_t more) {
    if (size_ + more > hashes_.size()) Grow(more);
  }
  // Where their hashes go, and their places (begin in the low half, size and why in the high one).
  uint64_t* next_hash() { return hashes_.data() + size_; }
  uint64_t* next_place() { return places_.data() + size_; }
  void Added(size_t count) { size_ += count; }

 private:
  void Grow(size_t more);

  std::vector<uint64_t> hashes_, places_;
  size_t size_ = 0;
};

}  // namespace understudy::text

#endif  // UNDERSTUDY_TEXT_CANDIDATE_WORDS_H_
