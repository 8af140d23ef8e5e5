// What large objects hold in a plain dump: lo_open('12', …), lowrite(0, '\x…') again and again, lo_close(0) →
// pieces that say where they belong, so that each can be written without the others.
//
// Ownership: values. Threads: one thread at a time; a stream has one reader of its own.
#ifndef UNDERSTUDY_DUMP_LARGE_OBJECT_H_
#define UNDERSTUDY_DUMP_LARGE_OBJECT_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace understudy::dump {

struct ObjectPiece {
  std::string oid;
  uint64_t offset = 0;
  std::string hex;  // two digits a byte

  // "SELECT pg_catalog.lo_put(…);": it needs no transaction, and means the same whatever
  // standard_conforming_strings is.
  std::string Sql() const;
};

class ObjectContent {
 public:
  // One statement of kind kContent; true if it gave a piece.
  absl::StatusOr<bool> Take(std::string_view statement, ObjectPiece* piece);

 private:
  std::string oid_;  // of the object that is open; empty: none
  uint64_t offset_ = 0;
};

}  // namespace understudy::dump

#endif  // UNDERSTUDY_DUMP_LARGE_OBJECT_H_
