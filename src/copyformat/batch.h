// A batch: whole rows of one table in one COPY format, on their way through the engine.
//
// DESIGN
//   `bytes` holds rows exactly as COPY carries them, without the stream's header and trailer (binary) and
//   without the `\.` line (text). A row is never split over two batches. ByteBuffer keeps kSlack readable
//   bytes behind its content, so that a vector scan may read past the end. Buffers are reused: Clear()
//   keeps the capacity, so the steady state allocates nothing.
// Ownership: a batch owns its bytes; views into it live until it is cleared, grown or destroyed.
// Threads: thread-compatible (one thread at a time).
#ifndef UNDERSTUDY_COPYFORMAT_BATCH_H_
#define UNDERSTUDY_COPYFORMAT_BATCH_H_

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string_view>
#include <utility>

namespace understudy::copyformat {

enum class Format : uint8_t { kText, kBinary };

// A batch is handed on once it holds this many bytes; one row may make it larger. 256 KiB keeps libpq's
// writes wide (64–256 KiB measured best) and the batch inside the second-level cache.
inline constexpr size_t kBatchBytes = 256 << 10;
// Readable bytes behind the content: one 512-bit vector.
inline constexpr size_t kSlack = 64;

// A growable array of bytes without initialisation of what it grows by.
class ByteBuffer {
 public:
  ByteBuffer() = default;
  ~ByteBuffer() { std::free(data_); }
  ByteBuffer(ByteBuffer&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)),
        size_(std::exchange(other.size_, 0)),
        capacity_(std::exchange(other.capacity_, 0)) {}
  ByteBuffer& operator=(ByteBuffer&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
    return *this;
  }
  ByteBuffer(const ByteBuffer&) = delete;
  ByteBuffer& operator=(const ByteBuffer&) = delete;

  const char* data() const { return data_; }
  char* data() { return data_; }
  size_t size() const { return size_; }
  size_t capacity() const { return capacity_; }
  bool empty() const { return size_ == 0; }
  std::string_view view() const { return {data_, size_}; }
  void Clear() { size_ = 0; }

  // Room for `more` bytes behind the content (plus slack); returns where they go.
  char* Reserve(size_t more) {
    if (size_ + more + kSlack > capacity_) Grow(size_ + more + kSlack);
    return data_ + size_;
  }
  // After writing `n` bytes into what Reserve gave.
  void Commit(size_t n) { size_ += n; }
  void Append(const char* bytes, size_t n) {
    char* to = Reserve(n);
    if (n != 0) std::memcpy(to, bytes, n);
    size_ += n;
  }
  void Append(std::string_view bytes) { Append(bytes.data(), bytes.size()); }
  void PushBack(char c) {
    *Reserve(1) = c;
    ++size_;
  }
  // Shortens the content to `n` bytes (n <= size()).
  void Truncate(size_t n) { size_ = n; }
  // Gives the memory back if a giant row made it larger than `limit`.
  void ShrinkBelow(size_t limit) {
    if (capacity_ <= limit) return;
    std::free(data_);
    data_ = nullptr;
    size_ = capacity_ = 0;
  }

 private:
  void Grow(size_t need) {
    size_t capacity = capacity_ < 4096 ? 4096 : capacity_;
    while (capacity < need) capacity += capacity / 2 + 1;
    char* grown = static_cast<char*>(std::realloc(data_, capacity));
    if (grown == nullptr) throw std::bad_alloc();
    // Slack is read by vector scans, never used: it must only be defined.
    std::memset(grown + size_, 0, capacity - size_ < kSlack ? capacity - size_ : kSlack);
    data_ = grown;
    capacity_ = capacity;
  }

  char* data_ = nullptr;
  size_t size_ = 0;
  size_t capacity_ = 0;
};

struct Batch {
  ByteBuffer bytes;
  uint64_t rows = 0;
  // Number (from 0, within the slice) of the first row: messages name rows by it.
  uint64_t first_row = 0;

  void Clear() {
    bytes.Clear();
    rows = 0;
    first_row = 0;
  }
};

}  // namespace understudy::copyformat

#endif  // UNDERSTUDY_COPYFORMAT_BATCH_H_
