// The strings inside JSON and hstore values: shown unescaped, replaced in place.
//
// DESIGN: what is not replaced is copied as it stands, so numbers, blanks, key order and spelling stay. Keys
// are never shown. A replaced string is escaped as PostgreSQL's jsonb and hstore write it. JSON: RFC 8259;
// hstore: PostgreSQL's documentation, "F.18. hstore", External Representation.
// Threads: all functions are thread-safe.
#ifndef UNDERSTUDY_RULES_INNER_STRINGS_H_
#define UNDERSTUDY_RULES_INNER_STRINGS_H_

#include <string>
#include <string_view>

#include "absl/functional/function_ref.h"

namespace understudy::rules {

enum class InnerEdit { kUnchanged, kChanged, kMalformed };

// Appends the string's new content to `out` and returns true, or returns false and leaves `out` alone.
using StringEdit = absl::FunctionRef<bool(std::string_view text, std::string* out)>;

// Each appends the whole new value to `out` if a string changed; otherwise `out` is as it was. `scratch` is
// reused between calls.
InnerEdit EditJsonStrings(std::string_view json, StringEdit edit, std::string* scratch, std::string* out);
InnerEdit EditHstoreValues(std::string_view hstore, StringEdit edit, std::string* scratch, std::string* out);

}  // namespace understudy::rules

#endif  // UNDERSTUDY_RULES_INNER_STRINGS_H_
