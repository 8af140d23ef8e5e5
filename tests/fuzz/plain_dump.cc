// Plain dumps: the first byte chooses how the source is cut; wherever that is, the reader must see the same
// statements and rows, and what it gave must be a part of the dump.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "base/status.h"
#include "dump/plain_reader.h"

namespace {

using understudy::dump::PlainReader;
using understudy::dump::StatementKind;

// All units and rows, each behind a mark, and the error.
std::string Read(std::string_view dump, size_t piece) {
  understudy::dump::MemorySource source(dump, piece);
  PlainReader reader(source);
  understudy::copyformat::Batch batch;
  std::string out, rows;
  for (understudy::dump::Unit unit;;) {
    const auto more = reader.Next(&unit);
    if (!more.ok()) return out + "\nE" + understudy::MessageOf(more.status());
    if (dump.find(unit.text) == std::string_view::npos) std::abort();
    out += "\nU" + std::string(unit.text);
    if (!*more) return out;
    if (unit.statement.kind != StatementKind::kCopy) continue;
    rows.clear();
    for (;;) {
      const auto some = reader.ReadRows(&batch);
      // How many rows come before an error depends on where the source is cut; that there is one does not.
      if (!some.ok()) return out + "\nE";
      if (!*some) break;
      rows += batch.bytes.view();
    }
    out += "\nR" + rows;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view dump(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (Read(dump, SIZE_MAX) != Read(dump, size_t{1} + data[0] % 40)) {
    std::fprintf(stderr, "where the source is cut matters\n");
    std::abort();
  }
  return 0;
}
