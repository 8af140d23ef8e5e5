// National ids of people by country and form, with the check digits that their registers publish; where a
// register keeps a range or a form for nobody, in that.
//
// Sources: Agenzia delle Entrate (codice fiscale; place Z9xx, a country that is no more or never was), PESEL,
// Skatteverket (personnummer), CPR, Digi- ja väestötietovirasto (individual numbers 900 to 999 are
// artificial), Folkeregisteret (fødselsnummer), ZAS (AHV number, EAN-13 under 756), Income Tax Department
// India (PAN of a person), Home Affairs South Africa, GB 11643 China, AT Portugal (NIF of a person), GRAO
// Bulgaria (EGN), Estonia's and Lithuania's population registers, IDIKA (AMKA), Population Authority Israel.
#include "pseudonym/generators.h"
#include "pseudonym/vat_maker.h"

namespace understudy::pseudonym {
namespace {

bool Italy(Maker& m) {
  static constexpr unsigned kOdd[] = {1,  0,  5, 7, 9, 13, 15, 17, 19, 21, 2,  4,  18,
                                      20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23};
  static constexpr std::string_view kConsonants = "BCDFGLMNPRSTVZ";
  for (int i = 0; i < 6; ++i) m.Put(kConsonants[m.Below(static_cast<unsigned>(kConsonants.size()))]);
  m.PutNumber(30 + m.Below(70), 2);
  m.Put("ABCDEHLMPRST"[m.Below(12)]);
  m.PutNumber(1 + m.Below(28) + 40 * m.Below(2), 2);
  m.Put('Z');
  m.PutNumber(900 + m.Below(100), 3);
  unsigned sum = 0;
  for (size_t i = 0; i < 15; ++i) {
    const char c = m.view()[i];
    const auto value = static_cast<unsigned>(c >= 'A' ? c - 'A' : c - '0');
    sum += i % 2 == 0 ? kOdd[value] : value;
  }
  m.Put(static_cast<char>('A' + sum % 26));
  return true;
}
// A company's codice fiscale is its VAT number.
bool ItalyCompany(Maker& m) {
  m.NonZero();
  m.Digits(6);
  m.PutNumber(1 + m.Below(100), 3);
  m.Put(LuhnDigit(m.view()));
  return true;
}
bool Poland(Maker& m) {
  m.PutDay(40, 60);
  m.Digits(4);
  m.PutNumber((10 - m.Sum({1, 3, 7, 9, 1, 3, 7, 9, 1, 3}) % 10) % 10, 1);
  return true;
}
bool Sweden(Maker& m) {
  m.PutDay(40, 60);
  m.Digits(3);
  m.Put(LuhnDigit(m.view()));
  return true;
}
bool SwedenLong(Maker& m) {
  m.PutNumber(19, 2);
  m.PutDay(40, 60);
  m.Digits(3);
  m.Put(LuhnDigit(m.view().substr(2)));
  return true;
}
void PutDayFirst(Maker& m) {
  m.PutNumber(1 + m.Below(28), 2);
  m.PutNumber(1 + m.Below(12), 2);
  m.PutNumber(40 + m.Below(60), 2);
}
bool Denmark(Maker& m) {
  PutDayFirst(m);
  m.PutNumber(m.Below(4), 1);  // of the twentieth century
  m.Digits(3);
  return true;
}
// The sign of the century is no letter or digit, so it is not here.
bool Finland(Maker& m) {
  PutDayFirst(m);
  m.PutNumber(900 + m.Below(100), 3);
  m.Put("0123456789ABCDEFHJKLMNPRSTUVWXY"[m.Number(0, 9) % 31]);
  return true;
}
bool FinlandOfThisCentury(Maker& m) {
  m.PutNumber(1 + m.Below(28), 2);
  m.PutNumber(1 + m.Below(12), 2);
  m.PutNumber(m.Below(20), 2);
  const uint64_t day = m.Number(0, 6);
  m.Put('A');
  m.PutNumber(900 + m.Below(100), 3);
  m.Put("0123456789ABCDEFHJKLMNPRSTUVWXY"[(day * 1000 + m.Number(7, 3)) % 31]);
  return true;
}
bool Norway(Maker& m) {
  PutDayFirst(m);
  m.PutNumber(m.Below(500), 3);
  const unsigned first = Mod11(m.Sum({3, 7, 6, 1, 8, 9, 4, 5, 2}));
  m.PutNumber(first % 10, 1);
  const unsigned second = Mod11(m.Sum({5, 4, 3, 2, 7, 6, 5, 4, 3, 2}));
  m.PutNumber(second % 10, 1);
  return first < 10 && second < 10;
}
bool Switzerland(Maker& m) {
  m.PutNumber(756, 3);
  m.Digits(9);
  m.PutNumber((10 - m.Sum({1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3}) % 10) % 10, 1);
  return true;
}
bool India(Maker& m) {
  for (int i = 0; i < 3; ++i) m.Put(Letter(m));
  m.Put('P');
  m.Put(Letter(m));
  m.PutNumber(1 + m.Below(9999), 4);
  m.Put(Letter(m));
  return true;
}
bool SouthAfrica(Maker& m) {
  m.PutDay(40, 60);
  m.Digits(4);
  m.PutNumber(8, 2);
  m.Put(LuhnDigit(m.view()));
  return true;
}
bool China(Maker& m) {
  m.PutNumber(110101, 6);
  m.PutNumber(19, 2);
  m.PutDay(40, 60);
  m.Digits(3);
  const unsigned rest = m.Sum({7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}) % 11;
  m.Put("10X98765432"[rest]);
  return true;
}
bool Portugal(Maker& m) {
  m.PutNumber(1 + m.Below(2), 1);
  m.Digits(7);
  m.PutNumber(Mod11(m.Sum({9, 8, 7, 6, 5, 4, 3, 2})) % 10, 1);
  return true;
}
bool Bulgaria(Maker& m) {
  m.PutDay(40, 60);
  m.Digits(3);
  m.PutNumber(m.Sum({2, 4, 8, 5, 10, 9, 7, 3, 6}) % 11 % 10, 1);
  return true;
}
bool Baltic(Maker& m) {
  m.PutNumber(3 + m.Below(2), 1);
  m.PutDay(40, 60);
  m.Digits(3);
  unsigned check = m.Sum({1, 2, 3, 4, 5, 6, 7, 8, 9, 1}) % 11;
  if (check == 10) check = m.Sum({3, 4, 5, 6, 7, 8, 9, 1, 2, 3}) % 11 % 10;
  m.PutNumber(check, 1);
  return true;
}
bool Greece(Maker& m) {
  PutDayFirst(m);
  m.Digits(4);
  m.Put(LuhnDigit(m.view()));
  return true;
}
bool Israel(Maker& m) {
  m.Digits(8);
  m.Put(LuhnDigit(m.view()));
  return true;
}

// Companies have some of these, too.
constexpr Form kPersons[] = {{"BG", "9999999999", Bulgaria},
                             {"CH", "9999999999999", Switzerland},
                             {"CN", "99999999999999999*", China},
                             {"DK", "9999999999", Denmark},
                             {"EE", "99999999999", Baltic},
                             {"FI", "999999999*", Finland},
                             {"FI", "999999A999*", FinlandOfThisCentury},
                             {"GR", "99999999999", Greece},
                             {"IL", "999999999", Israel},
                             {"IN", "AAAAA9999A", India},
                             {"IT", "AAAAAA99A99A999A", Italy},
                             {"IT", "99999999999", ItalyCompany},
                             {"LT", "99999999999", Baltic},
                             {"NO", "99999999999", Norway},
                             {"PL", "99999999999", Poland},
                             {"PT", "999999999", Portugal},
                             {"SE", "9999999999", Sweden},
                             {"SE", "999999999999", SwedenLong},
                             {"ZA", "9999999999999", SouthAfrica}};

}  // namespace

MakeNumber FindPersonId(std::string_view country, std::string_view source) {
  const MakeNumber make = FindForm(kPersons, country, source);
  // A person's tax number is the national id of many countries.
  return make != nullptr ? make : FindVatForm(country, source);
}

}  // namespace understudy::pseudonym
