// Pictures of people, replaced by initials on a colour.
//
// DESIGN
//   Initials come from the pseudonym, the colour from a digest of it: the same fake person has the same
//   avatar in every row, size and refresh. SVG for what Odoo 16 and later generates itself (180x180, one
//   letter), PNG in the size of the image field otherwise. Letters that the matrix font has no likeness of
//   (王, م: a font for them would be larger than this program) stand as they are in SVG; in PNG a pattern
//   takes their place, 5 by 5 squares, the same left and right, from the same digest.
// Threads: thread-safe functions.
#ifndef UNDERSTUDY_ODOO_AVATARS_H_
#define UNDERSTUDY_ODOO_AVATARS_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "odoo/bitmap.h"

namespace understudy::odoo {

// What an avatar is drawn from.
struct AvatarLook {
  std::string initials;  // up to two letters, UTF-8
  int hue = 0;           // degrees
  uint16_t pattern = 0;  // 15 bits: the squares of the left three columns, row by row
};

// Initials are the first letters of the first and the last word, upper case where that is ASCII ("Ana Maria
// Roy" → "AR"); the hue comes from the whole name.
AvatarLook LookOf(std::string_view name);

// Pixels of "image_1920", "avatar_128", "image_512"…: the number in the field's name, at most 512 (a flat
// picture gains nothing from more), 128 if there is none.
int SizeOfImageField(std::string_view res_field);

std::string AvatarSvg(const AvatarLook& look);
std::string AvatarPng(const AvatarLook& look, int size);

}  // namespace understudy::odoo

#endif  // UNDERSTUDY_ODOO_AVATARS_H_
