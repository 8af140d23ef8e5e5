#include "odoo/image_strip.h"

#include <algorithm>
#include <cstdint>
#include <iterator>

namespace understudy::odoo {
namespace {

uint8_t Byte(std::string_view s, size_t at) { return static_cast<uint8_t>(s[at]); }

StripResult Done(bool dropped) { return dropped ? StripResult::kStripped : StripResult::kClean; }

bool DropsSegment(uint8_t marker) {
  constexpr uint8_t kApp0 = 0xE0, kApp2 = 0xE2, kApp14 = 0xEE, kApp15 = 0xEF, kComment = 0xFE;
  if (marker == kComment) return true;
  return marker > kApp0 && marker <= kApp15 && marker != kApp2 && marker != kApp14;
}

StripResult StripJpeg(std::string_view image, std::string* out) {
  out->assign(image.substr(0, 2));
  bool dropped = false;
  size_t at = 2;
  while (at + 4 <= image.size()) {
    if (Byte(image, at) != 0xFF) return StripResult::kUnknown;
    const uint8_t marker = Byte(image, at + 1);
    if (marker == 0xFF) {  // fill byte
      ++at;
      continue;
    }
    const size_t size = size_t{2} + (static_cast<size_t>(Byte(image, at + 2)) << 8 | Byte(image, at + 3));
    if (size < 4 || at + size > image.size()) return StripResult::kUnknown;
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
    if (end == std::string_view::npos || end < at) return StripResult::kUnknown;
    out->append(image.substr(at, end + 2 - at));
    return Done(dropped || end + 2 < image.size());
  }
  return StripResult::kUnknown;
}

StripResult StripPng(std::string_view image, std::string* out) {
  constexpr size_t kSignature = 8;
  out->assign(image.substr(0, kSignature));
  bool dropped = false;
  for (size_t at = kSignature; at + 12 <= image.size();) {
    size_t length = 0;
    for (size_t i = 0; i < 4; ++i) length = length << 8 | Byte(image, at + i);
    const std::string_view type = image.substr(at + 4, 4);
    if (length > image.size() - at - 12) return StripResult::kUnknown;
    const bool metadata = type == "eXIf" || type == "tEXt" || type == "zTXt" || type == "iTXt" ||
                          type == "tIME" || type == "dSIG";
    if (metadata) {
      dropped = true;
    } else {
      out->append(image.substr(at, length + 12));
    }
    at += length + 12;
    if (type == "IEND") return Done(dropped || at < image.size());
  }
  return StripResult::kUnknown;
}

void PutLittleEndian(uint32_t value, size_t at, std::string* out) {
  for (size_t i = 0; i < 4; ++i) (*out)[at + i] = static_cast<char>(value >> 8 * i & 0xFF);
}

StripResult StripWebp(std::string_view image, std::string* out) {
  constexpr size_t kHeader = 12;  // RIFF, size, WEBP
  constexpr std::string_view kPicture[] = {"VP8X", "VP8 ", "VP8L", "ALPH", "ANIM", "ANMF", "ICCP"};
  const auto number = [&](size_t at) {
    uint32_t value = 0;
    for (size_t i = 4; i > 0; --i) value = value << 8 | Byte(image, at + i - 1);
    return value;
  };
  const size_t end = size_t{8} + number(4);
  if (end > image.size()) return StripResult::kUnknown;
  out->assign(image.substr(0, kHeader));
  bool dropped = end < image.size(), picture = false;
  size_t at = kHeader;
  while (at + 8 <= end) {
    const std::string_view type = image.substr(at, 4);
    const size_t length = number(at + 4), padded = length + length % 2;
    if (length > end - at - 8) return StripResult::kUnknown;
    const bool keep = std::find(std::begin(kPicture), std::end(kPicture), type) != std::end(kPicture);
    if (keep) {
      const size_t here = out->size();
      out->append(image.substr(at, std::min(8 + padded, end - at)));
      // The flags of VP8X say that EXIF (8) and XMP (4) are there.
      if (type == "VP8X" && length > 0) (*out)[here + 8] = static_cast<char>((*out)[here + 8] & ~0x0C);
      picture = picture || type != "VP8X";
    }
    dropped = dropped || !keep;
    at += 8 + padded;
  }
  if (!picture) return StripResult::kUnknown;
  PutLittleEndian(static_cast<uint32_t>(out->size() - 8), 4, out);
  return Done(dropped);
}

// Past the blocks of data behind `at`, the empty one that ends them included; 0: they don't end.
size_t AfterGifData(std::string_view image, size_t at) {
  while (at < image.size()) {
    const size_t size = Byte(image, at);
    at += 1 + size;
    if (size == 0) return at;
  }
  return 0;
}

size_t GifTableBytes(uint8_t flags) { return (flags & 0x80) != 0 ? size_t{3} << ((flags & 7) + 1) : 0; }

bool DropsExtension(std::string_view image, size_t at) {
  constexpr uint8_t kControl = 0xF9, kApplication = 0xFF;
  const uint8_t label = Byte(image, at + 1);
  if (label == kControl) return false;
  if (label != kApplication || at + 14 > image.size()) return true;
  const std::string_view name = image.substr(at + 3, 11);
  return name != "NETSCAPE2.0" && name != "ANIMEXTS1.0" && name != "ICCRGBG1012";
}

StripResult StripGif(std::string_view image, std::string* out) {
  constexpr uint8_t kExtension = 0x21, kImage = 0x2C, kTrailer = 0x3B;
  constexpr size_t kScreen = 13, kDescriptor = 10;
  if (image.size() < kScreen) return StripResult::kUnknown;
  size_t at = kScreen + GifTableBytes(Byte(image, 10));
  if (at > image.size()) return StripResult::kUnknown;
  out->assign(image.substr(0, at));
  bool dropped = false;
  while (at + 2 < image.size() || (at < image.size() && Byte(image, at) == kTrailer)) {
    const uint8_t kind = Byte(image, at);
    if (kind == kTrailer) {
      out->push_back(image[at]);
      return Done(dropped || at + 1 < image.size());
    }
    size_t data = at + 2;
    if (kind == kImage) {
      if (at + kDescriptor >= image.size()) return StripResult::kUnknown;
      data = at + kDescriptor + GifTableBytes(Byte(image, at + 9)) + 1;  // the size of LZW's first code
    } else if (kind != kExtension) {
      return StripResult::kUnknown;
    }
    const size_t next = AfterGifData(image, data);
    if (next == 0) return StripResult::kUnknown;
    if (kind == kExtension && DropsExtension(image, at)) {
      dropped = true;
    } else {
      out->append(image.substr(at, next - at));
    }
    at = next;
  }
  return StripResult::kUnknown;
}

}  // namespace

StripResult StripImage(std::string_view image, std::string* out) {
  if (image.starts_with("\xFF\xD8\xFF")) return StripJpeg(image, out);
  if (image.starts_with("\x89PNG\r\n\x1a\n")) return StripPng(image, out);
  if (image.starts_with("GIF87a") || image.starts_with("GIF89a")) return StripGif(image, out);
  if (image.starts_with("RIFF") && image.size() > 12 && image.substr(8, 4) == "WEBP") {
    return StripWebp(image, out);
  }
  return image.starts_with("BM") && image.size() > 54 ? StripResult::kClean : StripResult::kUnknown;
}

}  // namespace understudy::odoo
