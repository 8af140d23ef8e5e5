#include "text/candidate_words.h"

namespace understudy::text {

void CandidateWords::push_back(const Candidate& word) {
  Reserve(1);
  *next_hash() = word.hash;
  *next_place() = word.begin | uint64_t{word.size_and_why} << 32;
  ++size_;
}

void CandidateWords::Reserve(size_t more) {
  if (size_ + more <= hashes_.size()) return;
  hashes_.resize(size_ * 2 + more);
  places_.resize(size_ * 2 + more);
}

bool CandidateWords::operator==(const CandidateWords& other) const {
  if (size_ != other.size_) return false;
  for (size_t i = 0; i < size_; ++i) {
    if ((*this)[i] != other[i]) return false;
  }
  return true;
}

}  // namespace understudy::text
