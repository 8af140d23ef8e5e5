#include "clone/schema.h"

#include <gtest/gtest.h>

namespace understudy::clone {
namespace {

constexpr const char* kScript = R"(--
-- PostgreSQL database dump
--

\restrict abc

SET statement_timeout = 0;

--
-- Name: x; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.x (a text);


--
-- Name: TABLE x; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.x IS 'hostile
--
-- Name: y; Type: RULE; Schema: public; Owner: -
--
DROP TABLE public.x;
';

SET default_tablespace = '';

--
-- Name: a; Type: INDEX; Schema: b; Type: TABLE; Schema: c; Owner: -
--

SELECT 1;

\unrestrict abc

--
-- PostgreSQL database dump complete
--
)";

TEST(SchemaTest, EntriesAreCutOutsideQuotesOnly) {
  const std::vector<SchemaEntry> entries = SplitScript(kScript);
  ASSERT_EQ(entries.size(), 3u);
  EXPECT_EQ(entries[0].type, "TABLE");
  EXPECT_EQ(entries[0].name, "x");
  EXPECT_NE(entries[0].sql.find("CREATE TABLE public.x (a text);"), std::string::npos);
  EXPECT_EQ(entries[0].sql.find("statement_timeout"), std::string::npos);
  EXPECT_EQ(entries[1].type, "COMMENT");
  EXPECT_NE(entries[1].sql.find("DROP TABLE public.x;\n';"), std::string::npos);
  EXPECT_NE(entries[1].sql.find("SET default_tablespace"), std::string::npos);
  EXPECT_EQ(entries[2].name, "a; Type: INDEX; Schema: b");
  EXPECT_EQ(entries[2].type, "TABLE");
  EXPECT_EQ(entries[2].schema, "c");
  EXPECT_EQ(entries[2].sql.find("restrict"), std::string::npos);
}

}  // namespace
}  // namespace understudy::clone
