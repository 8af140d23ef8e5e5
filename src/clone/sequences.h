// Sequences at production's values.
#ifndef UNDERSTUDY_CLONE_SEQUENCES_H_
#define UNDERSTUDY_CLONE_SEQUENCES_H_

#include <vector>

#include "clone/catalog.h"

namespace understudy::clone {

// Sets every sequence to its value in `sequences` (read after the snapshot was taken: sequences only move
// forward, so a value is never behind a row). One round trip for a few hundred.
absl::Status SetSequences(pg::Connection& staging, const std::vector<Sequence>& sequences);

}  // namespace understudy::clone

#endif  // UNDERSTUDY_CLONE_SEQUENCES_H_
