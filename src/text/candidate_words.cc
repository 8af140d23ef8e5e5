#include "text/candidate_words.h"

namespace understudy::text {

void CandidateWords::Grow(size_t more) {
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
