// What every fuzz target does when its promise is broken: one sentence, and the end.
#ifndef UNDERSTUDY_TESTS_FUZZ_REQUIRE_H_
#define UNDERSTUDY_TESTS_FUZZ_REQUIRE_H_

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace understudy::fuzz {

inline void Require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "%s\n", what);
  std::abort();
}

inline std::string_view TextOf(const uint8_t* data, size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

}  // namespace understudy::fuzz

#endif  // UNDERSTUDY_TESTS_FUZZ_REQUIRE_H_
