#include "pseudonym/plain_name.h"

#include <cstring>

#include "pseudonym/eight_bytes.h"

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
  for (size_t at = 0; count_ < kMaxWords;) {
    const size_t letters = LetterRun(value, at);
    if (letters < 2 || letters > kMaxLetters) return false;
    const bool last = at + letters == value.size();
    if (!last && value[at + letters] != ' ') return false;
    if (last) whole_[size_++] = '\x1f';
    const std::string_view word = value.substr(at, letters), folded(whole_ + size_, letters);
    for (size_t i = 0; i < letters; i += kWord) {
      const uint64_t lower = LoadUpToEight(word.data() + i, letters - i) | 0x20 * kEightOnes;
      const uint64_t bytes = FirstIsLowest(lower);
      std::memcpy(whole_ + size_ + i, &bytes, kWord);
    }
    if (IsTitleOrParticle(folded) || (count_ > 0 && IsFoldedLegalForm(folded))) return false;
    words_[count_++] = word;
    size_ += letters;
    whole_[size_++] = ' ';
    at += letters + 1;
    if (last) {
      surname_ = folded;
      whole_[size_++] = '\x1f';
      return true;
    }
  }
  return false;
}

void PlainName::Render(const Env& env, const Context& context, std::string* out) const {
  const Language& language = env.LanguageFor(Script::kLatin, context);
  if (count_ > 1) {
    const Digester digester = env.For(Kind::kFirstName);
    Draw draw(digester, digester.Of({whole_, size_}, Purpose::kWholeName));
    for (size_t i = 0; i + 1 < count_; ++i) {
      RenderWord(language.first_name, words_[i], &draw, out);
      out->push_back(' ');
    }
  }
  const Digester digester = env.For(Kind::kSurname);
  Draw draw(digester, digester.Of(surname_));
  RenderWord(language.surname, words_[count_ - 1], &draw, out);
}

}  // namespace understudy::pseudonym
