#include "pseudonym/lexicon.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <map>
#include <system_error>

#include "base/file.h"
#include "base/status.h"
#include "base/strings.h"
#include "pseudonym/fold_table.h"
#include "pseudonym/normalise.h"

namespace understudy::pseudonym {
namespace {

using Sections = std::map<std::string, std::vector<std::string>, std::less<>>;

constexpr std::pair<std::string_view, Script> kScriptNames[] = {
    {"latin", Script::kLatin},   {"cyrillic", Script::kCyrillic}, {"greek", Script::kGreek},
    {"arabic", Script::kArabic}, {"hebrew", Script::kHebrew},     {"han", Script::kHan},
    {"kana", Script::kKana},     {"hangul", Script::kHangul}};

absl::StatusOr<Sections> ReadSections(std::string_view text, const std::string& path) {
  Sections sections;
  std::vector<std::string>* section = nullptr;
  int line_number = 0;
  for (std::string_view line : Split(text, '\n')) {
    ++line_number;
    line = Trim(line);
    if (line.empty() || line[0] == '#') continue;
    if (line[0] == '[') {
      if (line.back() != ']') return UsageError(fmt::format("{}:{}: a section needs `]`", path, line_number));
      section = &sections[std::string(line.substr(1, line.size() - 2))];
      continue;
    }
    if (section == nullptr) {
      return UsageError(fmt::format("{}:{}: words before the first [section]", path, line_number));
    }
    for (std::string_view word : Split(line, ',')) {
      std::string item(Trim(word));
      // A blank at the end of a word is written as an underscore; a lone hyphen is the empty word.
      std::replace(item.begin(), item.end(), '_', ' ');
      if (item == "-") item.clear();
      if (!item.empty() || Trim(word) == "-") section->push_back(std::move(item));
    }
  }
  return sections;
}

// "surname.1", "surname.2", … in order.
absl::StatusOr<Composed> TakeComposed(const Sections& sections, std::string_view name,
                                      const std::string& path) {
  Composed composed;
  for (int i = 1;; ++i) {
    const auto found = sections.find(fmt::format("{}.{}", name, i));
    if (found == sections.end()) break;
    if (found->second.empty()) return UsageError(fmt::format("{}: section [{}.{}] is empty", path, name, i));
    composed.Add(found->second);
  }
  if (composed.empty()) return UsageError(fmt::format("{}: section [{}.1] is missing", path, name));
  return composed;
}

// "東京/Tokyo|100-0000|35.69|139.75": name, in Latin script too if it is in another, postcode, latitude,
// longitude.
absl::StatusOr<City> ParseCity(std::string_view item, const std::string& path) {
  City city;
  std::string_view rest = item;
  std::string_view fields[3];
  for (int i = 2; i >= 0; --i) {
    const size_t bar = rest.rfind('|');
    if (bar == std::string_view::npos) {
      return UsageError(
          fmt::format("{}: a city is `name|postcode|latitude|longitude`, not `{}`", path, item));
    }
    fields[i] = rest.substr(bar + 1);
    rest = rest.substr(0, bar);
  }
  const size_t slash = rest.find('/');
  city.name = std::string(rest.substr(0, slash));
  if (slash != std::string_view::npos) city.latin = std::string(rest.substr(slash + 1));
  city.zip = std::string(fields[0]);
  city.latitude = std::strtod(std::string(fields[1]).c_str(), nullptr);
  city.longitude = std::strtod(std::string(fields[2]).c_str(), nullptr);
  return city;
}

// The letters of `word` without marks, lower case; letters without an ASCII form are dropped.
std::string AsciiWord(std::string_view word) {
  static constexpr std::pair<char32_t, std::string_view> kSpecial[] = {
      {0x142, "l"},  {0x141, "l"}, {0xF8, "o"},  {0xD8, "o"},  {0xE6, "ae"}, {0xC6, "ae"},
      {0x153, "oe"}, {0x131, "i"}, {0x111, "d"}, {0xFE, "th"}, {0xF0, "d"}};
  std::string expanded;
  for (size_t i = 0; i < word.size();) {
    const char32_t c = NextCodePoint(word, &i);
    const auto* special = std::find_if(std::begin(kSpecial), std::end(kSpecial),
                                       [&](const auto& entry) { return entry.first == c; });
    if (special != std::end(kSpecial)) {
      expanded.append(special->second);
    } else {
      AppendCodePoint(c, &expanded);
    }
  }
  std::string ascii;
  for (const char c : FoldedName(expanded)) {
    if (c >= 'a' && c <= 'z') ascii.push_back(c);
  }
  return ascii;
}

}  // namespace

void Composed::Add(std::vector<std::string> words) {
  const auto count = static_cast<uint32_t>(words.size());
  choices_.push_back({slots_.size(), count});
  bits_ += Draw::BitsOf(count);
  size_t most = sizeof Slot::text;
  for (const std::string& word : words) {
    Slot slot{};
    const bool fits = word.size() <= sizeof slot.text;
    slot.size = fits ? static_cast<uint8_t>(word.size()) : kLong;
    if (fits) word.copy(slot.text, word.size());
    slots_.push_back(slot);
    most = std::max(most, word.size());
  }
  room_ += most;
  lists_.push_back(std::move(words));
}

void Composed::Render(Draw* draw, std::string* out) const {
  // Room for all of it first: a string that grows with every part costs more than the words.
  const size_t from = out->size();
  out->resize(from + room_);
  out->resize(static_cast<size_t>(Write(draw, out->data() + from) - out->data()));
}

inline char* Composed::Put(size_t list, uint32_t choice, char* to) const {
  const Slot& slot = slots_[choices_[list].first + choice];
  if (slot.size == kLong) {
    const std::string& word = lists_[list][choice];
    return to + word.copy(to, word.size());
  }
  // A copy of constant size, then cut: the branches of a copy of unknown size cost more.
  std::memcpy(to, slot.text, sizeof slot.text);
  return to + slot.size;
}

char* Composed::Write(Draw* draw, char* to) const {
  const size_t lists = choices_.size();
  if (!draw->Has(bits_)) {
    for (size_t i = 0; i < lists; ++i) to = Put(i, draw->Below(choices_[i].count), to);
    return to;
  }
  Fraction rest = draw->rest();
  for (size_t i = 0; i < lists; ++i) to = Put(i, rest.Take(choices_[i].count), to);
  draw->PutBack(rest, bits_);
  return to;
}

double Composed::Bits() const {
  double bits = 0;
  for (const std::vector<std::string>& list : lists_) bits += std::log2(static_cast<double>(list.size()));
  return bits;
}

Composed Composed::Ascii() const {
  Composed ascii;
  for (const std::vector<std::string>& list : lists_) {
    std::vector<std::string> words;
    words.reserve(list.size());
    for (const std::string& word : list) words.push_back(AsciiWord(word));
    ascii.Add(std::move(words));
  }
  return ascii;
}

absl::StatusOr<Language> ParseLexicon(std::string_view text, const std::string& path) {
  ASSIGN_OR_RETURN(const Sections sections, ReadSections(text, path));
  Language language;
  const auto script = sections.find("script");
  if (script == sections.end() || script->second.size() != 1) {
    return UsageError(fmt::format("{}: section [script] must name one script", path));
  }
  const auto* known = std::find_if(std::begin(kScriptNames), std::end(kScriptNames),
                                   [&](const auto& entry) { return entry.first == script->second[0]; });
  if (known == std::end(kScriptNames)) {
    return UsageError(fmt::format("{}: `{}` is no script", path, script->second[0]));
  }
  language.script = known->second;
  ASSIGN_OR_RETURN(language.first_name, TakeComposed(sections, "first_name", path));
  ASSIGN_OR_RETURN(language.surname, TakeComposed(sections, "surname", path));
  ASSIGN_OR_RETURN(language.company, TakeComposed(sections, "company", path));
  ASSIGN_OR_RETURN(language.company_field, TakeComposed(sections, "company_field", path));
  ASSIGN_OR_RETURN(language.street, TakeComposed(sections, "street", path));
  const auto format = sections.find("street_format");
  language.street_format =
      format == sections.end() || format->second.empty() ? "{street} {number}" : format->second[0];
  if (const auto spoken = sections.find("spoken"); spoken != sections.end()) language.spoken = spoken->second;
  for (const auto& [name, items] : sections) {
    constexpr std::string_view kCities = "cities ";
    if (name.substr(0, kCities.size()) != kCities) continue;
    Country country{name.substr(kCities.size()), {}};
    for (const std::string& item : items) {
      ASSIGN_OR_RETURN(City city, ParseCity(item, path));
      country.cities.push_back(std::move(city));
    }
    if (country.cities.empty()) return UsageError(fmt::format("{}: section [{}] is empty", path, name));
    language.countries.push_back(std::move(country));
  }
  if (language.script == Script::kLatin) {
    language.ascii_first_name = language.first_name.Ascii();
    language.ascii_surname = language.surname.Ascii();
    language.ascii_company = language.company.Ascii();
  }
  return language;
}

absl::StatusOr<Lexicons> Lexicons::Load(const std::string& directory) {
  std::error_code error;
  std::vector<std::string> paths;
  for (std::filesystem::directory_iterator it(directory, error), end; !error && it != end;
       it.increment(error)) {
    if (it->path().extension() == ".txt") paths.push_back(it->path().string());
  }
  if (error) return UsageError(fmt::format("lexicon directory {}: {}", directory, error.message()));
  std::sort(paths.begin(), paths.end());
  Lexicons lexicons;
  for (const std::string& path : paths) {
    ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
    ASSIGN_OR_RETURN(Language language, ParseLexicon(text, path));
    language.code = std::filesystem::path(path).stem().string();
    lexicons.languages_.push_back(std::move(language));
  }
  if (lexicons.Find("en") == nullptr) {
    return UsageError(
        fmt::format("lexicon directory {}: en.txt is missing; it is what other languages fall "
                    "back to",
                    directory));
  }
  lexicons.IndexCountries();
  return lexicons;
}

const Language* Lexicons::Find(std::string_view language) const {
  size_t size = 0;
  while (size < language.size() && language[size] >= 'a' && language[size] <= 'z') ++size;
  if (size == 0) return nullptr;
  for (const Language& candidate : languages_) {
    if (candidate.code[0] == language[0] && candidate.code == language.substr(0, size)) return &candidate;
  }
  return nullptr;
}

const Language& Lexicons::ForScript(Script script, std::string_view wanted) const {
  if (script == Script::kNone || script == Script::kOther) script = Script::kLatin;
  const Language* language = Find(wanted);
  if (language != nullptr) {
    if (language->script == script) return *language;
    // Japanese is written in Han and Kana.
    if (script == Script::kHan && language->script == Script::kKana) return *language;
  }
  if (script != Script::kLatin) {
    for (const Language& candidate : languages_) {
      if (candidate.script == script) return candidate;
    }
  }
  return *Find("en");
}

void Lexicons::IndexCountries() {
  for (size_t l = 0; l < languages_.size(); ++l) {
    for (size_t c = 0; c < languages_[l].countries.size(); ++c) {
      Place& place = places_[CountryNumber(languages_[l].countries[c].code)];
      if (!place.known) place = {static_cast<uint16_t>(l), static_cast<uint16_t>(c), true};
    }
  }
  places_.back() = {};
}

const Country* Lexicons::FindCountry(std::string_view code) const {
  const Place& place = places_[CountryNumber(code)];
  return place.known ? &languages_[place.language].countries[place.country] : nullptr;
}

const Language& Lexicons::ForCountry(std::string_view code, std::string_view otherwise) const {
  if (const Language* wanted = Find(otherwise); wanted != nullptr) {
    if (std::find(wanted->spoken.begin(), wanted->spoken.end(), code) != wanted->spoken.end()) return *wanted;
  }
  const Place& place = places_[CountryNumber(code)];
  return place.known ? languages_[place.language] : ForScript(Script::kLatin, otherwise);
}

}  // namespace understudy::pseudonym
