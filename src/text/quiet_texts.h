// Short texts in which nothing is found: attributes, names of models and states, subjects that recur.
//
// DESIGN
//   Searching is a pure function of the text and the way it is searched; where it found and counted nothing,
//   the text is kept, whole, so that the next time a comparison does. Each place holds one text, a new one
//   takes the old one's place. What was found is never kept here.
// Ownership: its own memory, none before the first Learn. Threads: one thread at a time.
#ifndef UNDERSTUDY_TEXT_QUIET_TEXTS_H_
#define UNDERSTUDY_TEXT_QUIET_TEXTS_H_

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <string_view>

#include "text/tokens.h"

namespace understudy::text {

class QuietTexts {
 public:
  // Longer ones are not kept.
  static constexpr size_t kMaxBytes = 118;

  // `way`: everything else that the search depends on, in one byte.
  bool Knows(std::string_view text, uint8_t way) const {
    if (places_ == nullptr || text.size() > kMaxBytes) return false;
    const Place& place = places_[IndexOf(text, way)];
    return place.full && place.size == text.size() && place.way == way &&
           std::memcmp(place.bytes, text.data(), text.size()) == 0;
  }
  void Learn(std::string_view text, uint8_t way) {
    if (text.size() > kMaxBytes) return;
    if (places_ == nullptr) {
      places_.reset(static_cast<Place*>(std::calloc(kPlaces, sizeof(Place))));
      if (places_ == nullptr) throw std::bad_alloc();
    }
    Place& place = places_[IndexOf(text, way)];
    place.full = true;
    place.size = static_cast<uint8_t>(text.size());
    place.way = way;
    std::memcpy(place.bytes, text.data(), text.size());
  }

 private:
  static constexpr int kPlaceBits = 10;
  static constexpr size_t kPlaces = size_t{1} << kPlaceBits;
  struct Place {
    bool full;
    uint8_t size;
    uint8_t way;
    char bytes[kMaxBytes];
  };
  struct Free {
    void operator()(Place* places) const { std::free(places); }
  };
  static size_t IndexOf(std::string_view text, uint8_t way) {
    return (HashFolded(text.data(), text.size()) ^ way * kMix3) >> (64 - kPlaceBits);
  }

  std::unique_ptr<Place[], Free> places_;
};

}  // namespace understudy::text

#endif  // UNDERSTUDY_TEXT_QUIET_TEXTS_H_
