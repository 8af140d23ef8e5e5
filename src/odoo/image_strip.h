// Takes out of a picture what is not the picture: EXIF with GPS and author, XMP, comments, thumbnails.
//
// DESIGN
//   JPEG (T.81): segments APP1, APP3…APP13, APP15 and COM go; APP0 (JFIF), APP2 (ICC profile) and APP14
//   (Adobe colour transform) stay, because the picture looks wrong without. PNG (RFC 2083): eXIf, tEXt, zTXt,
//   iTXt, tIME go. WebP (Google's "WebP Container Specification"): chunks other than the picture's own go, as
//   EXIF and XMP. GIF (89a): comments, plain text and applications other than loops and colour profiles go.
//   BMP has no place for any. Pixels are never touched. What is none of these (TIFF, HEIC, SVG, PDF), or is
//   damaged, may carry anything: the caller must not keep it.
// Threads: thread-safe.
#ifndef UNDERSTUDY_ODOO_IMAGE_STRIP_H_
#define UNDERSTUDY_ODOO_IMAGE_STRIP_H_

#include <string>
#include <string_view>

namespace understudy::odoo {

enum class StripResult {
  kStripped,  // `out` holds the picture without its metadata
  kClean,     // there was nothing to take out
  kUnknown,   // not a picture that we understand
};
StripResult StripImage(std::string_view image, std::string* out);

}  // namespace understudy::odoo

#endif  // UNDERSTUDY_ODOO_IMAGE_STRIP_H_
