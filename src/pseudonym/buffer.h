// A small byte buffer for one call: on the stack up to 512 bytes, on the heap only beyond.
//
// DESIGN: almost every value that has a pseudonym is shorter than 100 bytes, so normalising one allocates
// nothing. Views are valid until the next change. Threads: one call.
#ifndef UNDERSTUDY_PSEUDONYM_BUFFER_H_
#define UNDERSTUDY_PSEUDONYM_BUFFER_H_

#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>

namespace understudy::pseudonym {

class Buffer {
 public:
  Buffer() = default;
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;

  void push_back(char c) {
    if (size_ == kInline || spilled_) {
      Spill();
      heap_.push_back(c);
    } else {
      inline_[size_++] = c;
    }
  }
  void append(std::string_view s) {
    if (spilled_ || size_ + s.size() > kInline) {
      Spill();
      heap_.append(s);
    } else {
      std::memcpy(inline_ + size_, s.data(), s.size());
      size_ += s.size();
    }
  }
  // Where `size` more bytes can be written before Grow() takes them in; null if that needs the heap.
  char* Room(size_t size) { return spilled_ || size_ + size > kInline ? nullptr : inline_ + size_; }
  void Grow(size_t size) { size_ += size; }
  void clear() {
    size_ = 0;
    spilled_ = false;
    heap_.clear();
  }
  void pop_back() {
    if (spilled_) {
      heap_.pop_back();
    } else {
      --size_;
    }
  }
  void resize_down(size_t size) {
    if (spilled_) {
      heap_.resize(size);
    } else {
      size_ = size;
    }
  }
  size_t size() const { return spilled_ ? heap_.size() : size_; }
  bool empty() const { return size() == 0; }
  char back() const { return view().back(); }
  std::string_view view() const {
    return spilled_ ? std::string_view(heap_) : std::string_view(inline_, size_);
  }

 private:
  static constexpr size_t kInline = 512;
  void Spill() {
    if (spilled_) return;
    heap_.assign(inline_, size_);
    spilled_ = true;
  }

  char inline_[kInline];
  size_t size_ = 0;
  bool spilled_ = false;
  std::string heap_;
};

}  // namespace understudy::pseudonym

#endif  // UNDERSTUDY_PSEUDONYM_BUFFER_H_
