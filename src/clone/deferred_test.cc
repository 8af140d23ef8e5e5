#include "clone/deferred.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace understudy::clone {
namespace {

using ::testing::ElementsAre;

SchemaEntry Sequence(const std::string& name) {
  return {"SEQUENCE", "public", name, "CREATE SEQUENCE public." + name + ";"};
}
SchemaEntry Owned(const std::string& name, const std::string& column) {
  return {"SEQUENCE OWNED BY", "public", name,
          "ALTER SEQUENCE public." + name + " OWNED BY public." + column + ";"};
}
SchemaEntry Default(const std::string& table, const std::string& sequence) {
  return {"DEFAULT", "public", table + " id",
          "ALTER TABLE ONLY public." + table + " ALTER COLUMN id SET DEFAULT nextval('public." + sequence +
              "'::regclass);"};
}
SchemaEntry Table(const std::string& name, const std::string& sql) { return {"TABLE", "public", name, sql}; }

std::vector<std::string> Kinds(const std::vector<SchemaEntry>& entries) {
  std::vector<std::string> kinds;
  for (const SchemaEntry& entry : entries) kinds.push_back(entry.type + " " + entry.name);
  return kinds;
}

TEST(DeferToRowsTest, CommentsAndWhatAColumnDrawsFrom) {
  Schema schema;
  schema.pre_data = {Table("a", "CREATE TABLE public.a (id integer NOT NULL);"),
                     {"COMMENT", "public", "TABLE a", "COMMENT ON TABLE public.a IS 'a_id_seq';"},
                     Sequence("a_id_seq"),
                     Owned("a_id_seq", "a.id"),
                     Sequence("ir_sequence_001"),
                     Default("a", "a_id_seq")};
  schema.post_data = {{"INDEX", "public", "i", "CREATE INDEX i ON public.a (id);"}};
  DeferToRows(&schema);
  EXPECT_THAT(Kinds(schema.pre_data), ElementsAre("TABLE a", "SEQUENCE ir_sequence_001"));
  EXPECT_THAT(Kinds(schema.post_data),
              ElementsAre("COMMENT TABLE a", "OWNED SEQUENCE a", "SEQUENCE DEFAULT a", "INDEX i"));
  EXPECT_EQ(schema.post_data[1].sql,
            "CREATE SEQUENCE public.a_id_seq;ALTER SEQUENCE public.a_id_seq OWNED BY public.a.id;");
}

TEST(DeferToRowsTest, WhatWasMadeCanBeDropped) {
  Schema schema;
  schema.pre_data = {Table("a", "CREATE TABLE public.a (id integer NOT NULL);"), Sequence("a_id_seq"),
                     Owned("a_id_seq", "a.id"), Sequence("ir_sequence_001"), Default("a", "a_id_seq")};
  EXPECT_EQ(DropOwnedSequencesSql(schema), "");
  DeferToRows(&schema);
  EXPECT_EQ(DropOwnedSequencesSql(schema), "DROP SEQUENCE IF EXISTS public.a_id_seq CASCADE;");
}

TEST(DeferToRowsTest, WhatAnythingElseNamesStays) {
  Schema schema;
  schema.pre_data = {
      Table("a", "CREATE TABLE public.a (id integer);"), Sequence("a_id_seq"), Owned("a_id_seq", "a.id"),
      Table("b", "CREATE TABLE public.b (id integer DEFAULT nextval('public.a_id_seq'::regclass));"),
      Default("a", "a_id_seq")};
  const std::vector<std::string> before = Kinds(schema.pre_data);
  DeferToRows(&schema);
  EXPECT_EQ(Kinds(schema.pre_data), before);
  EXPECT_TRUE(schema.post_data.empty());
}

TEST(DeferToRowsTest, NamesThatNeedQuotesAndOtherSchemasStay) {
  Schema schema;
  schema.pre_data = {Table("A b", "CREATE TABLE public.\"A b\" (id integer);"),
                     {"SEQUENCE", "public", "A b_id_seq", "CREATE SEQUENCE public.\"A b_id_seq\";"},
                     {"SEQUENCE OWNED BY", "public", "A b_id_seq",
                      "ALTER SEQUENCE public.\"A b_id_seq\" OWNED BY public.\"A b\".id;"},
                     Sequence("q"),
                     {"SEQUENCE OWNED BY", "public", "q", "ALTER SEQUENCE public.q OWNED BY other.t.id;"}};
  const size_t before = schema.pre_data.size();
  DeferToRows(&schema);
  EXPECT_EQ(schema.pre_data.size(), before);
}

}  // namespace
}  // namespace understudy::clone
