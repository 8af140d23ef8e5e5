// Arrays of text-like elements: replaces elements in place, in both COPY formats.
//
// DESIGN
//   The binary form is array_send's: number of dimensions, a flag, the element type's oid, per dimension its
//   length and lower bound, then the elements with length words. The text form is array_out's literal:
//   `{a,"b c",NULL}`, nested braces, an optional `[lower:upper]=` prefix; elements are unquoted and unescaped
//   before they are shown. What is not replaced is copied as it stands, so dimensions, bounds, NULLs and
//   spelling stay. A replaced element is quoted exactly when PostgreSQL would quote it.
//   The literal is the value, not the field: of a COPY text stream the field's own escapes come off first
//   (TextCodec::Value) and go on again when the editor writes it.
// Ownership: ArrayScratch is reused, so that the steady state allocates nothing. Threads: thread-safe.
#ifndef UNDERSTUDY_COPYFORMAT_ARRAY_VALUES_H_
#define UNDERSTUDY_COPYFORMAT_ARRAY_VALUES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"

namespace understudy::copyformat {

enum class ArrayEdit : uint8_t { kUnchanged, kChanged, kMalformed };

// Sees each element that isn't NULL, in order. Returns true if it appended the element's new value to `out`;
// false (and `out` as it was) if the element stays.
using ElementEdit = absl::FunctionRef<bool(std::string_view element, std::string* out)>;

struct ArrayScratch {
  std::string element;
  std::string replacement;
};

// Appends the rewritten array to `out` if an element changed; otherwise `out` is as it was.
ArrayEdit EditBinaryArray(std::string_view array, ElementEdit edit, ArrayScratch* scratch, std::string* out);
// `delimiter` is the element type's typdelim: a comma for everything but box.
ArrayEdit EditArrayLiteral(std::string_view literal, ElementEdit edit, ArrayScratch* scratch,
                           std::string* out, char delimiter = ',');

// One-dimensional arrays in either form, from elements (nullopt: NULL).
std::string MakeBinaryArray(uint32_t element_oid, const std::vector<std::optional<std::string>>& elements);
std::string MakeArrayLiteral(const std::vector<std::optional<std::string>>& elements, char delimiter = ',');

}  // namespace understudy::copyformat

#endif  // UNDERSTUDY_COPYFORMAT_ARRAY_VALUES_H_
