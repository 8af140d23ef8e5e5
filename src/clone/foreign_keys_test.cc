#include "clone/foreign_keys.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace understudy::clone {
namespace {

using std::chrono::milliseconds;

// Tables that take `each` on a session whose round trip takes `trip`: the tables of every batch.
std::vector<size_t> Tables(size_t count, milliseconds each, milliseconds trip) {
  KeyBatches batches;
  std::string all;
  for (size_t i = 0; i < count; ++i) {
    batches.Add(fmt::format("t{}", i), ";", 2);
    all += ";";
  }
  KeyBatches::Clock::time_point now;
  std::vector<size_t> tables;
  std::string given;
  for (;;) {
    const KeyBatches::Batch batch = batches.Next(now);
    if (batch.statements.empty()) break;
    EXPECT_EQ(batch.what, fmt::format("adding foreign keys of t{}", given.size()));
    EXPECT_EQ(batch.steps, 2 * batch.statements.size());
    tables.push_back(batch.statements.size());
    for (const std::string& statement : batch.statements) given += statement;
    now += each * tables.back() + trip;
  }
  EXPECT_EQ(given, all);
  return tables;
}

TEST(KeyBatchesTest, GrowUntilOneTakesItsTime) {
  EXPECT_EQ(Tables(300, milliseconds(8), milliseconds(0)), (std::vector<size_t>{16, 32, 64, 64, 64, 60}));
}

TEST(KeyBatchesTest, StaySmallWhereATableTakesLong) {
  EXPECT_EQ(Tables(50, milliseconds(300), milliseconds(0)), (std::vector<size_t>{16, 16, 16, 2}));
}

TEST(KeyBatchesTest, AFarServerIsAskedAFewTimes) {
  EXPECT_LE(Tables(2000, milliseconds(0), milliseconds(400)).size(), 9U);
}

TEST(KeyBatchesTest, NoTablesNoBatch) { EXPECT_TRUE(Tables(0, milliseconds(1), milliseconds(1)).empty()); }

}  // namespace
}  // namespace understudy::clone
