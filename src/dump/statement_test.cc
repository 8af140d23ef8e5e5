#include "dump/statement.h"

#include <gtest/gtest.h>

#include "base/status.h"

namespace understudy::dump {
namespace {

struct Case {
  const char* sql;
  StatementKind kind;
};

TEST(Statement, KindsOfWhatPgDumpWrites) {
  const Case cases[] = {
      {"\n-- only a comment\n", StatementKind::kBlank},
      {"SET statement_timeout = 0;", StatementKind::kSession},
      {"SELECT pg_catalog.set_config('search_path', '', false);", StatementKind::kSession},
      {"SET SESSION AUTHORIZATION odoo;", StatementKind::kOwner},
      {"SELECT pg_catalog.setval('public.x_id_seq', 1, true);", StatementKind::kSequence},
      {"SELECT pg_catalog.lo_create('12');", StatementKind::kObject},
      {"SELECT pg_catalog.lo_unlink('12');", StatementKind::kObject},
      {"SELECT pg_catalog.lo_unlink(oid) FROM pg_catalog.pg_largeobject_metadata WHERE oid = '12';",
       StatementKind::kObject},
      {"SELECT pg_catalog.lowrite(0, '\\x41');", StatementKind::kContent},
      {"COMMENT ON LARGE OBJECT 12 IS 'x';", StatementKind::kRemark},
      {"SELECT * FROM pg_catalog.pg_restore_attribute_stats('relation', 'public.t'::regclass);",
       StatementKind::kDrop},
      {"SELECT pg_catalog.lo_open('12', 131072);", StatementKind::kContent},
      {"BEGIN;", StatementKind::kTransaction},
      {"CREATE TABLE public.t (a text DEFAULT ';');", StatementKind::kSchema},
      {"CREATE UNLOGGED TABLE t (a text);", StatementKind::kSchema},
      {"CREATE DATABASE prod WITH TEMPLATE = template0;", StatementKind::kDatabase},
      {"ALTER DATABASE prod SET a TO 'b';", StatementKind::kDatabase},
      {"CREATE USER MAPPING FOR x SERVER y OPTIONS (password 'z');", StatementKind::kDrop},
      {"CREATE SUBSCRIPTION s CONNECTION 'password=z' PUBLICATION p;", StatementKind::kDrop},
      {"ALTER TABLE public.t OWNER TO \"some body\";", StatementKind::kOwner},
      {"ALTER TABLE ONLY public.t ADD CONSTRAINT c CHECK (x <> ' OWNER TO y');", StatementKind::kSchema},
      {"ALTER DEFAULT PRIVILEGES FOR ROLE a GRANT ALL ON TABLES TO b;", StatementKind::kOwner},
      {"ALTER LARGE OBJECT 12 ADD x;", StatementKind::kObject},
      {"ALTER ROLE a IN DATABASE b SET c TO 'd';", StatementKind::kDatabase},
      {"GRANT ALL ON TABLE x TO y;", StatementKind::kOwner},
      {"COMMENT ON COLUMN public.t.a IS 'it''s';", StatementKind::kSchema},
      {"REFRESH MATERIALIZED VIEW public.m;", StatementKind::kSchema},
      {"-- c\nCOPY public.t (a) FROM stdin;\n", StatementKind::kCopy},
      {"\\connect prod\n", StatementKind::kConnect},
      {"\\restrict abc\n", StatementKind::kMeta},
  };
  for (const Case& c : cases) {
    const absl::StatusOr<Statement> got = Classify(c.sql, "public");
    ASSERT_TRUE(got.ok()) << c.sql << ": " << MessageOf(got.status());
    EXPECT_EQ(got->kind, c.kind) << c.sql;
  }
}

TEST(Statement, EverythingElseIsRefusedWithoutAWordOfIt) {
  for (const char* sql : {"INSERT INTO public.t VALUES ('Okonkwo');",
                          "insert into t (a) values ('Okonkwo');",
                          "1\tOkonkwo;",
                          "UPDATE t SET a = 'Okonkwo';",
                          "VALUES ('Okonkwo');",
                          "SELECT 'Okonkwo';",
                          "SELECT pg_catalog.setval('a', 1), 'Okonkwo';",
                          "SELECT public.set_config('Okonkwo');",
                          "SELECT pg_catalog.lo_unlink(oid) FROM okonkwo;",
                          "SELECT pg_catalog.lo_put(12, 0, 'Okonkwo');",
                          "CREATE TABLE t AS SELECT 'Okonkwo';",
                          "DO $$ BEGIN RAISE 'Okonkwo'; END $$;",
                          "CREATE ROLE okonkwo PASSWORD 'md5';",
                          "ALTER USER okonkwo WITH PASSWORD 'md5';",
                          "COPY t (a) FROM '/etc/Okonkwo';",
                          "COPY t FROM stdin WITH CSV;",
                          "COPY t (a) WITH OIDS FROM stdin;",
                          "COPY t TO stdout;",
                          "COPY (SELECT 'Okonkwo') TO stdout;",
                          "\\! echo Okonkwo\n",
                          "\\i Okonkwo.sql\n",
                          "\\copy t from Okonkwo\n",
                          "EXECUTE x('Okonkwo');",
                          ";"}) {
    const absl::StatusOr<Statement> got = Classify(sql, "public");
    ASSERT_FALSE(got.ok()) << sql;
    EXPECT_EQ(MessageOf(got.status()).find("konkwo"), std::string::npos) << MessageOf(got.status());
  }
}

TEST(Statement, CopyNamesTableAndColumns) {
  const auto quoted =
      Classify("COPY \"My Schema\".\"Ta\"\"ble; x\" (id, \"Order, by\", \"ü)\") FROM stdin;\n", "public");
  ASSERT_TRUE(quoted.ok()) << MessageOf(quoted.status());
  EXPECT_EQ(quoted->copy.schema, "My Schema");
  EXPECT_EQ(quoted->copy.name, "Ta\"ble; x");
  EXPECT_EQ(quoted->copy.columns, (std::vector<std::string>{"id", "Order, by", "ü)"}));
  const auto bare = Classify("COPY t  FROM stdin;\n", "x");
  ASSERT_TRUE(bare.ok());
  EXPECT_EQ(bare->copy.schema, "x");
  EXPECT_FALSE(bare->copy.has_columns);
}

TEST(Statement, InsertSaysWhatToDo) {
  const auto got = Classify("INSERT INTO t VALUES (1);", "public");
  EXPECT_NE(MessageOf(got.status()).find("take the dump again without that option"), std::string::npos);
}

}  // namespace
}  // namespace understudy::dump
