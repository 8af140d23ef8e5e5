#include "odoo/sql_split.h"

#include "gtest/gtest.h"

namespace understudy::odoo {
namespace {

std::vector<std::string> Texts(std::string_view script) {
  std::vector<std::string> texts;
  for (const SqlStatement& statement : SplitSql(script)) texts.emplace_back(statement.text);
  return texts;
}

TEST(SqlSplit, WhereASemicolonEndsAStatement) {
  using V = std::vector<std::string>;
  const std::pair<const char*, V> kCases[] = {
      {"", {}},
      {" ;; -- nothing;\n /* ; /* nested ; */ ; */ ;", {}},
      {"a; b", {"a", "b"}},
      {"SELECT ';' ; SELECT 'it''s;'", {"SELECT ';'", "SELECT 'it''s;'"}},
      {"SELECT E'\\';' ; x", {"SELECT E'\\';'", "x"}},
      {"SELECT e'a''\\';b'; x", {"SELECT e'a''\\';b'", "x"}},
      {"SELECT 'a\\'; x", {"SELECT 'a\\'", "x"}},  // no escape: standard_conforming_strings
      {"SELECT \";\"; x", {"SELECT \";\"", "x"}},
      {"DO $$ a; b $$; c", {"DO $$ a; b $$", "c"}},
      {"DO $f$ a; $$ ; $f$; c", {"DO $f$ a; $$ ; $f$", "c"}},
      {"SELECT a$b$; c$b$", {"SELECT a$b$", "c$b$"}},  // a dollar inside a name
      {"SELECT $1; c", {"SELECT $1", "c"}},
      {"CREATE RULE r AS ON x DO (a; b); c", {"CREATE RULE r AS ON x DO (a; b)", "c"}},
      {"a -- ; \n; b", {"a", "b"}},
      {"UPDATE t -- c\n SET x = 1;", {"UPDATE t -- c\n SET x = 1"}},
      {"SELECT 'open; x", {"SELECT 'open; x"}},
      {"SELECT $x$ open; x", {"SELECT $x$ open; x"}},
      {"/* open ; x", {}},
      {"x)); y", {"x))", "y"}},
      {"SELECT 1 -- Gr\xC3\xBC\xC3\x9F"
       "e;\n; y",
       {"SELECT 1", "y"}},
  };
  for (const auto& [script, expected] : kCases) EXPECT_EQ(Texts(script), expected) << script;
}

TEST(SqlSplit, Lines) {
  const auto statements = SplitSql("-- head\n\nUPDATE a\nSET b = 1;\n-- c\nDELETE FROM d;");
  ASSERT_EQ(statements.size(), 2u);
  EXPECT_EQ(statements[0].line, 3);
  EXPECT_EQ(statements[1].line, 6);
}

TEST(SqlSplit, SummaryHidesLiterals) {
  EXPECT_EQ(Summary("UPDATE t\n   SET a = 'secret', b = E'x' -- why\n WHERE c"),
            "UPDATE t SET a = '…', b = '…' WHERE c");
  EXPECT_EQ(Summary("DO $$ password $$"), "DO '…'");
  const std::string cut = Summary("SELECT " + std::string(200, 'x'), 20);
  EXPECT_EQ(cut, "SELECT xxxxxxxxxxxxx …");
}

TEST(SqlSplit, TransactionControl) {
  for (const char* text :
       {"BEGIN", "/* x */ commit", "-- c\nROLLBACK", "Savepoint a", "END", "start transaction"}) {
    EXPECT_TRUE(ControlsTransaction(text)) << text;
  }
  for (const char* text : {"UPDATE begin SET a = 1", "DO $$ BEGIN END $$", "", "'begin'", "SET x = 1"}) {
    EXPECT_FALSE(ControlsTransaction(text)) << text;
  }
}

}  // namespace
}  // namespace understudy::odoo
