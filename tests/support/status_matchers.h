// gMock matchers for absl::Status and absl::StatusOr, which the distribution's Abseil does not ship.
//
//   EXPECT_OK(status);  ASSERT_OK(status);
//   ASSERT_OK_AND_ASSIGN(auto value, FunctionThatReturnsStatusOr());
//   EXPECT_THAT(status, StatusIs(absl::StatusCode::kNotFound, HasSubstr("pack")));
//   EXPECT_THAT(status_or, IsOkAndHolds(42));
//
// Threads: as gTest, one thread.
#ifndef UNDERSTUDY_TESTS_SUPPORT_STATUS_MATCHERS_H_
#define UNDERSTUDY_TESTS_SUPPORT_STATUS_MATCHERS_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace understudy {

inline absl::Status ToStatus(const absl::Status& status) { return status; }
template <typename T>
absl::Status ToStatus(const absl::StatusOr<T>& status_or) {
  return status_or.status();
}

MATCHER(IsOk, "is OK") {
  const absl::Status status = ToStatus(arg);
  *result_listener << "which is " << status.ToString();
  return status.ok();
}

MATCHER_P(StatusIs, code, "has the status code " + absl::StatusCodeToString(code)) {
  const absl::Status status = ToStatus(arg);
  *result_listener << "which is " << status.ToString();
  return status.code() == code;
}

MATCHER_P2(StatusIs, code, message_matcher,
           "has the status code " + absl::StatusCodeToString(code) + " and a message that matches") {
  const absl::Status status = ToStatus(arg);
  *result_listener << "which is " << status.ToString();
  return status.code() == code &&
         ::testing::ExplainMatchResult(message_matcher, std::string(status.message()), result_listener);
}

MATCHER_P(IsOkAndHolds, value_matcher, "is OK and holds a value that matches") {
  if (!arg.ok()) {
    *result_listener << "which is " << arg.status().ToString();
    return false;
  }
  return ::testing::ExplainMatchResult(value_matcher, *arg, result_listener);
}

}  // namespace understudy

#define UNDERSTUDY_CONCAT_INNER_(a, b) a##b
#define UNDERSTUDY_CONCAT_(a, b) UNDERSTUDY_CONCAT_INNER_(a, b)

#define EXPECT_OK(expr) EXPECT_THAT((expr), ::understudy::IsOk())
#define ASSERT_OK(expr) ASSERT_THAT((expr), ::understudy::IsOk())
#define ASSERT_OK_AND_ASSIGN(lhs, expr) \
  ASSERT_OK_AND_ASSIGN_IMPL_(UNDERSTUDY_CONCAT_(status_or_, __LINE__), lhs, expr)
#define ASSERT_OK_AND_ASSIGN_IMPL_(status_or, lhs, expr) \
  auto status_or = (expr);                               \
  ASSERT_THAT(status_or, ::understudy::IsOk());          \
  lhs = *std::move(status_or)

#endif  // UNDERSTUDY_TESTS_SUPPORT_STATUS_MATCHERS_H_
