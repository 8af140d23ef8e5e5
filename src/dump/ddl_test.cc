#include "dump/ddl.h"

#include <gtest/gtest.h>

namespace understudy::dump {
namespace {

rules::Relation Only(std::initializer_list<const char*> statements) {
  Ddl ddl;
  for (const char* statement : statements) ddl.Add(statement, "public");
  const std::vector<rules::Relation> relations = ddl.Relations();
  return relations.empty() ? rules::Relation() : relations.back();
}

TEST(Ddl, ColumnsAndTypes) {
  const rules::Relation t = Only({"CREATE TYPE public.mood AS ENUM ('a', 'b');",
                                  "CREATE DOMAIN public.label AS character varying(20) NOT NULL;",
                                  "CREATE TABLE public.t (\n    id integer NOT NULL,\n"
                                  "    v character varying(64) DEFAULT 'a,b'::character varying,\n"
                                  "    \"Odd, one\" text[],\n    n numeric(16,2),\n    m public.mood,\n"
                                  "    l public.label,\n    c public.citext,\n"
                                  "    g text GENERATED ALWAYS AS (lower((v)::text)) STORED,\n"
                                  "    ts timestamp(0) without time zone,\n"
                                  "    CONSTRAINT k CHECK ((id > 0))\n);"});
  ASSERT_EQ(t.attributes.size(), 9U);
  EXPECT_TRUE(t.attributes[0].not_null);
  EXPECT_FALSE(t.attributes[0].type.textual);
  EXPECT_EQ(t.attributes[1].max_chars, 64);
  EXPECT_EQ(t.attributes[1].type.oid, 1043U);
  EXPECT_EQ(t.attributes[2].name, "Odd, one");
  EXPECT_EQ(t.attributes[2].type.category, 'A');
  EXPECT_EQ(t.attributes[2].type.base_name, "text");
  EXPECT_FALSE(t.attributes[3].type.textual);
  EXPECT_EQ(t.attributes[4].type.base_kind, 'e');
  EXPECT_EQ(t.attributes[5].type.base_name, "character varying");
  EXPECT_TRUE(t.attributes[6].type.textual);  // nobody knows it: the worst is assumed
  EXPECT_TRUE(t.attributes[7].generated);
  EXPECT_EQ(t.attributes[8].type.name, "timestamp without time zone");
  ASSERT_EQ(t.checks.size(), 1U);
  EXPECT_EQ(t.checks[0].attributes, std::vector<std::string>{"id"});
}

TEST(Ddl, KeysAndIndexes) {
  const rules::Relation t =
      Only({"CREATE TABLE public.t (id integer, a text, b text);",
            "ALTER TABLE ONLY public.t\n    ADD CONSTRAINT t_pkey PRIMARY KEY (id);",
            "CREATE UNIQUE INDEX u ON public.t USING btree (lower(b)) WHERE (a IS NOT NULL);"});
  EXPECT_EQ(t.primary_key, std::vector<std::string>{"id"});
  ASSERT_EQ(t.unique_keys.size(), 2U);
  EXPECT_FALSE(t.unique_keys[0].expression);
  EXPECT_TRUE(t.unique_keys[1].expression);
  EXPECT_EQ(t.unique_keys[1].attributes, (std::vector<std::string>{"a", "b"}));
}

TEST(Ddl, ChildrenAndUnknownColumnsOfRows) {
  Ddl ddl;
  ddl.Add("CREATE TABLE public.parent (id integer, t text);", "public");
  ddl.Add("CREATE TABLE public.child (extra integer) INHERITS (public.parent);", "public");
  CopyHeader copy;
  copy.schema = "public";
  copy.name = "child";
  copy.has_columns = true;
  copy.columns = {"extra", "id", "t", "surprise"};
  ddl.AddCopy(copy);
  const std::vector<rules::Relation> relations = ddl.Relations();
  ASSERT_EQ(relations.size(), 2U);
  const rules::Relation& child = relations[0];
  ASSERT_EQ(child.attributes.size(), 4U);
  EXPECT_EQ(child.attributes[0].name, "extra");
  EXPECT_FALSE(child.attributes[1].type.textual);
  EXPECT_TRUE(child.attributes[3].type.textual);
}

}  // namespace
}  // namespace understudy::dump
