// Many small things in one round trip: batches of statements, chains of COPY, tasks of SQL workers.
#include "pg/batch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "base/status.h"
#include "clone/sql_workers.h"
#include "pg/copy_in.h"
#include "pg/copy_out.h"
#include "support/postgres.h"
#include "support/status_matchers.h"

namespace understudy {
namespace {

using copyformat::Batch;
using copyformat::Format;
using ::testing::HasSubstr;

class BatchTest : public ::testing::Test {
 protected:
  void SetUp() override {
    database_ = postgres_.FreshDatabase().value();
    connection_ = Open();
    ASSERT_OK(
        connection_->Run("CREATE TABLE a (x int, y text); INSERT INTO a VALUES (1, 'one'), (2, 'two');"
                         "CREATE TABLE b (x int); CREATE TABLE c (x int);"
                         "INSERT INTO c SELECT generate_series(1, 100000)"));
  }
  std::unique_ptr<pg::Connection> Open() {
    return pg::Connection::Open(pg::ParseConninfo(postgres_.Conninfo(database_)).value(), nullptr).value();
  }
  std::string Scalar(const std::string& sql) { return postgres_.Scalar(database_, sql).value(); }

  TestPostgres& postgres_ = TestPostgres::Shared();
  std::string database_;
  std::unique_ptr<pg::Connection> connection_;
};

TEST_F(BatchTest, EveryStatementHasItsResult) {
  const std::vector<std::string> sql = {"SELECT 1", "UPDATE a SET x = x + 10", "SELECT y FROM a ORDER BY x",
                                        "SELECT x FROM b"};
  ASSERT_OK_AND_ASSIGN(const auto results, pg::ExecBatch(*connection_, sql));
  ASSERT_EQ(results.size(), 4u);
  EXPECT_EQ(results[0].Int(0, 0), 1);
  EXPECT_EQ(results[1].affected(), 2u);
  EXPECT_EQ(results[2].String(1, 0), "two");
  EXPECT_EQ(results[3].rows(), 0);
  EXPECT_EQ(Scalar("SELECT sum(x) FROM a"), "23");
}

TEST_F(BatchTest, AFailureUndoesAllAndTheSessionGoesOn) {
  const std::vector<std::string> sql = {"UPDATE a SET x = 0", "SELECT * FROM nowhere", "UPDATE a SET x = 7"};
  const auto results = pg::ExecBatch(*connection_, sql);
  EXPECT_EQ(SqlStateOf(results.status()), "42P01");
  EXPECT_EQ(Scalar("SELECT sum(x) FROM a"), "3");
  EXPECT_OK(connection_->Run("SELECT 1"));
  EXPECT_OK(pg::ExecBatch(*connection_, std::vector<std::string>{"SELECT 2"}));
}

TEST_F(BatchTest, InsideATransactionASavepointHoldsIt) {
  ASSERT_OK(connection_->Run("BEGIN; UPDATE a SET x = 5 WHERE x = 1; SAVEPOINT s"));
  EXPECT_FALSE(pg::ExecBatch(*connection_, std::vector<std::string>{"DELETE FROM a", "SELECT 1/0"}).ok());
  ASSERT_OK(connection_->Run("ROLLBACK TO SAVEPOINT s; COMMIT"));
  EXPECT_EQ(Scalar("SELECT sum(x) FROM a"), "7");
}

// What the source's chain reads the staging's chain gets, table for table.
TEST_F(BatchTest, ChainsOfCopyCarryEveryTable) {
  ASSERT_OK(postgres_.Run(
      database_, "CREATE TABLE a2 (x int, y text); CREATE TABLE b2 (x int); CREATE TABLE c2 (x int)"));
  for (const bool separate : {false, true}) {
    auto target = Open();
    std::string out, in = "TRUNCATE a2, b2, c2;";
    for (const std::string table : {"a", "b", "c"}) {
      out += (separate ? "BEGIN;" : "") + ("COPY " + table + " TO STDOUT (FORMAT binary);") +
             (separate ? "COMMIT;" : "");
      in += "COPY " + table + "2 FROM STDIN (FORMAT binary);";
    }
    ASSERT_OK(connection_->SendQuery(out));
    ASSERT_OK(target->SendQuery(in));
    for (const uint64_t rows : {2u, 0u, 100000u}) {
      const bool last = rows == 100000u;
      ASSERT_OK_AND_ASSIGN(const auto source, pg::CopyOut::Next(*connection_, Format::kBinary, last));
      ASSERT_OK_AND_ASSIGN(const auto sink, pg::CopyIn::Next(*target, Format::kBinary, last));
      Batch batch;
      for (;;) {
        ASSERT_OK_AND_ASSIGN(const bool more, source->Read(&batch));
        if (!more) break;
        ASSERT_OK(sink->Write(batch));
      }
      ASSERT_OK_AND_ASSIGN(const uint64_t taken, sink->Finish());
      EXPECT_EQ(taken, rows);
    }
    EXPECT_OK(connection_->Run("SELECT 1"));
    EXPECT_OK(target->Run("SELECT 1"));
    EXPECT_EQ(Scalar("SELECT sum(x) FROM c2"), "5000050000");
    EXPECT_EQ(Scalar("SELECT string_agg(y, ',' ORDER BY x) FROM a2"), "one,two");
  }
}

TEST_F(BatchTest, AChainThatFailsLeavesNothing) {
  ASSERT_OK(connection_->SendQuery("COPY b FROM STDIN;COPY nowhere FROM STDIN"));
  ASSERT_OK_AND_ASSIGN(auto sink, pg::CopyIn::Next(*connection_, Format::kText, false));
  Batch batch;
  batch.bytes.Append("7\n");
  batch.rows = 1;
  ASSERT_OK(sink->Write(batch));
  ASSERT_OK(sink->Finish().status());
  sink.reset();
  EXPECT_EQ(SqlStateOf(pg::CopyIn::Next(*connection_, Format::kText, true).status()), "42P01");
  EXPECT_EQ(Scalar("SELECT count(*) FROM b"), "0");
  EXPECT_OK(connection_->Run("SELECT 1"));
}

TEST_F(BatchTest, WorkersRunSmallTasksTogetherAndNameTheOneThatFails) {
  clone::SqlWorkers workers(
      2, [this] { return absl::StatusOr<std::unique_ptr<pg::Connection>>(Open()); }, nullptr,
      std::chrono::milliseconds(0));
  std::atomic<int> done{0};
  for (int i = 0; i < 100; ++i) {
    workers.Submit({10, "task", "INSERT INTO b VALUES (" + std::to_string(i) + ")", [&done] { ++done; }});
  }
  ASSERT_OK(workers.Drain());
  EXPECT_EQ(done, 100);
  EXPECT_EQ(Scalar("SELECT count(DISTINCT x) FROM b"), "100");
  for (int i = 0; i < 100; ++i) {
    workers.Submit({10, "task " + std::to_string(i), i == 70 ? "SELECT 1/0" : "SELECT 1", {}});
  }
  EXPECT_THAT(MessageOf(workers.Drain()), HasSubstr("task 70: "));
}

TEST_F(BatchTest, WorkersBeginAgainWhereAConnectionWasLost) {
  int retries = 0;
  absl::Status drained;
  // Dies once: the second time two rows are there. `last` is what comes behind that.
  const auto run = [&](const std::string& last, bool allowed) {
    ASSERT_OK_AND_ASSIGN(const auto session, absl::StatusOr<std::unique_ptr<pg::Connection>>(Open()));
    EXPECT_OK(session->Run("DROP TABLE IF EXISTS died; CREATE TABLE died (x int)"));
    clone::SqlWorkers workers(1, [this] { return absl::StatusOr<std::unique_ptr<pg::Connection>>(Open()); });
    if (allowed) {
      workers.AllowRetries({.holds = [] { return absl::OkStatus(); },
                            .retrying =
                                [&](const clone::SqlWorkers::Retry& retry) {
                                  ++retries;
                                  EXPECT_EQ(retry.what, "dying");
                                  EXPECT_EQ(retry.attempt, 2);
                                }});
    }
    bool after = false;
    workers.Submit({0,
                    "dying",
                    "",
                    [&] { after = true; },
                    {"INSERT INTO died VALUES (1)",
                     "SELECT pg_terminate_backend(pg_backend_pid()) FROM died HAVING count(*) = 1", last}});
    drained = workers.Drain();
    EXPECT_EQ(after, drained.ok());
  };
  run("SELECT 1", true);
  EXPECT_OK(drained);
  EXPECT_EQ(retries, 1);
  EXPECT_EQ(Scalar("SELECT count(*) FROM died"), "2");
  run("CREATE TABLE died (x int)", true);  // "already exists" means that it was done
  EXPECT_OK(drained);
  run("SELECT 1/0", true);
  EXPECT_THAT(MessageOf(drained), HasSubstr("dying: division by zero"));
  EXPECT_EQ(retries, 3);
  run("SELECT 1", false);
  EXPECT_EQ(ExitClassOf(drained), ExitClass::kUnreachable);
  EXPECT_EQ(retries, 3);
}

TEST_F(BatchTest, WorkersDoNotBeginAgainWhatWasDividedAndLost) {
  int retries = 0;
  clone::SqlWorkers workers(
      1, [this] { return absl::StatusOr<std::unique_ptr<pg::Connection>>(Open()); }, nullptr,
      std::chrono::milliseconds(0));
  workers.AllowRetries({.holds = [] { return absl::OkStatus(); },
                        .retrying = [&](const clone::SqlWorkers::Retry&) { ++retries; }});
  // The first is alone, while the rest gathers. Together the others fail; one by one, each in a transaction
  // of its own, the first of them is done when the second loses the connection.
  workers.Submit({20, "wait", "SELECT pg_sleep(0.3)", {}});
  workers.Submit({10, "row", "INSERT INTO b VALUES (1)", {}});
  workers.Submit({10,
                  "end",
                  "SELECT pg_terminate_backend(pg_backend_pid()) WHERE txid_current() <> (SELECT "
                  "max(xmin::text::bigint) "
                  "FROM b)",
                  {}});
  workers.Submit({10, "error", "SELECT 1/0", {}});
  for (int i = 0; i < 40; ++i) workers.Submit({1, "more", "SELECT 1", {}});
  EXPECT_EQ(ExitClassOf(workers.Drain()), ExitClass::kUnreachable);
  EXPECT_EQ(retries, 0);
  EXPECT_EQ(Scalar("SELECT count(*) FROM b"), "1");
}

}  // namespace
}  // namespace understudy
