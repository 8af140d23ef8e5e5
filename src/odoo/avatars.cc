#include "odoo/avatars.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace understudy::odoo {
namespace {

constexpr int kMaxPixels = 512;
constexpr int kDefaultPixels = 128;

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == ',' || c == '.'; }

// The first character: as many bytes as UTF-8's first byte says, if they are there.
std::string_view FirstCharacter(std::string_view word) {
  const auto first = static_cast<unsigned char>(word.front());
  const size_t size = first < 0x80 ? 1 : first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 1;
  return size <= word.size() ? word.substr(0, size) : word.substr(0, 1);
}

void AppendUpper(std::string_view character, std::string* out) {
  for (char c : character) *out += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

// The letter of our font that stands for an accented Latin letter (U+00C0 to U+017F), a Greek or a Cyrillic
// one; 0 where there is none. By code point from the first one on.
constexpr std::string_view kLatin =
    "AAAAAAACEEEEIIIIDNOOOOO OUUUUYTSAAAAAAACEEEEIIIIDNOOOOO OUUUUYTY"
    "AAAAAACCCCCCCCDDDDEEEEEEEEEEGGGGGGGGHHHHIIIIIIIIIIIIJJKKKLLLLLLL"
    "LLLNNNNNNNNNOOOOOOOORRRRRRSSSSSSSSTTTTTTUUUUUUUUUUUUWWYYYZZZZZZS";
constexpr std::string_view kGreek =
    "ABGDEZITIKLMNXOPR STYFCPO";  // U+0391 to U+03A9, and the small ones 32 later
constexpr std::string_view kCyrillic = "ABVGDEZZIJKLMNOPRSTUFHCCSS Y EYY";  // U+0410 to U+042F, likewise

char LetterFor(std::string_view character) {
  if (character.size() == 1) return character[0];
  if (character.size() != 2) return 0;
  const int code = (static_cast<unsigned char>(character[0]) & 0x1F) << 6 |
                   (static_cast<unsigned char>(character[1]) & 0x3F);
  const auto at = [code](std::string_view letters, int first) {
    const int position = code - first;
    return position >= 0 && position < static_cast<int>(letters.size())
               ? letters[static_cast<size_t>(position)]
               : '\0';
  };
  for (const char letter :
       {at(kLatin, 0xC0), at(kGreek, 0x391), at(kGreek, 0x3B1), at(kCyrillic, 0x410), at(kCyrillic, 0x430)}) {
    if (letter != 0 && letter != ' ') return letter;
  }
  return 0;
}

std::string InitialsOf(std::string_view name) {
  std::string_view first, last;
  for (size_t at = 0; at < name.size();) {
    if (IsBlank(name[at])) {
      ++at;
      continue;
    }
    size_t end = at;
    while (end < name.size() && !IsBlank(name[end])) ++end;
    last = name.substr(at, end - at);
    if (first.empty()) first = last;
    at = end;
  }
  std::string out;
  if (first.empty()) return out;
  AppendUpper(FirstCharacter(first), &out);
  if (last.data() != first.data()) AppendUpper(FirstCharacter(last), &out);
  return out;
}

// Saturation and lightness are fixed, so that white letters are readable on it.
Rgb ColourOf(int degrees) {
  const double hue = (degrees % 360) / 60.0;
  constexpr double kSaturation = 0.45, kLightness = 0.45;
  const double chroma = (1 - std::fabs(2 * kLightness - 1)) * kSaturation;
  const double second = chroma * (1 - std::fabs(std::fmod(hue, 2) - 1));
  const double base = kLightness - chroma / 2;
  const double table[6][3] = {{chroma, second, 0}, {second, chroma, 0}, {0, chroma, second},
                              {0, second, chroma}, {second, 0, chroma}, {chroma, 0, second}};
  const double* rgb = table[static_cast<int>(hue) % 6];
  auto byte = [&](double v) { return static_cast<uint8_t>(std::lround((v + base) * 255)); };
  return {byte(rgb[0]), byte(rgb[1]), byte(rgb[2])};
}

constexpr int kPatternSide = 5;
constexpr int kPatternColumns = 3;  // the other two mirror the first two
constexpr int kPatternBits = kPatternSide * kPatternColumns;

// Two thirds of the width, as letters.
void DrawPattern(uint16_t pattern, Bitmap* bitmap) {
  const int cell = std::max(1, bitmap->width() * 2 / 3 / kPatternSide);
  const int margin = (bitmap->width() - cell * kPatternSide) / 2;
  for (int y = 0; y < cell * kPatternSide; ++y) {
    for (int x = 0; x < cell * kPatternSide; ++x) {
      const int column = std::min(x / cell, kPatternSide - 1 - x / cell);
      if ((pattern >> (y / cell * kPatternColumns + column) & 1) != 0) {
        bitmap->Set(margin + x, margin + y, kWhite);
      }
    }
  }
}

}  // namespace

AvatarLook LookOf(std::string_view name) {
  const uint64_t digest = XXH3_64bits(name.data(), name.size());
  return {InitialsOf(name), static_cast<int>(digest % 360),
          static_cast<uint16_t>(digest >> 32 & ((1 << kPatternBits) - 1))};
}

int SizeOfImageField(std::string_view res_field) {
  const size_t underscore = res_field.rfind('_');
  int size = 0;
  if (underscore != std::string_view::npos) {
    std::from_chars(res_field.data() + underscore + 1, res_field.data() + res_field.size(), size);
  }
  return size < 8 ? kDefaultPixels : std::min(size, kMaxPixels);
}

std::string AvatarSvg(const AvatarLook& look) {
  const Rgb c = ColourOf(look.hue);
  std::string letter = look.initials;
  letter = letter.empty() ? "" : std::string(FirstCharacter(letter));
  if (letter == "<" || letter == "&") letter.clear();
  return fmt::format(
      "<?xml version='1.0' encoding='UTF-8' ?>"
      "<svg xmlns='http://www.w3.org/2000/svg' width='180' height='180'>"
      "<rect width='180' height='180' fill='#{:02x}{:02x}{:02x}'/>"
      "<text x='90' y='125' font-size='96' text-anchor='middle' fill='#ffffff' "
      "font-family='sans-serif'>{}</text>"
      "</svg>",
      c.red, c.green, c.blue, letter);
}

std::string AvatarPng(const AvatarLook& look, int size) {
  Bitmap bitmap(size, size, ColourOf(look.hue));
  std::string letters;
  for (std::string_view rest = look.initials; !rest.empty();) {
    const std::string_view character = FirstCharacter(rest);
    rest.remove_prefix(character.size());
    if (const char letter = LetterFor(character); HasGlyph(letter)) letters += letter;
  }
  if (letters.empty()) {
    DrawPattern(look.pattern, &bitmap);
    return EncodePng(bitmap);
  }
  // Two thirds of the width; a single letter as large as one of two.
  const int scale = std::max(1, size * 2 / 3 / TextWidth(2));
  const int x = (size - TextWidth(letters.size()) * scale) / 2;
  bitmap.Draw(letters, x, (size - kTextHeight * scale) / 2, scale, kWhite);
  return EncodePng(bitmap);
}

}  // namespace understudy::odoo
