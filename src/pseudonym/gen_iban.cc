// IBANs of every country of the registry, bank codes, account numbers.
//
// Length and structure of the BBAN are those of the SWIFT IBAN registry (ISO 13616); the check digits are
// ISO 7064 mod 97-10. The bank identifier (the first field of the BBAN) is all zeros, or all X where it is
// letters: no registry assigns these; in Belgium, where 000 is assigned, 999. Account numbers
// carry their national check digits too in Belgium, France, Italy, Monaco, Norway, Portugal, Spain, and where
// ISO 7064 is the national rule as well (Slovenia, Serbia and their neighbours).
#include <algorithm>
#include <iterator>

#include "pseudonym/country_number.h"
#include "pseudonym/generators.h"
#include "pseudonym/normalise.h"
#include "pseudonym/utf8.h"

namespace understudy::pseudonym {
namespace {

struct IbanCountry {
  std::string_view code;
  std::string_view structure;  // "8n10n": eight digits, ten digits; a letters, c either
};

// clang-format off
constexpr IbanCountry kCountries[] = {
    {"AD", "4n4n12c"}, {"AE", "3n16n"}, {"AL", "8n16c"}, {"AT", "5n11n"}, {"AZ", "4a20c"},
    {"BA", "3n3n8n2n"}, {"BE", "3n7n2n"}, {"BG", "4a4n2n8c"}, {"BH", "4a14c"}, {"BI", "5n5n11n2n"},
    {"BR", "8n5n10n1a1c"}, {"BY", "4c4n16c"}, {"CH", "5n12c"}, {"CR", "4n14n"}, {"CY", "3n5n16c"},
    {"CZ", "4n6n10n"}, {"DE", "8n10n"}, {"DJ", "5n5n11n2n"}, {"DK", "4n9n1n"}, {"DO", "4c20n"},
    {"EE", "2n2n11n1n"}, {"EG", "4n4n17n"}, {"ES", "4n4n1n1n10n"}, {"FI", "3n11n"}, {"FO", "4n9n1n"},
    {"FR", "5n5n11c2n"}, {"GB", "4a6n8n"}, {"GE", "2a16n"}, {"GI", "4a15c"}, {"GL", "4n9n1n"},
    {"GR", "3n4n16c"}, {"GT", "4c20c"}, {"HR", "7n10n"}, {"HU", "3n4n1n15n1n"}, {"IE", "4a6n8n"},
    {"IL", "3n3n13n"}, {"IQ", "4a3n12n"}, {"IS", "4n2n6n10n"}, {"IT", "1a5n5n12c"}, {"JO", "4a4n18c"},
    {"KW", "4a22c"}, {"KZ", "3n13c"}, {"LB", "4n20c"}, {"LC", "4a24c"}, {"LI", "5n12c"}, {"LT", "5n11n"},
    {"LU", "3n13c"}, {"LV", "4a13c"}, {"LY", "3n3n15n"}, {"MC", "5n5n11c2n"}, {"MD", "2c18c"},
    {"ME", "3n13n2n"}, {"MK", "3n10c2n"}, {"MR", "5n5n11n2n"}, {"MT", "4a5n18c"}, {"MU", "4a2n2n12n3n3a"},
    {"NL", "4a10n"}, {"NO", "4n6n1n"}, {"PK", "4a16c"}, {"PL", "8n16n"}, {"PS", "4a21c"},
    {"PT", "4n4n11n2n"}, {"QA", "4a21c"}, {"RO", "4a16c"}, {"RS", "3n13n2n"}, {"RU", "9n5n15c"},
    {"SA", "2n18c"}, {"SC", "4a2n2n16n3a"}, {"SD", "2n12n"}, {"SE", "3n16n1n"}, {"SI", "5n8n2n"},
    {"SK", "4n6n10n"}, {"SM", "1a5n5n12c"}, {"ST", "4n4n11n2n"}, {"SV", "4a20n"}, {"TL", "3n14n2n"},
    {"TN", "2n3n13n2n"}, {"TR", "5n1n16c"}, {"UA", "6n19c"}, {"VA", "3n15n"}, {"VG", "4a16n"},
    {"XK", "4n10n2n"},
};
// clang-format on

const IbanCountry* FindCountry(std::string_view code) {
  static constexpr ByCountry<IbanCountry> kIndex =
      IndexByCountry<IbanCountry>(kCountries, &IbanCountry::code);
  return kIndex[CountryNumber(code)];
}

// The next field of a structure; false at its end.
bool NextField(std::string_view* structure, size_t* length, char* type) {
  if (structure->empty()) return false;
  *length = 0;
  while (!structure->empty() && IsDigit(static_cast<unsigned char>(structure->front()))) {
    *length = *length * 10 + static_cast<size_t>(structure->front() - '0');
    structure->remove_prefix(1);
  }
  *type = structure->front();
  structure->remove_prefix(1);
  return true;
}

size_t BbanLength(std::string_view structure) {
  size_t total = 0;
  size_t length = 0;
  for (char type = 0; NextField(&structure, &length, &type);) total += length;
  return total;
}

unsigned Mod97(std::string_view text, unsigned start = 0) {
  unsigned rest = start;
  for (const char c : text) {
    if (c >= '0' && c <= '9') {
      rest = (rest * 10 + static_cast<unsigned>(c - '0')) % 97;
    } else {
      rest = (rest * 100 + static_cast<unsigned>(c - 'A') + 10) % 97;
    }
  }
  return rest;
}

char MixedChar(Draw* draw) { return "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"[draw->Below(34)]; }

// Spanish control digits: weights 1, 2, 4, 8, 5, 10, 9, 7, 3, 6 from the left, modulo 11.
char SpanishControl(std::string_view ten) {
  static constexpr unsigned kWeights[] = {1, 2, 4, 8, 5, 10, 9, 7, 3, 6};
  unsigned sum = 0;
  for (size_t i = 0; i < 10; ++i) sum += kWeights[i] * static_cast<unsigned>(ten[i] - '0');
  const unsigned rest = 11 - sum % 11;
  return static_cast<char>('0' + (rest == 11 ? 0 : rest == 10 ? 1 : rest));
}

void SetTail(unsigned value, std::string* bban) {
  (*bban)[bban->size() - 2] = static_cast<char>('0' + value / 10);
  bban->back() = static_cast<char>('0' + value % 10);
}

// The French key's sum: letters count as digits (A, J = 1, B, K, S = 2 …), two zeros behind.
unsigned RibMod97(std::string_view text) {
  unsigned rest = 0;
  for (const char c : text) {
    unsigned digit = static_cast<unsigned>(c - '0');
    if (c >= 'A') digit = static_cast<unsigned>(c - 'A') % 9 + 1;
    if (c >= 'S') digit = static_cast<unsigned>(c - 'S') % 9 + 2;
    rest = (rest * 10 + digit) % 97;
  }
  return rest * 100 % 97;
}

// The Italian check letter over bank, branch and account: a table for the odd places, the value for the even.
char ItalianCin(std::string_view text) {
  static constexpr unsigned kOdd[] = {1,  0,  5, 7, 9, 13, 15, 17, 19, 21, 2,  4,  18,
                                      20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23};
  unsigned sum = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto value = static_cast<unsigned>(text[i] >= 'A' ? text[i] - 'A' : text[i] - '0');
    sum += i % 2 == 0 ? kOdd[value] : value;
  }
  return static_cast<char>('A' + sum % 26);
}

void DrawBban(const IbanCountry& country, Draw* draw, std::string* bban) {
  std::string_view structure = country.structure;
  size_t length = 0;
  char type = 0;
  // In Italy and San Marino a check letter stands before the bank.
  const size_t bank = country.code == "IT" || country.code == "SM" ? 1 : 0;
  for (size_t field = 0; NextField(&structure, &length, &type); ++field) {
    for (size_t i = 0; i < length; ++i) {
      if (field == bank) {
        bban->push_back(type == 'a' || type == 'c' ? 'X' : country.code == "BE" ? '9' : '0');
      } else if (type == 'n') {
        bban->push_back(draw->Digit());
      } else if (type == 'a') {
        bban->push_back(static_cast<char>('A' + draw->Below(26)));
      } else {
        bban->push_back(MixedChar(draw));
      }
    }
  }
  const std::string_view kCheckedBy97[] = {"BA", "ME", "MK", "PT", "RS", "SI", "TL", "XK"};
  const std::string_view kKeyBy97[] = {"FR", "MC", "MR", "TN", "DJ"};
  const auto is_in = [&](const auto& list) {
    return std::find(std::begin(list), std::end(list), country.code) != std::end(list);
  };
  if (is_in(kCheckedBy97)) {  // ISO 7064 mod 97-10 over the BBAN as well
    SetTail(98 - Mod97("00", Mod97({bban->data(), bban->size() - 2})), bban);
  } else if (is_in(kKeyBy97)) {  // the "clé RIB"
    SetTail(97 - RibMod97({bban->data(), bban->size() - 2}), bban);
  } else if (country.code == "IT" || country.code == "SM") {
    (*bban)[0] = ItalianCin(std::string_view(*bban).substr(1));
  } else if (country.code == "BE") {
    unsigned rest = Mod97(std::string_view(*bban).substr(0, 10));
    if (rest == 0) rest = 97;
    (*bban)[10] = static_cast<char>('0' + rest / 10);
    (*bban)[11] = static_cast<char>('0' + rest % 10);
  } else if (country.code == "NO") {
    // Accounts of "bank" 0000 (the former Postgiro) carry Luhn's digit over the last seven.
    (*bban)[10] = LuhnDigit(std::string_view(*bban).substr(4, 6));
  } else if (country.code == "ES") {
    const std::string bank_part = "00" + bban->substr(0, 8);
    (*bban)[8] = SpanishControl(bank_part);
    (*bban)[9] = SpanishControl(std::string_view(*bban).substr(10, 10));
  }
}

// Pours `compact` into the blanks and case of `shape`; what does not fit is appended.
void PourCompact(std::string_view shape, std::string_view compact, std::string* out) {
  size_t next = 0;
  for (size_t i = 0; i < shape.size();) {
    const char32_t c = NextCodePoint(shape, &i);
    if (c >= 0x80 || !(IsDigit(c) || IsLetter(c))) {
      if (next < compact.size() && c < 0x80) out->push_back(static_cast<char>(c));
      continue;
    }
    if (next == compact.size()) continue;
    const char drawn = compact[next++];
    out->push_back(c >= 'a' && c <= 'z' && drawn >= 'A' ? static_cast<char>(drawn + 32) : drawn);
  }
  out->append(compact.substr(next));
}

}  // namespace

bool LooksLikeIban(std::string_view folded) {
  if (folded.size() < 15 || folded.size() > 34) return false;
  const IbanCountry* country = FindCountry(folded.substr(0, 2));
  return country != nullptr && IsDigit(static_cast<unsigned char>(folded[2])) &&
         IsDigit(static_cast<unsigned char>(folded[3])) &&
         folded.size() == BbanLength(country->structure) + 4;
}

void RenderIban(const Env& env, std::string_view value, const Context&, std::string* out) {
  Buffer folded;
  FoldIdentifier(value, &folded);
  if (!LooksLikeIban(folded.view())) {
    const Digester digester = env.For(Kind::kBankAccount);
    if (AppendPermuted(digester, value, false, out)) return;
    Draw draw(digester, digester.Of(folded.view()));
    return AppendIdentifierShape(value, &draw, out);
  }
  const Digester digester = env.For(Kind::kIban);
  Draw draw(digester, digester.Of(folded.view()));
  // The country stays also where uniqueness is asked for: the same account stands, spaced, in a column
  // beside.
  const std::string_view code = folded.view().substr(0, 2);
  thread_local std::string bban;
  bban.clear();
  DrawBban(*FindCountry(code), &draw, &bban);
  unsigned rest = Mod97(bban);
  const char tail[4] = {code[0], code[1], '0', '0'};
  rest = 98 - Mod97({tail, 4}, rest);
  char head[4] = {code[0], code[1], static_cast<char>('0' + rest / 10), static_cast<char>('0' + rest % 10)};
  bban.insert(0, head, 4);
  PourCompact(value, bban, out);
}

void RenderBankAccount(const Env& env, std::string_view value, const Context& context, std::string* out) {
  RenderIban(env, value, context, out);
}

// ISO 9362: the party prefix, the country, the party suffix, a branch. "XXXX" names no party.
void RenderBic(const Env& env, std::string_view value, const Context&, std::string* out) {
  Buffer folded;
  FoldIdentifier(value, &folded);
  const std::string_view bic = folded.view();
  const bool good = (bic.size() == 8 || bic.size() == 11) &&
                    std::all_of(bic.begin(), bic.begin() + 6, [](char c) { return c >= 'A' && c <= 'Z'; });
  if (!good) return RenderSameShape(env, Kind::kBic, value, out);
  const Digester digester = env.For(Kind::kBic);
  Draw draw(digester, digester.Of(bic));
  char text[11] = {
      'X',    'X',   static_cast<char>('A' + draw.Below(26)), static_cast<char>('A' + draw.Below(26)),
      bic[4], bic[5]};
  // A second character 0 of the location code marks a test BIC: it is never on the live network.
  text[6] = static_cast<char>('A' + draw.Below(26));
  text[7] = '0';
  for (size_t i = 8; i < 11; ++i) text[i] = 'X';
  PourCompact(value, {text, bic.size()}, out);
}

// Cards in the schemes' published test BINs; the last digit is Luhn's (ISO/IEC 7812-1).
void RenderCard(const Env& env, std::string_view value, const Context&, std::string* out) {
  Buffer folded;
  FoldIdentifier(value, &folded);
  const std::string_view card = folded.view();
  const bool digits = std::all_of(card.begin(), card.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!digits || card.size() < 12 || card.size() > 19) return RenderSameShape(env, Kind::kCard, value, out);
  // 411111… is Visa's test BIN, 555555 MasterCard's, 378282 American Express'.
  const std::string_view bin = card[0] == '4' ? "411111" : card[0] == '3' ? "378282" : "555555";
  const Digester digester = env.For(Kind::kCard);
  Draw draw(digester, digester.Of(card));
  char text[19];
  bin.copy(text, 6);
  for (size_t i = 6; i + 1 < card.size(); ++i) text[i] = draw.Digit();
  text[card.size() - 1] = LuhnDigit({text, card.size() - 1});
  PourCompact(value, {text, card.size()}, out);
}

char LuhnDigit(std::string_view digits) {
  unsigned sum = 0;
  for (size_t i = 0; i < digits.size(); ++i) {
    unsigned digit = static_cast<unsigned>(digits[digits.size() - 1 - i] - '0') * (i % 2 == 0 ? 2 : 1);
    sum += digit > 9 ? digit - 9 : digit;
  }
  return static_cast<char>('0' + (10 - sum % 10) % 10);
}

void PourIdentifier(std::string_view shape, std::string_view compact, std::string* out) {
  PourCompact(shape, compact, out);
}

}  // namespace understudy::pseudonym
