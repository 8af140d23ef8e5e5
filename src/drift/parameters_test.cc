#include "drift/parameters.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace understudy::drift {
namespace {

TEST(ExplainParameters, SaysWhoChangedWhat) {
  const Parameters production = {
      {"kept", "1"}, {"token", "2"}, {"base_url", "3"}, {"dropped", "4"}, {"put_back", "5"}};
  const Parameters sent = {
      {"kept", "1"}, {"token", "9"}, {"base_url", "3"}, {"dropped", "4"}, {"put_back", "8"}};
  const Parameters published = {
      {"kept", "1"}, {"token", "9"}, {"base_url", "7"}, {"put_back", "5"}, {"is_neutralized", "1"}};
  std::map<std::string, std::string> found;
  for (const record::Parameter& p : ExplainParameters(production, sent, published))
    found[p.key] = p.treatment;
  EXPECT_THAT(found,
              testing::ElementsAre(testing::Pair("base_url", "set"), testing::Pair("dropped", "removed"),
                                   testing::Pair("is_neutralized", "added"), testing::Pair("kept", "keep"),
                                   testing::Pair("put_back", "keep"), testing::Pair("token", "treated")));
}

}  // namespace
}  // namespace understudy::drift
