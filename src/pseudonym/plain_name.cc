#include "pseudonym/plain_name.h"

#include <cstring>

#include "base/eight_bytes.h"

namespace understudy::pseudonym {
namespace {

bool IsCapitalised(std::string_view word) { return (word[0] & 0x20) == 0 && (word[1] & 0x20) != 0; }

void RenderWord(const Composed& words, std::string_view word, Draw* draw, std::string* out) {
  const size_t from = out->size();
  words.Render(draw, out);
  if (!IsCapitalised(word)) ApplyCase(word, from, out);
}

}  // namespace

bool PlainName::Parse(std::string_view value) {
  if (value.size() < 2 || value.size() >= kMaxBytes) return false;
  size_t begin = 0;
  // The word that ends at `end`.
  const auto take = [&](size_t end) {
    const size_t letters = end - begin;
    if (letters < 2 || letters > kMaxLetters || count_ == kMaxWords) return false;
    const std::string_view folded(folded_ + begin, letters);
    if (IsTitleOrParticle(folded) || (count_ > 0 && IsFoldedLegalForm(folded))) return false;
    surname_ = begin;
    words_[count_++] = value.substr(begin, letters);
    begin = end + 1;
    return true;
  };
  for (size_t i = 0; i < value.size(); i += kWord) {
    const uint64_t bytes = EightAt(value, i);
    const uint64_t lower = bytes | 0x20 * kEightOnes;
    const uint64_t letters = InRange(lower & ~kEightHigh, 'a', 'z') & ~bytes;
    uint64_t blanks = EqualTo(bytes & ~kEightHigh, ' ') & ~bytes;
    const uint64_t wanted = HighOfFirst(value.size() - i);
    if (((letters | blanks) & wanted) != wanted) return false;
    const uint64_t folded = FirstIsLowest(lower);
    std::memcpy(folded_ + i, &folded, kWord);
    for (; blanks != 0; blanks &= blanks - 1) {
      if (!take(i + BytesBefore(blanks))) return false;
    }
  }
  size_ = value.size();
  return take(size_);
}

void PlainName::Render(const Env& env, const Context& context, std::string* out) const {
  const Language& language = env.LanguageFor(Script::kLatin, context);
  const std::string_view surname(folded_ + surname_, size_ - surname_);
  const Digester of_surname = env.For(Kind::kSurname), of_given = env.For(Kind::kFirstName);
  Draw surname_draw(of_surname, of_surname.Of(surname));
  if (count_ > 1) {
    // As RenderName folds it: the given names, the surname.
    char whole[sizeof folded_ + 3 + kWord];
    for (size_t i = 0; i < surname_; i += kWord) std::memcpy(whole + i, folded_ + i, kWord);
    whole[surname_] = '\x1f';
    for (size_t i = surname_; i < size_; i += kWord) std::memcpy(whole + i + 1, folded_ + i, kWord);
    whole[size_ + 1] = ' ';
    whole[size_ + 2] = '\x1f';
    Draw draw(of_given, of_given.Of({whole, size_ + 3}, Purpose::kWholeName));
    for (size_t i = 0; i + 1 < count_; ++i) {
      RenderWord(language.first_name, words_[i], &draw, out);
      out->push_back(' ');
    }
  }
  RenderWord(language.surname, words_[count_ - 1], &surname_draw, out);
}

}  // namespace understudy::pseudonym
