// Short texts in which nothing is found: attributes, names of models and states, subjects that recur.
//
// DESIGN
//   Searching is a pure function of the text and the way it is searched; where it found and counted nothing,
//   the text is kept, whole, so that the next time a comparison does. What was found is never kept here.
// Ownership: its own memory, none before the first Learn. Threads: one thread at a time.
#ifndef UNDERSTUDY_TEXT_QUIET_TEXTS_H_
#define UNDERSTUDY_TEXT_QUIET_TEXTS_H_

#include <cstdint>
#include <string_view>

#include "base/byte_memo.h"
#include "text/tokens.h"

namespace understudy::text {

class QuietTexts {
 public:
  // `way`: everything else that the search depends on, in one byte.
  bool Knows(std::string_view text, uint8_t way) const {
    if (text.size() > kMaxBytes) return false;
    const auto known = memo_.Find(text, HashOf(text, way));
    return known.has_value() && static_cast<uint8_t>(known->front()) == way;
  }
  void Learn(std::string_view text, uint8_t way) {
    const char value = static_cast<char>(way);
    if (text.size() <= kMaxBytes) memo_.Put(text, HashOf(text, way), {&value, 1});
  }

 private:
  // Longer ones are not kept.
  static constexpr size_t kMaxBytes = 122;
  static uint64_t HashOf(std::string_view text, uint8_t way) {
    return HashFolded(text.data(), text.size()) ^ way * kMix3;
  }
  ByteMemo<kMaxBytes, 1, 12> memo_;
};

}  // namespace understudy::text

#endif  // UNDERSTUDY_TEXT_QUIET_TEXTS_H_
