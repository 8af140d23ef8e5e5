// One business number or national id under construction, digit by digit.
//
// DESIGN: a country's function draws what is free and adds the check digits; it returns false if the digits
// drawn have none, and the caller draws again. Internal to the folder. Threads: one call.
#ifndef UNDERSTUDY_PSEUDONYM_VAT_MAKER_H_
#define UNDERSTUDY_PSEUDONYM_VAT_MAKER_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string_view>

#include "pseudonym/digest.h"

namespace understudy::pseudonym {

// One number under construction.
class Maker {
 public:
  // `source`: the value it stands for, letters and digits only, without the country's prefix.
  Maker(Draw* draw, std::string_view source) : draw_(draw), source_(source) {}
  void Clear() { size_ = 0; }
  // Its length, where numbers of a country differ in it.
  size_t SourceSize(size_t least, size_t most) const { return std::clamp(source_.size(), least, most); }
  // The letter that says what kind of taxpayer the source is; `other` if none of `known`.
  void PutKind(std::string_view known, char other) {
    const bool kept = !source_.empty() && known.find(source_[0]) != std::string_view::npos;
    Put(kept ? source_[0] : other);
  }
  void Put(char c) { text_[size_++] = c; }
  void PutNumber(unsigned value, int width) {
    for (int i = width - 1; i >= 0; --i) {
      text_[size_ + static_cast<size_t>(i)] = static_cast<char>('0' + value % 10);
      value /= 10;
    }
    size_ += static_cast<size_t>(width);
  }
  void Digits(int count) {
    while (count-- > 0) Put(draw_->Digit());
  }
  void NonZero() { Put(static_cast<char>('1' + draw_->Below(9))); }
  unsigned Below(unsigned n) { return draw_->Below(n); }
  unsigned At(size_t i) const { return static_cast<unsigned>(text_[i] - '0'); }
  unsigned Sum(std::initializer_list<unsigned> weights, size_t from = 0) const {
    unsigned sum = 0;
    for (const unsigned weight : weights) sum += weight * At(from++);
    return sum;
  }
  uint64_t Number(size_t from, size_t count) const {
    uint64_t value = 0;
    for (size_t i = from; i < from + count; ++i) value = value * 10 + At(i);
    return value;
  }
  std::string_view view() const { return {text_, size_}; }
  // A day as YYMMDD, of one of `years` years.
  void PutDay(unsigned first_year, unsigned years) {
    PutNumber(first_year + Below(years), 2);
    PutNumber(1 + Below(12), 2);
    PutNumber(1 + Below(28), 2);
  }

 private:
  Draw* draw_;
  std::string_view source_;
  char text_[32];
  size_t size_ = 0;
};

// ISO 7064 mod 11,10 over all digits so far.
inline unsigned Mod1110(const Maker& m) {
  unsigned check = 5;
  for (size_t i = 0; i < m.view().size(); ++i) check = ((check == 0 ? 10 : check) * 2 % 11 + m.At(i)) % 10;
  return (11 - (check == 0 ? 10 : check) * 2 % 11) % 10;
}

// (11 - sum mod 11) mod 11.
inline unsigned Mod11(unsigned sum) { return (11 - sum % 11) % 11; }

inline char Letter(Maker& m) { return static_cast<char>('A' + m.Below(26)); }

// A number without a check digit.
template <int kCount>
bool PlainDigits(Maker& m) {
  m.NonZero();
  m.Digits(kCount - 1);
  return true;
}

using MakeNumber = bool (*)(Maker&);

inline void MakeUntilValid(MakeNumber make, Maker* maker) {
  do {
    maker->Clear();
  } while (!make(*maker));
}

// Countries outside the European Union and its neighbours; null if unknown here. `prefix` is ISO 3166-1.
MakeNumber FindWorldVat(std::string_view prefix);
MakeNumber FindMoreVat(std::string_view prefix);
// A country's number of another form than the usual one, told by how `source` looks: a person's, with a
// branch behind. Null if `source` has none of those forms.
MakeNumber FindVatForm(std::string_view country, std::string_view source);
// The national id of a person; null if `source` has no form that is known of the country's.
MakeNumber FindPersonId(std::string_view country, std::string_view source);

// How a number of some kind looks: 9 a digit, A a letter, * either, anything else itself.
struct Form {
  std::string_view country;
  std::string_view pattern;
  MakeNumber make;
};
bool LooksLike(std::string_view pattern, std::string_view source);

template <size_t kSize>
MakeNumber FindForm(const Form (&forms)[kSize], std::string_view country, std::string_view source) {
  for (const Form& form : forms) {
    if (form.country == country && LooksLike(form.pattern, source)) return form.make;
  }
  return nullptr;
}

}  // namespace understudy::pseudonym

#endif  // UNDERSTUDY_PSEUDONYM_VAT_MAKER_H_
