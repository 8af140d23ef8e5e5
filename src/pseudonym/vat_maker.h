// One business number under construction, digit by digit.
//
// DESIGN: a country's function draws what is free and adds the check digits; it returns false if the digits
// drawn have none, and the caller draws again. Internal to the folder. Threads: one call.
#ifndef UNDERSTUDY_PSEUDONYM_VAT_MAKER_H_
#define UNDERSTUDY_PSEUDONYM_VAT_MAKER_H_

#include <cstdint>
#include <initializer_list>
#include <string_view>

#include "pseudonym/digest.h"

namespace understudy::pseudonym {

// One number under construction.
class Maker {
 public:
  explicit Maker(Draw* draw) : draw_(draw) {}
  void Clear() { size_ = 0; }
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

 private:
  Draw* draw_;
  char text_[32];
  size_t size_ = 0;
};

// ISO 7064 mod 11,10 over all digits so far.
inline unsigned Mod1110(const Maker& m) {
  unsigned check = 5;
  for (size_t i = 0; i < m.view().size(); ++i) check = ((check == 0 ? 10 : check) * 2 % 11 + m.At(i)) % 10;
  return (11 - (check == 0 ? 10 : check) * 2 % 11) % 10;
}

using MakeNumber = bool (*)(Maker&);

// Countries outside the European Union and its neighbours; null if unknown here. `prefix` is ISO 3166-1.
MakeNumber FindWorldVat(std::string_view prefix);

}  // namespace understudy::pseudonym

#endif  // UNDERSTUDY_PSEUDONYM_VAT_MAKER_H_
