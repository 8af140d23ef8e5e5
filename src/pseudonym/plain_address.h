// The address as most people write it, "nora.okonkwo@acme.com": the fast way through it.
//
// DESIGN: normalising an address looks at every code point for blanks, marks and the signs of a list; most
//   addresses are ASCII letters, digits and a few signs, eight of which are looked at and folded at once.
//   What is plain folds to what FoldEmail gives (plain_address_test.cc); what is not is left to it.
// Ownership: a PlainAddress owns the folded bytes. Threads: thread-safe. Internal to the folder.
#ifndef UNDERSTUDY_PSEUDONYM_PLAIN_ADDRESS_H_
#define UNDERSTUDY_PSEUDONYM_PLAIN_ADDRESS_H_

#include <cstddef>
#include <string_view>

namespace understudy::pseudonym {

class PlainAddress {
 public:
  // Whether `value` is letters, some of them lower case, digits and `+-./_`, with one `@` neither first nor
  // last and no dot at the end.
  bool Parse(std::string_view value);
  // After a successful Parse: the whole, folded, and its domain.
  std::string_view folded() const { return {folded_, size_}; }
  std::string_view domain() const { return folded().substr(at_ + 1); }

 private:
  static constexpr size_t kMaxBytes = 120;
  static constexpr size_t kWord = 8;  // whole ones are written

  char folded_[kMaxBytes + kWord];
  size_t size_ = 0;
  size_t at_ = 0;
};

}  // namespace understudy::pseudonym

#endif  // UNDERSTUDY_PSEUDONYM_PLAIN_ADDRESS_H_
