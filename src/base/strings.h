// The few string functions all parts share.
//
// Threads: all functions are thread-safe. Views returned point into their argument.
#ifndef UNDERSTUDY_BASE_STRINGS_H_
#define UNDERSTUDY_BASE_STRINGS_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/string_view.h"

namespace understudy {

// Debian 12's Abseil has a string_view of its own; on newer systems both are one type.
inline absl::string_view ToAbsl(std::string_view s) { return absl::string_view(s.data(), s.size()); }

// Transparent hashing, so that maps keyed by std::string are searched by view without a copy.
struct StringHash {
  using is_transparent = void;
  size_t operator()(std::string_view s) const { return std::hash<std::string_view>{}(s); }
};
using StringEq = std::equal_to<>;

// Splits at every `separator`; n separators give n+1 pieces.
std::vector<std::string_view> Split(std::string_view s, char separator);
// Without ASCII blanks (space, \t, \r, \n) at both ends.
std::string_view Trim(std::string_view s);
// ASCII lower case; other bytes stay.
std::string Lower(std::string_view s);

// Damerau-Levenshtein distance (adjacent transpositions count one), restricted edits, bytes.
size_t EditDistance(std::string_view a, std::string_view b);
// The candidate nearest to `word` if it is near enough to be a typing error (distance at most a third of
// the word's length, at least 1), else empty. The first of equals wins.
std::string_view Nearest(std::string_view word, const std::vector<std::string>& candidates);
// "; did you mean x?" or empty, to append to a message about an unknown name.
std::string DidYouMean(std::string_view word, const std::vector<std::string>& candidates);

// 1536 → "1.5 kB"-style decimal units (kB, MB, GB, TB), as people read disk sizes.
std::string HumanBytes(uint64_t bytes);
// 1234567 → "1,234,567".
std::string HumanCount(uint64_t count);
// 75.2 → "1m15s"; below ten seconds with one decimal.
std::string HumanSeconds(double seconds);

}  // namespace understudy

#endif  // UNDERSTUDY_BASE_STRINGS_H_
