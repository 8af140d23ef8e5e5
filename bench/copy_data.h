// Rows to measure with: the shapes that dominate a real Odoo database, made from a fixed seed.
#ifndef UNDERSTUDY_BENCH_COPY_DATA_H_
#define UNDERSTUDY_BENCH_COPY_DATA_H_

#include <optional>
#include <random>
#include <string>
#include <vector>

#include "copyformat/batch.h"
#include "oracle/plain_copy.h"

namespace understudy::bench {

enum class Shape {
  kShort,   // 24 columns of about five bytes, some NULL: account_move_line
  kMail,    // 12 columns, one of them a body of 1 KB: mail_message
  kEscaped  // as kMail, with a newline, tab or backslash every 40 bytes of the body
};

inline size_t ColumnsOf(Shape shape) { return shape == Shape::kShort ? 24 : 12; }

inline std::string Word(std::mt19937_64& rng, size_t size, bool escapes) {
  std::string word(size, ' ');
  for (char& c : word) {
    const uint64_t r = rng();
    c = escapes && r % 40 == 0 ? "\n\t\\"[(r >> 8) % 3] : "abcdefghijklmnopqrstuvwxyz     "[(r >> 8) % 31];
  }
  return word;
}

inline std::vector<std::optional<std::string>> MakeRow(Shape shape, std::mt19937_64& rng) {
  std::vector<std::optional<std::string>> row(ColumnsOf(shape));
  for (auto& value : row) {
    if (rng() % 4 != 0) value = std::to_string(rng() % (rng() % 8 == 0 ? 100000000 : 100000));
  }
  row[1] = "ana.meyer" + std::to_string(rng() % 1000) + "@example.com";
  if (shape != Shape::kShort) row[5] = Word(rng, 600 + rng() % 800, shape == Shape::kEscaped);
  return row;
}

// About kBatchBytes of whole rows.
inline void FillBatch(Shape shape, copyformat::Format format, copyformat::Batch* batch) {
  std::mt19937_64 rng(301);
  batch->Clear();
  while (batch->bytes.size() < copyformat::kBatchBytes) {
    const auto row = MakeRow(shape, rng);
    batch->bytes.Append(format == copyformat::Format::kText ? oracle::PlainWriteText(row)
                                                            : oracle::PlainWriteBinary(row));
    ++batch->rows;
  }
}

}  // namespace understudy::bench

#endif  // UNDERSTUDY_BENCH_COPY_DATA_H_
