// Finding PostgreSQL's client programs in a version that can serve the servers at hand.
//
// Threads: thread-safe.
#ifndef UNDERSTUDY_CLONE_PROGRAMS_H_
#define UNDERSTUDY_CLONE_PROGRAMS_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace understudy::clone {

struct Program {
  std::string path;
  int major = 0;
};

// `name` ("pg_dump") of major version `min_major` or newer: the oldest that suffices among the versioned
// directories of the distributions (/usr/lib/postgresql/N/bin, /usr/pgsql-N/bin), else the one on PATH.
// An error says which version is needed and what was found.
absl::StatusOr<Program> FindProgram(std::string_view name, int min_major);

}  // namespace understudy::clone

#endif  // UNDERSTUDY_CLONE_PROGRAMS_H_
