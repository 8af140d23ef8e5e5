// A refresh against a private PostgreSQL, as a test wants it: rules as text, results as a run record.
#ifndef UNDERSTUDY_TESTS_INTEGRATION_REFRESH_FIXTURE_H_
#define UNDERSTUDY_TESTS_INTEGRATION_REFRESH_FIXTURE_H_

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <string>

#include "base/events.h"
#include "base/mutex.h"
#include "record/run_record.h"
#include "refresh/run.h"
#include "support/postgres.h"

namespace understudy {

inline constexpr char kKey[] = "00112233445566778899aabbccddeeff102132435465768798a9bacbdcedfe0f";
inline constexpr char kOtherKey[] = "ff112233445566778899aabbccddeeff102132435465768798a9bacbdcedfe0f";

// A Listener that calls back when a stage starts, so that a test can break things in the middle.
class TestListener : public Listener {
 public:
  std::function<void(std::string_view)> on_stage;

  void StageStarted(std::string_view stage) override {
    if (on_stage) on_stage(stage);
  }
  void StageFinished(std::string_view, double) override {}
  void Warning(std::string_view, std::string_view) override {}
  void Info(std::string_view) override {}
  // Stages run side by side.
  Counters& CountersOf(std::string_view stage) override {
    MutexLock lock(mutex_);
    return counters_[std::string(stage)];
  }

 private:
  Mutex mutex_;
  std::map<std::string, Counters> counters_ ABSL_GUARDED_BY(mutex_);
};

class RefreshTest : public ::testing::Test {
 protected:
  void SetUp() override;

  // Runs a refresh of `source` into `staging` under the rule pack `pack` (YAML; empty: no rules).
  absl::Status Refresh(const std::string& pack);

  // Rows of a table as sorted text lines: independent of their order on disk.
  std::string Rows(const std::string& database, const std::string& table, const std::string& columns = "*");
  // pg_dump --schema-only without owners, and without the lines that differ from run to run.
  std::string SchemaOf(const std::string& database);
  std::string Scalar(const std::string& database, const std::string& sql);
  // Databases whose names begin with the hidden prefix.
  std::string Hidden();

  TestPostgres& postgres_ = TestPostgres::Shared();
  std::string source_, staging_, directory_;
  refresh::RefreshOptions options_;
  TestListener listener_;
  CancelToken cancel_;
  record::RunRecord record_;
};

}  // namespace understudy

#endif  // UNDERSTUDY_TESTS_INTEGRATION_REFRESH_FIXTURE_H_
