// What rewriters and auditors remember from one text to the next, handed from one to the other: they are made
// anew for every table and slice, and the same people are in all of them. Who rests between two batches holds
// none, so that there are as many as workers, not as tables.
//
// Valid for one key, one index of known values and one set of detectors: with others it would lie.
// Ownership, threads: as a Pool (base/pool.h).
#ifndef UNDERSTUDY_TEXT_MEMORIES_H_
#define UNDERSTUDY_TEXT_MEMORIES_H_

#include <memory>

#include "base/pool.h"
#include "text/lorem_words.h"
#include "text/quiet_texts.h"
#include "text/replacement_cache.h"

namespace understudy::text {

struct Memories {
  Pool<ReplacementCache> replacements;
  Pool<LoremMemory> lorem;
  // Each counts its own ways of searching.
  Pool<QuietTexts> quiet_to_rewriters;
  Pool<QuietTexts> quiet_to_auditors;
};

// One of the pools; null, for a memory of one's own, without any.
template <typename T>
Pool<T>* PoolOf(const std::shared_ptr<Memories>& memories, Pool<T> Memories::*pool) {
  return memories != nullptr ? &(memories.get()->*pool) : nullptr;
}

}  // namespace understudy::text

#endif  // UNDERSTUDY_TEXT_MEMORIES_H_
