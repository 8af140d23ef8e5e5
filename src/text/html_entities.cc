#include "text/html_entities.h"

#include <algorithm>

#include "text/name_table.h"

namespace understudy::text {
namespace {

// ISO 8859-1 names in the order of their code points, from U+00A0 on.
constexpr std::string_view kLatin1[] = {
    "nbsp",   "iexcl",  "cent",   "pound",  "curren", "yen",    "brvbar", "sect",   "uml",    "copy",
    "ordf",   "laquo",  "not",    "shy",    "reg",    "macr",   "deg",    "plusmn", "sup2",   "sup3",
    "acute",  "micro",  "para",   "middot", "cedil",  "sup1",   "ordm",   "raquo",  "frac14", "frac12",
    "frac34", "iquest", "Agrave", "Aacute", "Acirc",  "Atilde", "Auml",   "Aring",  "AElig",  "Ccedil",
    "Egrave", "Eacute", "Ecirc",  "Euml",   "Igrave", "Iacute", "Icirc",  "Iuml",   "ETH",    "Ntilde",
    "Ograve", "Oacute", "Ocirc",  "Otilde", "Ouml",   "times",  "Oslash", "Ugrave", "Uacute", "Ucirc",
    "Uuml",   "Yacute", "THORN",  "szlig",  "agrave", "aacute", "acirc",  "atilde", "auml",   "aring",
    "aelig",  "ccedil", "egrave", "eacute", "ecirc",  "euml",   "igrave", "iacute", "icirc",  "iuml",
    "eth",    "ntilde", "ograve", "oacute", "ocirc",  "otilde", "ouml",   "divide", "oslash", "ugrave",
    "uacute", "ucirc",  "uuml",   "yacute", "thorn",  "yuml"};

struct Named {
  std::string_view name;
  char32_t value;
};
constexpr Named kNamed[] = {
    {"amp", '&'},      {"lt", '<'},       {"gt", '>'},        {"quot", '"'},      {"apos", '\''},
    {"commat", '@'},   {"period", '.'},   {"comma", ','},     {"colon", ':'},     {"semi", ';'},
    {"plus", '+'},     {"sol", '/'},      {"lowbar", '_'},    {"num", '#'},       {"lpar", '('},
    {"rpar", ')'},     {"Tab", '\t'},     {"NewLine", '\n'},  {"hyphen", 0x2010}, {"dash", 0x2010},
    {"ensp", 0x2002},  {"emsp", 0x2003},  {"thinsp", 0x2009}, {"hairsp", 0x200A}, {"zwnj", 0x200C},
    {"zwj", 0x200D},   {"lrm", 0x200E},   {"rlm", 0x200F},    {"ndash", 0x2013},  {"mdash", 0x2014},
    {"lsquo", 0x2018}, {"rsquo", 0x2019}, {"sbquo", 0x201A},  {"ldquo", 0x201C},  {"rdquo", 0x201D},
    {"bdquo", 0x201E}, {"bull", 0x2022},  {"hellip", 0x2026}, {"lsaquo", 0x2039}, {"rsaquo", 0x203A},
    {"euro", 0x20AC},  {"trade", 0x2122}, {"OElig", 0x152},   {"oelig", 0x153},   {"Scaron", 0x160},
    {"scaron", 0x161}, {"Yuml", 0x178},   {"Abreve", 0x102},  {"abreve", 0x103},  {"Aogon", 0x104},
    {"aogon", 0x105},  {"Cacute", 0x106}, {"cacute", 0x107},  {"Ccaron", 0x10C},  {"ccaron", 0x10D},
    {"Dcaron", 0x10E}, {"dcaron", 0x10F}, {"Dstrok", 0x110},  {"dstrok", 0x111},  {"Ecaron", 0x11A},
    {"ecaron", 0x11B}, {"Eogon", 0x118},  {"eogon", 0x119},   {"Gbreve", 0x11E},  {"gbreve", 0x11F},
    {"Idot", 0x130},   {"imath", 0x131},  {"inodot", 0x131},  {"Lstrok", 0x141},  {"lstrok", 0x142},
    {"Nacute", 0x143}, {"nacute", 0x144}, {"Ncaron", 0x147},  {"ncaron", 0x148},  {"Odblac", 0x150},
    {"odblac", 0x151}, {"Rcaron", 0x158}, {"rcaron", 0x159},  {"Sacute", 0x15A},  {"sacute", 0x15B},
    {"Scedil", 0x15E}, {"scedil", 0x15F}, {"Tcaron", 0x164},  {"tcaron", 0x165},  {"Tcedil", 0x162},
    {"tcedil", 0x163}, {"Udblac", 0x170}, {"udblac", 0x171},  {"Uring", 0x16E},   {"uring", 0x16F},
    {"Zacute", 0x179}, {"zacute", 0x17A}, {"Zcaron", 0x17D},  {"zcaron", 0x17E},  {"Zdot", 0x17B},
    {"zdot", 0x17C},
};

// Of ISO 8859-1, and of ASCII but for the newer names of its signs.
constexpr bool IsOld(char32_t value) { return value < 0x3F || (value >= 0xA0 && value <= 0xFF); }

constexpr NameTable<char32_t, 512> kNames = [] {
  NameTable<char32_t, 512> table;
  char32_t value = 0xA0;
  for (std::string_view name : kLatin1) table.Add(name, value++);
  for (const Named& named : kNamed) table.Add(named.name, named.value);
  return table;
}();

bool Alnum(char c) { return ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || (c >= '0' && c <= '9'); }

CharacterReference Numeric(std::string_view text, size_t at) {
  size_t i = at + 2;
  const bool hex = i < text.size() && (text[i] | 0x20) == 'x';
  if (hex) ++i;
  const size_t first = i;
  char32_t value = 0;
  for (; i < text.size(); ++i) {
    const char c = text[i];
    const char lower = static_cast<char>(c | 0x20);
    char32_t digit;
    if (c >= '0' && c <= '9') {
      digit = static_cast<char32_t>(c - '0');
    } else if (hex && lower >= 'a' && lower <= 'f') {
      digit = static_cast<char32_t>(lower - 'a' + 10);
    } else {
      break;
    }
    value = std::min<char32_t>(value * (hex ? 16 : 10) + digit, 0x110000);
  }
  if (i == first) return {};
  if (value == 0 || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) value = 0xFFFD;
  if (i < text.size() && text[i] == ';') ++i;
  return {value, i - at};
}

}  // namespace

CharacterReference ReadReference(std::string_view text, size_t at) {
  constexpr size_t kLongestName = 8;
  if (at + 1 >= text.size()) return {};
  if (text[at + 1] == '#') return Numeric(text, at);
  size_t end = at + 1;
  while (end < text.size() && end - at <= kLongestName + 1 && Alnum(text[end])) ++end;
  const std::string_view name = text.substr(at + 1, end - at - 1);
  if (name.size() < 2 || name.size() > kLongestName) return {};
  const bool closed = end < text.size() && text[end] == ';';
  const size_t size = end - at + (closed ? 1 : 0);
  const char32_t value = kNames.Of(name);
  // Only the oldest names may go without their semicolon.
  if (value == 0 || (!closed && !IsOld(value))) return {};
  return {value, size};
}

}  // namespace understudy::text
