#include "clone/byte_estimate.h"

#include <gtest/gtest.h>

namespace understudy::clone {
namespace {

TEST(ByteEstimate, LearnsFromWhatIsDone) {
  ByteEstimate estimate;
  EXPECT_EQ(estimate.Total(), 0u);
  estimate.Expect(0, 600);
  estimate.Expect(0, 600);
  estimate.Expect(1, 100);
  EXPECT_EQ(estimate.Total(), 1300u);
  estimate.Done(0, 600, 1200);  // compressed on disk: twice as much travels
  EXPECT_EQ(estimate.Total(), 1200u + 1200 + 200);
  estimate.Done(1, 100, 10);  // mostly dead rows
  EXPECT_EQ(estimate.Total(), 1200u + 1200 + 10);
  estimate.Done(0, 600, 1000);
  EXPECT_EQ(estimate.Total(), 2210u);
}

TEST(ByteEstimate, IsExactInTheEnd) {
  ByteEstimate estimate;
  uint64_t sent = 0;
  for (size_t table = 0; table < 50; ++table) {
    for (size_t part = 0; part < table; ++part) estimate.Expect(table, 1000);
  }
  for (size_t table = 0; table < 50; ++table) {
    for (size_t part = 0; part < table; ++part) {
      const uint64_t actual = table * 37 + part;
      sent += actual;
      estimate.Done(table, 1000, actual);
    }
  }
  EXPECT_EQ(estimate.Total(), sent);
}

}  // namespace
}  // namespace understudy::clone
