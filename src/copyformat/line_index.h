// How far whole rows of COPY text reach, and how many they are, without looking at fields.
//
// DESIGN
//   A row ends at a newline. Two things must not be passed over, and both begin with a backslash beside a
//   newline: a row that begins with `\.` (the end of the data), and a newline that a backslash makes part of
//   a value. One vector pass over 64 bytes at a time finds the newlines and those neighbours; only a
//   neighbour is looked at byte by byte. WholeLinesScalar is the plain twin; a test holds the two against
//   each other on every target.
// Threads: all functions are thread-safe.
#ifndef UNDERSTUDY_COPYFORMAT_LINE_INDEX_H_
#define UNDERSTUDY_COPYFORMAT_LINE_INDEX_H_

#include <cstddef>
#include <cstdint>

namespace understudy::copyformat {

struct WholeLines {
  size_t bytes = 0;  // up to behind the last whole row
  uint64_t rows = 0;
  enum class Stop : uint8_t {
    kEnd,             // what is left is the beginning of a row, or nothing
    kMark,            // the next row begins with `\.`
    kEscapedNewline,  // the next row holds a newline behind a backslash
  } stop = Stop::kEnd;

  bool operator==(const WholeLines&) const = default;
};

// `data` begins with a row; kSlack (batch.h) bytes behind data[size] are readable. A `\` as the last byte is
// left to a call that sees what follows it.
WholeLines FindWholeLines(const char* data, size_t size);
WholeLines FindWholeLinesScalar(const char* data, size_t size);

}  // namespace understudy::copyformat

#endif  // UNDERSTUDY_COPYFORMAT_LINE_INDEX_H_
