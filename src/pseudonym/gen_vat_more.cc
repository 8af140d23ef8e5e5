// More business numbers outside Europe: of countries that Odoo's base_vat checks by form, most of them
// without a check digit.
//
// Sources: ZATCA Saudi Arabia, BIR Philippines, ACRA Singapore, STI Uzbekistan, and the OECD's pages on tax
// identification numbers (Andorra, Algeria, Azerbaijan, Egypt, Faroe Islands, Ghana, Guinea, Mozambique, San
// Marino, Senegal, El Salvador, Tunisia).
#include "pseudonym/generators.h"
#include "pseudonym/vat_maker.h"

namespace understudy::pseudonym {
namespace {

bool Ad(Maker& m) {
  m.PutKind("ACDEFGLOPU", 'L');
  const char kind = m.view()[0];
  // People have numbers below 700000, companies by shares and limited ones those from there to 799999.
  m.PutNumber(kind == 'F' ? m.Below(7) : kind == 'A' || kind == 'L' ? 7 : m.Below(10), 1);
  m.Digits(5);
  m.Put(Letter(m));
  return true;
}
bool Az(Maker& m) {
  m.PutNumber(10 + m.Below(90), 2);
  m.Digits(7);
  m.PutNumber(1, 1);
  return true;
}
bool Dz(Maker& m) {
  m.PutNumber(0, 3);
  m.Digits(m.SourceSize(15, 20) > 15 ? 17 : 12);
  return true;
}
bool Gh(Maker& m) {
  m.PutKind("PCGQV", 'C');
  m.PutNumber(0, 2);
  m.Digits(7);
  const unsigned check = m.Sum({1, 2, 3, 4, 5, 6, 7, 8, 9}, 1) % 11;
  m.Put(check == 10 ? 'X' : static_cast<char>('0' + check));
  return true;
}
bool Mz(Maker& m) {
  m.PutNumber(4, 1);
  m.Digits(7);
  m.PutNumber(m.Sum({8, 9, 4, 5, 6, 7, 8, 9}) % 11 % 10, 1);
  return m.Sum({8, 9, 4, 5, 6, 7, 8, 9}) % 11 < 10;
}
// The branch behind it is the head office.
bool Ph(Maker& m) {
  m.Digits(9);
  m.PutNumber(0, static_cast<int>(m.SourceSize(9, 14)) - 9);
  return true;
}
bool Sa(Maker& m) {
  m.Put('3');
  m.Digits(13);
  m.Put('3');
  return true;
}
bool Sg(Maker& m) {
  m.PutNumber(1970 + m.Below(50), 4);
  if (m.SourceSize(9, 10) == 9) {  // a business: no year
    m.Clear();
    m.Digits(8);
    m.Put("XMKECAWLJDB"[m.Sum({10, 4, 9, 3, 8, 2, 7, 1}) % 11]);
    return true;
  }
  m.Digits(5);
  m.Put("ZKCMDNERGWH"[m.Sum({10, 8, 6, 4, 9, 7, 5, 3, 1}) % 11]);
  return true;
}
bool Sm(Maker& m) {
  m.NonZero();
  m.Digits(static_cast<int>(m.SourceSize(3, 5)) - 1);
  return true;
}
bool Sn(Maker& m) {
  m.NonZero();
  m.Digits(5);
  const unsigned sum = m.Sum({1, 2, 1, 2, 1, 2});
  m.PutNumber((10 - sum % 10) % 10, 1);
  return true;
}
// Municipality, day, order (over 100: numbers of the new kind).
bool Sv(Maker& m) {
  m.PutNumber(614, 4);
  m.PutNumber(1 + m.Below(28), 2);
  m.PutNumber(1 + m.Below(12), 2);
  m.Digits(2);
  m.PutNumber(101 + m.Below(899), 3);
  m.PutNumber(Mod11(m.Sum({2, 7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2})) % 10, 1);
  return true;
}
bool Tn(Maker& m) {
  m.Digits(7);
  m.Put("ABCDEFGHJKLMNPQRSTVWXYZ"[m.Below(23)]);
  if (m.SourceSize(8, 13) < 9) return true;
  m.Put('A');
  m.Put('M');
  m.PutNumber(0, 3);
  return true;
}
bool Uz(Maker& m) {
  m.PutNumber(2 + m.Below(2), 1);
  m.Digits(8);
  return true;
}
bool Gn(Maker& m) {
  m.NonZero();
  m.Digits(7);
  m.Put(LuhnDigit(m.view()));
  return true;
}

struct MoreCountry {
  std::string_view prefix;
  MakeNumber make;
};
constexpr MoreCountry kMore[] = {{"AD", Ad},
                                 {"AZ", Az},
                                 {"DZ", Dz},
                                 {"EG", PlainDigits<9>},
                                 {"FO", PlainDigits<6>},
                                 {"GH", Gh},
                                 {"GN", Gn},
                                 {"MZ", Mz},
                                 {"PH", Ph},
                                 {"SA", Sa},
                                 {"SG", Sg},
                                 {"SM", Sm},
                                 {"SN", Sn},
                                 {"SV", Sv},
                                 {"TN", Tn},
                                 {"UZ", Uz}};

}  // namespace

MakeNumber FindMoreVat(std::string_view prefix) {
  for (const MoreCountry& country : kMore) {
    if (country.prefix == prefix) return country.make;
  }
  return nullptr;
}

}  // namespace understudy::pseudonym
