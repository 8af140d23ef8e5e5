// Bytes that must not be seen: locked in memory, wiped at the end, without a formatter.
//
// Ownership: Secret owns its bytes (sodium_malloc: guarded pages, mlock). Threads: immutable after
// construction, so thread-safe to read.
#ifndef UNDERSTUDY_BASE_SECRET_H_
#define UNDERSTUDY_BASE_SECRET_H_

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace understudy {

class Secret {
 public:
  Secret() = default;
  // Copies `bytes`; the caller wipes its own copy (WipeString).
  explicit Secret(std::span<const unsigned char> bytes);
  ~Secret();
  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret&& other) noexcept;
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;

  bool empty() const { return size_ == 0; }
  size_t size() const { return size_; }
  const unsigned char* data() const { return data_; }
  // For the one call that needs the clear text (a password hash, a KDF). Never put it in a message.
  std::string_view Reveal() const { return {reinterpret_cast<const char*>(data_), size_}; }

 private:
  unsigned char* data_ = nullptr;
  size_t size_ = 0;
};

// Overwrites the whole capacity of `s` and empties it; the compiler can't drop it.
void WipeString(std::string& s);

// Makes sure libsodium is initialised; cheap after the first call. False only if the system has no random
// source.
bool SodiumReady();

}  // namespace understudy

#endif  // UNDERSTUDY_BASE_SECRET_H_
