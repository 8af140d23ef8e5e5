// What stood where somebody was found, and what stands there now: the same people recur in thousands of
// texts.
//
// DESIGN
//   The edits of a match depend on its bytes, its kind and context and the key, on nothing else. So the edits
//   of a match are kept by its bytes, in a table where each place holds one match and a new one takes the old
//   one's place. The bytes are compared whole: a cache can't change what comes out. Long values are not kept.
// Source of the sizes: a person takes some ten places (spellings of the name, e-mail, phone, street), so that
// the people of a busy month are here; 4.5 MB for a worker's table at most, and what is never touched is
// never there (the table is zero pages until then). Ownership: its own memory, none before the first Add.
// Threads: one thread at a time.
#ifndef UNDERSTUDY_TEXT_REPLACEMENT_CACHE_H_
#define UNDERSTUDY_TEXT_REPLACEMENT_CACHE_H_

#include <cstdint>
#include <string_view>

#include "base/zero_pages.h"
#include "text/edits.h"
#include "text/finder.h"

namespace understudy::text {

class ReplacementCache {
 public:
  // Where `match` is kept if it is; asks the memory for it.
  size_t PlaceOf(std::string_view text, const Match& match) const;
  // Appends the edits of `match` if they are known.
  bool Find(std::string_view text, const Match& match, size_t place, EditList* edits) const;
  // Keeps the edits from number `first` on, which are those of `match`.
  void Add(std::string_view text, const Match& match, size_t place, const EditList& edits, size_t first);

 private:
  static constexpr size_t kPlaces = size_t{1} << 15;
  static constexpr size_t kMaxOriginal = 48;
  static constexpr size_t kMaxText = 56;
  static constexpr size_t kMaxEdits = 4;
  struct Place {
    uint64_t what;  // kind, flags, context and detector of the match; 0: empty
    uint8_t size;   // of the original
    uint8_t edits;
    // Relative to the match, and to the text.
    uint8_t begin[kMaxEdits], end[kMaxEdits], text_end[kMaxEdits];
    char original[kMaxOriginal];
    char text[kMaxText];
  };
  static_assert(sizeof(Place) == 128);
  static uint64_t WhatOf(const Match& match);

  ZeroPages<Place, kPlaces> places_;
};

}  // namespace understudy::text

#endif  // UNDERSTUDY_TEXT_REPLACEMENT_CACHE_H_
