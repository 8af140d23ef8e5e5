// VAT and business numbers with the check digits that each country publishes (the algorithms are those that
// VIES lists per member state; CH: UID register; NO: Brønnøysund). Digits a rule excludes are drawn again.
#include <algorithm>
#include <iterator>

#include "pseudonym/generators.h"
#include "pseudonym/normalise.h"
#include "pseudonym/utf8.h"
#include "pseudonym/vat_maker.h"

namespace understudy::pseudonym {
namespace {

bool At(Maker& m) {
  m.Put('U');
  m.Digits(7);
  unsigned sum = 4;
  for (size_t i = 1; i <= 7; ++i) {
    const unsigned d = m.At(i) * (i % 2 == 0 ? 2 : 1);
    sum += d / 10 + d % 10;
  }
  m.PutNumber((10 - sum % 10) % 10, 1);
  return true;
}
bool Be(Maker& m) {
  m.Put('0');
  m.NonZero();
  m.Digits(6);
  m.PutNumber(static_cast<unsigned>(97 - m.Number(0, 8) % 97), 2);
  return true;
}
bool Bg(Maker& m) {
  m.NonZero();
  m.Digits(7);
  unsigned check = m.Sum({1, 2, 3, 4, 5, 6, 7, 8}) % 11;
  if (check == 10) check = m.Sum({3, 4, 5, 6, 7, 8, 9, 10}) % 11 % 10;
  m.PutNumber(check, 1);
  return true;
}
bool Cy(Maker& m) {
  static constexpr unsigned kOdd[] = {1, 0, 5, 7, 9, 13, 15, 17, 19, 21};
  m.PutNumber(10, 2);
  m.Digits(6);
  unsigned sum = 0;
  for (size_t i = 0; i < 8; ++i) sum += i % 2 == 0 ? kOdd[m.At(i)] : m.At(i);
  m.Put(static_cast<char>('A' + sum % 26));
  return true;
}
bool Cz(Maker& m) {
  m.PutNumber(m.Below(9), 1);
  m.Digits(6);
  const unsigned rest = m.Sum({8, 7, 6, 5, 4, 3, 2}) % 11;
  m.PutNumber(rest == 0 ? 1 : rest == 1 ? 0 : 11 - rest, 1);
  return true;
}
bool De(Maker& m) {
  m.NonZero();
  m.Digits(7);
  m.PutNumber(Mod1110(m), 1);
  return true;
}
bool Dk(Maker& m) {
  m.NonZero();
  m.Digits(6);
  const unsigned check = (11 - m.Sum({2, 7, 6, 5, 4, 3, 2}) % 11) % 11;
  m.PutNumber(check % 10, 1);
  return check < 10;
}
bool Ee(Maker& m) {
  m.PutNumber(10, 2);
  m.Digits(6);
  m.PutNumber((10 - m.Sum({3, 7, 1, 3, 7, 1, 3, 7}) % 10) % 10, 1);
  return true;
}
bool El(Maker& m) {
  m.Digits(8);
  m.PutNumber(m.Sum({256, 128, 64, 32, 16, 8, 4, 2}) % 11 % 10, 1);
  return true;
}
bool Es(Maker& m) {
  m.Put('B');
  m.PutNumber(m.Below(64) + 1, 2);
  m.Digits(5);
  m.Put(LuhnDigit(m.view().substr(1)));
  return true;
}
bool Fi(Maker& m) {
  m.Digits(7);
  const unsigned rest = m.Sum({7, 9, 10, 5, 8, 4, 2}) % 11;
  m.PutNumber(rest == 0 ? 0 : (11 - rest) % 10, 1);
  return rest != 1;
}
bool Siren(Maker& m) {
  m.Digits(8);
  m.Put(LuhnDigit(m.view()));
  return true;
}
void PutFrenchKey(Maker& m) {
  const uint64_t siren = m.Number(0, 9);
  m.Clear();
  m.PutNumber(static_cast<unsigned>((siren * 100 + 12) % 97), 2);
  m.PutNumber(static_cast<unsigned>(siren), 9);
}
bool Fr(Maker& m) {
  Siren(m);
  PutFrenchKey(m);
  return true;
}
// Monaco's numbers are French ones that begin with 000.
bool Mc(Maker& m) {
  m.PutNumber(0, 3);
  m.Digits(5);
  m.Put(LuhnDigit(m.view()));
  PutFrenchKey(m);
  return true;
}
bool Gb(Maker& m) {
  m.NonZero();
  m.Digits(6);
  m.PutNumber((97 - m.Sum({8, 7, 6, 5, 4, 3, 2}) % 97) % 97, 2);
  return true;
}
bool Hr(Maker& m) {
  m.NonZero();
  m.Digits(9);
  m.PutNumber(Mod1110(m), 1);
  return true;
}
bool Hu(Maker& m) {
  m.NonZero();
  m.Digits(6);
  m.PutNumber((10 - m.Sum({9, 7, 3, 1, 9, 7, 3}) % 10) % 10, 1);
  return true;
}
bool Ie(Maker& m) {
  m.NonZero();
  m.Digits(6);
  m.Put("WABCDEFGHIJKLMNOPQRSTUV"[m.Sum({8, 7, 6, 5, 4, 3, 2}) % 23]);
  return true;
}
bool It(Maker& m) {
  m.NonZero();
  m.Digits(6);
  m.PutNumber(m.Below(100) + 1, 3);
  m.Put(LuhnDigit(m.view()));
  return true;
}
bool Lt(Maker& m) {
  m.NonZero();
  m.Digits(6);
  m.Put('1');
  unsigned check = m.Sum({1, 2, 3, 4, 5, 6, 7, 8}) % 11;
  if (check == 10) check = m.Sum({3, 4, 5, 6, 7, 8, 9, 1}) % 11 % 10;
  m.PutNumber(check, 1);
  return true;
}
bool Lu(Maker& m) {
  m.NonZero();
  m.Digits(5);
  m.PutNumber(static_cast<unsigned>(m.Number(0, 6) % 89), 2);
  return true;
}
bool Lv(Maker& m) {
  m.PutNumber(4 + m.Below(6), 1);
  m.Digits(9);
  const unsigned check = (3 + 11 * 100 - m.Sum({9, 1, 4, 8, 3, 10, 2, 5, 7, 6})) % 11;
  m.PutNumber(check % 10, 1);
  return check < 10;
}
bool Mt(Maker& m) {
  m.NonZero();
  m.Digits(5);
  m.PutNumber(37 - m.Sum({3, 4, 6, 7, 8, 9}) % 37, 2);
  return true;
}
bool Nl(Maker& m) {
  m.NonZero();
  m.Digits(7);
  const unsigned check = m.Sum({9, 8, 7, 6, 5, 4, 3, 2}) % 11;
  m.PutNumber(check % 10, 1);
  m.Put('B');
  m.PutNumber(1 + m.Below(98), 2);
  return check < 10;
}
bool Pl(Maker& m) {
  m.NonZero();
  m.Digits(8);
  const unsigned check = m.Sum({6, 5, 7, 2, 3, 4, 5, 6, 7}) % 11;
  m.PutNumber(check % 10, 1);
  return check < 10;
}
bool Pt(Maker& m) {
  m.Put('5');
  m.Digits(7);
  m.PutNumber((11 - m.Sum({9, 8, 7, 6, 5, 4, 3, 2}) % 11) % 11 % 10, 1);
  return true;
}
bool Ro(Maker& m) {
  m.NonZero();
  m.Digits(7);
  m.PutNumber(10 * m.Sum({5, 3, 2, 1, 7, 5, 3, 2}) % 11 % 10, 1);
  return true;
}
bool Se(Maker& m) {
  m.Put('5');
  m.Digits(1);
  m.PutNumber(20 + m.Below(80), 2);
  m.Digits(5);
  m.Put(LuhnDigit(m.view()));
  m.PutNumber(1, 2);
  return true;
}
bool Si(Maker& m) {
  m.NonZero();
  m.Digits(6);
  const unsigned check = 11 - m.Sum({8, 7, 6, 5, 4, 3, 2}) % 11;
  m.PutNumber(check % 10, 1);
  return check != 11;
}
bool Sk(Maker& m) {
  m.NonZero();
  m.Digits(1);
  m.PutNumber("\2\3\4\7\10\11"[m.Below(6)], 1);
  m.Digits(6);
  const auto check = static_cast<unsigned>((11 - m.Number(0, 9) * 10 % 11) % 11);
  m.PutNumber(check % 10, 1);
  return check < 10;
}
bool Ch(Maker& m) {
  m.Put('E');
  m.NonZero();
  m.Digits(7);
  const unsigned check = (11 - m.Sum({5, 4, 3, 2, 7, 6, 5, 4}, 1) % 11) % 11;
  m.PutNumber(check % 10, 1);
  return check < 10;
}
bool No(Maker& m) {
  m.PutNumber(8 + m.Below(2), 1);
  m.Digits(7);
  const unsigned check = (11 - m.Sum({3, 2, 7, 6, 5, 4, 3, 2}) % 11) % 11;
  m.PutNumber(check % 10, 1);
  return check < 10;
}
bool Ru(Maker& m) {
  m.NonZero();
  m.Digits(8);
  m.PutNumber(m.Sum({2, 4, 10, 3, 5, 9, 4, 6, 8}) % 11 % 10, 1);
  return true;
}
bool Br(Maker& m) {
  m.NonZero();
  m.Digits(7);
  m.PutNumber(1, 4);
  const unsigned first = 11 - m.Sum({5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2}) % 11;
  m.PutNumber(first > 9 ? 0 : first, 1);
  const unsigned second = 11 - m.Sum({6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2}) % 11;
  m.PutNumber(second > 9 ? 0 : second, 1);
  return true;
}
bool Ar(Maker& m) {
  // 20, 23, 24 and 27 are people, 30, 33 and 34 companies.
  m.PutKind("2", '3');
  m.Put('0');
  m.Digits(8);
  const unsigned check = 11 - m.Sum({5, 4, 3, 2, 7, 6, 5, 4, 3, 2}) % 11;
  m.PutNumber(check == 11 ? 0 : check % 10, 1);
  return check != 10;
}
bool Au(Maker& m) {
  m.PutNumber(0, 2);
  m.Digits(9);
  const unsigned check = 11 + (89 - m.Sum({3, 5, 7, 9, 11, 13, 15, 17, 19}, 2) % 89) - 1;
  const auto digits = m.Number(2, 9);
  m.Clear();
  m.PutNumber(check, 2);
  m.PutNumber(static_cast<unsigned>(digits), 9);
  return check < 100;
}
bool Tr(Maker& m) {
  m.Digits(9);
  unsigned sum = 0;
  for (unsigned i = 0; i < 9; ++i) {
    const unsigned c1 = (m.At(i) + 9 - i) % 10;
    unsigned c2 = c1;
    for (unsigned k = 0; k < 9 - i; ++k) c2 = c2 * 2 % 9;
    sum += c1 != 0 && c2 == 0 ? 9 : c2;
  }
  m.PutNumber((10 - sum % 10) % 10, 1);
  return true;
}

struct VatCountry {
  std::string_view prefix;
  MakeNumber make;
};
constexpr VatCountry kCountries[] = {
    {"AR", Ar}, {"AT", At}, {"AU", Au}, {"BE", Be}, {"BG", Bg}, {"BR", Br}, {"CH", Ch}, {"CY", Cy},
    {"CZ", Cz}, {"DE", De}, {"DK", Dk}, {"EE", Ee}, {"EL", El}, {"ES", Es}, {"FI", Fi}, {"FR", Fr},
    {"GB", Gb}, {"GR", El}, {"HR", Hr}, {"HU", Hu}, {"IE", Ie}, {"IT", It}, {"LT", Lt}, {"LU", Lu},
    {"LV", Lv}, {"MC", Mc}, {"MT", Mt}, {"NL", Nl}, {"NO", No}, {"PL", Pl}, {"PT", Pt}, {"RO", Ro},
    {"RU", Ru}, {"SE", Se}, {"SI", Si}, {"SK", Sk}, {"TR", Tr}, {"XI", Gb}};

MakeNumber FindVat(std::string_view prefix) {
  const auto found = std::find_if(std::begin(kCountries), std::end(kCountries),
                                  [&](const VatCountry& country) { return country.prefix == prefix; });
  return found == std::end(kCountries) ? FindWorldVat(prefix) : found->make;
}

}  // namespace

void RenderVat(const Env& env, std::string_view value, const Context& context, std::string* out) {
  Buffer folded;
  FoldIdentifier(value, &folded);
  std::string_view compact = folded.view();
  const Digester digester = env.For(Kind::kVat);
  // With or without its prefix it is one number.
  const bool letters = compact.size() > 4 && IsLetter(static_cast<unsigned char>(compact[0])) &&
                       IsLetter(static_cast<unsigned char>(compact[1]));
  const MakeNumber by_country = FindVat(env.CountryOf(context));
  // A Mexican number begins with letters of its own.
  const bool own_letters = env.CountryOf(context) == "MX" && !compact.starts_with("MX");
  MakeNumber make = letters && !own_letters ? FindVat(compact.substr(0, 2)) : nullptr;
  const bool prefixed = make != nullptr;
  if (make == nullptr) make = by_country;
  const std::string_view national = prefixed ? compact.substr(2) : compact;
  Draw draw(digester, digester.Of(national));
  const bool siren = !prefixed && make == Fr && (national.size() == 9 || national.size() == 14);
  const std::string_view country = prefixed ? compact.substr(0, 2) : env.CountryOf(context);
  if (const MakeNumber form = FindVatForm(country, national); form != nullptr) make = form;
  if (make == nullptr || national.size() < (country == "SM" ? 1 : 4) || national.size() > 20) {
    return AppendIdentifierShape(value, &draw, out);
  }
  Maker maker(&draw, national);
  MakeUntilValid(siren ? Siren : make, &maker);
  if (siren && national.size() == 14) {  // SIRET: the establishment's number behind, Luhn over all
    maker.Digits(4);
    maker.Put(LuhnDigit(maker.view()));
  }
  char text[40];
  size_t size = 0;
  if (prefixed) size = compact.substr(0, 2).copy(text, 2);
  size += maker.view().copy(text + size, maker.view().size());
  // "CHE-123.456.789 MWST", "918 273 645 MVA": the tax word stays.
  for (const std::string_view word : {"MWST", "TVA", "IVA", "MVA"}) {
    if (compact.size() > size && compact.ends_with(word)) size += word.copy(text + size, word.size());
  }
  PourIdentifier(value, {text, size}, out);
}

}  // namespace understudy::pseudonym
