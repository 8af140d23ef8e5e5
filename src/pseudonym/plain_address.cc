#include "pseudonym/plain_address.h"

#include <cstring>

#include "base/eight_bytes.h"

namespace understudy::pseudonym {

bool PlainAddress::Parse(std::string_view value) {
  if (value.size() < 3 || value.size() > kMaxBytes || value.back() == '.') return false;
  uint64_t lower_seen = 0;
  bool at_seen = false;
  for (size_t i = 0; i < value.size(); i += kWord) {
    const uint64_t bytes = EightAt(value, i);
    if ((bytes & kEightHigh) != 0) return false;
    const uint64_t upper = InRange(bytes, 'A', 'Z'), lower = InRange(bytes, 'a', 'z');
    const uint64_t at = EqualTo(bytes, '@');
    // "-./" are the three before the digits.
    const uint64_t other = InRange(bytes, '-', '9') | EqualTo(bytes, '+') | EqualTo(bytes, '_');
    const uint64_t wanted = HighOfFirst(value.size() - i);
    if (((upper | lower | at | other) & wanted) != wanted) return false;
    lower_seen |= lower;
    if (at != 0) {
      if (at_seen || (at & (at - 1)) != 0) return false;
      at_seen = true;
      at_ = i + BytesBefore(at);
    }
    const uint64_t folded = FirstIsLowest(bytes | upper >> 2);  // 0x80 to 0x20
    std::memcpy(folded_ + i, &folded, kWord);
  }
  size_ = value.size();
  return at_seen && at_ > 0 && at_ + 1 < size_ && lower_seen != 0;
}

}  // namespace understudy::pseudonym
