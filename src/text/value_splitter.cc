#include "text/value_splitter.h"

#include <algorithm>
#include <iterator>

#include "text/known_values.h"
#include "text/phone_codes.h"
#include "text/unicode.h"

namespace understudy::text {
namespace {

constexpr std::string_view kLegalForms[] = {"ab",
                                            "ag",
                                            "aktiengesellschaft",
                                            "as",
                                            "asa",
                                            "bv",
                                            "bvba",
                                            "co",
                                            "company",
                                            "corp",
                                            "corporation",
                                            "doo",
                                            "eg",
                                            "eirl",
                                            "ek",
                                            "ev",
                                            "eurl",
                                            "gbr",
                                            "gesmbh",
                                            "ggmbh",
                                            "gmbh",
                                            "inc",
                                            "incorporated",
                                            "kft",
                                            "kg",
                                            "kgaa",
                                            "limited",
                                            "llc",
                                            "llp",
                                            "lp",
                                            "ltd",
                                            "ltda",
                                            "mbh",
                                            "nv",
                                            "ohg",
                                            "oy",
                                            "oyj",
                                            "plc",
                                            "pty",
                                            "pte",
                                            "pvt",
                                            "sa",
                                            "sarl",
                                            "sas",
                                            "sasu",
                                            "se",
                                            "sl",
                                            "slu",
                                            "snc",
                                            "sp",
                                            "spa",
                                            "spol",
                                            "sprl",
                                            "srl",
                                            "sro",
                                            "ug",
                                            "vof",
                                            "zoo",
                                            "aps",
                                            "cv",
                                            "de",
                                            "und",
                                            "b",
                                            "v",
                                            "n",
                                            "s",
                                            "a",
                                            "r",
                                            "l",
                                            "p",
                                            "z",
                                            "o",
                                            "k",
                                            "y"};

bool IsLegalToken(std::string_view value, const Token& token) {
  std::string folded;
  AppendFolded(value, token, &folded);
  return std::find(std::begin(kLegalForms), std::end(kLegalForms), folded) != std::end(kLegalForms);
}

// True when the single letters alone ("A.B.") were taken for a legal form: one token has to name it whole,
// or they spell one out ("S.A.", "B.V.", "S.r.l.").
size_t LegalTokens(std::string_view value, const std::vector<Token>& tokens) {
  size_t count = 0;
  bool whole = false;
  std::string letters;
  for (size_t i = tokens.size(); i > 1 && IsLegalToken(value, tokens[i - 1]); --i, ++count) {
    whole |= tokens[i - 1].chars >= 2;
    if (tokens[i - 1].chars == 1) AppendFolded(value, tokens[i - 1], &letters);
  }
  std::reverse(letters.begin(), letters.end());
  const bool spelled =
      std::find(std::begin(kLegalForms), std::end(kLegalForms), letters) != std::end(kLegalForms);
  return whole || (letters.size() >= 2 && spelled) ? count : 0;
}

}  // namespace

void SplitIntoTokens(std::string_view value, SplitValue* out) {
  *out = SplitValue();
  Token token;
  size_t last_blank = std::string_view::npos;  // index of the token after the last blank
  for (size_t at = 0; out->tokens.size() < kMaxTokens && NextToken(value, at, &token); at = token.end) {
    if (!out->tokens.empty()) {
      const std::string_view gap = value.substr(at, token.begin - at);
      if (gap != " " && !(gap.empty() && token.solo)) out->plain_gaps = false;
      if (gap.find(',') != std::string_view::npos) out->comma = true;
      for (size_t i = 0; i < gap.size();) {
        const CodePoint c = DecodeUtf8(gap, i);
        if (c.value != kInvalid && ClassOf(c.value) == CharClass::kBlank) {
          last_blank = out->tokens.size();
          out->after_blank |= 1u << last_blank;
        }
        i += c.size;
      }
    }
    out->tokens.push_back(token);
  }
  if (last_blank != std::string_view::npos) out->surname_tokens = out->tokens.size() - last_blank;
  out->legal_tokens = LegalTokens(value, out->tokens);
}

std::string CompactCode(std::string_view value) {
  std::string code;
  for (size_t i = 0; i < value.size();) {
    const CodePoint c = DecodeUtf8(value, i);
    i += c.size;
    if (c.value == kInvalid) return {};
    const CharClass k = ClassOf(c.value);
    if (k != CharClass::kLetter && k != CharClass::kDigit) continue;
    if (c.value >= 0x80) return {};
    code.push_back(static_cast<char>(UpperCase(c.value)));
  }
  return code;
}

namespace {

PhoneSpellings OnePhone(std::string_view value, std::string_view country) {
  std::string digits;
  bool plus = false;
  for (size_t i = 0; i < value.size(); ++i) {
    if (value[i] == '+' && digits.empty()) plus = true;
    if (value[i] >= '0' && value[i] <= '9') {
      // "+49 (0)30": the trunk prefix in brackets is not dialled from abroad.
      if (plus && value.substr(i - (i > 0), 3) == "(0)") continue;
      digits.push_back(value[i]);
    } else if ((value[i] | 0x20) >= 'a' && (value[i] | 0x20) <= 'z' && !digits.empty()) {
      break;  // an extension
    }
  }
  if (!plus && digits.starts_with("00")) {
    digits.erase(0, 2);
    plus = true;
  }
  PhoneSpellings phone;
  if (plus) {
    phone.international = digits;
    phone.national = digits.substr(CallingCodeSize(digits));
    return phone;
  }
  phone.national = digits.starts_with("0") ? digits.substr(1) : digits;
  const std::string_view code = CallingCodeOf(country);
  // An Italian 0 is part of the number (ITU-T E.164 national plans).
  if (!code.empty()) phone.international = std::string(code) + (country == "IT" ? digits : phone.national);
  return phone;
}

}  // namespace

std::vector<PhoneSpellings> SplitPhones(std::string_view value, std::string_view country) {
  constexpr size_t kMaxDigits = 15;  // E.164
  std::vector<PhoneSpellings> phones;
  const auto digits = std::count_if(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; });
  size_t begin = 0;
  if (static_cast<size_t>(digits) > kMaxDigits + 1) {
    for (size_t i = 0; i < value.size(); ++i) {
      if (value[i] != '/' && value[i] != ',' && value[i] != ';' && value[i] != '|' && value[i] != '\n')
        continue;
      phones.push_back(OnePhone(value.substr(begin, i - begin), country));
      begin = i + 1;
    }
  }
  phones.push_back(OnePhone(value.substr(begin), country));
  return phones;
}

}  // namespace understudy::text
