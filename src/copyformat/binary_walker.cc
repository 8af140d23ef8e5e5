#include "copyformat/binary_walker.h"

#include "base/status.h"
#include "fmt/format.h"

namespace understudy::copyformat {

bool BinaryWalker::Fail(std::string_view what) {
  status_ =
      Failed(fmt::format("row {} (COPY binary, {} columns): {}", row_number_ + 1, fields_.size(), what));
  return false;
}

bool BinaryWalker::FailCount(int count) {
  if (count == -1) return Fail("it is the end-of-data trailer");
  if (count < 0) return Fail("its field count is negative");
  return Fail(fmt::format("it has {} fields", count));
}

}  // namespace understudy::copyformat
