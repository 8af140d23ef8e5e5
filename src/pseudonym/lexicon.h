// The words pseudonyms are made of, by language.
//
// DESIGN
//   One file per language under rules/lexicon/ (docs/pseudonyms.md has the format). A name is composed of
//   one word from each of up to four lists ("Br" "an" "den" "hofer"), so a few hundred syllables make over a
//   million surnames that hardly anyone bears: a pseudonym that is nobody's name is told apart from a leak.
// Ownership: Lexicons owns its words; references live as long as it does.
// Threads: immutable after loading, thread-safe. Errors: a missing, unreadable or incomplete file, by name.
#ifndef UNDERSTUDY_PSEUDONYM_LEXICON_H_
#define UNDERSTUDY_PSEUDONYM_LEXICON_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "pseudonym/country_number.h"
#include "pseudonym/digest.h"
#include "pseudonym/utf8.h"

namespace understudy::pseudonym {

// A word made of one choice from each list.
class Composed {
 public:
  void Add(std::vector<std::string> words);
  bool empty() const { return lists_.empty(); }
  void Render(Draw* draw, std::string* out) const;
  // The same into `to`, where room() bytes may be written; the end of the word.
  char* Write(Draw* draw, char* to) const;
  size_t room() const { return room_; }
  // log2 of the number of choices.
  double Bits() const;
  // The same lists in lower-case ASCII: for e-mail addresses and user names.
  Composed Ascii() const;
  const std::vector<std::vector<std::string>>& lists() const { return lists_; }

 private:
  // A word in 16 bytes, so that it is copied without asking how long it is; longer ones stay in lists_.
  struct Slot {
    char text[15];
    uint8_t size;  // kLong: see lists_
  };
  static constexpr uint8_t kLong = 255;
  struct List {
    size_t first;  // of slots_
    uint32_t count;
  };

  char* Put(size_t list, uint32_t choice, char* to) const;

  std::vector<std::vector<std::string>> lists_;
  std::vector<Slot> slots_;
  std::vector<List> choices_;
  int bits_ = 0;  // of all choices
  size_t room_ = 0;
};

struct City {
  std::string name;
  std::string latin;  // the name in Latin script, empty where `name` is in it
  std::string zip;
  double latitude = 0;
  double longitude = 0;
};

struct Country {
  std::string code;  // "DE"
  std::vector<City> cities;
};

struct Language {
  std::string code;  // "de"
  Script script = Script::kLatin;
  Composed first_name;
  Composed surname;
  Composed company;        // the word that names it
  Composed company_field;  // what it does: "Logistik"
  Composed street;
  std::string street_format;  // "{street} {number}"
  std::vector<Country> countries;
  std::vector<std::string> spoken;  // further countries: their cities are in another language's file
  // Lower-case ASCII twins; empty where the script has none.
  Composed ascii_first_name;
  Composed ascii_surname;
  Composed ascii_company;
};

class Lexicons {
 public:
  static absl::StatusOr<Lexicons> Load(const std::string& directory);

  // Null if there is none of that code; "de_DE" finds "de".
  const Language* Find(std::string_view language) const;
  // The language for text of a script: `wanted` if it is of that script, else the script's own, else English.
  const Language& ForScript(Script script, std::string_view wanted) const;
  // Of the country's cities the list, or null; and the language of its streets: `otherwise` if that is spoken
  // there, else the one that has the cities.
  const Country* FindCountry(std::string_view code) const;
  const Language& ForCountry(std::string_view code, std::string_view otherwise) const;
  const std::vector<Language>& languages() const { return languages_; }

 private:
  // Where the cities of a country are: numbers in languages_ and in its countries.
  struct Place {
    uint16_t language = 0;
    uint16_t country = 0;
    bool known = false;
  };
  void IndexCountries();

  std::vector<Language> languages_;
  std::array<Place, kCountryNumbers> places_ = {};
};

// Exposed for tests: one file's text. `path` is for messages.
absl::StatusOr<Language> ParseLexicon(std::string_view text, const std::string& path);

}  // namespace understudy::pseudonym

#endif  // UNDERSTUDY_PSEUDONYM_LEXICON_H_
