// Where an e-mail address around an '@' begins and ends.
//
// Source: the dot-atom of RFC 5322 §3.2.3 and the host names of RFC 1123, letters of other scripts as in
// RFC 6531; quoted local parts and comments are left out, as nobody writes them.
// Threads: thread-safe.
#ifndef UNDERSTUDY_TEXT_EMAIL_H_
#define UNDERSTUDY_TEXT_EMAIL_H_

#include <cstddef>
#include <string_view>

namespace understudy::text {

struct EmailExtent {
  size_t begin = 0;
  size_t end = 0;  // 0: no address
};

// `at` is the place of an '@'.
EmailExtent FindEmail(std::string_view text, size_t at);

}  // namespace understudy::text

#endif  // UNDERSTUDY_TEXT_EMAIL_H_
