// Takes out of a picture what is not the picture: EXIF with GPS and author, XMP, comments, thumbnails.
//
// DESIGN
//   JPEG (T.81): segments APP1, APP3…APP13, APP15 and COM go; APP0 (JFIF), APP2 (ICC profile) and APP14
//   (Adobe colour transform) stay, because the picture looks wrong without. PNG (RFC 2083): eXIf, tEXt, zTXt,
//   iTXt, tIME go. Pixels are never touched. A damaged file is left to the caller.
// Threads: thread-safe.
#ifndef UNDERSTUDY_ODOO_IMAGE_STRIP_H_
#define UNDERSTUDY_ODOO_IMAGE_STRIP_H_

#include <string>
#include <string_view>

namespace understudy::odoo {

// True if `out` now holds the picture without its metadata; false if there was nothing to take out, or it is
// no JPEG or PNG that we understand.
bool StripImage(std::string_view image, std::string* out);

}  // namespace understudy::odoo

#endif  // UNDERSTUDY_ODOO_IMAGE_STRIP_H_
