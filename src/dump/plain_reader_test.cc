#include "dump/plain_reader.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>

#include "base/status.h"

namespace understudy::dump {
namespace {

constexpr std::string_view kDump =
    "--\n-- PostgreSQL database dump\n--\n\n\\restrict abc\n\nSET client_encoding = 'UTF8';\n"
    "SELECT pg_catalog.set_config('search_path', '', false);\n\n"
    "CREATE FUNCTION public.f() RETURNS text LANGUAGE sql AS $_$ SELECT ';' -- ' $_$;\n"
    "CREATE FUNCTION public.g(a integer) RETURNS integer LANGUAGE sql\n    BEGIN ATOMIC\n"
    " SELECT CASE WHEN a > 0 THEN 1 ELSE 2 END;\n SELECT 3;\nEND;\n"
    "CREATE RULE r AS ON INSERT TO public.v DO INSTEAD (INSERT INTO public.t VALUES (1); SELECT 2;);\n"
    "CREATE TABLE public.t (\n    a text DEFAULT E'\\';'::text,\n    \"x;y\" text\n);\n"
    "/* a /* nested ; */ comment */\n"
    "COPY public.t (a, \"x;y\") FROM stdin;\n"
    "Ana\t\\N\n\\\\.\t;\nb\\nc\t'\n\\.\n\n"
    "COPY public.zero  FROM stdin;\n\n\n\\.\n"
    "COPY public.e (a) FROM stdin;\n\\.\n"
    "--\n-- PostgreSQL database dump complete\n--\n\n\\unrestrict abc\n\n";

struct Taken {
  std::string sql;   // all units, joined
  std::string rows;  // all rows
  int units = 0, blocks = 0;
  uint64_t row_count = 0;
  absl::Status status;
};

Taken Take(std::string_view dump, size_t piece = SIZE_MAX) {
  MemorySource source(dump, piece);
  PlainReader reader(source);
  Taken taken;
  copyformat::Batch batch;
  for (Unit unit;;) {
    const absl::StatusOr<bool> more = reader.Next(&unit);
    taken.status = more.status();
    if (!more.ok()) return taken;
    taken.sql += unit.text;
    if (!*more) return taken;
    ++taken.units;
    if (unit.statement.kind != StatementKind::kCopy) continue;
    ++taken.blocks;
    for (;;) {
      const absl::StatusOr<bool> rows = reader.ReadRows(&batch);
      taken.status = rows.status();
      if (!rows.ok()) return taken;
      if (!*rows) break;
      taken.rows += batch.bytes.view();
      taken.row_count += batch.rows;
    }
  }
}

TEST(PlainReader, UnitsAndRowsAreTheDump) {
  const Taken taken = Take(kDump);
  ASSERT_TRUE(taken.status.ok()) << MessageOf(taken.status);
  EXPECT_EQ(taken.units, 11);
  EXPECT_EQ(taken.blocks, 3);
  EXPECT_EQ(taken.row_count, 5);
  EXPECT_EQ(taken.rows, "Ana\t\\N\n\\\\.\t;\nb\\nc\t'\n\n\n");
  EXPECT_EQ(taken.sql.size() + taken.rows.size() + 3 * 3, kDump.size());
}

TEST(PlainReader, WhereTheSourceCutsDoesNotMatter) {
  const Taken whole = Take(kDump);
  for (const size_t piece : {1, 2, 3, 5, 7, 64}) {
    const Taken cut = Take(kDump, piece);
    ASSERT_TRUE(cut.status.ok()) << piece << ": " << MessageOf(cut.status);
    EXPECT_EQ(cut.sql, whole.sql) << piece;
    EXPECT_EQ(cut.rows, whole.rows) << piece;
    EXPECT_EQ(cut.units, whole.units) << piece;
  }
}

TEST(PlainReader, EveryTruncationIsAnErrorAtItsPlace) {
  const size_t complete = kDump.find("dump complete") + 13;
  for (size_t size = 100; size < complete; ++size) {
    const Taken taken = Take(kDump.substr(0, size), 50);
    ASSERT_FALSE(taken.status.ok()) << size;
    EXPECT_EQ(MessageOf(taken.status).rfind("byte ", 0), 0U) << MessageOf(taken.status);
  }
  const Taken inside = Take(kDump.substr(0, kDump.find("b\\nc") + 2));
  EXPECT_EQ(MessageOf(inside.status),
            "byte " + std::to_string(kDump.find("b\\nc")) +
                ", t, row 3: the dump ends inside a block of rows: it is truncated");
}

TEST(PlainReader, CrLfAndMark) {
  std::string windows = "\xEF\xBB\xBF";
  for (const char c : kDump) windows += c == '\n' ? std::string("\r\n") : std::string(1, c);
  for (const size_t piece : {size_t{1}, size_t{3}, SIZE_MAX}) {
    const Taken taken = Take(windows, piece);
    ASSERT_TRUE(taken.status.ok()) << MessageOf(taken.status);
    EXPECT_EQ(taken.rows, Take(kDump).rows);
  }
}

TEST(PlainReader, SearchPathOfOldDumps) {
  const std::string dump = "SET search_path = crm, pg_catalog;\nCOPY lead (a) FROM stdin;\n\\.\n";
  MemorySource source(dump);
  PlainReader reader(source);
  Unit unit;
  ASSERT_TRUE(*reader.Next(&unit));
  ASSERT_TRUE(*reader.Next(&unit));
  EXPECT_EQ(unit.statement.copy.schema, "crm");
}

TEST(PlainReader, RowsThatAreNotReadAreSkipped) {
  MemorySource source(kDump, 10);
  PlainReader reader(source);
  int blocks = 0;
  for (Unit unit; *reader.Next(&unit);) blocks += unit.statement.kind == StatementKind::kCopy ? 1 : 0;
  EXPECT_EQ(blocks, 3);
}

TEST(PlainReader, LongRowsAndManyRows) {
  std::string dump = "COPY t (a) FROM stdin;\n", rows;
  for (int i = 0; i < 40; ++i) {
    rows += std::string(static_cast<size_t>(i) * 30000, static_cast<char>('a' + i % 26)) + "\n";
  }
  dump += rows + "\\.\n";
  const Taken taken = Take(dump, 100000);
  ASSERT_TRUE(taken.status.ok()) << MessageOf(taken.status);
  EXPECT_EQ(taken.rows, rows);
  EXPECT_EQ(taken.row_count, 40);
}

TEST(PlainReader, Refuses) {
  const std::pair<std::string, const char*> cases[] = {
      {"\xFF\xFE-\0", "UTF-16"},
      {"PGDMP\x01", "custom format"},
      {"COPY t (a) FROM stdin;\nx\\\n\\.\n", "a newline behind a backslash"},
      {"COPY t (a) FROM stdin;\n\\.x\n", "end-of-data mark"},
      {"COPY t (a) FROM stdin;\n\\.\n\\connect other\n", "second database"},
      {"COPY t (a) FROM stdin; x\n\\.\n", "behind COPY"},
      {"SET client_encoding = 'SJIS';\n", "-E UTF8"},
      {std::string(kDump) + "SET a = b;\n", "behind the dump's end"},
  };
  for (const auto& [dump, words] : cases) {
    const Taken taken = Take(dump);
    ASSERT_FALSE(taken.status.ok()) << words;
    EXPECT_NE(MessageOf(taken.status).find(words), std::string::npos) << MessageOf(taken.status);
  }
}

// One byte anywhere is another one: an error, or nothing of a row in the SQL.
// A lost quote turns what is text and what is SQL inside out, until a quote in a row turns it back: the rows
// before that one look like the end of a comment.
TEST(PlainReader, ALostQuoteDoesNotPassOnRows) {
  const auto dump = [](std::string_view first_comment, std::string_view block) {
    return fmt::format(
        "COMMENT ON TABLE public.a IS {};\n\nCOMMENT ON TABLE public.b IS "
        "'B';\n\n{}Okonkwo\t1\nLea's;\t2\n\\.\n",
        first_comment, block);
  };
  constexpr std::string_view kBlock = "COPY public.t (a, b) FROM stdin;\n";
  EXPECT_TRUE(Take(dump("'A'", kBlock)).status.ok());
  for (const std::string_view block :
       {kBlock, std::string_view("--\n-- Data for Name: t; Type: TABLE DATA\n--\n\n")}) {
    const Taken taken = Take(dump("A'", block));
    EXPECT_FALSE(taken.status.ok());
    EXPECT_EQ(taken.sql.find("Okonkwo"), std::string::npos);
  }
}

TEST(PlainReader, DamageNeverPutsRowsIntoSql) {
  std::mt19937 random(17);
  std::string rows;
  for (int i = 0; i < 200; ++i) rows += "77\tOkonkwo\t-- Okonkwo\n";
  const std::string dump = "-- PostgreSQL database dump\nCOPY public.t (a, b, c) FROM stdin;\n" + rows +
                           "\\.\nCREATE INDEX i ON t (a);\n-- PostgreSQL database dump complete\n";
  for (int i = 0; i < 20000; ++i) {
    std::string bad = dump;
    // Half of the damage goes to where the block begins and ends.
    const size_t at =
        i % 2 == 0 ? random() % bad.size() : (i % 4 == 1 ? random() % 80 : bad.size() - 1 - random() % 80);
    bad[at] = static_cast<char>(random());
    const Taken taken = Take(bad);
    EXPECT_EQ(taken.sql.find("Okonkwo"), std::string::npos) << "byte " << at;
    EXPECT_EQ(MessageOf(taken.status).find("Okonkwo"), std::string::npos);
  }
}

}  // namespace
}  // namespace understudy::dump
