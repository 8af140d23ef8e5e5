// Foreign keys: added NOT VALID, then validated.
//
// DESIGN
//   Added all of a table in one ALTER TABLE, in two sessions: the keys to the table that most point to
//   (res_users), and the others; that table's own keys before both, so that the two never wait for each
//   other. Then validated in parallel, which takes no lock that another validation waits for. Measured on
//   3,518 keys: 2.8 s against 4.0 s one by one.
//   A large table with several keys, which was loaded in slices and so could not be frozen, is vacuumed
//   before: marked as visible to all, the check of a key reads its index, where there is one, and not the
//   table. It is what autovacuum would do after publishing, when others use the server. Measured on
//   mail_message (727 MB, ten keys, four of them with an index), one check after the other: 11.3 s, and 6.6 s
//   after a VACUUM of 1.1 s.
//   A session is given some tables at a time, so that progress moves: as many as take it about kPace, which
//   makes the round trips vanish on any network. Of a large table every key is validated by a statement of
//   its own; PostgreSQL would check one key after the other anyway.
// Threads: KeyBatches is used by one chain of tasks, which run one after the other.
#ifndef UNDERSTUDY_CLONE_FOREIGN_KEYS_H_
#define UNDERSTUDY_CLONE_FOREIGN_KEYS_H_

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "base/events.h"
#include "clone/catalog.h"
#include "clone/schema.h"
#include "clone/sql_workers.h"

namespace understudy::clone {

// Adds and validates the keys of `entries`; the workers must be drained. Each key counts as a step: one half
// when it is added, the other when it is validated. `server_version`: of the workers' server, 150004.
absl::Status AddForeignKeys(const Catalog& catalog, const std::vector<const SchemaEntry*>& entries,
                            int server_version, SqlWorkers& workers, Counters& counters);

// Statements for one session, given out in batches that take about kPace each.
class KeyBatches {
 public:
  using Clock = std::chrono::steady_clock;
  struct Batch {
    std::string what;
    std::vector<std::string> statements;  // none: there are no more
    uint64_t steps = 0;
  };
  // So often progress moves at least, unless a statement takes longer. Half of it is more than a round trip
  // between continents, so that batches grow there, too.
  static constexpr std::chrono::milliseconds kPace{1000};
  static constexpr size_t kLeastTables = 16;

  void Add(std::string table, std::string sql, uint64_t steps);
  // `now`: when the batch before this one is done.
  Batch Next(Clock::time_point now);

 private:
  struct Table {
    std::string name, sql;
    uint64_t steps;
  };
  std::vector<Table> tables_;
  size_t next_ = 0;
  size_t most_ = kLeastTables;
  Clock::time_point given_;
};

}  // namespace understudy::clone

#endif  // UNDERSTUDY_CLONE_FOREIGN_KEYS_H_
