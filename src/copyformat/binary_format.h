// Constants of COPY binary, in one place, and its big-endian integers.
//
// DESIGN: PostgreSQL's documentation, COPY, "Binary Format". A stream is a header (signature, flags, length
// of an extension area), rows (a 16-bit field count, then for each field a 32-bit length, -1 for NULL, and
// the bytes) and a trailer (the field count -1). Batches hold rows only; who reads a stream strips header
// and trailer (packer.h), who writes one emits them.
#ifndef UNDERSTUDY_COPYFORMAT_BINARY_FORMAT_H_
#define UNDERSTUDY_COPYFORMAT_BINARY_FORMAT_H_

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace understudy::copyformat {

inline constexpr std::string_view kBinarySignature{"PGCOPY\n\377\r\n\0", 11};
// The header that PostgreSQL writes and we write: no flags, no extension.
inline constexpr std::string_view kBinaryHeader{"PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19};
inline constexpr std::string_view kBinaryTrailer{"\377\377", 2};
inline constexpr size_t kBinaryHeaderBytes = 19;
// Bit 16 of the flags: the rows carry oids (PostgreSQL before 12). Bits 16 to 31 are critical: a reader that
// doesn't know one must stop.
inline constexpr uint32_t kBinaryCriticalFlags = 0xFFFF0000;
inline constexpr int32_t kBinaryNull = -1;

static_assert(kBinaryHeader.size() == kBinaryHeaderBytes);

inline uint16_t LoadBig16(const char* at) {
  uint16_t v;
  std::memcpy(&v, at, sizeof(v));
  return std::endian::native == std::endian::little ? __builtin_bswap16(v) : v;
}
inline uint32_t LoadBig32(const char* at) {
  uint32_t v;
  std::memcpy(&v, at, sizeof(v));
  return std::endian::native == std::endian::little ? __builtin_bswap32(v) : v;
}
inline uint64_t LoadBig64(const char* at) {
  uint64_t v;
  std::memcpy(&v, at, sizeof(v));
  return std::endian::native == std::endian::little ? __builtin_bswap64(v) : v;
}
inline void StoreBig16(uint16_t v, char* to) {
  if (std::endian::native == std::endian::little) v = __builtin_bswap16(v);
  std::memcpy(to, &v, sizeof(v));
}
inline void StoreBig32(uint32_t v, char* to) {
  if (std::endian::native == std::endian::little) v = __builtin_bswap32(v);
  std::memcpy(to, &v, sizeof(v));
}
inline void StoreBig64(uint64_t v, char* to) {
  if (std::endian::native == std::endian::little) v = __builtin_bswap64(v);
  std::memcpy(to, &v, sizeof(v));
}

}  // namespace understudy::copyformat

#endif  // UNDERSTUDY_COPYFORMAT_BINARY_FORMAT_H_
