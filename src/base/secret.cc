#include "base/secret.h"

#include <sodium.h>

#include <cstring>
#include <utility>

namespace understudy {

bool SodiumReady() {
  static const bool ready = sodium_init() >= 0;
  return ready;
}

Secret::Secret(std::span<const unsigned char> bytes) {
  if (bytes.empty() || !SodiumReady()) return;
  data_ = static_cast<unsigned char*>(sodium_malloc(bytes.size()));
  if (data_ == nullptr) throw std::bad_alloc();
  size_ = bytes.size();
  std::memcpy(data_, bytes.data(), size_);
  sodium_mprotect_readonly(data_);
}

Secret::~Secret() {
  if (data_ != nullptr) sodium_free(data_);
}

Secret::Secret(Secret&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

Secret& Secret::operator=(Secret&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

void WipeString(std::string& s) {
  s.resize(s.capacity());
  sodium_memzero(s.data(), s.size());
  s.clear();
}

}  // namespace understudy
