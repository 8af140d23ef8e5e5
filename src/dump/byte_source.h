// Where a dump's bytes come from: a file, a pipe, a member of an archive, memory.
//
// Ownership: FdSource borrows its descriptor. Threads: one thread at a time.
#ifndef UNDERSTUDY_DUMP_BYTE_SOURCE_H_
#define UNDERSTUDY_DUMP_BYTE_SOURCE_H_

#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "base/cancel.h"

namespace understudy::dump {

class ByteSource {
 public:
  virtual ~ByteSource() = default;
  // Up to `size` bytes into `to`; 0 is the end. After an error, don't call again.
  virtual absl::StatusOr<size_t> Read(char* to, size_t size) = 0;
};

// Lets a pipe hold more, where the system allows it; nothing happens to other descriptors.
void WidenPipe(int fd);

class FdSource : public ByteSource {
 public:
  // `name` is for messages. `cancel` may be null; it is polled while a pipe is silent.
  FdSource(int fd, std::string name, const CancelToken* cancel)
      : fd_(fd), name_(std::move(name)), cancel_(cancel) {}
  absl::StatusOr<size_t> Read(char* to, size_t size) override;

 private:
  const int fd_;
  const std::string name_;
  const CancelToken* const cancel_;
};

// Bytes that stand in memory, handed out in pieces of at most `piece` bytes (tests cut everywhere with it).
class MemorySource : public ByteSource {
 public:
  explicit MemorySource(std::string_view bytes, size_t piece = SIZE_MAX) : bytes_(bytes), piece_(piece) {}
  absl::StatusOr<size_t> Read(char* to, size_t size) override {
    const size_t n = std::min({size, piece_, bytes_.size()});
    std::memcpy(to, bytes_.data(), n);
    bytes_.remove_prefix(n);
    return n;
  }

 private:
  std::string_view bytes_;
  const size_t piece_;
};

}  // namespace understudy::dump

#endif  // UNDERSTUDY_DUMP_BYTE_SOURCE_H_
