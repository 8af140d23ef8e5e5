// The database a run builds in secret, and its publication.
//
// DESIGN
//   `_understudy_<run>_<staging>` is created from template0 with production's encoding and locale, closed to
//   PUBLIC and marked as a template, because an Odoo without db_name opens every database its role owns that
//   is no template. A setting of its own (`understudy.run`) says which run made it; it stays after the
//   rename, and is how a later run knows that this staging is ours to replace (invariant 4).
//   Publishing renames the old staging away and the new one in, in one transaction. RENAME holds the lock
//   that new connections wait for, and a second session ends the old ones meanwhile: there is no moment at
//   which a crash leaves staging closed or missing.
// Threads: one thread at a time.
#ifndef UNDERSTUDY_CLONE_HIDDEN_DATABASE_H_
#define UNDERSTUDY_CLONE_HIDDEN_DATABASE_H_

#include <memory>
#include <string>
#include <vector>

#include "clone/catalog.h"
#include "pg/connection.h"

namespace understudy::clone {

// The staging server, seen from a database that always exists.
struct StagingServer {
  pg::ConnOptions options;  // as configured: dbname is the published name
  std::string name;         // the published name
  const CancelToken* cancel = nullptr;

  // A session on the maintenance database (postgres, else template1).
  absl::StatusOr<std::unique_ptr<pg::Connection>> OpenMaintenance() const;
  absl::StatusOr<std::unique_ptr<pg::Connection>> Open(const std::string& database) const;
};

// What stands under the staging name now.
struct PublishedState {
  bool exists = false;
  bool ours = false;  // made by a run of Understudy
  uint32_t oid = 0;
  std::string owner;
};
absl::StatusOr<PublishedState> LookAtPublished(pg::Connection& maintenance, const std::string& name);

// Drops hidden databases that dead runs of this staging left, but `keep`. Call only under the run's lock.
absl::StatusOr<int> DropLeftovers(pg::Connection& maintenance, const std::string& staging_name,
                                  const std::string& keep);

// Makes the hidden database that `old_run` of this staging left the one of `new_run`. Not there, or not that
// run's: refused.
absl::Status TakeOverHidden(pg::Connection& maintenance, const std::string& hidden,
                            const std::string& staging_name, const std::string& old_run,
                            const std::string& new_run);

// How a run's hidden database is called: known before it is there, so that whoever cleans up can drop it even
// if the answer to its creation was lost.
std::string HiddenName(const std::string& staging_name, const std::string& run_id);
// Creates the hidden database; returns its name. `owner` empty: the session's user.
absl::StatusOr<std::string> CreateHidden(pg::Connection& maintenance, const DatabaseProperties& source,
                                         const std::string& staging_name, const std::string& run_id,
                                         const std::string& owner);
// No such database is no error.
absl::Status DropDatabase(pg::Connection& maintenance, const std::string& name);

struct PublishResult {
  std::string previous;  // the old staging's new name, <name>_previous_<time>; empty if there was none
  // Not OK: the answer to the renames was lost with its connection, and the server can't be asked. Staging is
  // the old one or the new one, whole in either case.
  absl::Status lost;
};
// Makes `hidden` the database `server.name`; the settings and the comment of production's database are put on
// it first. An error says that staging is the old one, for certain.
absl::StatusOr<PublishResult> Publish(const StagingServer& server, const std::string& hidden,
                                      const DatabaseProperties& source);

// Drops old stagings beyond the newest `keep_previous`; returns their names.
absl::StatusOr<std::vector<std::string>> DropOlder(const StagingServer& server, int keep_previous);

}  // namespace understudy::clone

#endif  // UNDERSTUDY_CLONE_HIDDEN_DATABASE_H_
