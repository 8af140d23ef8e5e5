// A PostgreSQL server of our own for the time of a run: where a sanitised backup is built and proved when no
// server is configured.
//
// DESIGN
//   initdb makes a cluster in a fresh directory of mode 0700 below $TMPDIR or /var/tmp; it listens on a Unix
//   socket in that directory and nowhere else, so nobody but its user and root gets in, and trusts who does.
//   Nothing is made durable: it holds only what is thrown away. PostgreSQL refuses root, so for root it runs
//   as postgres or nobody. setpriv (util-linux) changes the user and has the kernel end the server when ours
//   ends, in whatever way; a directory that a killed run left is removed by the next one (its lock is free).
//   Only PostgreSQL's own programs of the newest version at hand are used; what production's schema needs
//   beyond them (extensions, collations, a newer version) only a configured server has.
// Ownership: the object owns server and directory. Threads: one thread at a time.
#ifndef UNDERSTUDY_CLONE_THROWAWAY_SERVER_H_
#define UNDERSTUDY_CLONE_THROWAWAY_SERVER_H_

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/statusor.h"
#include "base/cancel.h"
#include "base/file.h"
#include "base/process.h"
#include "pg/conninfo.h"

namespace understudy::clone {

class ThrowawayServer {
 public:
  // Returns when it takes connections. An error says what is missing on this machine.
  static absl::StatusOr<std::unique_ptr<ThrowawayServer>> Start(const CancelToken* cancel);
  ~ThrowawayServer();
  ThrowawayServer(const ThrowawayServer&) = delete;
  ThrowawayServer& operator=(const ThrowawayServer&) = delete;

  const pg::ConnOptions& options() const { return options_; }

 private:
  ThrowawayServer() = default;
  absl::Status MakeDirectory();
  absl::Status Initialise(const std::string& programs);
  absl::Status Launch(const std::string& programs, const CancelToken* cancel);
  std::vector<std::string> AsServer(std::vector<std::string> argv) const;

  std::string directory_;
  std::string user_;  // whom it runs as; empty: ourselves
  Fd lock_;           // held while we live
  pg::ConnOptions options_;
  std::thread thread_;  // waits for the server's end
  absl::StatusOr<ProcessResult> result_ = ProcessResult();
  std::atomic<bool> ended_{false};
};

}  // namespace understudy::clone

#endif  // UNDERSTUDY_CLONE_THROWAWAY_SERVER_H_
