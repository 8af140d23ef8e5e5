// Typed binary values: the first byte chooses the type. No input harms, whether taken as text or as binary;
// a binary value that has a text comes back from it (as the same text: numerics and floats have several
// binary forms of one value).
#include <cstdint>
#include <string>

#include "copyformat/binary_values.h"
#include "fuzz/require.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace understudy::copyformat;  // NOLINT: one function
  using understudy::fuzz::Require;
  if (size == 0) return 0;
  constexpr int kTypes = static_cast<int>(ValueType::kBytea) + 1;
  const ValueType type = static_cast<ValueType>(data[0] % kTypes);
  const std::string bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  std::string text, binary, again;
  // A numeric of weight 32767 is 131,072 digits: slow, not wrong.
  if (BinaryToText(type, bytes, &text) && text.size() < 20000) {
    if (TextToBinary(type, text, &binary)) {
      Require(BinaryToText(type, binary, &again) && again == text, "text does not come back");
    } else {
      // Only a numeric whose digits contradict its own scale or weight has no way back.
      Require(type == ValueType::kNumeric, "a text of ours is refused");
    }
  } else {
    Require(!text.empty() || bytes.empty() || type != ValueType::kText, "text is always text");
  }
  binary.clear();
  if (TextToBinary(type, bytes, &binary)) {
    again.clear();
    Require(BinaryToText(type, binary, &again), "a binary of ours is refused");
  } else {
    Require(binary.empty(), "a refused text left something");
  }
  return 0;
}
