// The name as most people write it, "Nora Okonkwo": the fast way through it.
//
// DESIGN: RenderName looks for titles, particles, commas, hyphens, scripts and legal forms; most names have
//   none of that, which a look at their letters tells. What is plain gets what RenderName gives
//   (plain_name_test.cc); what is not is left to it.
// Ownership: a PlainName views the value. Threads: thread-safe. Internal to the folder.
#ifndef UNDERSTUDY_PSEUDONYM_PLAIN_NAME_H_
#define UNDERSTUDY_PSEUDONYM_PLAIN_NAME_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "pseudonym/generators.h"

namespace understudy::pseudonym {

class PlainName {
 public:
  // Whether `value` is one to four words of two to forty ASCII letters with one blank between, none of which
  // is a title, a particle or, behind the first, a legal form.
  bool Parse(std::string_view value);
  void Render(const Env& env, const Context& context, std::string* out) const;

 private:
  static constexpr size_t kMaxWords = 4;
  static constexpr size_t kMaxLetters = 40;
  static constexpr size_t kMaxBytes = kMaxWords * (kMaxLetters + 1);
  static constexpr size_t kWord = 8;  // whole ones are written

  std::string_view words_[kMaxWords];
  size_t count_ = 0;
  char folded_[kMaxBytes + kWord];
  size_t surname_ = 0;  // where it begins
  size_t size_ = 0;
};

}  // namespace understudy::pseudonym

#endif  // UNDERSTUDY_PSEUDONYM_PLAIN_NAME_H_
