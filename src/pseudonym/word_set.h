// A fixed list of short words that most words are not in.
//
// DESIGN: masks of lengths per first and per last byte turn nearly every stranger away without a comparison;
// the rest is a plain search. Built at compile time, from words of 1 to 31 bytes. Threads: constant.
#ifndef UNDERSTUDY_PSEUDONYM_WORD_SET_H_
#define UNDERSTUDY_PSEUDONYM_WORD_SET_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace understudy::pseudonym {

template <size_t N>
class WordSet {
 public:
  constexpr explicit WordSet(const std::string_view (&words)[N]) {
    for (size_t i = 0; i < N; ++i) {
      words_[i] = words[i];
      lengths_[static_cast<unsigned char>(words[i][0])] |= 1u << words[i].size();
      last_lengths_[static_cast<unsigned char>(words[i].back())] |= 1u << words[i].size();
    }
  }
  // False: no word of the set begins with `first` and has `size` bytes.
  constexpr bool MayContain(unsigned char first, size_t size) const {
    return size <= 31 && (lengths_[first] >> size & 1) != 0;
  }
  constexpr bool Contains(std::string_view word) const {
    if (word.empty() || !MayContain(static_cast<unsigned char>(word[0]), word.size())) return false;
    if ((last_lengths_[static_cast<unsigned char>(word.back())] >> word.size() & 1) == 0) return false;
    for (const std::string_view known : words_) {
      if (known == word) return true;
    }
    return false;
  }

 private:
  std::array<std::string_view, N> words_{};
  std::array<uint32_t, 256> lengths_{};  // by first byte
  std::array<uint32_t, 256> last_lengths_{};
};

}  // namespace understudy::pseudonym

#endif  // UNDERSTUDY_PSEUDONYM_WORD_SET_H_
