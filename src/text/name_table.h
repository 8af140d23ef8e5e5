// A fixed table of short names, made at compile time: texts are full of tags and entities, and comparing each
// with all names costs more than the text does.
//
// DESIGN: open addressing; length, first, middle and last letter tell nearly all names apart. Use some two to
// four times as many places as names. Threads: constant.
#ifndef UNDERSTUDY_TEXT_NAME_TABLE_H_
#define UNDERSTUDY_TEXT_NAME_TABLE_H_

#include <array>
#include <cstddef>
#include <string_view>

namespace understudy::text {

template <typename Meaning, size_t kPlaces>
class NameTable {
 public:
  // Not one that is there; the names must live as long as the table.
  constexpr void Add(std::string_view name, Meaning meaning) {
    size_t at = PlaceOf(name);
    while (!places_[at].name.empty()) at = (at + 1) % kPlaces;
    places_[at] = {name, meaning};
  }
  // Meaning() if there is no such name.
  constexpr Meaning Of(std::string_view name) const {
    if (name.empty()) return Meaning();
    for (size_t at = PlaceOf(name); !places_[at].name.empty(); at = (at + 1) % kPlaces) {
      if (places_[at].name == name) return places_[at].meaning;
    }
    return Meaning();
  }

 private:
  static constexpr size_t PlaceOf(std::string_view name) {
    const auto byte = [&](size_t i) { return static_cast<size_t>(static_cast<unsigned char>(name[i])); };
    return (byte(0) * 7 + byte(name.size() / 2) * 31 + byte(name.size() - 1) * 3 + name.size() * 57) %
           kPlaces;
  }
  struct Place {
    std::string_view name;
    Meaning meaning = Meaning();
  };
  std::array<Place, kPlaces> places_{};
};

}  // namespace understudy::text

#endif  // UNDERSTUDY_TEXT_NAME_TABLE_H_
