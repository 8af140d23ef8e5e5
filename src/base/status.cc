#include "base/status.h"

#include <charconv>

#include "absl/strings/cord.h"
#include "base/strings.h"

namespace understudy {
namespace {

constexpr char kExitPayload[] = "understudy/exit";
constexpr char kSqlStatePayload[] = "understudy/sqlstate";

// Does one of the message's layers say "noun: " already?
bool Says(absl::string_view message, std::string_view noun) {
  const std::string_view text(message.data(), message.size());
  if (text.starts_with(noun)) return true;
  for (size_t at = text.find(noun); at != std::string_view::npos; at = text.find(noun, at + 1)) {
    if (at >= 2 && text.substr(at - 2, 2) == ": ") return true;
  }
  return false;
}

}  // namespace

absl::Status Annotate(absl::Status status, std::string_view noun) {
  if (status.ok()) return status;
  std::string message(noun);
  message += ": ";
  if (Says(status.message(), message)) return status;
  message.append(status.message().data(), status.message().size());
  absl::Status annotated(status.code(), message);
  status.ForEachPayload(
      [&](absl::string_view url, const absl::Cord& payload) { annotated.SetPayload(url, payload); });
  return annotated;
}

absl::Status WithExit(absl::Status status, ExitClass exit_class) {
  if (!status.ok() && !status.GetPayload(kExitPayload).has_value()) {
    status.SetPayload(kExitPayload, absl::Cord(std::to_string(static_cast<int>(exit_class))));
  }
  return status;
}

ExitClass ExitClassOf(const absl::Status& status) {
  if (status.ok()) return ExitClass::kDone;
  if (auto payload = status.GetPayload(kExitPayload); payload.has_value()) {
    const std::string text(*payload);
    int value = static_cast<int>(ExitClass::kFailed);
    std::from_chars(text.data(), text.data() + text.size(), value);
    return static_cast<ExitClass>(value);
  }
  return status.code() == absl::StatusCode::kCancelled ? ExitClass::kCancelled : ExitClass::kFailed;
}

absl::Status WithSqlState(absl::Status status, std::string_view sqlstate) {
  if (!status.ok()) status.SetPayload(kSqlStatePayload, absl::Cord(ToAbsl(sqlstate)));
  return status;
}

std::string SqlStateOf(const absl::Status& status) {
  auto payload = status.GetPayload(kSqlStatePayload);
  return payload.has_value() ? std::string(*payload) : std::string();
}

absl::Status Failed(std::string message) { return absl::InternalError(message); }
absl::Status UsageError(std::string message) {
  return WithExit(absl::InvalidArgumentError(message), ExitClass::kUsage);
}
absl::Status Unreachable(std::string message) {
  return WithExit(absl::UnavailableError(message), ExitClass::kUnreachable);
}
absl::Status Refused(std::string message) {
  return WithExit(absl::FailedPreconditionError(message), ExitClass::kRefused);
}
absl::Status Cancelled() { return absl::CancelledError("cancelled"); }

std::string MessageOf(const absl::Status& status) {
  return std::string(status.message().data(), status.message().size());
}

}  // namespace understudy
