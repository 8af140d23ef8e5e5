#include "text/replacement_cache.h"

#include <cstring>

#include "text/tokens.h"

namespace understudy::text {
namespace {

constexpr size_t kCacheLine = 64;

}  // namespace

uint64_t ReplacementCache::WhatOf(const Match& match) {
  const KnownValues::Entry& e = match.entry;
  return uint64_t{1} << 63 | static_cast<uint64_t>(static_cast<uint32_t>(match.detector + 1)) << 32 |
         static_cast<uint64_t>(e.context) << 16 | static_cast<uint64_t>(e.surname_tokens) << 8 |
         static_cast<uint64_t>(e.reversed) << 7 | static_cast<uint64_t>(e.plain_gaps) << 6 |
         static_cast<uint64_t>(e.kind);
}

size_t ReplacementCache::PlaceOf(std::string_view text, const Match& match) const {
  static_assert(kPlaces == size_t{1} << 15);
  const std::string_view original = text.substr(match.begin, match.end - match.begin);
  const size_t place = (HashFolded(original.data(), original.size()) ^ WhatOf(match) * kMix3) >> (64 - 15);
  if (places_) {
    __builtin_prefetch(&places_[place]);
    __builtin_prefetch(reinterpret_cast<const char*>(&places_[place]) + kCacheLine);
  }
  return place;
}

bool ReplacementCache::Find(std::string_view text, const Match& match, size_t at, EditList* edits) const {
  const std::string_view original = text.substr(match.begin, match.end - match.begin);
  if (!places_ || original.size() > kMaxOriginal) return false;
  const uint64_t what = WhatOf(match);
  const Place& place = places_[at];
  if (place.what != what || place.size != original.size()) return false;
  if (std::memcmp(place.original, original.data(), original.size()) != 0) return false;
  size_t from = 0;
  for (size_t i = 0; i < place.edits; ++i) {
    edits->Add(match.begin + place.begin[i], match.begin + place.end[i],
               std::string_view(place.text + from, place.text_end[i] - from));
    from = place.text_end[i];
  }
  return true;
}

void ReplacementCache::Add(std::string_view text, const Match& match, size_t at, const EditList& edits,
                           size_t first) {
  const std::string_view original = text.substr(match.begin, match.end - match.begin);
  const size_t count = edits.edits().size() - first;
  if (original.size() > kMaxOriginal || count == 0 || count > kMaxEdits) return;
  size_t size = 0;
  for (size_t i = 0; i < count; ++i) {
    const Edit& edit = edits.edits()[first + i];
    size += edits.TextOf(edit).size();
    if (size > kMaxText || edit.begin < match.begin || edit.end > match.end) return;
  }
  if (!places_) places_.Make();
  Place& place = places_[at];
  place.what = WhatOf(match);
  place.size = static_cast<uint8_t>(original.size());
  place.edits = static_cast<uint8_t>(count);
  std::memcpy(place.original, original.data(), original.size());
  size_t written = 0;
  for (size_t i = 0; i < count; ++i) {
    const Edit& edit = edits.edits()[first + i];
    const std::string_view piece = edits.TextOf(edit);
    std::memcpy(place.text + written, piece.data(), piece.size());
    written += piece.size();
    place.begin[i] = static_cast<uint8_t>(edit.begin - match.begin);
    place.end[i] = static_cast<uint8_t>(edit.end - match.begin);
    place.text_end[i] = static_cast<uint8_t>(written);
  }
}

}  // namespace understudy::text
