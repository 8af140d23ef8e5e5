#include "clone/post_data.h"

#include <fmt/format.h>

#include <atomic>
#include <memory>
#include <utility>

#include "base/status.h"
#include "base/strings.h"
#include "clone/constraint_sql.h"
#include "clone/deferred.h"
#include "clone/foreign_keys.h"
#include "pg/quote.h"
#include "pg/sql_text.h"

namespace understudy::clone {
namespace {

std::string_view DeferrableClause(std::string_view action) {
  for (const std::string_view clause : {" DEFERRABLE INITIALLY DEFERRED", " DEFERRABLE"}) {
    if (action.ends_with(clause)) return clause;
  }
  return {};
}

// "TABLE t" or "COLUMN t.c", as pg_dump names the entry of a comment → t; empty for other objects.
std::string CommentedTable(std::string_view tag) {
  size_t pos = 0;
  if (!TakeText(tag, &pos, "TABLE ") && !TakeText(tag, &pos, "COLUMN ")) return {};
  if (pos >= tag.size()) return {};
  const pg::SqlSpan span = pg::NextSqlToken(tag, pos);
  const std::string_view token = tag.substr(pos, span.end - pos);
  if (span.token != pg::SqlToken::kIdentifier) return std::string(token);
  std::string name;
  for (size_t i = 1; i + 1 < token.size(); ++i) {
    name += token[i];
    if (token[i] == '"') ++i;  // doubled inside quotes
  }
  return name;
}

std::string AnalyzeSql(const rules::Relation& relation) {
  if (relation.pages == 0 || relation.kind != 'r') return {};
  return fmt::format("ANALYZE {};", pg::QuoteRelation(relation.schema, relation.name));
}

}  // namespace

PostData::PostData(const Catalog& catalog, const Schema& schema, int server_version)
    : catalog_(catalog),
      server_version_(server_version),
      indexes_(catalog.facts.relations.size()),
      sequences_(catalog.facts.relations.size()),
      comments_(catalog.facts.relations.size()) {
  for (size_t i = 0; i < catalog.facts.relations.size(); ++i) {
    const rules::Relation& relation = catalog.facts.relations[i];
    positions_.emplace(Key(relation.schema, relation.name), i);
  }
  // What goes along with a table's indexes is no step of its own.
  steps_ = schema.post_data.size();
  for (const SchemaEntry& entry : schema.post_data) Sort(entry);
}

void PostData::Sort(const SchemaEntry& entry) {
  const auto key = Key(entry.schema, entry.name);
  if (entry.type == "INDEX") {
    const auto found = catalog_.index_relation.find(key);
    if (found != catalog_.index_relation.end()) {
      indexes_[found->second].push_back(&entry);
    } else {
      matview_indexes_.push_back(&entry);
    }
  } else if (entry.type == "CONSTRAINT" && catalog_.constraint_relation.contains(key)) {
    indexes_[catalog_.constraint_relation.at(key)].push_back(&entry);
  } else if (entry.type == kOwnedSequence || entry.type == kSequenceDefault) {
    const auto table = positions_.find(Key(entry.schema, entry.name));
    if (table != positions_.end()) {
      sequences_[table->second] += entry.sql;
      --steps_;
    } else {
      rest_.push_back(&entry);
    }
  } else if (entry.type == "COMMENT") {
    const auto table = positions_.find(Key(entry.schema, CommentedTable(entry.name)));
    if (table != positions_.end()) {
      comments_[table->second] += entry.sql;
      --steps_;
    } else {
      rest_.push_back(&entry);
    }
  } else if (entry.type == "INDEX ATTACH") {
    attach_.push_back(&entry);
  } else if (entry.type == "RULE") {
    rules_.push_back(&entry);
  } else if (entry.type == "FK CONSTRAINT") {
    foreign_keys_.push_back(&entry);
  } else if (entry.type == "EVENT TRIGGER") {
    event_triggers_.push_back(&entry);
  } else {
    rest_.push_back(&entry);
  }
}

std::vector<SqlWorkers::Task> PostData::LargeTableTasks(size_t position, std::string* attach) const {
  const rules::Relation& relation = catalog_.facts.relations[position];
  const std::string table = pg::RelationName(relation.schema, relation.name);
  std::vector<SqlWorkers::Task> tasks;
  for (const SchemaEntry* entry : indexes_[position]) {
    std::string sql = entry->sql, target, name, action;
    const auto index = catalog_.constraint_index.find(Key(entry->schema, entry->name));
    if (entry->type == "CONSTRAINT" && index != catalog_.constraint_index.end() &&
        ParseAddConstraint(entry->sql, &target, &name, &action)) {
      sql = index->second;
      const bool primary = action.find(" PRIMARY KEY (") != std::string::npos;
      *attach += fmt::format("ALTER TABLE {} ADD CONSTRAINT {} {} USING INDEX {}{};", target, name,
                             primary ? "PRIMARY KEY" : "UNIQUE", name, DeferrableClause(action));
    } else if (entry->type == "CONSTRAINT") {
      // An exclusion constraint can't be attached: it runs when the others no longer need the table.
      *attach += entry->sql;
      continue;
    }
    tasks.push_back(
        {relation.bytes, fmt::format("building {} of {}", entry->name, table), std::move(sql), {}});
  }
  return tasks;
}

void PostData::SubmitIndexes(size_t position, SqlWorkers& workers, std::function<void()> done) const {
  const rules::Relation& relation = catalog_.facts.relations[position];
  const std::string what = "indexes of " + pg::RelationName(relation.schema, relation.name);
  if (relation.bytes < kLargeTableBytes) {
    std::string sql = sequences_[position];
    for (const SchemaEntry* entry : indexes_[position]) sql += entry->sql;
    sql += comments_[position] + AnalyzeSql(relation);
    workers.Submit({relation.bytes, what, std::move(sql), std::move(done)});
    return;
  }
  std::string attach;
  std::vector<SqlWorkers::Task> tasks = LargeTableTasks(position, &attach);
  attach += sequences_[position] + comments_[position];
  // Attaching locks everybody out, and whoever reads staging back must not wait for ANALYZE, too.
  std::vector<std::string> last;
  for (const std::string& sql : {attach, AnalyzeSql(relation)}) {
    if (!sql.empty()) last.push_back(sql);
  }
  auto left = std::make_shared<std::atomic<size_t>>(tasks.size() + 1);
  auto one_less = [left, &workers, last, what, done, bytes = relation.bytes] {
    if (left->fetch_sub(1) == 1) workers.Submit({bytes, what, {}, done, last});
  };
  for (SqlWorkers::Task& task : tasks) {
    task.after = one_less;
    workers.Submit(std::move(task));
  }
  one_less();
}

absl::Status PostData::RefreshMatviews(SqlWorkers& workers, Counters& counters) const {
  for (const MaterialisedView& view : catalog_.matviews) {
    if (!view.populated) continue;
    RETURN_IF_ERROR(RunAlone(workers,
                             "REFRESH MATERIALIZED VIEW " + pg::QuoteRelation(view.schema, view.name),
                             "refreshing " + pg::RelationName(view.schema, view.name), 0, counters));
  }
  for (const SchemaEntry* entry : matview_indexes_)
    workers.Submit({0, "building " + entry->name, entry->sql, [&counters] { ++counters.steps; }});
  return workers.Drain();
}

// Comments and triggers go together. Whatever else there is may lock out readers (row security does), and
// whoever reads staging back takes several tables in one transaction: so it never holds one and waits for
// another.
absl::Status PostData::RunRest(SqlWorkers& workers, Counters& counters) const {
  std::string together;
  uint64_t steps = 0;
  const auto run = [&](std::string sql, std::string what) {
    return RunAlone(workers, std::move(sql), std::move(what), std::exchange(steps, 0), counters);
  };
  for (const SchemaEntry* entry : rest_) {
    const bool quiet = entry->type == "COMMENT" || entry->type == "TRIGGER";
    if (!quiet && !together.empty()) {
      RETURN_IF_ERROR(run(std::exchange(together, {}), "creating triggers and comments"));
    }
    ++steps;
    if (quiet) {
      together += entry->sql;
    } else {
      RETURN_IF_ERROR(run(entry->sql, fmt::format("creating {} {}", Lower(entry->type), entry->name)));
    }
  }
  return together.empty() ? absl::OkStatus() : run(together, "creating triggers and comments");
}

absl::Status PostData::Finish(SqlWorkers& workers, Counters& counters) const {
  const auto run_each = [&](const std::vector<const SchemaEntry*>& entries) {
    for (const SchemaEntry* entry : entries) {
      RETURN_IF_ERROR(RunAlone(workers, entry->sql,
                               fmt::format("creating {} {}", Lower(entry->type), entry->name), 1, counters));
    }
    return absl::OkStatus();
  };
  RETURN_IF_ERROR(run_each(attach_));
  RETURN_IF_ERROR(run_each(rules_));
  RETURN_IF_ERROR(RefreshMatviews(workers, counters));
  RETURN_IF_ERROR(AddForeignKeys(catalog_, foreign_keys_, server_version_, workers, counters));
  RETURN_IF_ERROR(RunRest(workers, counters));
  RETURN_IF_ERROR(run_each(event_triggers_));
  counters.steps = steps_;
  return absl::OkStatus();
}

}  // namespace understudy::clone
