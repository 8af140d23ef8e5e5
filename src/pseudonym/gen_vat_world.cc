// Business numbers outside Europe's VAT system, with the check digits their registers publish.
//
// Sources: the tax authorities' descriptions of CUIT-like numbers (SII Chile, DIAN Colombia, SRI Ecuador,
// SUNAT Peru, SET Paraguay, DGI Uruguay, SENIAT Venezuela, SAT Guatemala, DGII Dominican Republic), GSTN
// India, NTA Japan, NTS Korea, GB 32100 China, DGT Vietnam, DJP Indonesia, IRD New Zealand, CRA Canada, and
// the registers of Belarus, Ukraine, Serbia, Montenegro, North Macedonia, Israel, Morocco, Thailand, Taiwan.
#include <algorithm>
#include <iterator>

#include "pseudonym/generators.h"
#include "pseudonym/vat_maker.h"

namespace understudy::pseudonym {
namespace {

// Weights from the right: first, first + 1, … last, first, …
unsigned SumFromRight(const Maker& m, unsigned first, unsigned last) {
  unsigned sum = 0;
  unsigned weight = first;
  for (size_t i = m.view().size(); i > 0; --i) {
    sum += weight * m.At(i - 1);
    weight = weight == last ? first : weight + 1;
  }
  return sum;
}

bool Al(Maker& m) {
  m.PutKind("JKLM", 'L');
  m.Digits(8);
  m.Put(Letter(m));
  return true;
}
bool By(Maker& m) {
  m.PutNumber(1 + m.Below(7), 1);
  m.Digits(7);
  const unsigned check = m.Sum({29, 23, 19, 17, 13, 7, 5, 3}) % 11;
  m.PutNumber(check % 10, 1);
  return check < 10;
}
bool Ca(Maker& m) {
  m.NonZero();
  m.Digits(7);
  m.Put(LuhnDigit(m.view()));
  return true;
}
bool Cl(Maker& m) {
  if (m.SourceSize(8, 9) == 9) m.PutNumber(7, 1);
  m.Digits(7);
  const unsigned check = Mod11(SumFromRight(m, 2, 7));
  m.Put(check == 10 ? 'K' : static_cast<char>('0' + check));
  return true;
}
// GB 32100: 91, a district, nine characters, a check character modulo 31.
bool Cn(Maker& m) {
  static constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
  m.PutNumber(91, 2);
  m.PutNumber(110000 + m.Below(500000), 6);
  for (int i = 0; i < 9; ++i) m.Put(kAlphabet[m.Below(31)]);
  unsigned sum = 0;
  unsigned weight = 1;
  for (const char c : m.view()) {
    sum += weight * static_cast<unsigned>(kAlphabet.find(c));
    weight = weight * 3 % 31;
  }
  m.Put(kAlphabet[(31 - sum % 31) % 31]);
  return true;
}
bool Co(Maker& m) {
  static constexpr unsigned kWeights[] = {3, 7, 13, 17, 19, 23, 29, 37, 41, 43};
  const size_t size = m.SourceSize(8, 11) - 1;
  m.NonZero();
  m.Digits(static_cast<int>(size) - 1);
  unsigned sum = 0;
  for (size_t i = 0; i < size; ++i) sum += kWeights[size - 1 - i] * m.At(i);
  m.PutNumber(sum % 11 < 2 ? sum % 11 : 11 - sum % 11, 1);
  return true;
}
bool Cr(Maker& m) {
  m.PutNumber(3101, 4);
  m.Digits(6);
  return true;
}
bool Do(Maker& m) {
  m.PutNumber(1, 1);
  m.Digits(7);
  const unsigned rest = m.Sum({7, 9, 8, 6, 5, 4, 3, 2}) % 11;
  m.PutNumber(rest == 0 ? 2 : rest == 1 ? 1 : 11 - rest, 1);
  return true;
}
bool Ec(Maker& m) {
  m.PutNumber(1 + m.Below(24), 2);
  m.PutNumber(9, 1);
  m.Digits(6);
  const unsigned check = Mod11(m.Sum({4, 3, 2, 7, 6, 5, 4, 3, 2}));
  m.PutNumber(check % 10, 1);
  m.PutNumber(1, 3);
  return check < 10;
}
bool Gt(Maker& m) {
  m.NonZero();
  m.Digits(static_cast<int>(m.SourceSize(6, 12)) - 2);
  const unsigned check = Mod11(SumFromRight(m, 2, 20));
  m.Put(check == 10 ? 'K' : static_cast<char>('0' + check));
  return true;
}
bool Id(Maker& m) {
  m.PutNumber(1, 2);
  m.Digits(6);
  m.Put(LuhnDigit(m.view()));
  m.Digits(3);
  m.PutNumber(0, 3);
  return true;
}
bool Il(Maker& m) {
  m.PutNumber(5, 1);
  m.Digits(7);
  m.Put(LuhnDigit(m.view()));
  return true;
}
// State, PAN of a company, entity, Z, and Luhn's algorithm in base 36.
bool In(Maker& m) {
  static constexpr std::string_view kAlphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  m.PutNumber(1 + m.Below(24), 2);
  for (int i = 0; i < 3; ++i) m.Put(Letter(m));
  m.Put('C');
  m.Put(Letter(m));
  m.PutNumber(1 + m.Below(9999), 4);
  m.Put(Letter(m));
  m.PutNumber(1, 1);
  m.Put('Z');
  unsigned sum = 0;
  for (size_t i = 0; i < 14; ++i) {
    const unsigned product = static_cast<unsigned>(kAlphabet.find(m.view()[i])) * (i % 2 == 0 ? 1 : 2);
    sum += product / 36 + product % 36;
  }
  m.Put(kAlphabet[(36 - sum % 36) % 36]);
  return true;
}
bool Is(Maker& m) {
  m.NonZero();
  m.Digits(static_cast<int>(m.SourceSize(5, 6)) - 1);
  return true;
}
bool Jp(Maker& m) {
  m.PutNumber(0, 1);
  m.Digits(12);
  unsigned sum = 0;
  for (size_t i = 1; i <= 12; ++i) sum += m.At(i) * (i % 2 == 0 ? 1 : 2);
  const uint64_t number = m.Number(1, 12);
  m.Clear();
  m.PutNumber(9 - sum % 9, 1);
  m.PutNumber(static_cast<unsigned>(number / 1000000), 6);
  m.PutNumber(static_cast<unsigned>(number % 1000000), 6);
  return true;
}
bool Ke(Maker& m) {
  m.Put('P');
  m.PutNumber(0, 2);
  m.Digits(7);
  m.Put(Letter(m));
  return true;
}
bool Kr(Maker& m) {
  m.PutNumber(101 + m.Below(800), 3);
  m.PutNumber(81 + m.Below(8), 2);
  m.PutNumber(1 + m.Below(9998), 4);
  const unsigned sum = m.Sum({1, 3, 7, 1, 3, 7, 1, 3, 5}) + 5 * m.At(8) / 10;
  m.PutNumber((10 - sum % 10) % 10, 1);
  return true;
}
bool Ma(Maker& m) {
  m.PutNumber(0, 2);
  m.Digits(7);
  m.PutNumber(0, 2);
  m.Digits(2);
  m.PutNumber(static_cast<unsigned>(97 - m.Number(0, 13) * 100 % 97), 2);
  return true;
}
bool Me(Maker& m) {
  m.PutNumber(2, 2);
  m.Digits(5);
  m.PutNumber(Mod11(m.Sum({8, 7, 6, 5, 4, 3, 2})) % 10, 1);
  return true;
}
bool Mk(Maker& m) {
  m.PutNumber(4, 1);
  m.Digits(11);
  m.PutNumber(Mod11(m.Sum({7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2})) % 10, 1);
  return true;
}
// A company's RFC: three letters, the day it was founded, two characters and a check character.
bool Mx(Maker& m) {
  static constexpr std::string_view kAlphabet = "0123456789ABCDEFGHIJKLMN&OPQRSTUVWXYZ ";
  for (int i = 0; i < 3; ++i) m.Put(Letter(m));
  m.PutNumber(m.Below(100), 2);
  m.PutNumber(1 + m.Below(12), 2);
  m.PutNumber(1 + m.Below(28), 2);
  m.Put(Letter(m));
  m.Digits(1);
  unsigned sum = 13 * static_cast<unsigned>(kAlphabet.find(' '));
  for (size_t i = 0; i < 11; ++i) {
    sum += static_cast<unsigned>(12 - i) * static_cast<unsigned>(kAlphabet.find(m.view()[i]));
  }
  const unsigned check = Mod11(sum);
  m.Put(check == 10 ? 'A' : static_cast<char>('0' + check));
  return true;
}
bool Nz(Maker& m) {
  m.PutNumber(10 + m.Below(90), 2);
  m.Digits(5);
  const unsigned check = Mod11(m.Sum({2, 7, 6, 5, 4, 3, 2}));
  m.PutNumber(check % 10, 1);
  return check < 10;
}
bool Pe(Maker& m) {
  // 10 is a person, 20 a company.
  m.PutKind("1", '2');
  m.Put('0');
  m.Digits(8);
  m.PutNumber((11 - m.Sum({5, 4, 3, 2, 7, 6, 5, 4, 3, 2}) % 11) % 10, 1);
  return true;
}
bool Py(Maker& m) {
  const size_t size = m.SourceSize(5, 9);
  if (size == 9) m.PutNumber(80, 2);
  m.Digits(size == 9 ? 6 : static_cast<int>(size) - 1);
  m.PutNumber(Mod11(SumFromRight(m, 2, 11)) % 10, 1);
  return true;
}
bool Rs(Maker& m) {
  m.NonZero();
  m.Digits(7);
  m.PutNumber(Mod1110(m), 1);
  return true;
}
bool Th(Maker& m) {
  m.PutNumber(0, 1);
  m.Digits(11);
  m.PutNumber((11 - m.Sum({13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2}) % 11) % 10, 1);
  return true;
}
bool Tw(Maker& m) {
  m.NonZero();
  m.Digits(7);
  unsigned sum = 0;
  for (size_t i = 0; i < 8; ++i) {
    const unsigned product = m.At(i) * (std::string_view("12121241")[i] - '0');
    sum += product / 10 + product % 10;
  }
  return sum % 10 == 0;
}
bool Ua(Maker& m) {
  m.NonZero();
  m.Digits(6);
  const bool middle = m.At(0) >= 3 && m.At(0) <= 5;
  unsigned check = middle ? m.Sum({7, 1, 2, 3, 4, 5, 6}) % 11 : m.Sum({1, 2, 3, 4, 5, 6, 7}) % 11;
  if (check == 10) check = middle ? m.Sum({9, 3, 4, 5, 6, 7, 8}) % 11 : m.Sum({3, 4, 5, 6, 7, 8, 9}) % 11;
  m.PutNumber(check % 10, 1);
  return check < 10;
}
bool Uy(Maker& m) {
  m.PutNumber(1 + m.Below(21), 2);
  m.PutNumber(1 + m.Below(999999), 6);
  m.PutNumber(1, 3);
  const unsigned check = Mod11(m.Sum({4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2}));
  m.PutNumber(check % 10, 1);
  return check < 10;
}
bool Ve(Maker& m) {
  m.PutKind("VECJPG", 'J');
  m.Digits(8);
  static constexpr unsigned kKind[] = {1, 2, 3, 3, 4, 5};
  const unsigned kind = kKind[std::string_view("VECJPG").find(m.view()[0])];
  const unsigned rest = (4 * kind + m.Sum({3, 2, 7, 6, 5, 4, 3, 2}, 1)) % 11;
  m.PutNumber(rest < 2 ? 0 : 11 - rest, 1);
  return true;
}
bool Vn(Maker& m) {
  m.NonZero();
  m.Digits(1);
  m.PutNumber(1 + m.Below(9999998), 7);
  const unsigned check = 10 - m.Sum({31, 29, 23, 19, 17, 13, 7, 5, 3}) % 11;
  m.PutNumber(check % 10, 1);
  return check < 10;
}

struct WorldCountry {
  std::string_view prefix;
  MakeNumber make;
};
constexpr WorldCountry kWorld[] = {
    {"AL", Al}, {"BY", By}, {"CA", Ca}, {"CL", Cl}, {"CN", Cn}, {"CO", Co}, {"CR", Cr}, {"DO", Do},
    {"EC", Ec}, {"GT", Gt}, {"ID", Id}, {"IL", Il}, {"IN", In}, {"IS", Is}, {"JP", Jp}, {"KE", Ke},
    {"KR", Kr}, {"MA", Ma}, {"ME", Me}, {"MK", Mk}, {"MX", Mx}, {"NZ", Nz}, {"PE", Pe}, {"PY", Py},
    {"RS", Rs}, {"TH", Th}, {"TW", Tw}, {"UA", Ua}, {"UY", Uy}, {"VE", Ve}, {"VN", Vn}};

}  // namespace

MakeNumber FindWorldVat(std::string_view prefix) {
  const auto found = std::find_if(std::begin(kWorld), std::end(kWorld),
                                  [&](const WorldCountry& country) { return country.prefix == prefix; });
  return found == std::end(kWorld) ? FindMoreVat(prefix) : found->make;
}

}  // namespace understudy::pseudonym
