// Street, postcode and city of the country; a house number stays where it stood.
#include <algorithm>

#include "pseudonym/generators.h"
#include "pseudonym/normalise.h"
#include "pseudonym/utf8.h"

namespace understudy::pseudonym {
namespace {

Script ScriptOfText(std::string_view value) {
  for (size_t i = 0; i < value.size();) {
    const Script script = ScriptOf(NextCodePoint(value, &i));
    if (script != Script::kNone) return script;
  }
  return Script::kNone;
}

const Language& LanguageFor(const Env& env, std::string_view value, const Context& context) {
  const Script script = ScriptOfText(value);
  if (script != Script::kLatin && script != Script::kNone) {
    return env.LanguageFor(script, context);
  }
  const Language& language = env.lexicons.ForCountry(env.CountryOf(context), env.LanguageOf(context));
  return language.script == Script::kLatin ? language : *env.latin;
}

// The first run of digits, with a letter behind it ("12a"): the house number.
std::string_view HouseNumber(std::string_view value) {
  const size_t begin = value.find_first_of("0123456789");
  if (begin == std::string_view::npos) return {};
  size_t end = value.find_first_not_of("0123456789", begin);
  if (end == std::string_view::npos) end = value.size();
  return value.substr(begin, end - begin);
}

void DrawNumber(std::string_view model, Draw* draw, std::string* out) {
  out->push_back(static_cast<char>('1' + draw->Below(9)));
  for (size_t i = 1; i < std::min<size_t>(model.size(), 6); ++i) out->push_back(draw->Digit());
}

// The city of `country` that stands for a city's name: a postcode beside it asks for the same one.
const City& CityFor(const Env& env, const Country& country, std::string_view name) {
  Buffer folded;
  FoldName(name, &folded);
  const Digester digester = env.For(Kind::kCity);
  Draw draw(digester, digester.Of(folded.view()));
  return country.cities[draw.Below(static_cast<uint32_t>(country.cities.size()))];
}

}  // namespace

void RenderStreet(const Env& env, std::string_view value, const Context& context, std::string* out) {
  const Language& language = LanguageFor(env, value, context);
  Buffer folded;
  FoldName(value, &folded);
  const Digester digester = env.For(Kind::kStreet);
  Draw draw(digester, digester.Of(folded.view()));
  const std::string_view number = HouseNumber(value);
  const bool number_first =
      !number.empty() && static_cast<size_t>(number.data() - value.data()) < value.size() / 4;
  const size_t from = out->size();
  if (number_first) {
    DrawNumber(number, &draw, out);
    out->push_back(' ');
  }
  language.street.Render(&draw, out);
  ApplyCase(value, from, out);
  if (!number.empty() && !number_first) {
    out->push_back(' ');
    DrawNumber(number, &draw, out);
  }
}

void RenderZip(const Env& env, std::string_view value, const Context& context, std::string* out) {
  Buffer folded;
  FoldIdentifier(value, &folded);
  const Digester digester = env.For(Kind::kZip);
  Draw draw(digester, digester.Of(folded.view()));
  const Country* country = env.lexicons.FindCountry(env.CountryOf(context));
  if (country != nullptr) {
    const std::string_view of = TrimBlanks(context.subject);
    const City& city = of.empty() ? country->cities[draw.Below(static_cast<uint32_t>(country->cities.size()))]
                                  : CityFor(env, *country, of);
    // Only where the input has the country's shape: a foreign postcode keeps its own.
    const auto digits = [](std::string_view s) {
      return std::count_if(s.begin(), s.end(), [](char c) { return c >= '0' && c <= '9'; });
    };
    if (digits(city.zip) == digits(value) || (digits(city.zip) > 0 && value.size() + 1 >= city.zip.size())) {
      out->append(city.zip);
      return;
    }
  }
  AppendIdentifierShape(value, &draw, out);
}

void RenderCity(const Env& env, std::string_view value, const Context& context, std::string* out) {
  const Country* country = env.lexicons.FindCountry(env.CountryOf(context));
  if (country == nullptr) {
    const Language& language = LanguageFor(env, value, context);
    const Language& with = language.countries.empty() ? *env.lexicons.Find("en") : language;
    if (with.countries.empty()) return RenderSameShape(env, Kind::kCity, value, out);
    country = &with.countries.front();
  }
  const size_t from = out->size();
  const City& city = CityFor(env, *country, value);
  const Script script = ScriptOfText(value);
  out->append(script == Script::kLatin && !city.latin.empty() ? city.latin : city.name);
  ApplyCase(value, from, out);
}

}  // namespace understudy::pseudonym
