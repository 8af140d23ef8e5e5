// Forms of a country's number other than the company's usual one: of people, with a branch behind, of a
// region. Odoo takes them in `vat`, too, and a pseudonym keeps the form that the value has.
//
// Sources: the tax authorities' descriptions (Receita Federal CPF, NVI T.C. kimlik, FNS INN, DGP cédula, ANAF
// CNP, SAT RFC, NAV adóazonosító jel, AEAT NIF, Revenue PPS, SRI cédula, DPS RNOKPP, DJP NPWP 16, DGI Maroc
// IF, CRA program accounts) and, for German Steuernummern, the Länder's common scheme of 13 digits.
#include "pseudonym/generators.h"
#include "pseudonym/vat_maker.h"

namespace understudy::pseudonym {
namespace {

bool BrazilPerson(Maker& m) {
  m.NonZero();
  m.Digits(8);
  const unsigned first = Mod11(m.Sum({10, 9, 8, 7, 6, 5, 4, 3, 2})) % 10;
  m.PutNumber(first, 1);
  m.PutNumber(Mod11(m.Sum({11, 10, 9, 8, 7, 6, 5, 4, 3, 2})) % 10, 1);
  return true;
}
bool TurkeyPerson(Maker& m) {
  m.NonZero();
  m.Digits(8);
  const unsigned first = (10 - m.Sum({3, 1, 3, 1, 3, 1, 3, 1, 3}) % 10) % 10;
  const unsigned second = (first + m.Sum({1, 1, 1, 1, 1, 1, 1, 1, 1})) % 10;
  m.PutNumber(first, 1);
  m.PutNumber(second, 1);
  return true;
}
bool RussiaPerson(Maker& m) {
  m.NonZero();
  m.Digits(9);
  // Odoo compares the remainders themselves: a 10 is no digit.
  const unsigned first = m.Sum({7, 2, 4, 10, 3, 5, 9, 4, 6, 8}) % 11;
  m.PutNumber(first % 10, 1);
  const unsigned second = m.Sum({3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8}) % 11;
  m.PutNumber(second % 10, 1);
  return first < 10 && second < 10;
}
bool UkrainePerson(Maker& m) {
  m.NonZero();
  m.Digits(8);
  // The first weight is -1, which is 10 modulo 11.
  m.PutNumber(m.Sum({10, 5, 7, 9, 4, 6, 10, 5, 7}) % 11 % 10, 1);
  return true;
}
// The number of 15 digits behind a 0.
bool IndonesiaZero(Maker& m) {
  m.PutNumber(0, 1);
  m.PutNumber(1, 2);
  m.Digits(6);
  m.Put(LuhnDigit(m.view().substr(1)));
  m.Digits(3);
  m.PutNumber(0, 3);
  return true;
}
bool DominicanPerson(Maker& m) {
  m.PutNumber(402, 3);
  m.Digits(7);
  m.Put(LuhnDigit(m.view()));
  return true;
}
// The eight digits of the VAT number, kind of taxation, county.
bool HungaryLong(Maker& m) {
  m.NonZero();
  m.Digits(6);
  m.PutNumber((10 - m.Sum({9, 7, 3, 1, 9, 7, 3}) % 10) % 10, 1);
  m.PutNumber(2, 1);
  m.PutNumber(2 + m.Below(19), 2);
  return true;
}
bool HungaryPerson(Maker& m) {
  m.PutNumber(8, 1);
  m.Digits(8);
  const unsigned check = m.Sum({1, 2, 3, 4, 5, 6, 7, 8, 9}) % 11;
  m.PutNumber(check % 10, 1);
  return check < 10;
}
// A Steuernummer as all Länder write it: Berlin's 11, tax office, 0, district and number.
bool GermanyThirteen(Maker& m) {
  m.PutNumber(11, 2);
  m.Digits(2);
  m.PutNumber(0, 1);
  m.Digits(8);
  return true;
}
bool RomaniaPerson(Maker& m) {
  m.PutNumber(1 + m.Below(2), 1);
  m.PutDay(40, 60);
  m.PutNumber(1 + m.Below(40), 2);
  m.PutNumber(1 + m.Below(999), 3);
  const unsigned check = m.Sum({2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9}) % 11;
  m.PutNumber(check == 10 ? 1 : check, 1);
  return true;
}
bool MexicoPerson(Maker& m) {
  for (int i = 0; i < 4; ++i)
    m.Put(i == 1 ? 'X' : Letter(m));  // a second letter that is no vowel: a spare form
  m.PutDay(40, 60);
  m.Put(static_cast<char>('A' + m.Below(22)));
  m.Put(Letter(m));
  static constexpr std::string_view kAlphabet = "0123456789ABCDEFGHIJKLMN&OPQRSTUVWXYZ ";
  unsigned sum = 0;
  for (size_t i = 0; i < 12; ++i) {
    sum += static_cast<unsigned>(13 - i) * static_cast<unsigned>(kAlphabet.find(m.view()[i]));
  }
  const unsigned check = Mod11(sum);
  m.Put(check == 10 ? 'A' : static_cast<char>('0' + check));
  return true;
}
bool UzbekPerson(Maker& m) {
  m.PutNumber(3 + m.Below(4), 1);
  m.Digits(13);
  return true;
}
bool VietnamBranch(Maker& m) {
  m.NonZero();
  m.Digits(1);
  m.PutNumber(1 + m.Below(9999998), 7);
  const unsigned check = 10 - m.Sum({31, 29, 23, 19, 17, 13, 7, 5, 3}) % 11;
  m.PutNumber(check % 10, 1);
  m.PutNumber(1, 3);
  return check < 10;
}
bool EcuadorPerson(Maker& m) {
  m.PutNumber(1 + m.Below(24), 2);
  m.PutNumber(m.Below(6), 1);
  m.Digits(6);
  m.Put(LuhnDigit(m.view()));
  return true;
}
bool CanadaProgram(Maker& m) {
  m.NonZero();
  m.Digits(7);
  m.Put(LuhnDigit(m.view()));
  m.Put('R');
  m.Put('T');
  m.PutNumber(1, 4);
  return true;
}
bool JapanInvoice(Maker& m) {
  m.Put('T');
  m.PutNumber(0, 1);
  m.Digits(12);
  unsigned sum = 0;
  for (size_t i = 1; i <= 12; ++i) sum += m.At(i + 1) * (i % 2 == 0 ? 1 : 2);
  const uint64_t number = m.Number(2, 12);
  m.Clear();
  m.Put('T');
  m.PutNumber(9 - sum % 9, 1);
  m.PutNumber(static_cast<unsigned>(number / 1000000), 6);
  m.PutNumber(static_cast<unsigned>(number % 1000000), 6);
  return true;
}
bool BritainBranch(Maker& m) {
  m.NonZero();
  m.Digits(6);
  m.PutNumber((97 - m.Sum({8, 7, 6, 5, 4, 3, 2}) % 97) % 97, 2);
  m.PutNumber(1, 3);
  return true;
}
// A second letter, A, weighs nine.
bool IrelandTwoLetters(Maker& m) {
  m.NonZero();
  m.Digits(6);
  m.Put("WABCDEFGHIJKLMNOPQRSTUV"[(9 + m.Sum({8, 7, 6, 5, 4, 3, 2})) % 23]);
  m.Put('A');
  return true;
}
bool BulgariaPerson(Maker& m) {
  m.NonZero();
  m.Digits(8);
  m.PutNumber(m.Sum({21, 19, 17, 13, 11, 9, 7, 3, 1}) % 10, 1);
  return true;
}
bool LithuaniaPerson(Maker& m) {
  m.NonZero();
  m.Digits(9);
  m.Put('1');
  unsigned check = m.Sum({1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2}) % 11;
  if (check == 10) check = m.Sum({3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4}) % 11 % 10;
  m.PutNumber(check, 1);
  return true;
}
bool CzechPerson(Maker& m) {
  m.PutDay(54, 46);
  m.PutNumber(1 + m.Below(999), 3);
  m.PutNumber(static_cast<unsigned>(m.Number(0, 9) % 11 % 10), 1);
  return m.Number(0, 9) % 11 < 10;
}
constexpr std::string_view kSpain = "TRWAGMYFPDXBNJZSQVHLCKE";
bool SpainPerson(Maker& m) {
  m.Digits(8);
  m.Put(kSpain[m.Number(0, 8) % 23]);
  return true;
}
bool SpainForeigner(Maker& m) {
  m.Put('X');
  m.Digits(7);
  m.Put(kSpain[m.Number(1, 7) % 23]);
  return true;
}
bool NewZealandNine(Maker& m) {
  m.PutNumber(10 + m.Below(5), 2);
  m.Digits(6);
  const unsigned check = Mod11(m.Sum({3, 2, 7, 6, 5, 4, 3, 2}));
  m.PutNumber(check % 10, 1);
  return check < 10;
}
bool SingaporeOther(Maker& m) {
  static constexpr std::string_view kAlphabet = "ABCDEFGHJKLMNPQRSTUVWX0123456789";
  static constexpr unsigned kWeights[] = {4, 3, 5, 3, 10, 2, 2, 5, 7};
  m.Put('T');
  m.PutNumber(8 + m.Below(12), 2);
  m.Put('L');
  m.Put('L');
  m.Digits(4);
  unsigned sum = 0;
  for (size_t i = 0; i < 9; ++i) sum += kWeights[i] * static_cast<unsigned>(kAlphabet.find(m.view()[i]));
  m.Put(kAlphabet[(sum + 11 - 5) % 11]);
  return true;
}

constexpr Form kForms[] = {
    {"BG", "9999999999", BulgariaPerson},     {"BR", "99999999999", BrazilPerson},
    {"CA", "999999999RT9999", CanadaProgram}, {"CR", "999999999", PlainDigits<9>},
    {"CR", "99999999999", PlainDigits<11>},   {"CR", "999999999999", PlainDigits<12>},
    {"CZ", "9999999999", CzechPerson},        {"DE", "9999999999", PlainDigits<10>},
    {"DE", "99999999999", PlainDigits<11>},   {"DE", "9999999999999", GermanyThirteen},
    {"DO", "99999999999", DominicanPerson},   {"EC", "9999999999", EcuadorPerson},
    {"ES", "99999999A", SpainPerson},         {"ES", "X9999999A", SpainForeigner},
    {"ES", "Y9999999A", SpainForeigner},      {"ES", "Z9999999A", SpainForeigner},
    {"GB", "999999999999", BritainBranch},    {"HU", "99999999999", HungaryLong},
    {"HU", "9999999999", HungaryPerson},      {"ID", "9999999999999999", IndonesiaZero},
    {"IE", "9999999AA", IrelandTwoLetters},   {"JP", "T9999999999999", JapanInvoice},
    {"LT", "999999999999", LithuaniaPerson},  {"MA", "99999999", PlainDigits<8>},
    {"MX", "AAAA999999***", MexicoPerson},    {"NZ", "999999999", NewZealandNine},
    {"RO", "9999999999999", RomaniaPerson},   {"RU", "999999999999", RussiaPerson},
    {"SG", "A99AA9999A", SingaporeOther},     {"TR", "99999999999", TurkeyPerson},
    {"UA", "9999999999", UkrainePerson},      {"UA", "999999999999", PlainDigits<12>},
    {"UZ", "99999999999999", UzbekPerson},    {"VN", "9999999999999", VietnamBranch},
    {"VN", "999999999999", PlainDigits<12>},  {"XI", "999999999999", BritainBranch}};

}  // namespace

bool LooksLike(std::string_view pattern, std::string_view source) {
  if (pattern.size() != source.size()) return false;
  for (size_t i = 0; i < source.size(); ++i) {
    const bool digit = source[i] >= '0' && source[i] <= '9';
    const bool letter = source[i] >= 'A' && source[i] <= 'Z';
    const char wanted = pattern[i];
    const bool fits = wanted == '9'   ? digit
                      : wanted == 'A' ? letter
                      : wanted == '*' ? digit || letter
                                      : wanted == source[i];
    if (!fits) return false;
  }
  return true;
}

MakeNumber FindVatForm(std::string_view country, std::string_view source) {
  return FindForm(kForms, country, source);
}

}  // namespace understudy::pseudonym
