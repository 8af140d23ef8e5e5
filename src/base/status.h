// How every layer reports failure: absl::Status with context added on the way up.
//
// DESIGN
//   A function that can fail returns absl::Status or absl::StatusOr<T>. Each layer adds its own noun once
//   with Annotate(); the innermost message says what happened, the outermost where. Two facts travel as
//   payloads rather than as text: the SQLSTATE of a PostgreSQL error and the ExitClass the run must end with.
//   Messages never hold data of the source database: relation, attribute, slice, row number and class only.
//
// Threads: all functions are thread-safe (they only touch their arguments).
#ifndef UNDERSTUDY_BASE_STATUS_H_
#define UNDERSTUDY_BASE_STATUS_H_

#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace understudy {

// The exit codes of the program (DESIGN §12). Do not renumber: wrapper scripts depend on them.
enum class ExitClass : int {
  kDone = 0,
  kFailed = 1,
  kUsage = 2,         // command line or configuration
  kUnclassified = 3,  // a column nobody classified, and the policy is to stop
  kLeak = 4,
  kNotNeutralised = 5,
  kFidelity = 6,
  kUnreachable = 7,  // source or staging cannot be reached
  kRefused = 8,      // would touch what must not be touched
  kCancelled = 130,
};

// Puts `noun` and a colon before the message, unless a layer below did: two stages that meet at "source"
// don't say it twice. Keeps code and payloads. OK stays OK.
absl::Status Annotate(absl::Status status, std::string_view noun);

// Attaches the class that decides the exit code. The innermost class wins: an outer call never overwrites.
absl::Status WithExit(absl::Status status, ExitClass exit_class);
// The class attached, kFailed for an error without one (kCancelled for kCancelled codes), kDone for OK.
ExitClass ExitClassOf(const absl::Status& status);

// The five characters of a PostgreSQL error code, or empty.
absl::Status WithSqlState(absl::Status status, std::string_view sqlstate);
std::string SqlStateOf(const absl::Status& status);

// Constructors that take any string and, where it is always the same, the exit class.
absl::Status Failed(std::string message);
absl::Status UsageError(std::string message);
absl::Status Unreachable(std::string message);
absl::Status Refused(std::string message);
absl::Status Cancelled();

// The message for people: the status's text without the code's name.
std::string MessageOf(const absl::Status& status);

}  // namespace understudy

#define RETURN_IF_ERROR(expr)                                 \
  do {                                                        \
    if (::absl::Status us_status = (expr); !us_status.ok()) { \
      return us_status;                                       \
    }                                                         \
  } while (false)

#define UNDERSTUDY_CONCAT_INNER(a, b) a##b
#define UNDERSTUDY_CONCAT(a, b) UNDERSTUDY_CONCAT_INNER(a, b)
#define ASSIGN_OR_RETURN(lhs, expr) \
  UNDERSTUDY_ASSIGN_OR_RETURN(UNDERSTUDY_CONCAT(us_statusor_, __LINE__), lhs, expr)
#define UNDERSTUDY_ASSIGN_OR_RETURN(tmp, lhs, expr) \
  auto tmp = (expr);                                \
  if (!tmp.ok()) {                                  \
    return std::move(tmp).status();                 \
  }                                                 \
  lhs = std::move(tmp).value()

#endif  // UNDERSTUDY_BASE_STATUS_H_
