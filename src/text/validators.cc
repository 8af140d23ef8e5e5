#include "text/validators.h"

#include <algorithm>
#include <cstdint>
#include <iterator>

#include "text/phone_codes.h"

namespace understudy::text {
namespace {

constexpr size_t kMaxCompact = 40;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsAlpha(char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; }

// Letters and digits, letters in upper case, in a buffer of its own.
struct Compact {
  char bytes[kMaxCompact];
  size_t size = 0;
  size_t digits = 0;

  explicit Compact(std::string_view s) {
    for (char c : s) {
      if (!IsDigit(c) && !IsAlpha(c)) continue;
      if (size == kMaxCompact) {
        size = 0;
        return;
      }
      digits += IsDigit(c);
      bytes[size++] = static_cast<char>(IsDigit(c) ? c : c & ~0x20);
    }
  }
  std::string_view view() const { return {bytes, size}; }
  bool AllDigits() const { return size > 0 && digits == size; }
  int at(size_t i) const { return bytes[i] - '0'; }
};

int Mod97(std::string_view s) {
  int r = 0;
  for (char c : s) r = IsDigit(c) ? (r * 10 + (c - '0')) % 97 : (r * 100 + (c - 'A' + 10)) % 97;
  return r;
}

// Country and the whole IBAN's length.
constexpr std::string_view kIbanLengths =
    "AD24AE23AL28AT20AZ28BA20BE16BG22BH22BR29BY28CH21CR22CY28CZ24DE22DK18DO28EE20EG29ES24FI18FO18FR27GB22GE22"
    "GI23GL18GR27GT28HR21HU28IE22IL23IQ23IS26IT27JO30KW30KZ20LB28LC32LI21LT20LU20LV21LY25MC27MD24ME22MK19MR27"
    "MT31MU30NL18NO15PK24PL28PS29PT25QA29RO24RS22SA24SC31SE24SI19SK24SM27ST25SV28TL23TN24TR26UA29VA22VG24XK2"
    "0";

int Weighted(const Compact& c, size_t from, std::initializer_list<int> weights) {
  int sum = 0;
  size_t i = from;
  for (int w : weights) sum += c.at(i++) * w;
  return sum;
}

bool DigitsFrom(const Compact& c, size_t from, size_t size) {
  if (c.size != size) return false;
  return std::all_of(c.bytes + from, c.bytes + c.size, IsDigit);
}

// ISO 7064 MOD 11,10 over the digits from `from`, the last one being the check digit (DE, HR).
bool Mod1110(const Compact& c, size_t from) {
  int p = 10;
  for (size_t i = from; i + 1 < c.size; ++i) {
    int s = (c.at(i) + p) % 10;
    if (s == 0) s = 10;
    p = 2 * s % 11;
  }
  return (11 - p) % 10 == c.at(c.size - 1);
}

bool VatCheck(const Compact& c) {
  const std::string_view country = c.view().substr(0, 2);
  if (country == "DE") return DigitsFrom(c, 2, 11) && Mod1110(c, 2);
  if (country == "BE") {
    if (!DigitsFrom(c, 2, 12)) return false;
    int n = 0;
    for (size_t i = 2; i < 10; ++i) n = (n * 10 + c.at(i)) % 97;
    return 97 - n == c.at(10) * 10 + c.at(11);
  }
  if (country == "FR") return DigitsFrom(c, 4, 13) && ValidLuhn(c.view().substr(4));
  if (country == "IT") return DigitsFrom(c, 2, 13) && ValidLuhn(c.view().substr(2));
  if (country == "LU") {
    if (!DigitsFrom(c, 2, 10)) return false;
    int n = 0;
    for (size_t i = 2; i < 8; ++i) n = (n * 10 + c.at(i)) % 89;
    return n == c.at(8) * 10 + c.at(9);
  }
  if (country == "PL") {
    return DigitsFrom(c, 2, 12) && Weighted(c, 2, {6, 5, 7, 2, 3, 4, 5, 6, 7}) % 11 == c.at(11);
  }
  if (country == "PT") {
    if (!DigitsFrom(c, 2, 11)) return false;
    const int r = 11 - Weighted(c, 2, {9, 8, 7, 6, 5, 4, 3, 2}) % 11;
    return (r >= 10 ? 0 : r) == c.at(10);
  }
  if (country == "DK") return DigitsFrom(c, 2, 10) && Weighted(c, 2, {2, 7, 6, 5, 4, 3, 2, 1}) % 11 == 0;
  if (country == "FI") {
    if (!DigitsFrom(c, 2, 10)) return false;
    const int r = 11 - Weighted(c, 2, {7, 9, 10, 5, 8, 4, 2}) % 11;
    return (r == 11 ? 0 : r) == c.at(9);
  }
  if (country == "HR") return DigitsFrom(c, 2, 13) && Mod1110(c, 2);
  return true;  // the structure has to do
}

bool PlausibleVat(std::string_view match) {
  // Countries whose numbers VIES knows, and a few more that Odoo does; digits after the prefix at least.
  constexpr std::string_view kCountries =
      " AT BE BG CY CZ DE DK EE EL ES FI FR GB HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK XI CH NO ";
  const Compact c(match);
  if (c.size < 9 || c.size > 16 || c.digits < 7) return false;
  const size_t at = kCountries.find(c.view().substr(0, 2));
  if (at == std::string_view::npos || kCountries[at - 1] != ' ' || kCountries[at + 2] != ' ') {
    return c.view().starts_with("CHE") && c.digits == 9;
  }
  return VatCheck(c);
}

bool ValidCard(std::string_view match) {
  const Compact c(match);
  // Issuers: 3 (travel), 4, 5, 2 (since 2017), 6: ISO/IEC 7812 major industries 2 to 6.
  return c.AllDigits() && c.size >= 13 && c.size <= 19 && c.bytes[0] >= '2' && c.bytes[0] <= '6' &&
         ValidLuhn(c.view());
}

bool ValidIpv4(std::string_view match) {
  int octets = 0, value = -1;
  for (char c : match) {
    if (IsDigit(c)) {
      value = (value < 0 ? 0 : value) * 10 + (c - '0');
      if (value > 255) return false;
    } else {
      ++octets;
      value = -1;
    }
  }
  // 127.0.0.1 and 0.0.0.0 say nothing; four small numbers are a version ("17.0.1.2").
  if (octets != 3 || match.starts_with("127.") || match.starts_with("0.")) return false;
  return match.size() >= 9;
}

bool ValidMac(std::string_view match) {
  const Compact c(match);
  return c.size == 12 && c.view() != "000000000000" && c.view() != "FFFFFFFFFFFF";
}

bool LooksLikeDate(std::string_view match) {
  int groups[4] = {0, 0, 0, 0}, sizes[4] = {0, 0, 0, 0};
  int n = 0;
  for (size_t i = 0; i < match.size(); ++i) {
    if (!IsDigit(match[i])) {
      if (i > 0 && IsDigit(match[i - 1])) ++n;
      if (n >= 4) return false;
      continue;
    }
    groups[n] = groups[n] * 10 + (match[i] - '0');
    if (++sizes[n] > 4) return false;
  }
  const auto day_month = [](int a, int b) {
    return a >= 1 && b >= 1 && ((a <= 31 && b <= 12) || (a <= 12 && b <= 31));
  };
  if (sizes[0] == 4) return groups[0] >= 1900 && groups[0] <= 2100 && day_month(groups[1], groups[2]);
  return sizes[0] <= 2 && sizes[1] <= 2 && (sizes[2] == 4 || sizes[2] == 2) &&
         day_month(groups[0], groups[1]);
}

bool PlausiblePhone(std::string_view match) {
  const Compact c(match);
  if (c.size != c.digits || c.size < 7 || c.size > 15) return false;
  if (LooksLikeDate(match)) return false;
  // 1111111 and 0000000 are placeholders.
  return std::any_of(c.bytes + 2, c.bytes + c.size, [&](char x) { return x != c.bytes[c.size - 1]; });
}

bool InternationalPhone(std::string_view match) {
  const Compact c(match);
  std::string_view digits = c.view();
  if (digits.starts_with("00")) digits.remove_prefix(2);
  return PlausiblePhone(match) && digits.size() >= 8 && CallingCodeSize(digits) > 0;
}

bool BirthDate(std::string_view match) {
  for (size_t i = 0; i + 4 <= match.size(); ++i) {
    const std::string_view year = match.substr(i, 4);
    if (std::all_of(year.begin(), year.end(), IsDigit)) return year >= "1900" && year <= "2029";
  }
  return true;
}

// The letter that the number modulo 23 stands for: Spain's NIF and NIE (Real Decreto 1553/2005).
bool SpanishId(std::string_view match) {
  const Compact c(match);
  if (c.size != 9) return false;
  int n = 0;
  for (size_t i = 0; i < 8; ++i) {
    if (i == 0 && c.bytes[0] >= 'X' && c.bytes[0] <= 'Z') {
      n = c.bytes[0] - 'X';
      continue;
    }
    if (!IsDigit(c.bytes[i])) return false;
    n = n * 10 + c.at(i);
  }
  return c.bytes[8] == "TRWAGMYFPDXBNJZSQVHLCKE"[n % 23];
}

// Steueridentifikationsnummer: eleven digits, MOD 11,10 (§ 139b AO).
bool GermanTaxId(std::string_view match) {
  const Compact c(match);
  return c.AllDigits() && c.size == 11 && c.bytes[0] != '0' && Mod1110(c, 0);
}

// Numéro de sécurité sociale: 13 characters and the key 97 - n mod 97; 2A and 2B count as 19 and 18.
bool FrenchNir(std::string_view match) {
  const Compact c(match);
  if (c.size != 15 || (c.bytes[0] != '1' && c.bytes[0] != '2')) return false;
  int64_t n = 0;
  for (size_t i = 0; i < 13; ++i) {
    if (i == 6 && c.bytes[5] == '2' && (c.bytes[6] == 'A' || c.bytes[6] == 'B')) {
      n = n * 10 - 10 + (c.bytes[6] == 'A' ? 9 : 8);  // 19 or 18 instead of 2A, 2B
      continue;
    }
    if (!IsDigit(c.bytes[i])) return false;
    n = n * 10 + c.at(i);
  }
  return IsDigit(c.bytes[13]) && IsDigit(c.bytes[14]) && 97 - n % 97 == c.at(13) * 10 + c.at(14);
}

// Codice fiscale: the check letter of the Decreto of 23 December 1976.
bool ItalianId(std::string_view match) {
  constexpr int kOdd[] = {1,  0,  5, 7, 9, 13, 15, 17, 19, 21, 2,  4,  18,
                          20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23};
  const Compact c(match);
  if (c.size != 16) return false;
  int sum = 0;
  for (size_t i = 0; i < 15; ++i) {
    const int v = IsDigit(c.bytes[i]) ? c.bytes[i] - '0' : c.bytes[i] - 'A';
    sum += i % 2 == 0 ? kOdd[v] : v;
  }
  return c.bytes[15] == 'A' + sum % 26;
}

// Burgerservicenummer: the eleven test with -1 for the last digit.
bool DutchBsn(std::string_view match) {
  const Compact c(match);
  return c.AllDigits() && c.size == 9 && Weighted(c, 0, {9, 8, 7, 6, 5, 4, 3, 2, -1}) % 11 == 0;
}

// PESEL: weights 1 3 7 9 over ten digits.
bool PolishPesel(std::string_view match) {
  const Compact c(match);
  return c.AllDigits() && c.size == 11 &&
         (10 - Weighted(c, 0, {1, 3, 7, 9, 1, 3, 7, 9, 1, 3}) % 10) % 10 == c.at(10);
}

// Belgium's national number: 97 - the first nine digits modulo 97 (with a 2 before them since 2000).
bool BelgianId(std::string_view match) {
  const Compact c(match);
  if (!c.AllDigits() || c.size != 11) return false;
  int64_t n = 0;
  for (size_t i = 0; i < 9; ++i) n = n * 10 + c.at(i);
  const int check = c.at(9) * 10 + c.at(10);
  return 97 - n % 97 == check || 97 - (2000000000 + n) % 97 == check;
}

// Social security numbers: areas 000, 666 and 900 to 999 are never assigned (SSA).
bool UsSsn(std::string_view match) {
  const Compact c(match);
  if (!c.AllDigits() || c.size != 9) return false;
  const std::string_view area = c.view().substr(0, 3);
  return area != "000" && area != "666" && area[0] != '9' && c.view().substr(3, 2) != "00";
}

// A secret mixes kinds of characters; "password: see below" holds none.
bool Secretive(std::string_view match) {
  bool digit = false, upper = false, lower = false, other = false;
  for (char c : match) {
    digit |= IsDigit(c);
    upper |= c >= 'A' && c <= 'Z';
    lower |= c >= 'a' && c <= 'z';
    other |= !IsDigit(c) && !IsAlpha(c) && static_cast<unsigned char>(c) < 0x80;
  }
  return match.size() >= 4 && (digit ? 1 : 0) + (upper ? 1 : 0) + (lower ? 1 : 0) + (other ? 1 : 0) >= 2 &&
         (digit || other || match.size() >= 8);
}

struct Named {
  const char* name;
  Validator function;
};
constexpr Named kValidators[] = {
    {"luhn", ValidLuhn},        {"card", ValidCard},
    {"iban", ValidIban},        {"vat", PlausibleVat},
    {"ipv4", ValidIpv4},        {"mac", ValidMac},
    {"phone", PlausiblePhone},  {"international_phone", InternationalPhone},
    {"birth_date", BirthDate},  {"es_nif", SpanishId},
    {"de_tax_id", GermanTaxId}, {"fr_nir", FrenchNir},
    {"it_cf", ItalianId},       {"nl_bsn", DutchBsn},
    {"pl_pesel", PolishPesel},  {"be_nn", BelgianId},
    {"us_ssn", UsSsn},          {"secretive", Secretive},
};

}  // namespace

bool ValidLuhn(std::string_view digits) {
  int sum = 0;
  bool twice = false;
  size_t count = 0;
  for (size_t i = digits.size(); i-- > 0;) {
    if (!IsDigit(digits[i])) continue;
    const int d = (digits[i] - '0') * (twice ? 2 : 1);
    sum += d > 9 ? d - 9 : d;
    twice = !twice;
    ++count;
  }
  return count > 1 && sum > 0 && sum % 10 == 0;
}

bool ValidIban(std::string_view iban) {
  const Compact c(iban);
  if (c.size < 15) return false;
  for (size_t i = 0; i + 4 <= kIbanLengths.size(); i += 4) {
    if (kIbanLengths.compare(i, 2, c.view().substr(0, 2)) != 0) continue;
    const size_t size =
        static_cast<size_t>(kIbanLengths[i + 2] - '0') * 10 + static_cast<size_t>(kIbanLengths[i + 3] - '0');
    if (c.size != size || !IsDigit(c.bytes[2]) || !IsDigit(c.bytes[3])) return false;
    char turned[kMaxCompact];
    std::copy(c.bytes + 4, c.bytes + c.size, turned);
    std::copy(c.bytes, c.bytes + 4, turned + c.size - 4);
    return Mod97({turned, c.size}) == 1;
  }
  return false;
}

Validator FindValidator(std::string_view name) {
  for (const Named& v : kValidators) {
    if (name == v.name) return v.function;
  }
  return nullptr;
}

const std::vector<std::string>& ValidatorNames() {
  static const auto* names = [] {
    auto* list = new std::vector<std::string>();
    for (const Named& v : kValidators) list->push_back(v.name);
    return list;
  }();
  return *names;
}

}  // namespace understudy::text
