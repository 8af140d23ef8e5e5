// Pictures of people, replaced by initials on a colour.
//
// DESIGN
//   Initials come from the pseudonym, the colour from a digest of it: the same fake person has the same
//   avatar in every row, size and refresh. SVG for what Odoo 16 and later generates itself (180x180, one
//   letter), PNG in the size of the image field otherwise. Letters outside the matrix font (Ж, 王) give a
//   plain colour in PNG and stand as they are in SVG.
// Threads: thread-safe functions.
#ifndef UNDERSTUDY_ODOO_AVATARS_H_
#define UNDERSTUDY_ODOO_AVATARS_H_

#include <string>
#include <string_view>

#include "odoo/bitmap.h"

namespace understudy::odoo {

// What an avatar is drawn from.
struct AvatarLook {
  std::string initials;  // up to two letters, UTF-8
  int hue = 0;           // degrees
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
