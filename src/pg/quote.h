// Identifiers and literals in SQL text.
//
// Threads: thread-safe. Encoding: UTF-8 or any server-safe encoding; standard_conforming_strings is on in
// every session of ours, so a literal doubles quotes and nothing else.
#ifndef UNDERSTUDY_PG_QUOTE_H_
#define UNDERSTUDY_PG_QUOTE_H_

#include <string>
#include <string_view>
#include <vector>

namespace understudy::pg {

// "res_partner" → "\"res_partner\"": always quoted, so keywords and upper case need no thought.
std::string QuoteIdentifier(std::string_view identifier);
// "id", "name": the list in front of COPY's rows.
std::string QuoteColumns(const std::vector<std::string>& names);
// 'it''s'; with a backslash inside it is written as E'…'.
std::string QuoteLiteral(std::string_view literal);
// "schema"."name"
std::string QuoteRelation(std::string_view schema, std::string_view name);
// For messages: schema.name, without "public.".
std::string RelationName(std::string_view schema, std::string_view name);

}  // namespace understudy::pg

#endif  // UNDERSTUDY_PG_QUOTE_H_
