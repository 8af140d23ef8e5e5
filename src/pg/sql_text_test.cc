#include "pg/sql_text.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace understudy::pg {
namespace {

// The tokens other than single blanks, as text.
std::vector<std::string> Tokens(std::string_view sql) {
  std::vector<std::string> tokens;
  for (size_t i = 0; i < sql.size();) {
    const SqlSpan span = NextSqlToken(sql, i);
    if (sql.substr(i, span.end - i) != " ") tokens.emplace_back(sql.substr(i, span.end - i));
    i = span.end;
  }
  return tokens;
}

TEST(SqlTextTest, QuotesHideWhatIsInside) {
  EXPECT_EQ(Tokens("a ';''--' b"), (std::vector<std::string>{"a", "';''--'", "b"}));
  EXPECT_EQ(Tokens(R"(E'\';' x)"), (std::vector<std::string>{R"(E'\';')", "x"}));
  EXPECT_EQ(Tokens(R"('\' ;)"), (std::vector<std::string>{R"('\')", ";"}));
  EXPECT_EQ(Tokens("\"a;\"\"b\";"), (std::vector<std::string>{"\"a;\"\"b\"", ";"}));
  EXPECT_EQ(Tokens("$a$;$b$;$a$;"), (std::vector<std::string>{"$a$;$b$;$a$", ";"}));
  EXPECT_EQ(Tokens("$$x"), (std::vector<std::string>{"$$x"}));
  EXPECT_EQ(Tokens("$1 a$b$"), (std::vector<std::string>{"$", "1", "a$b$"}));
  EXPECT_EQ(Tokens("/* /* ; */ ; */x"), (std::vector<std::string>{"/* /* ; */ ; */", "x"}));
  EXPECT_EQ(Tokens("-- ;'\nx"), (std::vector<std::string>{"-- ;'", "\n", "x"}));
  EXPECT_EQ(Tokens("'open"), (std::vector<std::string>{"'open"}));
}

}  // namespace
}  // namespace understudy::pg
