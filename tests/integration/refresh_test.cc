// The main job against a real PostgreSQL: fidelity on hostile schemas, atomicity, refusals.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <atomic>
#include <filesystem>
#include <set>
#include <sstream>
#include <thread>

#include "base/file.h"
#include "base/status.h"
#include "integration/refresh_fixture.h"
#include "support/status_matchers.h"

namespace understudy {
namespace {

using ::testing::HasSubstr;

TEST_F(RefreshTest, CopiesTheZooExactly) {
  const std::string zoo = ReadFile(std::string(UNDERSTUDY_SOURCE_DIR) + "/tests/integration/zoo.sql").value();
  absl::Status status = postgres_.Run(source_, zoo);
  ASSERT_TRUE(status.ok()) << MessageOf(status);
  status = Refresh("");
  ASSERT_TRUE(status.ok()) << MessageOf(status);
  EXPECT_EQ(SchemaOf(source_), SchemaOf(staging_));
  const auto tables =
      postgres_.Query(source_,
                      "SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n"
                      " ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'm') AND n.nspname NOT IN"
                      " ('pg_catalog', 'information_schema') AND c.relispopulated");
  ASSERT_TRUE(tables.ok());
  EXPECT_GE(tables->size(), 67u);
  for (const auto& row : *tables) EXPECT_EQ(Rows(source_, *row[0]), Rows(staging_, *row[0])) << *row[0];
  const auto sequences =
      postgres_.Query(source_, "SELECT format('%I.%I', schemaname, sequencename) FROM pg_sequences");
  ASSERT_TRUE(sequences.ok());
  EXPECT_GE(sequences->size(), 9u);
  for (const auto& row : *sequences) {
    EXPECT_EQ(Rows(source_, *row[0], "last_value, is_called"),
              Rows(staging_, *row[0], "last_value, is_called"))
        << *row[0];
  }
  EXPECT_EQ(Scalar(staging_, "SELECT relispopulated FROM pg_class WHERE relname = 'mv_not_filled'"), "f");
  EXPECT_EQ(Scalar(staging_, "SELECT count(*) FROM log_rows"),
            Scalar(source_, "SELECT count(*) FROM log_rows"))
      << "triggers must not fire";
  EXPECT_EQ(Scalar(staging_, "SELECT length(lo_get(70001))"), "0") << "content of large objects is left out";
  EXPECT_EQ(Scalar(staging_, "SELECT obj_description(70001, 'pg_largeobject')"), "NULL")
      << "and so is what a comment says of it";
  options_.config.policy.attachments.default_action = "keep";
  ASSERT_TRUE(Refresh("").ok()) << record_.error;
  EXPECT_EQ(Scalar(staging_, "SELECT convert_from(lo_get(70001), 'UTF8')"), "large object bytes");
  EXPECT_EQ(Scalar(staging_, "SELECT obj_description(70001, 'pg_largeobject')"),
            "the contract of 'somebody'");
}

TEST_F(RefreshTest, BothFormatsGiveTheSameStaging) {
  ASSERT_TRUE(
      postgres_
          .Run(source_,
               "CREATE TABLE p (id int PRIMARY KEY, name text, email varchar(64), active bool, d date, r "
               "regclass);"
               "INSERT INTO p SELECT i, CASE WHEN i % 7 = 0 THEN NULL ELSE E'Ada\\tOk\\\\onkwo ' || i END,"
               " 'ada' || i || '@corp-mail.de', i % 2 = 0, date '2020-01-01' + i, 'pg_class' FROM "
               "generate_series(1, 500) i;"
               "CREATE TABLE q AS SELECT id, name, email, active, d FROM p")
          .ok());
  const absl::Status status =
      Refresh("pack: test\ntables:\n  p: {name: name, email: email}\n  q: {name: name, email: email}\n");
  ASSERT_TRUE(status.ok()) << MessageOf(status);
  // regclass carries an oid of its server: p travels as text, q as binary.
  EXPECT_EQ(Rows(staging_, "p", "id, name, email, active, d"), Rows(staging_, "q"));
  EXPECT_EQ(Scalar(staging_, "SELECT count(*) FROM q WHERE email LIKE '%corp-mail%' OR name LIKE 'Ada%'"),
            "0");
  EXPECT_EQ(Rows(source_, "q", "id, active, d, name IS NULL"),
            Rows(staging_, "q", "id, active, d, name IS NULL"));
}

// Keys in every direction around one hub: two sessions add them side by side and must never wait for each
// other.
TEST_F(RefreshTest, ForeignKeysInCyclesAreAddedWithoutADeadlock) {
  constexpr int kTables = 40;
  std::string sql = "CREATE TABLE hub (id int PRIMARY KEY);";
  for (int i = 0; i < kTables; ++i) {
    sql +=
        fmt::format("CREATE TABLE t{} (id int PRIMARY KEY, a int, b int, c int, hub int REFERENCES hub);", i);
  }
  for (int i = 0; i < kTables; ++i) {
    sql += fmt::format(
        "ALTER TABLE hub ADD COLUMN t{0} int REFERENCES t{0};"
        "ALTER TABLE t{0} ADD FOREIGN KEY (a) REFERENCES t{1}, ADD FOREIGN KEY (b) REFERENCES t{2},"
        " ADD FOREIGN KEY (c) REFERENCES t{3};",
        i, (i + 1) % kTables, (i + kTables - 1) % kTables, (i * 7 + 3) % kTables);
  }
  ASSERT_TRUE(postgres_.Run(source_, sql).ok()) << MessageOf(postgres_.Run(source_, sql));
  const absl::Status status = Refresh("");
  ASSERT_TRUE(status.ok()) << MessageOf(status);
  EXPECT_EQ(SchemaOf(source_), SchemaOf(staging_));
}

// A table that was loaded in one piece is known to be visible to all; one that was cut only after a VACUUM,
// and without it the check of every key reads all of it.
TEST_F(RefreshTest, LargeTablesWithSeveralKeysAreVacuumed) {
  constexpr char kSql[] =
      "CREATE TABLE kind (id int PRIMARY KEY); INSERT INTO kind SELECT generate_series(0, 9);"
      "CREATE TABLE \"Big one\" (id int PRIMARY KEY, a int REFERENCES kind, b int REFERENCES kind,"
      " c int REFERENCES kind, filler text);"
      "INSERT INTO \"Big one\" SELECT i, i % 10, i % 10, NULL, repeat('x', 900)"
      " FROM generate_series(1, 80000) i";
  ASSERT_OK(postgres_.Run(source_, kSql));
  ASSERT_EQ(Scalar(source_, "SELECT pg_relation_size('\"Big one\"') > 64 << 20"), "t") << "it is not cut";
  ASSERT_OK(Refresh(""));
  EXPECT_EQ(Scalar(staging_, "SELECT relallvisible >= relpages - 1 FROM pg_class WHERE relname = 'Big one'"),
            "t");
  EXPECT_EQ(Scalar(staging_, "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND NOT convalidated"),
            "0");
}

// An audit that can fail: one rule switched off, and it names exactly that column.
TEST_F(RefreshTest, TheAuditNamesTheColumnWhoseRuleIsOff) {
  ASSERT_TRUE(postgres_
                  .Run(source_,
                       "CREATE TABLE partner (id int PRIMARY KEY, name text, email text, note text);"
                       "CREATE TABLE message (id int PRIMARY KEY, email_from text, body text);"
                       "INSERT INTO partner SELECT i, 'Vrysko Njastein' || chr(97 + i), 'vrysko' || i ||"
                       " '@hruridge-kundenmail.de', 'Call Vrysko Njastein' || chr(97 + i) FROM "
                       "generate_series(1, 20) i;"
                       "INSERT INTO message SELECT id, email, '<p>Dear ' || name || ', ' || email || '</p>' "
                       "FROM partner")
                  .ok());
  options_.config.policy.leaks = refresh::FindingPolicy::kFail;
  const std::string others = "    note: rewrite\n  message: {email_from: email, body: rewrite_html}\n";
  absl::Status status =
      Refresh("pack: test\ntables:\n  partner:\n    name: name\n    email: email\n" + others);
  EXPECT_TRUE(status.ok()) << MessageOf(status);
  EXPECT_EQ(Scalar(staging_,
                   "SELECT count(*) FROM message m JOIN partner p USING (id) WHERE m.body = '<p>Dear ' ||"
                   " p.name || ', ' || p.email || '</p>'"),
            "20")
      << "a message names the same fake person as the record";
  status = Refresh("pack: test\ntables:\n  partner:\n    name: name\n    email: keep\n" + others);
  EXPECT_EQ(ExitClassOf(status), ExitClass::kLeak);
  ASSERT_EQ(record_.leaks.size(), 1u);
  EXPECT_EQ(record_.leaks[0].table, "partner");
  EXPECT_EQ(record_.leaks[0].column, "email");
  EXPECT_EQ(record_.leaks[0].count, 20u);
  EXPECT_EQ(record_.leaks[0].data_class, "email");
  EXPECT_EQ(record_.leaks[0].rows.size(), 10u);
  EXPECT_THAT(MessageOf(status), ::testing::Not(HasSubstr("vrysko")));
  EXPECT_EQ(Scalar(staging_, "SELECT count(*) FROM partner WHERE email LIKE '%kundenmail%'"), "0")
      << "the leaking copy was not published";
}

TEST_F(RefreshTest, SameKeySameBytesOnAnyNumberOfLanes) {
  ASSERT_TRUE(postgres_
                  .Run(source_,
                       "CREATE TABLE p (id int, email text, pad text);"
                       "INSERT INTO p SELECT i, 'u' || i || '@corp-mail.de', repeat('x', 2000)"
                       " FROM generate_series(1, 30000) i")
                  .ok());
  const std::string pack = "pack: test\ntables:\n  p: {email: email}\n";
  options_.config.jobs = 1;
  ASSERT_TRUE(Refresh(pack).ok());
  const std::string one = Rows(staging_, "p", "id, email");
  options_.config.jobs = 8;
  ASSERT_TRUE(Refresh(pack).ok());
  EXPECT_EQ(one, Rows(staging_, "p", "id, email"));
  ASSERT_TRUE(WriteFileAtomic(directory_ + "/key", std::string(kOtherKey) + "\n", 0600).ok());
  ASSERT_TRUE(Refresh(pack).ok());
  std::set<std::string> before, after;
  const auto emails = postgres_.Query(staging_, "SELECT email FROM p");
  ASSERT_TRUE(emails.ok());
  for (const auto& row : *emails) after.insert(*row[0]);
  std::istringstream lines(one);
  for (std::string line; std::getline(lines, line);) {
    before.insert(line.substr(line.find(',') + 1, line.rfind(')') - line.find(',') - 1));
  }
  std::vector<std::string> common;
  std::set_intersection(before.begin(), before.end(), after.begin(), after.end(), std::back_inserter(common));
  EXPECT_EQ(before.size(), 30000u);
  EXPECT_TRUE(common.empty()) << common.size();
}

TEST_F(RefreshTest, ReplacesItsOwnStagingAndKeepsThePreviousOne) {
  ASSERT_TRUE(postgres_.Run(source_, "CREATE TABLE a (x int); INSERT INTO a VALUES (1)").ok());
  ASSERT_TRUE(Refresh("").ok());
  ASSERT_TRUE(postgres_.Run(source_, "INSERT INTO a VALUES (2)").ok());
  ASSERT_TRUE(Refresh("").ok());
  EXPECT_EQ(Scalar(staging_, "SELECT count(*) FROM a"), "2");
  EXPECT_THAT(record_.previous, HasSubstr(staging_ + "_previous_"));
  EXPECT_EQ(Scalar(record_.previous, "SELECT count(*) FROM a"), "1");
  EXPECT_EQ(Hidden(), "");
}

TEST_F(RefreshTest, DropsWhatDeadRunsOfThisStagingLeft) {
  ASSERT_TRUE(postgres_.Run(source_, "CREATE TABLE a (x int)").ok());
  const std::string others = "_understudy_20240101T000000Z-0a1b2c_other_" + staging_;
  const std::string dead = "_understudy_20240101T000000Z-0a1b2c_" + staging_;
  // Killed before it could be marked, and another staging's that looks alike.
  for (const std::string& name : {others, dead}) {
    ASSERT_TRUE(postgres_.CreateDatabase(name, "IS_TEMPLATE true ALLOW_CONNECTIONS false").ok());
  }
  ASSERT_TRUE(Refresh("").ok()) << record_.error;
  EXPECT_EQ(Hidden(), others);
  ASSERT_TRUE(postgres_.Run("postgres", "ALTER DATABASE \"" + others + "\" IS_TEMPLATE false").ok());
  ASSERT_TRUE(postgres_.Run("postgres", "DROP DATABASE \"" + others + "\"").ok());
}

TEST_F(RefreshTest, PublishesOverABusyStaging) {
  ASSERT_TRUE(postgres_.Run(source_, "CREATE TABLE a (x int)").ok());
  ASSERT_TRUE(Refresh("").ok());
  std::atomic<bool> stop{false};
  std::vector<std::thread> users;
  for (int i = 0; i < 4; ++i) {
    users.emplace_back([&] {
      while (!stop) postgres_.Run(staging_, "SELECT pg_sleep(0.05)").IgnoreError();
    });
  }
  const absl::Status status = Refresh("");
  stop = true;
  for (std::thread& user : users) user.join();
  EXPECT_TRUE(status.ok()) << MessageOf(status);
}

TEST_F(RefreshTest, RefusesTheSameDatabaseUnderTwoSpellings) {
  ASSERT_TRUE(postgres_.Run(source_, "CREATE TABLE a (x int)").ok());
  options_.config.staging.database =
      postgres_.Conninfo(source_) + " application_name=other options='-c geqo=off'";
  options_.adopt = true;
  const absl::Status status = Refresh("");
  EXPECT_EQ(ExitClassOf(status), ExitClass::kRefused);
  EXPECT_THAT(MessageOf(status), HasSubstr("same database"));
  EXPECT_EQ(record_.exit_code, 8);
}

TEST_F(RefreshTest, RefusesAForeignStagingUnlessAdopted) {
  ASSERT_TRUE(postgres_.CreateDatabase(staging_).ok());
  ASSERT_TRUE(postgres_.Run(staging_, "CREATE TABLE precious (x int)").ok());
  EXPECT_EQ(ExitClassOf(Refresh("")), ExitClass::kRefused);
  EXPECT_EQ(Scalar(staging_, "SELECT count(*) FROM precious"), "0");
  options_.adopt = true;
  ASSERT_TRUE(Refresh("").ok());
  EXPECT_EQ(Scalar(record_.previous, "SELECT count(*) FROM precious"), "0") << "the adopted one is kept";
}

TEST_F(RefreshTest, UnreachableEndsAreToldApart) {
  options_.config.source.database = "host=/nonexistent dbname=x password=hush";
  absl::Status status = Refresh("");
  EXPECT_EQ(ExitClassOf(status), ExitClass::kUnreachable);
  EXPECT_THAT(MessageOf(status), HasSubstr("source: host=/nonexistent dbname=x"));
  EXPECT_THAT(MessageOf(status), ::testing::Not(HasSubstr("hush")));
  options_.config.source.database = postgres_.Conninfo(source_);
  options_.config.staging.database = "host=/nonexistent dbname=y";
  status = Refresh("");
  EXPECT_EQ(ExitClassOf(status), ExitClass::kUnreachable);
  EXPECT_THAT(MessageOf(status), HasSubstr("staging: host=/nonexistent"));
}

// Ends every session but our own kind of test session: what a dying server looks like to a run.
std::string TerminateSql(const std::string& database_pattern) {
  return "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = "
         "'understudy' AND"
         " datname LIKE '" +
         database_pattern + "'";
}

TEST_F(RefreshTest, ALostConnectionLeavesYesterdaysStaging) {
  ASSERT_TRUE(postgres_
                  .Run(source_,
                       "CREATE TABLE a (x int, pad text); INSERT INTO a SELECT i, repeat('x', 500)"
                       " FROM generate_series(1, 200000) i")
                  .ok());
  ASSERT_TRUE(Refresh("").ok());
  ASSERT_TRUE(postgres_.Run(source_, "INSERT INTO a VALUES (-1)").ok());
  for (const std::string& victim : {source_, std::string("\\_understudy%")}) {
    for (const char* stage : {"plan", "schema", "rows", "publish"}) {
      SCOPED_TRACE(victim + " at " + stage);
      std::thread killer;
      listener_.on_stage = [&](std::string_view started) {
        if (started != stage || killer.joinable()) return;
        killer = std::thread([&, name = victim] {
          for (int i = 0; i < 10; ++i) {
            postgres_.Run("postgres", TerminateSql(name)).IgnoreError();
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
          }
        });
      };
      const absl::Status status = Refresh("");
      listener_.on_stage = nullptr;
      if (killer.joinable()) killer.join();
      if (status.ok()) {
        // Nothing was connected at that moment; the run is whole then.
        EXPECT_EQ(Scalar(staging_, "SELECT count(*) FROM a"), "200001");
      } else {
        EXPECT_EQ(ExitClassOf(status), ExitClass::kUnreachable) << MessageOf(status);
      }
      const std::string rows = Scalar(staging_, "SELECT count(*) FROM a");
      EXPECT_TRUE(rows == "200000" || rows == "200001") << rows;
      EXPECT_EQ(Hidden(), "");
    }
  }
}

TEST_F(RefreshTest, CancellingLeavesNothingBehind) {
  ASSERT_TRUE(postgres_
                  .Run(source_,
                       "CREATE TABLE a (x int, pad text); INSERT INTO a SELECT i, repeat('x', 500)"
                       " FROM generate_series(1, 100000) i")
                  .ok());
  listener_.on_stage = [&](std::string_view stage) {
    if (stage == "rows") cancel_.Cancel();
  };
  const absl::Status status = Refresh("");
  EXPECT_EQ(ExitClassOf(status), ExitClass::kCancelled);
  EXPECT_EQ(record_.exit_code, 130);
  EXPECT_EQ(Hidden(), "");
  EXPECT_EQ(Scalar("postgres", "SELECT count(*) FROM pg_database WHERE datname = '" + staging_ + "'"), "0");
  for (const auto& entry : std::filesystem::directory_iterator(directory_ + "/state")) {
    EXPECT_FALSE(entry.path().filename().string().starts_with("private."));
  }
}

TEST_F(RefreshTest, DatabaseSettingsAndCommentTravel) {
  ASSERT_TRUE(postgres_
                  .Run(source_, fmt::format("ALTER DATABASE {0} SET DateStyle = 'German, DMY';"
                                            "ALTER DATABASE {0} SET search_path = \"$user\", public;"
                                            "ALTER DATABASE {0} SET my.setting = 'it''s';"
                                            "COMMENT ON DATABASE {0} IS 'the real one';"
                                            "CREATE TABLE a (d date, i interval);"
                                            "INSERT INTO a VALUES ('2024-03-01', '1 day')",
                                            source_))
                  .ok());
  ASSERT_TRUE(Refresh("").ok()) << record_.error;
  for (const char* setting : {"DateStyle", "search_path", "my.setting"}) {
    EXPECT_EQ(Scalar(source_, fmt::format("SHOW {}", setting)),
              Scalar(staging_, fmt::format("SHOW {}", setting)));
  }
  EXPECT_EQ(Scalar(staging_,
                   "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = "
                   "current_database()"),
            "the real one");
  EXPECT_EQ(Rows(source_, "a"), Rows(staging_, "a"));
}

}  // namespace
}  // namespace understudy
