// National ids of people, by their shape: what a validator checks is right, the rest is drawn.
//
// Known by country (context) and length: US social security numbers in area 900–999, which the SSA never
// assigns; German tax ids, French NIR, Spanish DNI and NIE, Dutch BSN, Belgian register numbers; those of
// gen_person_id.cc and the forms that people's tax numbers have. Others keep their shape, letters to letters
// and digits to digits.
#include <algorithm>

#include "pseudonym/generators.h"
#include "pseudonym/normalise.h"
#include "pseudonym/utf8.h"
#include "pseudonym/vat_maker.h"

namespace understudy::pseudonym {
namespace {

uint64_t Number(std::string_view digits) {
  uint64_t value = 0;
  for (const char c : digits) value = value * 10 + static_cast<uint64_t>(c - '0');
  return value;
}

void Put(uint64_t value, size_t width, std::string* text) {
  const size_t from = text->size();
  text->resize(from + width);
  for (size_t i = width; i > 0; --i, value /= 10) (*text)[from + i - 1] = static_cast<char>('0' + value % 10);
}

void Digits(size_t count, Draw* draw, std::string* text) {
  while (count-- > 0) text->push_back(draw->Digit());
}

void MakeDutch(Draw* draw, std::string* text) {
  unsigned check = 10;
  while (check == 10) {
    text->clear();
    text->push_back(static_cast<char>('1' + draw->Below(9)));
    Digits(7, draw, text);
    unsigned sum = 0;
    for (unsigned i = 0; i < 8; ++i) sum += (9 - i) * static_cast<unsigned>((*text)[i] - '0');
    check = sum % 11;
  }
  Put(check, 1, text);
}

void MakeBelgian(Draw* draw, std::string* text) {
  Put(40 + draw->Below(59), 2, text);
  Put(1 + draw->Below(12), 2, text);
  Put(1 + draw->Below(28), 2, text);
  Put(1 + draw->Below(997), 3, text);
  Put(97 - Number(*text) % 97, 2, text);
}

// NIR: sex, year, month, department 99 (born abroad), country and order, key 97 - n mod 97.
void MakeFrench(Draw* draw, std::string* text) {
  Put(1 + draw->Below(2), 1, text);
  Put(draw->Below(100), 2, text);
  Put(1 + draw->Below(12), 2, text);
  Put(99, 2, text);
  Put(100 + draw->Below(899), 3, text);
  Put(1 + draw->Below(998), 3, text);
  Put(97 - Number(*text) % 97, 2, text);
}

void MakeSpanish(bool foreigner, Draw* draw, std::string* text) {
  const uint32_t prefix = draw->Below(3);
  if (foreigner) text->push_back("XYZ"[prefix]);
  Digits(foreigner ? 7 : 8, draw, text);
  const uint64_t number =
      foreigner ? prefix * 10'000'000 + Number(std::string_view(*text).substr(1)) : Number(*text);
  text->push_back("TRWAGMYFPDXBNJZSQVHLCKE"[number % 23]);
}

// Tax id: ten digits of which exactly one stands twice, first not 0, then ISO 7064 mod 11,10.
void MakeGerman(Draw* draw, std::string* text) {
  char pool[10] = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9'};
  for (size_t i = 10; i > 1; --i) std::swap(pool[i - 1], pool[draw->Below(static_cast<uint32_t>(i))]);
  // One digit gives its place to another one's double.
  const uint32_t gone = draw->Below(10);
  pool[gone] = pool[(gone + 1 + draw->Below(9)) % 10];
  for (size_t i = 0; i < 10 && pool[0] == '0'; ++i) std::swap(pool[0], pool[i]);
  text->append(pool, 10);
  unsigned check = 5;
  for (const char c : *text)
    check = ((check == 0 ? 10 : check) * 2 % 11 + static_cast<unsigned>(c - '0')) % 10;
  Put((11 - (check == 0 ? 10 : check) * 2 % 11) % 10, 1, text);
}

}  // namespace

void RenderNationalId(const Env& env, std::string_view value, const Context& context, std::string* out) {
  Buffer folded;
  FoldIdentifier(value, &folded);
  const std::string_view id = folded.view();
  const bool digits = std::all_of(id.begin(), id.end(), [](char c) { return c >= '0' && c <= '9'; });
  const std::string_view country = env.CountryOf(context);
  const Digester digester = env.For(Kind::kNationalId);
  Draw draw(digester, digester.Of(id));
  thread_local std::string text;
  text.clear();
  if (country == "US" && digits && id.size() == 9) {
    Put(900 + draw.Below(100), 3, &text);
    Digits(6, &draw, &text);
  } else if (country == "DE" && digits && id.size() == 11) {
    MakeGerman(&draw, &text);
  } else if (country == "FR" && digits && (id.size() == 15 || id.size() == 13)) {
    MakeFrench(&draw, &text);
    text.resize(id.size());
  } else if (country == "NL" && digits && id.size() == 9) {
    MakeDutch(&draw, &text);
  } else if (country == "BE" && digits && id.size() == 11) {
    MakeBelgian(&draw, &text);
  } else if (country == "ES" && id.size() == 9 && IsLetter(static_cast<unsigned char>(id[8]))) {
    MakeSpanish(IsLetter(static_cast<unsigned char>(id[0])), &draw, &text);
  } else if (const MakeNumber make = FindPersonId(country, id); make != nullptr) {
    Maker maker(&draw, id);
    MakeUntilValid(make, &maker);
    text = maker.view();
  } else {
    return AppendIdentifierShape(value, &draw, out);
  }
  PourIdentifier(value, text, out);
}

}  // namespace understudy::pseudonym
