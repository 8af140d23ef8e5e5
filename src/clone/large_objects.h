// Large objects: same oids, content by policy.
//
// DESIGN: bytes of unknown kind can hold anything, so the default keeps the object (references stay whole)
// and empties it; with `keep` the content is copied in pieces of bounded size.
#ifndef UNDERSTUDY_CLONE_LARGE_OBJECTS_H_
#define UNDERSTUDY_CLONE_LARGE_OBJECTS_H_

#include <cstdint>

#include "pg/connection.h"

namespace understudy::clone {

// Creates every large object of `source` in `staging`; returns how many. A comment speaks of the content and
// goes with it: whoever wants neither gets neither.
absl::StatusOr<uint64_t> CopyLargeObjects(pg::Connection& source, pg::Connection& staging, bool keep_content);

}  // namespace understudy::clone

#endif  // UNDERSTUDY_CLONE_LARGE_OBJECTS_H_
