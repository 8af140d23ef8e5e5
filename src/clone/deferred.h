// What pg_dump counts as pre-data and rows need not wait for.
//
// DESIGN
//   Odoo has a comment on every column and a sequence behind every id: of the 12,000 statements before the
//   rows of an Odoo 17 only a thousand make tables. One session runs pre-data, so that all others wait for
//   it. Comments, and sequences that a column of one table owns with the default that draws from them, go to
//   post-data, where PostData runs those of a table beside the rows of others. COPY names its columns, so it
//   needs no default. A sequence that anything else in pre-data names stays where it is.
// Threads: thread-safe.
#ifndef UNDERSTUDY_CLONE_DEFERRED_H_
#define UNDERSTUDY_CLONE_DEFERRED_H_

#include <string>

#include "clone/schema.h"

namespace understudy::clone {

// The type of an entry that makes a sequence and gives it to a column; its name is the table's.
inline constexpr char kOwnedSequence[] = "OWNED SEQUENCE";
// The type of an entry that sets a column's default; its name is the table's.
inline constexpr char kSequenceDefault[] = "SEQUENCE DEFAULT";

// Moves them from pre-data to the front of post-data.
void DeferToRows(Schema* schema);

// Drops the sequences that its deferred entries make, as far as they are there, with the defaults that draw
// from them.
std::string DropOwnedSequencesSql(const Schema& schema);

}  // namespace understudy::clone

#endif  // UNDERSTUDY_CLONE_DEFERRED_H_
