// Variables of our environment that hold secrets: no child of ours gets them.
//
// DESIGN: a child's environment can be read in /proc by whoever runs as the same user, while ours can't (we
// are not dumpable). The configuration says which variables it takes a secret or a part of a connection
// string from; libpq's own PGPASSWORD is always one. What programs need to work at all (PATH, HOME, locale,
// ssh's agent) stays, wherever else it is used. Threads: thread-safe.
#ifndef UNDERSTUDY_BASE_HIDDEN_VARIABLES_H_
#define UNDERSTUDY_BASE_HIDDEN_VARIABLES_H_

#include <string_view>

namespace understudy {

void HideFromChildren(std::string_view variable);
bool HiddenFromChildren(std::string_view variable);

}  // namespace understudy

#endif  // UNDERSTUDY_BASE_HIDDEN_VARIABLES_H_
