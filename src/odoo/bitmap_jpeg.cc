// Baseline JPEG and GIF of very simple pictures.
//
// JPEG: if every 8x8 block is flat, its DCT has a DC coefficient and nothing else, so the whole encoder is a
// Huffman code for DC differences and "end of block" for the rest. Tables are those of T.81 annex K.3.
// GIF: with a clear code before the dictionary would grow past 8 bits, every code is one plain byte.
#include <array>
#include <cstdint>

#include "odoo/bitmap.h"

namespace understudy::odoo {
namespace {

uint8_t Brightness(Rgb c) {
  return static_cast<uint8_t>((299 * c.red + 587 * c.green + 114 * c.blue) / 1000);
}

void Append16(unsigned value, std::string* out) {
  *out += static_cast<char>(value >> 8);
  *out += static_cast<char>(value);
}

// Number of codes of each length 1…16, then the values: luminance DC of K.3.1.
constexpr std::array<uint8_t, 16> kDcLengths = {0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0};
constexpr int kDcValues = 12;

// Codes of the DC table by category, in canonical order.
struct Code {
  uint16_t bits = 0;
  int length = 0;
};

std::array<Code, kDcValues> DcCodes() {
  std::array<Code, kDcValues> codes;
  uint16_t code = 0;
  size_t value = 0;
  for (size_t length = 1; length <= kDcLengths.size(); ++length) {
    for (int i = 0; i < kDcLengths[length - 1]; ++i) codes[value++] = {code++, static_cast<int>(length)};
    code = static_cast<uint16_t>(code << 1);
  }
  return codes;
}

class BitWriter {
 public:
  explicit BitWriter(std::string* out) : out_(out) {}
  void Put(unsigned bits, int length) {
    for (int i = length - 1; i >= 0; --i) {
      byte_ = static_cast<uint8_t>(byte_ << 1 | (bits >> i & 1));
      if (++used_ == 8) Flush();
    }
  }
  void Finish() {
    while (used_ != 0) Put(1, 1);
  }

 private:
  void Flush() {
    *out_ += static_cast<char>(byte_);
    if (byte_ == 0xFF) *out_ += '\0';  // a marker must not appear inside the scan
    byte_ = 0;
    used_ = 0;
  }
  std::string* out_;
  uint8_t byte_ = 0;
  int used_ = 0;
};

void AppendJpegHeader(int width, int height, std::string* out) {
  *out += std::string_view("\xFF\xD8\xFF\xE0\x00\x10JFIF\0\x01\x01\x00\x00\x01\x00\x01\x00\x00", 20);
  *out += std::string_view("\xFF\xDB\x00\x43\x00", 5);
  out->append(64, '\x08');  // quantisation by 8: a DC coefficient is then the mean itself
  *out += std::string_view("\xFF\xC0\x00\x0B\x08", 5);
  Append16(static_cast<unsigned>(height), out);
  Append16(static_cast<unsigned>(width), out);
  *out += std::string_view("\x01\x01\x11\x00", 4);
  *out += std::string_view("\xFF\xC4\x00\x1F\x00", 5);
  for (const uint8_t count : kDcLengths) *out += static_cast<char>(count);
  for (int value = 0; value < kDcValues; ++value) *out += static_cast<char>(value);
  // AC: one code of one bit, "end of block".
  *out += std::string_view("\xFF\xC4\x00\x14\x10\x01", 6);
  out->append(15, '\0');
  *out += '\0';
  *out += std::string_view("\xFF\xDA\x00\x08\x01\x01\x00\x00\x3F\x00", 10);
}

}  // namespace

std::string EncodeJpegOfCells(const Bitmap& cells) {
  std::string out;
  AppendJpegHeader(cells.width() * 8, cells.height() * 8, &out);
  const std::array<Code, kDcValues> codes = DcCodes();
  BitWriter bits(&out);
  int before = 0;
  for (int y = 0; y < cells.height(); ++y) {
    for (int x = 0; x < cells.width(); ++x) {
      // The DC coefficient of a flat block is 8 × (value − 128), divided by the quantiser 8.
      const int value = Brightness(cells.At(x, y)) - 128;
      const int difference = value - before;
      before = value;
      int category = 0;
      for (int magnitude = difference < 0 ? -difference : difference; magnitude != 0; magnitude >>= 1)
        ++category;
      const Code& code = codes[static_cast<size_t>(category)];
      bits.Put(code.bits, code.length);
      // Negative differences are written as their one's complement (F.1.2.1.1).
      const int written = difference < 0 ? difference + (1 << category) - 1 : difference;
      bits.Put(static_cast<unsigned>(written), category);
      bits.Put(0, 1);
    }
  }
  bits.Finish();
  out += std::string_view("\xFF\xD9", 2);
  return out;
}

std::string EncodeGif(const Bitmap& bitmap) {
  std::string out = "GIF89a";
  auto append_le16 = [&out](int value) {
    out += static_cast<char>(value & 255);
    out += static_cast<char>(value >> 8);
  };
  append_le16(bitmap.width());
  append_le16(bitmap.height());
  out += std::string_view("\xF6\x00\x00", 3);  // a global table of 128 colours: codes are then 8 bits wide
  for (int i = 0; i < 128; ++i) out.append(3, i == 0 ? '\0' : '\xFF');
  out += std::string_view("\x2C\x00\x00\x00\x00", 5);
  append_le16(bitmap.width());
  append_le16(bitmap.height());
  out += std::string_view("\x00\x07", 2);
  constexpr char kClear = '\x80', kEnd = '\x81';
  constexpr int kRun = 120;  // the dictionary would reach 9 bits after 126 codes
  std::string codes;
  int since_clear = kRun;
  for (int y = 0; y < bitmap.height(); ++y) {
    for (int x = 0; x < bitmap.width(); ++x) {
      if (since_clear++ == kRun) {
        codes += kClear;
        since_clear = 1;
      }
      codes += Brightness(bitmap.At(x, y)) < 128 ? '\0' : '\1';
    }
  }
  codes += kEnd;
  for (size_t at = 0; at < codes.size(); at += 255) {
    const size_t size = codes.size() - at < 255 ? codes.size() - at : 255;
    out += static_cast<char>(size);
    out.append(codes, at, size);
  }
  out += '\0';
  out += ';';
  return out;
}

}  // namespace understudy::odoo
