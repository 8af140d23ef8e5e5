#include "text/lorem_words.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <optional>

#include "base/eight_bytes.h"

// Highway compiles this file once for each instruction set and picks at run time.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "text/lorem_words.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"
#include "text/word_edges-inl.h"

HWY_BEFORE_NAMESPACE();
namespace understudy::text {
namespace HWY_NAMESPACE {

constexpr size_t kShort = 16;  // bytes: two registers

// Replaces the words of `text` in `out`, which holds the text and kShort bytes behind it.
HWY_ATTR void ReplaceWords(std::string_view text, LoremWords* words, LoremMemory::Place* places, char* out,
                           EditList* edits) {
  // 16 bytes can be read from a word's beginning up to here; behind it only from `out`.
  const size_t readable = text.size() < kShort ? 0 : text.size() - kShort + 1;
  const auto replace = [&](const uint32_t* edges, size_t count) HWY_ATTR {
    for (size_t i = 0; i < count; ++i) {
      const size_t begin = edges[2 * i], size = edges[2 * i + 1] - begin;
      uint64_t bytes[2];
      std::memcpy(bytes, (begin < readable ? text.data() : out) + begin, kShort);
      const uint64_t low = ~uint64_t{0} >> (64 - 8 * std::min<size_t>(size, 8));
      const uint64_t high = size > 8 ? ~uint64_t{0} >> (128 - 8 * std::min<size_t>(size, kShort)) : 0;
      const uint64_t word[2] = {FirstIsLowest(bytes[0]) & low, FirstIsLowest(bytes[1]) & high};
      if (HWY_UNLIKELY(size > kShort || ((word[0] | word[1]) & kEightHigh) != 0)) {
        words->ReplaceRun(text, begin, begin + size, /*in_place=*/true, out, edits);
        continue;
      }
      const uint64_t hash = Fold128(word[0] ^ kMix1, word[1] ^ kMix2);
      LoremMemory::Place& place = places[hash >> (64 - LoremMemory::kPlaceBits)];
      const LoremMemory::Pair& pair = place.pairs[static_cast<size_t>(!place.pairs[0].Is(word))];
      if (HWY_UNLIKELY(!pair.Is(word))) {
        const std::string_view pseudonym = words->PseudonymOf(text.data() + begin, size, &place);
        if (pseudonym.size() == size) {
          std::memcpy(out + begin, pseudonym.data(), size);
        } else {
          edits->Add(static_cast<uint32_t>(begin), static_cast<uint32_t>(begin + size), pseudonym);
        }
        continue;
      }
      // With what stands behind the word, which the next one is written over.
      bytes[0] = FirstIsLowest(pair.pseudonym[0] | (FirstIsLowest(bytes[0]) & ~low));
      bytes[1] = FirstIsLowest(pair.pseudonym[1] | (FirstIsLowest(bytes[1]) & ~high));
      std::memcpy(out + begin, bytes, kShort);
    }
  };
  const auto ats = [](size_t, uint64_t) {};
  WordEdges(text, replace, ats).Run();
}

}  // namespace HWY_NAMESPACE
}  // namespace understudy::text
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace understudy::text {
namespace {

HWY_EXPORT(ReplaceWords);

constexpr size_t kRoomBehind = 16;  // what ReplaceWords reads and writes there

pseudonym::Kind KindOf(bool all_digits, bool has_digit) {
  if (all_digits) return pseudonym::Kind::kNumber;
  return has_digit ? pseudonym::Kind::kPlate : pseudonym::Kind::kText;
}

}  // namespace

LoremMemory::Place* LoremMemory::places() {
  if (places_ == nullptr) {
    constexpr size_t kBytes = sizeof(Place) << kPlaceBits;
    places_.reset(static_cast<Place*>(std::aligned_alloc(alignof(Place), kBytes)));
    if (places_ == nullptr) throw std::bad_alloc();
    std::memset(static_cast<void*>(places_.get()), 0, kBytes);
  }
  return places_.get();
}

std::string_view LoremWords::PseudonymOf(const char* word, size_t size, LoremMemory::Place* place) {
  const std::string_view original(word, size);
  const auto digits = std::count_if(original.begin(), original.end(), [](char c) { return c >= '0' && c <= '9'; });
  word_.clear();
  pseudonymiser_->Generate(KindOf(static_cast<size_t>(digits) == size, digits > 0), original, {}, &word_);
  if (word_.size() == size) {
    place->pairs[1] = place->pairs[0];
    place->pairs[0] = {{EightAt(original, 0), size > 8 ? EightAt(original, 8) : 0},
                       {EightAt(word_, 0), size > 8 ? EightAt(word_, 8) : 0}};
  }
  return word_;
}

void LoremWords::ReplaceRun(std::string_view text, size_t begin, size_t end, bool in_place, char* out,
                            EditList* edits) {
  // No further than the run: what holds no token (a no-break space) must not be read up to the next one.
  const std::string_view upto = text.substr(0, end);
  Token token;
  for (size_t at = begin; at < end && NextToken(upto, at, &token); at = token.end) {
    const std::string_view original = upto.substr(token.begin, token.end - token.begin);
    // A token's hash knows no case, a pseudonym does.
    const uint64_t hash = token.hash ^ (token.starts_upper ? kMix1 : 0) ^ (token.all_upper ? kMix2 : 0);
    std::optional<std::string_view> pseudonym = memory_->others().Find(original, hash);
    if (!pseudonym.has_value()) {
      word_.clear();
      pseudonymiser_->Generate(KindOf(token.all_digits, token.has_digit), original, {}, &word_);
      memory_->others().Put(original, hash, word_);
      pseudonym = word_;
    }
    if (in_place && token.ascii && pseudonym->size() == original.size()) {
      std::memcpy(out + token.begin, pseudonym->data(), pseudonym->size());
    } else {
      edits->Add(token.begin, token.end, *pseudonym);
    }
  }
}

std::string_view LoremWords::Replace(std::string_view text, bool in_place, EditList* edits) {
  if (!in_place) {
    ReplaceRun(text, 0, text.size(), false, nullptr, edits);
    return text;
  }
  if (replaced_.size() < text.size() + kRoomBehind) replaced_.resize(text.size() + kRoomBehind);
  std::memcpy(replaced_.data(), text.data(), text.size());
  HWY_DYNAMIC_DISPATCH(ReplaceWords)(text, this, memory_->places(), replaced_.data(), edits);
  return std::string_view(replaced_).substr(0, text.size());
}

}  // namespace understudy::text
#endif  // HWY_ONCE
