// ir_attachment.store_fname: the only names that may become a path.
//
// DESIGN
//   Odoo writes "ab/abcdef…": the first two (very old versions: three) hex digits of the SHA-1, a slash, the
//   SHA-1. The database could hold anything else; what is not of this shape is refused, so no "..", no
//   absolute path and no symlink trick can start here.
// Threads: thread-safe.
#ifndef UNDERSTUDY_ODOO_STORE_NAME_H_
#define UNDERSTUDY_ODOO_STORE_NAME_H_

#include <string>
#include <string_view>

namespace understudy::odoo {

// True for "ab/ab…" and "abc/abc…" with 40 lower-case hex digits behind the slash that begin with the
// directory's name.
bool IsStoreName(std::string_view store_fname);
std::string_view DirectoryOf(std::string_view store_fname);  // "ab"
std::string_view FileOf(std::string_view store_fname);       // the 40 digits
// "ab/abcdef…" for a SHA-1.
std::string StoreNameOf(std::string_view sha1);

}  // namespace understudy::odoo

#endif  // UNDERSTUDY_ODOO_STORE_NAME_H_
