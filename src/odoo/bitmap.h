// A small picture in memory, letters on it, and the encoders for the formats that attachments have.
//
// DESIGN
//   Greyscale or RGB, 8 bits a sample. Letters are a 5x7 matrix font of our own, drawn as blocks. The
//   encoders write the plainest valid file of their format: PNG (RFC 2083) with zlib, and with a palette if
//   there are few colours; GIF (89a) without compression; baseline JPEG (ITU T.81) whose 8x8 blocks are flat,
//   which is why JpegOfCells takes cells, not pixels. The same input gives the same bytes.
// Ownership: values. Threads: thread-safe functions.
#ifndef UNDERSTUDY_ODOO_BITMAP_H_
#define UNDERSTUDY_ODOO_BITMAP_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace understudy::odoo {

struct Rgb {
  uint8_t red = 0;
  uint8_t green = 0;
  uint8_t blue = 0;
  bool operator==(const Rgb&) const = default;
};

inline constexpr Rgb kWhite = {255, 255, 255};

class Bitmap {
 public:
  Bitmap(int width, int height, Rgb background);

  int width() const { return width_; }
  int height() const { return height_; }
  Rgb At(int x, int y) const { return pixels_[Place(x, y)]; }
  // The pixels of a line, from left to right.
  std::span<const Rgb> Line(int y) const {
    return std::span(pixels_).subspan(Place(0, y), static_cast<size_t>(width_));
  }
  void Set(int x, int y, Rgb colour) { pixels_[Place(x, y)] = colour; }
  // Letters A-Z, digits and a little punctuation; anything else is a blank. (x, y) is the upper left corner,
  // each dot of the matrix a square of `scale` pixels. What falls outside is cut.
  void Draw(std::string_view text, int x, int y, int scale, Rgb colour);

 private:
  size_t Place(int x, int y) const {
    return static_cast<size_t>(y) * static_cast<size_t>(width_) + static_cast<size_t>(x);
  }
  int width_;
  int height_;
  std::vector<Rgb> pixels_;
};

// Dots that a text of `letters` takes at scale 1: 5 wide and one between; 7 high.
inline int TextWidth(size_t letters) { return letters == 0 ? 0 : static_cast<int>(letters) * 6 - 1; }
inline constexpr int kTextHeight = 7;

// True if Draw shows something for this character (ASCII, either case).
bool HasGlyph(char c);

std::string EncodePng(const Bitmap& bitmap);
// Dark pixels become black, the rest white.
std::string EncodeGif(const Bitmap& bitmap);
// Each pixel of `cells` becomes an 8x8 block of its brightness.
std::string EncodeJpegOfCells(const Bitmap& cells);

}  // namespace understudy::odoo

#endif  // UNDERSTUDY_ODOO_BITMAP_H_
