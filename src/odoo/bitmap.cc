#include "odoo/bitmap.h"

#include <zlib.h>

#include <algorithm>
#include <array>

namespace understudy::odoo {
namespace {

// Seven rows of five dots, most significant of the five on the left.
using Glyph = std::array<uint8_t, 7>;

constexpr std::string_view kCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-/:";
constexpr std::array<Glyph, 40> kGlyphs = {{
    {0x0E, 0x11, 0x11, 0x1F, 0x11, 0x11, 0x11}, {0x1E, 0x11, 0x11, 0x1E, 0x11, 0x11, 0x1E},
    {0x0E, 0x11, 0x10, 0x10, 0x10, 0x11, 0x0E}, {0x1E, 0x11, 0x11, 0x11, 0x11, 0x11, 0x1E},
    {0x1F, 0x10, 0x10, 0x1E, 0x10, 0x10, 0x1F}, {0x1F, 0x10, 0x10, 0x1E, 0x10, 0x10, 0x10},
    {0x0E, 0x11, 0x10, 0x17, 0x11, 0x11, 0x0F}, {0x11, 0x11, 0x11, 0x1F, 0x11, 0x11, 0x11},
    {0x0E, 0x04, 0x04, 0x04, 0x04, 0x04, 0x0E}, {0x07, 0x02, 0x02, 0x02, 0x02, 0x12, 0x0C},
    {0x11, 0x12, 0x14, 0x18, 0x14, 0x12, 0x11}, {0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x1F},
    {0x11, 0x1B, 0x15, 0x15, 0x11, 0x11, 0x11}, {0x11, 0x19, 0x15, 0x13, 0x11, 0x11, 0x11},
    {0x0E, 0x11, 0x11, 0x11, 0x11, 0x11, 0x0E}, {0x1E, 0x11, 0x11, 0x1E, 0x10, 0x10, 0x10},
    {0x0E, 0x11, 0x11, 0x11, 0x15, 0x12, 0x0D}, {0x1E, 0x11, 0x11, 0x1E, 0x14, 0x12, 0x11},
    {0x0F, 0x10, 0x10, 0x0E, 0x01, 0x01, 0x1E}, {0x1F, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04},
    {0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x0E}, {0x11, 0x11, 0x11, 0x11, 0x11, 0x0A, 0x04},
    {0x11, 0x11, 0x11, 0x15, 0x15, 0x1B, 0x11}, {0x11, 0x11, 0x0A, 0x04, 0x0A, 0x11, 0x11},
    {0x11, 0x11, 0x0A, 0x04, 0x04, 0x04, 0x04}, {0x1F, 0x01, 0x02, 0x04, 0x08, 0x10, 0x1F},
    {0x0E, 0x13, 0x15, 0x15, 0x15, 0x19, 0x0E}, {0x04, 0x0C, 0x04, 0x04, 0x04, 0x04, 0x0E},
    {0x0E, 0x11, 0x01, 0x06, 0x08, 0x10, 0x1F}, {0x1F, 0x01, 0x02, 0x06, 0x01, 0x11, 0x0E},
    {0x02, 0x06, 0x0A, 0x12, 0x1F, 0x02, 0x02}, {0x1F, 0x10, 0x1E, 0x01, 0x01, 0x11, 0x0E},
    {0x06, 0x08, 0x10, 0x1E, 0x11, 0x11, 0x0E}, {0x1F, 0x01, 0x02, 0x04, 0x08, 0x08, 0x08},
    {0x0E, 0x11, 0x11, 0x0E, 0x11, 0x11, 0x0E}, {0x0E, 0x11, 0x11, 0x0F, 0x01, 0x02, 0x0C},
    {0x00, 0x00, 0x00, 0x00, 0x00, 0x0C, 0x0C}, {0x00, 0x00, 0x00, 0x0E, 0x00, 0x00, 0x00},
    {0x01, 0x01, 0x02, 0x04, 0x08, 0x10, 0x10}, {0x00, 0x0C, 0x0C, 0x00, 0x0C, 0x0C, 0x00},
}};

const Glyph* GlyphOf(char c) {
  if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  const size_t at = kCharacters.find(c);
  return at == std::string_view::npos ? nullptr : &kGlyphs[at];
}

void Append32(uint32_t value, std::string* out) {
  for (int shift = 24; shift >= 0; shift -= 8) *out += static_cast<char>(value >> shift);
}

void AppendChunk(std::string_view type, std::string_view data, std::string* out) {
  Append32(static_cast<uint32_t>(data.size()), out);
  const size_t begin = out->size();
  *out += type;
  *out += data;
  Append32(static_cast<uint32_t>(crc32(0, reinterpret_cast<const Bytef*>(out->data() + begin),
                                       static_cast<uInt>(out->size() - begin))),
           out);
}

constexpr char kPngRgb = 2, kPngPalette = 3;

// Is the line the same as the one above? Large letters make most of them so.
bool RepeatsLine(const Bitmap& bitmap, int y) {
  if (y == 0) return false;
  const std::span<const Rgb> line = bitmap.Line(y);
  return std::equal(line.begin(), line.end(), bitmap.Line(y - 1).begin());
}

// The colours of a picture that has few of them, as most of ours do: a pixel then takes a bit or a few
// instead of three bytes, and a twentieth of the time to pack.
class Palette {
 public:
  explicit Palette(const Bitmap& bitmap) {
    for (int y = 0; y < bitmap.height(); ++y) {
      if (RepeatsLine(bitmap, y)) continue;
      for (const Rgb pixel : bitmap.Line(y)) {
        if (IndexOf(pixel) < size_) continue;
        if (size_ == colours_.size()) return;
        colours_[size_++] = pixel;
      }
    }
    bits_ = size_ <= 2 ? 1 : size_ <= 4 ? 2 : 4;
  }
  // Of a pixel: 1, 2 or 4, as PNG has them; 0 if there are more colours than that can tell apart.
  int bits() const { return bits_; }
  size_t IndexOf(Rgb colour) const {
    size_t i = 0;
    while (i < size_ && !(colours_[i] == colour)) ++i;
    return i;
  }
  std::string bytes() const {
    std::string out;
    for (size_t i = 0; i < size_; ++i) {
      for (const uint8_t part : {colours_[i].red, colours_[i].green, colours_[i].blue}) {
        out += static_cast<char>(part);
      }
    }
    return out;
  }

 private:
  std::array<Rgb, 16> colours_;
  size_t size_ = 0;
  int bits_ = 0;
};

// Lines of pixels as PNG packs them, each behind its filter (none).
std::string PackedLines(const Bitmap& bitmap, const Palette& palette) {
  const auto bits = static_cast<size_t>(palette.bits());
  const size_t line = 1 + (static_cast<size_t>(bitmap.width()) * bits + 7) / 8;
  std::string raw(line * static_cast<size_t>(bitmap.height()), '\0');
  for (int y = 0; y < bitmap.height(); ++y) {
    char* at = raw.data() + static_cast<size_t>(y) * line;
    if (RepeatsLine(bitmap, y)) {
      std::copy_n(at - line, line, at);
      continue;
    }
    size_t bit = 8;  // behind the filter's byte
    for (const Rgb pixel : bitmap.Line(y)) {
      const size_t sample = palette.IndexOf(pixel) << (8 - bits - bit % 8);
      at[bit / 8] = static_cast<char>(static_cast<unsigned char>(at[bit / 8]) | sample);
      bit += bits;
    }
  }
  return raw;
}

std::string PlainLines(const Bitmap& bitmap) {
  std::string raw;
  raw.reserve((static_cast<size_t>(bitmap.width()) * 3 + 1) * static_cast<size_t>(bitmap.height()));
  for (int y = 0; y < bitmap.height(); ++y) {
    raw += '\0';
    for (const Rgb pixel : bitmap.Line(y)) {
      raw += static_cast<char>(pixel.red);
      raw += static_cast<char>(pixel.green);
      raw += static_cast<char>(pixel.blue);
    }
  }
  return raw;
}

}  // namespace

Bitmap::Bitmap(int width, int height, Rgb background)
    : width_(width),
      height_(height),
      pixels_(static_cast<size_t>(width) * static_cast<size_t>(height), background) {}

bool HasGlyph(char c) { return GlyphOf(c) != nullptr; }

void Bitmap::Draw(std::string_view text, int x, int y, int scale, Rgb colour) {
  for (const char c : text) {
    const Glyph* glyph = GlyphOf(c);
    for (int row = 0; glyph != nullptr && row < kTextHeight * scale; ++row) {
      for (int column = 0; column < 5 * scale; ++column) {
        if (((*glyph)[static_cast<size_t>(row / scale)] >> (4 - column / scale) & 1) == 0) continue;
        const int px = x + column, py = y + row;
        if (px >= 0 && px < width_ && py >= 0 && py < height_) Set(px, py, colour);
      }
    }
    x += 6 * scale;
  }
}

std::string EncodePng(const Bitmap& bitmap) {
  const Palette palette(bitmap);
  const bool indexed = palette.bits() > 0;
  const std::string raw = indexed ? PackedLines(bitmap, palette) : PlainLines(bitmap);
  uLongf size = compressBound(static_cast<uLong>(raw.size()));
  std::string packed(size, '\0');
  compress2(reinterpret_cast<Bytef*>(packed.data()), &size, reinterpret_cast<const Bytef*>(raw.data()),
            static_cast<uLong>(raw.size()), 9);
  packed.resize(size);
  std::string header;
  Append32(static_cast<uint32_t>(bitmap.width()), &header);
  Append32(static_cast<uint32_t>(bitmap.height()), &header);
  header += static_cast<char>(indexed ? palette.bits() : 8);
  header += static_cast<char>(indexed ? kPngPalette : kPngRgb);
  header += std::string_view("\x00\x00\x00", 3);  // deflate, no interlacing
  std::string out("\x89PNG\r\n\x1a\n");
  AppendChunk("IHDR", header, &out);
  if (indexed) AppendChunk("PLTE", palette.bytes(), &out);
  AppendChunk("IDAT", packed, &out);
  AppendChunk("IEND", "", &out);
  return out;
}

}  // namespace understudy::odoo
