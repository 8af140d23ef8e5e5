#include "odoo/bitmap.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <string>
#include <string_view>
#include <vector>

namespace understudy::odoo {
namespace {

uint32_t NumberAt(std::string_view bytes, size_t at) {
  uint32_t value = 0;
  for (size_t i = 0; i < 4; ++i) value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

// The pixels of a PNG as RFC 2083 reads them, of the two kinds that we write.
struct DecodedPng {
  int width = 0, height = 0, bits = 0, kind = 0;
  std::vector<Rgb> pixels;
};

DecodedPng Decode(const std::string& png) {
  DecodedPng out;
  std::string palette, packed;
  for (size_t at = 8; at + 12 <= png.size();) {
    const size_t size = NumberAt(png, at);
    const std::string_view chunk(png.data() + at + 4, size + 4);
    EXPECT_EQ(NumberAt(png, at + 8 + size),
              crc32(0, reinterpret_cast<const Bytef*>(chunk.data()), static_cast<uInt>(chunk.size())));
    const std::string_view type = chunk.substr(0, 4), data = chunk.substr(4);
    if (type == "IHDR") {
      out.width = static_cast<int>(NumberAt(data, 0));
      out.height = static_cast<int>(NumberAt(data, 4));
      out.bits = static_cast<unsigned char>(data[8]);
      out.kind = static_cast<unsigned char>(data[9]);
    }
    if (type == "PLTE") palette = data;
    if (type == "IDAT") packed += data;
    at += 12 + size;
  }
  const size_t bits = static_cast<size_t>(out.bits) * (out.kind == 2 ? 3 : 1);
  const size_t line = 1 + (static_cast<size_t>(out.width) * bits + 7) / 8;
  std::string raw(line * static_cast<size_t>(out.height), '\0');
  uLongf size = raw.size();
  EXPECT_EQ(uncompress(reinterpret_cast<Bytef*>(raw.data()), &size,
                       reinterpret_cast<const Bytef*>(packed.data()), packed.size()),
            Z_OK);
  EXPECT_EQ(size, raw.size());
  const auto sample = [](std::string_view bytes, size_t at) { return static_cast<uint8_t>(bytes[at]); };
  for (size_t y = 0; y < static_cast<size_t>(out.height); ++y) {
    const std::string_view pixels = std::string_view(raw).substr(y * line + 1, line - 1);
    for (size_t x = 0; x < static_cast<size_t>(out.width); ++x) {
      std::string_view from = pixels;
      size_t at = x * 3;
      if (out.kind == 3) {
        const size_t bit = x * bits;
        at = 3 * (sample(pixels, bit / 8) >> (8 - bits - bit % 8) & ((1u << bits) - 1));
        from = palette;
      }
      out.pixels.push_back({sample(from, at), sample(from, at + 1), sample(from, at + 2)});
    }
  }
  return out;
}

// A picture of `colours` colours, each of them in some line.
Bitmap Striped(int width, int height, int colours) {
  Bitmap bitmap(width, height, kWhite);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const auto colour = static_cast<uint8_t>((x * 7 + y) % colours);
      bitmap.Set(x, y, {colour, static_cast<uint8_t>(colour * 2), static_cast<uint8_t>(255 - colour)});
    }
  }
  return bitmap;
}

TEST(Png, ReadsBackPixelByPixelWithAndWithoutAPalette) {
  const struct {
    int colours, bits, kind;
  } kCases[] = {{1, 1, 3}, {2, 1, 3}, {3, 2, 3}, {4, 2, 3}, {5, 4, 3}, {16, 4, 3}, {17, 8, 2}, {100, 8, 2}};
  for (const auto& [colours, bits, kind] : kCases) {
    for (const int width : {1, 7, 8, 9, 33}) {
      SCOPED_TRACE(std::to_string(colours) + " colours, width " + std::to_string(width));
      const Bitmap bitmap = Striped(width, 101, colours);
      const DecodedPng png = Decode(EncodePng(bitmap));
      EXPECT_EQ(png.bits, bits);
      EXPECT_EQ(png.kind, kind);
      ASSERT_EQ(png.width, width);
      ASSERT_EQ(png.height, 101);
      for (int y = 0; y < 101; ++y) {
        for (int x = 0; x < width; ++x) {
          ASSERT_EQ(png.pixels[static_cast<size_t>(y * width + x)], bitmap.At(x, y)) << x << " " << y;
        }
      }
    }
  }
}

}  // namespace
}  // namespace understudy::odoo
