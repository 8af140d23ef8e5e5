// Country codes as small numbers, for tables instead of searches: each pseudonym asks for its country.
//
// Threads: thread-safe.
#ifndef UNDERSTUDY_PSEUDONYM_COUNTRY_NUMBER_H_
#define UNDERSTUDY_PSEUDONYM_COUNTRY_NUMBER_H_

#include <array>
#include <cstddef>
#include <string_view>

namespace understudy::pseudonym {

inline constexpr size_t kCountryNumbers = 26 * 26 + 1;

// Of two capitals (ISO 3166-1 alpha-2) a number below kCountryNumbers - 1; of anything else that one.
constexpr size_t CountryNumber(std::string_view code) {
  const auto capital = [&](size_t i) {
    return static_cast<unsigned>(static_cast<unsigned char>(code[i]) - 'A');
  };
  return code.size() == 2 && capital(0) < 26 && capital(1) < 26 ? capital(0) * 26 + capital(1)
                                                                : kCountryNumbers - 1;
}

// What is known of each country; null for no country.
template <typename T>
using ByCountry = std::array<const T*, kCountryNumbers>;

// The entry of `list` whose member `code` is the country's; of several the first.
template <typename T, typename List>
constexpr ByCountry<T> IndexByCountry(const List& list, std::string_view T::*code) {
  ByCountry<T> index = {};
  for (const T& entry : list) {
    const T*& place = index[CountryNumber(entry.*code)];
    if (place == nullptr) place = &entry;
  }
  index.back() = nullptr;
  return index;
}

}  // namespace understudy::pseudonym

#endif  // UNDERSTUDY_PSEUDONYM_COUNTRY_NUMBER_H_
