// Names of HTML's tags and attributes, and what they mean to a reader of texts.
//
// DESIGN: tables made at compile time say what a name is.
// Threads: thread-safe.
#ifndef UNDERSTUDY_TEXT_HTML_NAMES_H_
#define UNDERSTUDY_TEXT_HTML_NAMES_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace understudy::text {

// A name in lower case, cut to what any list has.
class HtmlName {
 public:
  explicit constexpr HtmlName(std::string_view s) {
    for (char c : s.substr(0, sizeof(bytes_)))
      bytes_[size_++] = static_cast<char>(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
  }
  constexpr std::string_view view() const { return {bytes_, size_}; }

 private:
  char bytes_[16] = {};
  size_t size_ = 0;
};

enum class HtmlTag : uint8_t {
  kOther,             // ends a word and a line
  kInline,            // does not
  kRawText,           // its content is no markup and has no entities
  kEscapableRawText,  // its content is no markup
};
HtmlTag TagOf(const HtmlName& name);
// Of a name of 1 to 8 bytes in lower case: the first byte is the lowest one, zeros behind.
HtmlTag TagOf(uint64_t name);

enum class HtmlAttribute : uint8_t { kOther, kUrl, kCode };
HtmlAttribute AttributeOf(const HtmlName& name);

}  // namespace understudy::text

#endif  // UNDERSTUDY_TEXT_HTML_NAMES_H_
