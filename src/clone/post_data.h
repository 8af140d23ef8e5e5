// Everything that comes after rows: indexes, constraints, foreign keys, triggers, views' rules, policies.
//
// DESIGN
//   PostData sorts pg_dump's entries by when they may run:
//   1. indexes and unique constraints of a table, as soon as its rows are in, side by side with rows of
//      others. Of a large table every index is a task of its own; a constraint is built as CREATE UNIQUE
//      INDEX and then attached with USING INDEX, so that it does not lock the others out. A small table is
//      one task. Sequences that its columns own, comments (deferred.h) and ANALYZE go with them.
//   2. partition indexes attached, rules of views, materialised views from the new rows and their indexes.
//   3. foreign keys (foreign_keys.h).
//   4. the rest, in pg_dump's order; event triggers last.
// Threads: immutable after construction; Run… functions from one thread.
#ifndef UNDERSTUDY_CLONE_POST_DATA_H_
#define UNDERSTUDY_CLONE_POST_DATA_H_

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/events.h"
#include "clone/catalog.h"
#include "clone/schema.h"
#include "clone/sql_workers.h"

namespace understudy::clone {

class PostData {
 public:
  // Both must outlive it. `server_version`: of the server that it is made on, 150004.
  PostData(const Catalog& catalog, const Schema& schema, int server_version);

  // Queues phase 1 of one table (its position in facts.relations); `done` is called once per table.
  void SubmitIndexes(size_t relation, SqlWorkers& workers, std::function<void()> done) const;
  // Phases 2 to 4; call when all rows are in and the workers are drained.
  absl::Status Finish(SqlWorkers& workers, Counters& counters) const;
  // Statements of all phases, for progress.
  uint64_t steps() const { return steps_; }
  // Those of one table's phase 1.
  uint64_t StepsOf(size_t relation) const { return indexes_[relation].size(); }

 private:
  void Sort(const SchemaEntry& entry);
  absl::Status RunRest(SqlWorkers& workers, Counters& counters) const;
  absl::Status RefreshMatviews(SqlWorkers& workers, Counters& counters) const;
  std::vector<SqlWorkers::Task> LargeTableTasks(size_t relation, std::string* attach) const;

  const Catalog& catalog_;
  const int server_version_;
  std::map<std::pair<std::string, std::string>, size_t> positions_;  // Key(schema, table) → relation
  std::vector<std::vector<const SchemaEntry*>> indexes_;             // by relation
  std::vector<std::string> sequences_;  // that columns of a table own, and their defaults, by relation
  std::vector<std::string> comments_;   // on a table and its columns, by relation
  std::vector<const SchemaEntry*> matview_indexes_, attach_, rules_, foreign_keys_, rest_, event_triggers_;
  uint64_t steps_ = 0;
};

}  // namespace understudy::clone

#endif  // UNDERSTUDY_CLONE_POST_DATA_H_
