// Text from elsewhere (names of tables and jobs, messages of servers) made harmless for terminals and pages.
//
// DESIGN: what a terminal obeys instead of showing it (C0 and C1 controls, DEL, bytes that are no UTF-8) and
// the characters that turn the direction of what follows (Unicode UAX #9) become U+FFFD. So a name can
// neither set a title, hide a line, nor rearrange the sentence around it. Threads: pure functions.
#ifndef UNDERSTUDY_BASE_VISIBLE_H_
#define UNDERSTUDY_BASE_VISIBLE_H_

#include <string>
#include <string_view>

namespace understudy {

// One line: line breaks and tabs become blanks, so that a name can't begin a line of its own either.
std::string Visible(std::string_view text);
// Line breaks and tabs stay: for text that has lines by itself.
std::string VisibleLines(std::string_view text);

}  // namespace understudy

#endif  // UNDERSTUDY_BASE_VISIBLE_H_
