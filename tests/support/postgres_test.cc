#include "support/postgres.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <thread>

#include "support/status_matchers.h"

namespace understudy {
namespace {

using ::testing::HasSubstr;

TEST(TestPostgresTest, RunsSqlAndReturnsRows) {
  TestPostgres& server = TestPostgres::Shared();
  ASSERT_OK_AND_ASSIGN(const std::string database, server.FreshDatabase());
  ASSERT_OK(server.Run(database, "CREATE TABLE t(a int, b text); INSERT INTO t VALUES (1, NULL), (2, 'x')"));
  ASSERT_OK_AND_ASSIGN(const TestPostgres::Rows rows, server.Query(database, "SELECT * FROM t ORDER BY a"));
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0][1], std::nullopt);
  EXPECT_EQ(rows[1][1], "x");
  EXPECT_THAT(server.Scalar(database, "SELECT sum(a) FROM t"), IsOkAndHolds("3"));
  EXPECT_THAT(server.Run(database, "SELECT nothing"),
              StatusIs(absl::StatusCode::kInternal, HasSubstr("nothing")));
  EXPECT_FALSE(server.Scalar(database, "SELECT a FROM t").ok());
  EXPECT_FALSE(server.Run("no_such_database", "SELECT 1").ok());
}

TEST(TestPostgresTest, StopsAndStartsAgainWithItsData) {
  TestPostgres::Options options;
  options.tcp = true;
  options.settings = {"wal_level=minimal", "max_wal_senders=0", "synchronous_commit=on"};
  ASSERT_OK_AND_ASSIGN(const auto server, TestPostgres::Start(options));
  ASSERT_OK(server->Run("postgres", "CREATE TABLE kept AS SELECT 7 AS n"));
  ASSERT_OK(server->Stop(/*immediate=*/true));
  EXPECT_FALSE(server->Run("postgres", "SELECT 1").ok());
  ASSERT_OK(server->StartAgain());
  EXPECT_THAT(server->Scalar("postgres", "SELECT n FROM kept"), IsOkAndHolds("7"));
  EXPECT_THAT(server->Scalar("postgres", "SHOW wal_level"), IsOkAndHolds("minimal"));
  EXPECT_THAT(server->TcpConninfo(), HasSubstr("127.0.0.1"));
}

// True once `condition` holds, false after ten seconds.
template <typename F>
bool Eventually(F condition) {
  for (int i = 0; i < 200; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return false;
}

TEST(TestPostgresTest, ACrashedTestLeavesNothing) {
  int fds[2];
  ASSERT_EQ(pipe(fds), 0);
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    close(fds[0]);
    const auto server = TestPostgres::Start();
    if (!server.ok()) _exit(1);
    const std::string line = (*server)->directory() + "\n" + std::to_string((*server)->postmaster_pid());
    if (write(fds[1], line.data(), line.size()) < 0) _exit(1);
    kill(getpid(), SIGKILL);
  }
  close(fds[1]);
  char buffer[256] = {};
  const ssize_t size = read(fds[0], buffer, sizeof(buffer) - 1);
  close(fds[0]);
  waitpid(child, nullptr, 0);
  ASSERT_GT(size, 0);
  const std::string text(buffer);
  const std::string directory = text.substr(0, text.find('\n'));
  const pid_t server = std::stoi(text.substr(text.find('\n') + 1));
  EXPECT_TRUE(Eventually([&] { return !std::filesystem::exists(directory); })) << directory;
  EXPECT_TRUE(Eventually([&] { return kill(server, 0) != 0; }));
}

}  // namespace
}  // namespace understudy
