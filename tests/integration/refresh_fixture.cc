#include "integration/refresh_fixture.h"

#include <cstdio>
#include <filesystem>

#include "absl/time/clock.h"
#include "base/file.h"
#include "base/process.h"
#include "base/status.h"
#include "record/state_directory.h"

namespace understudy {

void RefreshTest::SetUp() {
  source_ = postgres_.FreshDatabase().value();
  staging_ = "staging_of_" + source_;
  directory_ = ::testing::TempDir() + "/refresh_" + source_;
  std::filesystem::remove_all(directory_);
  ASSERT_TRUE(MakeDirectories(directory_).ok());
  options_.config.source.database = postgres_.Conninfo(source_);
  options_.config.staging.database = postgres_.Conninfo(staging_);
  options_.config.state = directory_ + "/state";
  options_.config.path = directory_ + "/understudy.yaml";
  options_.config.policy.unclassified = refresh::UnclassifiedPolicy::kKeep;
  options_.config.policy.leaks = refresh::FindingPolicy::kOff;
  options_.config.jobs = 2;
  options_.rules_directory = std::string(UNDERSTUDY_SOURCE_DIR) + "/rules";
  options_.config.key = {refresh::SecretSource::Kind::kFile, directory_ + "/key"};
  ASSERT_TRUE(WriteFileAtomic(directory_ + "/key", std::string(kKey) + "\n", 0600).ok());
}

absl::Status RefreshTest::Refresh(const std::string& pack) {
  options_.config.rules.clear();
  if (!pack.empty()) {
    const std::string file = directory_ + "/site.yaml";
    RETURN_IF_ERROR(WriteFileAtomic(file, pack));
    options_.config.rules = {file};
  }
  record_ = {};
  options_.run_id = record::NewRunId(absl::Now());
  return refresh::RunRefresh(options_, listener_, cancel_, &record_);
}

std::string RefreshTest::Rows(const std::string& database, const std::string& table,
                              const std::string& columns) {
  const auto rows =
      postgres_.Query(database, "SELECT line FROM (SELECT r::text AS line FROM (SELECT " + columns +
                                    " FROM ONLY " + table + ") r) l ORDER BY line COLLATE \"C\"");
  if (!rows.ok()) {
    ADD_FAILURE() << database << ": " << MessageOf(rows.status());
    return {};
  }
  std::string text;
  for (const auto& row : *rows) text += row[0].value_or("NULL") + "\n";
  return text;
}

std::string RefreshTest::SchemaOf(const std::string& database) {
  ProcessOptions run;
  run.argv = {TestPostgres::BinDirectory() + "/pg_dump", "--schema-only", "--no-owner", "--no-acl",
              "--dbname=" + postgres_.Conninfo(database)};
  const auto result = RunProcess(run);
  if (!result.ok() || result->exit_code != 0) return "error: " + (result.ok() ? result->errors : "");
  std::string text;
  size_t begin = 0;
  while (begin < result->output.size()) {
    const size_t end = result->output.find('\n', begin);
    const std::string line = result->output.substr(begin, end - begin);
    if (line.find("restrict ") == std::string::npos) text += line + "\n";
    begin = end + 1;
  }
  return text;
}

std::string RefreshTest::Scalar(const std::string& database, const std::string& sql) {
  const auto value = postgres_.Scalar(database, sql);
  return value.ok() ? *value : "error: " + MessageOf(value.status());
}

std::string RefreshTest::Hidden() {
  return Scalar(
      "postgres",
      "SELECT coalesce(string_agg(datname, ' '), '') FROM pg_database WHERE datname LIKE '\\_understudy%" +
          staging_ + "'");
}

}  // namespace understudy
