#include "odoo/image_strip.h"

#include <cstdint>

namespace understudy::odoo {
namespace {

uint8_t Byte(std::string_view s, size_t at) { return static_cast<uint8_t>(s[at]); }

bool DropsSegment(uint8_t marker) {
  constexpr uint8_t kApp0 = 0xE0, kApp2 = 0xE2, kApp14 = 0xEE, kApp15 = 0xEF, kComment = 0xFE;
  if (marker == kComment) return true;
  return marker > kApp0 && marker <= kApp15 && marker != kApp2 && marker != kApp14;
}

bool StripJpeg(std::string_view image, std::string* out) {
  out->assign(image.substr(0, 2));
  bool dropped = false;
  size_t at = 2;
  while (at + 4 <= image.size()) {
    if (Byte(image, at) != 0xFF) return false;
    const uint8_t marker = Byte(image, at + 1);
    if (marker == 0xFF) {  // fill byte
      ++at;
      continue;
    }
    const size_t size = size_t{2} + (static_cast<size_t>(Byte(image, at + 2)) << 8 | Byte(image, at + 3));
    if (size < 4 || at + size > image.size()) return false;
    if (DropsSegment(marker)) {
      dropped = true;
    } else {
      out->append(image.substr(at, size));
    }
    at += size;
    constexpr uint8_t kStartOfScan = 0xDA;
    if (marker != kStartOfScan) continue;
    // What follows the end of the image (a motion photo, a second preview) is not the picture.
    const size_t end = image.rfind("\xFF\xD9");
    if (end == std::string_view::npos || end < at) return false;
    out->append(image.substr(at, end + 2 - at));
    return dropped || end + 2 < image.size();
  }
  return false;
}

bool StripPng(std::string_view image, std::string* out) {
  constexpr size_t kSignature = 8;
  out->assign(image.substr(0, kSignature));
  bool dropped = false;
  for (size_t at = kSignature; at + 12 <= image.size();) {
    size_t length = 0;
    for (size_t i = 0; i < 4; ++i) length = length << 8 | Byte(image, at + i);
    const std::string_view type = image.substr(at + 4, 4);
    if (length > image.size() - at - 12) return false;
    const bool metadata = type == "eXIf" || type == "tEXt" || type == "zTXt" || type == "iTXt" ||
                          type == "tIME" || type == "dSIG";
    if (metadata) {
      dropped = true;
    } else {
      out->append(image.substr(at, length + 12));
    }
    at += length + 12;
    if (type == "IEND") return dropped || at < image.size();
  }
  return false;
}

}  // namespace

bool StripImage(std::string_view image, std::string* out) {
  if (image.starts_with("\xFF\xD8\xFF")) return StripJpeg(image, out);
  if (image.starts_with("\x89PNG\r\n\x1a\n")) return StripPng(image, out);
  return false;
}

}  // namespace understudy::odoo
