// COPY text: the first byte chooses the number of columns; the rest is a batch. Scanning must agree with the
// plain twin, and so must every edit of what is valid.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "oracle/copy_check.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  using Check = understudy::oracle::CopyCheck<understudy::copyformat::TextCodec>;
  static Check& check = *new Check;
  const size_t columns = data[0] % 9;
  const std::string bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  std::string what = check.Scan(bytes, columns);
  if (what.empty()) {
    what = check.Edit(bytes, columns, [&](size_t row, int column) {
      return static_cast<int>((row * 7 + static_cast<size_t>(column + 1) * 3 + size) % 5);
    });
  }
  if (!what.empty()) {
    std::fprintf(stderr, "differs from the twin: %s\n", what.c_str());
    std::abort();
  }
  return 0;
}
