// Statements of pg_dump that add a constraint, in their parts.
//
// DESIGN: the words of pg_dump's own output are matched, names are read by PostgreSQL's lexical rules
// (pg/sql_text.h); what is not of that form is left alone, so that it runs as it stands.
// Ownership: values. Threads: pure functions.
#ifndef UNDERSTUDY_CLONE_CONSTRAINT_SQL_H_
#define UNDERSTUDY_CLONE_CONSTRAINT_SQL_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace understudy::clone {

// "ALTER TABLE ONLY t\n    ADD CONSTRAINT c FOREIGN KEY …;" in its parts; false if it is not one such
// statement alone.
bool ParseAddConstraint(std::string_view sql, std::string* table, std::string* name, std::string* action);

// "… REFERENCES public.y(id) …" → "public.y"
std::string ReferencedTable(std::string_view action);

// Goes on behind blanks and `text`, if that is what comes next.
bool TakeText(std::string_view sql, size_t* pos, std::string_view text);

}  // namespace understudy::clone

#endif  // UNDERSTUDY_CLONE_CONSTRAINT_SQL_H_
