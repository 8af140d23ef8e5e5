// What begins and ends a stream of COPY binary (PostgreSQL documentation, COPY, "Binary Format"): signature,
// flags, length of the header's extension; and the field count -1.
#ifndef UNDERSTUDY_PG_COPY_BINARY_H_
#define UNDERSTUDY_PG_COPY_BINARY_H_

#include <string_view>

namespace understudy::pg {

inline constexpr std::string_view kBinaryHeader("PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19);
inline constexpr std::string_view kBinaryTrailer("\377\377", 2);

}  // namespace understudy::pg

#endif  // UNDERSTUDY_PG_COPY_BINARY_H_
