#include "text/lorem_words.h"

#include <algorithm>
#include <cstring>
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

// The first `size` of kShort bytes, in two registers.
constexpr struct FirstBytesMasks {
  uint64_t low[kShort + 1] = {}, high[kShort + 1] = {};
  constexpr FirstBytesMasks() {
    for (size_t size = 1; size <= kShort; ++size) {
      low[size] = ~uint64_t{0} >> (64 - 8 * (size < 8 ? size : 8));
      high[size] = size > 8 ? ~uint64_t{0} >> (128 - 8 * size) : 0;
    }
  }
} kFirst;

HWY_INLINE uint64_t Eight(const char* bytes) {
  uint64_t eight = 0;
  std::memcpy(&eight, bytes, sizeof(eight));
  return FirstIsLowest(eight);
}
HWY_INLINE void PutEight(uint64_t eight, char* bytes) {
  eight = FirstIsLowest(eight);
  std::memcpy(bytes, &eight, sizeof(eight));
}

// Replaces the words of `text` in `out`, which holds the text and kShort bytes behind it.
class WordReplacer {
  static constexpr size_t kAtOnce = 32;  // words

 public:
  WordReplacer(std::string_view text, LoremWords* words, LoremMemory::Place* places, char* out,
               EditList* edits)
      : text_(text),
        readable_(text.size() < kShort ? 0 : text.size() - kShort + 1),
        words_(words),
        places_(places),
        out_(out),
        edits_(edits) {}

  HWY_ATTR void Run() {
    const auto words = [this](const uint32_t* edges, size_t count) HWY_ATTR { Words(edges, count); };
    const auto ats = [](size_t, uint64_t) {};
    WordEdges(text_, words, ats).Run();
  }

 private:
  // A word's first 16 bytes, the word alone and what stands behind it.
  struct Bytes {
    uint64_t word[2], behind[2];
  };
  // 16 bytes can be read at any place of the text; behind its end from `out_`, which is still the same.
  HWY_INLINE Bytes BytesAt(size_t begin, size_t size) const {
    const char* const from = (begin < readable_ ? text_.data() : out_) + begin;
    const uint64_t low = Eight(from), high = Eight(from + 8);
    // No branch asks whether the word is a short one: nothing foretells it.
    const size_t first = std::min(size, kShort);
    const uint64_t keep_low = kFirst.low[first], keep_high = kFirst.high[first];
    return {{low & keep_low, high & keep_high}, {low & ~keep_low, high & ~keep_high}};
  }

  HWY_ATTR void Words(const uint32_t* edges, size_t count) {
    for (size_t i = 0; i < count; i += kAtOnce) Some(edges + 2 * i, std::min(count - i, kAtOnce));
  }

  // Asks for all before the first is read: their memory is on its way meanwhile.
  HWY_ATTR void Some(const uint32_t* edges, size_t count) {
    LoremMemory::Place* places[kAtOnce];
    for (size_t i = 0; i < count; ++i) {
      const Bytes bytes = BytesAt(edges[2 * i], edges[2 * i + 1] - edges[2 * i]);
      const uint64_t hash = Fold128(bytes.word[0] ^ kMix1, bytes.word[1] ^ kMix2);
      places[i] = &places_[hash >> (64 - LoremMemory::kPlaceBits)];
      __builtin_prefetch(places[i]);
    }
    for (size_t i = 0; i < count; ++i) {
      Replace(edges[2 * i], edges[2 * i + 1] - edges[2 * i], places[i]);
    }
  }

  HWY_INLINE void Replace(size_t begin, size_t size, LoremMemory::Place* place) {
    const Bytes bytes = BytesAt(begin, size);
    if (HWY_UNLIKELY(((bytes.word[0] | bytes.word[1]) & kEightHigh) != 0 || size > kShort)) {
      words_->ReplaceRun(text_, begin, begin + size, /*in_place=*/true, out_, edits_);
      return;
    }
    const LoremMemory::Pair& pair = place->pairs[static_cast<size_t>(!place->pairs[0].Is(bytes.word))];
    if (HWY_UNLIKELY(!pair.Is(bytes.word))) {
      Learn(begin, size, place);
      return;
    }
    // With what stands behind the word, which the next one is written over.
    PutEight(pair.pseudonym[0] | bytes.behind[0], out_ + begin);
    PutEight(pair.pseudonym[1] | bytes.behind[1], out_ + begin + 8);
  }

  HWY_NOINLINE void Learn(size_t begin, size_t size, LoremMemory::Place* place) {
    const std::string_view pseudonym = words_->PseudonymOf(text_.data() + begin, size, place);
    if (pseudonym.size() == size) {
      std::memcpy(out_ + begin, pseudonym.data(), size);
    } else {
      edits_->Add(static_cast<uint32_t>(begin), static_cast<uint32_t>(begin + size), pseudonym);
    }
  }

  const std::string_view text_;
  const size_t readable_;  // 16 bytes can be read from there on if it is before this
  LoremWords* const words_;
  LoremMemory::Place* const places_;
  char* const out_;
  EditList* const edits_;
};

void ReplaceWords(std::string_view text, LoremWords* words, LoremMemory::Place* places, char* out,
                  EditList* edits) {
  WordReplacer(text, words, places, out, edits).Run();
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

std::string_view LoremWords::PseudonymOf(const char* word, size_t size, LoremMemory::Place* place) {
  const std::string_view original(word, size);
  const auto digits =
      std::count_if(original.begin(), original.end(), [](char c) { return c >= '0' && c <= '9'; });
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
  if (text.empty()) return text;
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
