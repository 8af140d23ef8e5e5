#include "base/status.h"

#include <gtest/gtest.h>

namespace understudy {
namespace {

TEST(StatusTest, AnnotateKeepsCodeAndPayloads) {
  absl::Status status = WithSqlState(Unreachable("connection lost"), "08006");
  status = Annotate(Annotate(status, "COPY TO"), "mail_message");
  EXPECT_EQ(MessageOf(status), "mail_message: COPY TO: connection lost");
  EXPECT_EQ(SqlStateOf(status), "08006");
  EXPECT_EQ(ExitClassOf(status), ExitClass::kUnreachable);
}

TEST(StatusTest, InnermostExitClassWins) {
  EXPECT_EQ(ExitClassOf(WithExit(Refused("same database"), ExitClass::kFailed)), ExitClass::kRefused);
  EXPECT_EQ(ExitClassOf(WithExit(Failed("x"), ExitClass::kLeak)), ExitClass::kLeak);
  EXPECT_EQ(ExitClassOf(absl::OkStatus()), ExitClass::kDone);
  EXPECT_EQ(ExitClassOf(Cancelled()), ExitClass::kCancelled);
  EXPECT_EQ(ExitClassOf(Failed("x")), ExitClass::kFailed);
}

TEST(StatusTest, AnnotateSaysALayerOnce) {
  const absl::Status lost = Annotate(Unreachable("lost the outsource: gone"), "source");
  EXPECT_EQ(MessageOf(lost), "source: lost the outsource: gone");
  EXPECT_EQ(MessageOf(Annotate(Annotate(lost, "person"), "source")),
            "person: source: lost the outsource: gone");
  EXPECT_EQ(MessageOf(Annotate(Annotate(lost, "source"), "staging")),
            "staging: source: lost the outsource: gone");
}

TEST(StatusTest, AnnotateLeavesOkAlone) { EXPECT_TRUE(Annotate(absl::OkStatus(), "x").ok()); }

}  // namespace
}  // namespace understudy
