// What a value of an identifying column looks like in a text: its tokens and where its surname begins.
//
// DESIGN: pure functions, so that the index and its tests agree on the rules. A surname is the last
// blank-separated word of a person's name (as the name generator has it), several tokens if it is hyphenated.
// Threads: thread-safe.
#ifndef UNDERSTUDY_TEXT_VALUE_SPLITTER_H_
#define UNDERSTUDY_TEXT_VALUE_SPLITTER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "text/tokens.h"

namespace understudy::text {

struct SplitValue {
  std::vector<Token> tokens;  // at most kMaxTokens
  bool plain_gaps = true;     // single blanks only
  bool comma = false;
  uint32_t after_blank = 0;   // bit i: a blank stands before token i
  size_t surname_tokens = 0;  // of the last blank-separated word; 0 when the name has one word
  size_t legal_tokens = 0;    // "GmbH & Co. KG" at the end of a company's name
};

void SplitIntoTokens(std::string_view value, SplitValue* out);

// Letters and digits of a code, ASCII upper case; other letters make it no code (empty).
std::string CompactCode(std::string_view value);

struct PhoneSpellings {
  std::string international;  // digits with country code; empty when the country is not known
  std::string national;       // the national significant number, without a trunk prefix
};
// The numbers in one value: "030 123 / 0171 456" are two.
std::vector<PhoneSpellings> SplitPhones(std::string_view value, std::string_view country);

}  // namespace understudy::text

#endif  // UNDERSTUDY_TEXT_VALUE_SPLITTER_H_
