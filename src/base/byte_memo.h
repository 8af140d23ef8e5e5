// A small table of what some bytes give: for functions that are asked the same again and again.
//
// DESIGN
//   Each place holds one key and its value, a new key takes the old one's place. Keys are compared whole, so
//   a memo can't change a result; what is too long is not kept. The table is zero pages until they are used.
// Ownership: its own memory, none before the first Put. Threads: one thread at a time.
#ifndef UNDERSTUDY_BASE_BYTE_MEMO_H_
#define UNDERSTUDY_BASE_BYTE_MEMO_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

#include "base/zero_pages.h"

namespace understudy {

// Bytes of at most 255; 2^kPlaceBits places.
template <size_t kKeyBytes, size_t kValueBytes, int kPlaceBits>
class ByteMemo {
 public:
  // `hash` is the key's, any that spreads into the high bits. The view lives until the next Put.
  std::optional<std::string_view> Find(std::string_view key, uint64_t hash) const {
    if (!places_ || key.size() > kKeyBytes) return std::nullopt;
    const Place& place = places_[hash >> (64 - kPlaceBits)];
    if (!place.full || place.key_size != key.size()) return std::nullopt;
    if (std::memcmp(place.key, key.data(), key.size()) != 0) return std::nullopt;
    return std::string_view(place.value, place.value_size);
  }
  void Put(std::string_view key, uint64_t hash, std::string_view value) {
    if (key.size() > kKeyBytes || value.size() > kValueBytes) return;
    if (!places_) places_.Make();
    Place& place = places_[hash >> (64 - kPlaceBits)];
    place.full = true;
    place.key_size = static_cast<uint8_t>(key.size());
    place.value_size = static_cast<uint8_t>(value.size());
    std::memcpy(place.key, key.data(), key.size());
    std::memcpy(place.value, value.data(), value.size());
  }

 private:
  static_assert(kKeyBytes < 256 && kValueBytes < 256);
  struct Place {
    bool full;
    uint8_t key_size;
    uint8_t value_size;
    char key[kKeyBytes];
    char value[kValueBytes + 1];
  };
  ZeroPages<Place, size_t{1} << kPlaceBits> places_;
};

}  // namespace understudy

#endif  // UNDERSTUDY_BASE_BYTE_MEMO_H_
