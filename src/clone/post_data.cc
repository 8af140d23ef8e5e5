#include "clone/post_data.h"

#include <fmt/format.h>

#include <atomic>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include "base/status.h"
#include "base/strings.h"
#include "clone/deferred.h"
#include "pg/quote.h"
#include "pg/sql_text.h"

namespace understudy::clone {
namespace {

// Below this a table's indexes are built by one task: the round trips would cost more than they win.
constexpr uint64_t kLargeTableBytes = 16 << 20;

struct ForeignKey {
  std::string table;      // as SQL: "ONLY public.x"
  std::string action;     // ADD CONSTRAINT …, without the semicolon
  std::string name;       // as SQL
  std::string target;     // the table it points to, as SQL
  uint64_t bytes = 0;     // of its table: what checking it reads
  bool validated = true;  // on production; others stay NOT VALID
};

// The statement without its semicolon, if `sql` is one statement alone (blanks aside); else empty.
std::string_view OnlyStatement(std::string_view sql) {
  std::string_view statement;
  for (size_t i = 0; i < sql.size();) {
    const pg::SqlSpan span = pg::NextSqlToken(sql, i);
    if (sql.substr(i, span.end - i) == ";") {
      if (!statement.empty()) return {};
      statement = Trim(sql.substr(0, i));
      if (!Trim(sql.substr(span.end)).empty()) return {};
      return statement;
    }
    i = span.end;
  }
  return {};
}

// Splits off the identifier (perhaps qualified) that begins at `*pos`.
std::string TakeName(std::string_view sql, size_t* pos) {
  const size_t begin = *pos;
  while (*pos < sql.size()) {
    const pg::SqlSpan span = pg::NextSqlToken(sql, *pos);
    const std::string_view text = sql.substr(*pos, span.end - *pos);
    if (span.token != pg::SqlToken::kWord && span.token != pg::SqlToken::kIdentifier && text != ".") break;
    *pos = span.end;
  }
  return std::string(sql.substr(begin, *pos - begin));
}

bool TakeText(std::string_view sql, size_t* pos, std::string_view text) {
  while (*pos < sql.size() && (sql[*pos] == ' ' || sql[*pos] == '\n')) ++*pos;
  if (!sql.substr(*pos).starts_with(text)) return false;
  *pos += text.size();
  return true;
}

std::string_view DeferrableClause(std::string_view action) {
  for (const std::string_view clause : {" DEFERRABLE INITIALLY DEFERRED", " DEFERRABLE"}) {
    if (action.ends_with(clause)) return clause;
  }
  return {};
}

// "… REFERENCES public.y(id) …" → "public.y"
std::string TargetOf(std::string_view action) {
  for (size_t i = 0; i < action.size();) {
    const pg::SqlSpan span = pg::NextSqlToken(action, i);
    const bool found = action.substr(i, span.end - i) == "REFERENCES";
    i = span.end;
    if (found && TakeText(action, &i, "")) return TakeName(action, &i);
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

bool ParseAddConstraint(std::string_view sql, std::string* table, std::string* name, std::string* action) {
  const std::string_view statement = OnlyStatement(sql);
  size_t pos = 0;
  if (!TakeText(statement, &pos, "ALTER TABLE ")) return false;
  size_t table_begin = pos;
  TakeText(statement, &pos, "ONLY ");
  TakeName(statement, &pos);
  *table = std::string(statement.substr(table_begin, pos - table_begin));
  if (!TakeText(statement, &pos, "ADD CONSTRAINT ")) return false;
  const size_t name_begin = pos;
  *name = TakeName(statement, &pos);
  *action = "ADD CONSTRAINT " + std::string(statement.substr(name_begin));
  return !name->empty();
}

PostData::PostData(const Catalog& catalog, const Schema& schema)
    : catalog_(catalog),
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
  attach += sequences_[position] + comments_[position] + AnalyzeSql(relation);
  auto left = std::make_shared<std::atomic<size_t>>(tasks.size() + 1);
  auto one_less = [left, &workers, attach, what, done, bytes = relation.bytes] {
    if (left->fetch_sub(1) == 1) workers.Submit({bytes, what, attach, done});
  };
  for (SqlWorkers::Task& task : tasks) {
    task.after = one_less;
    workers.Submit(std::move(task));
  }
  one_less();
}

absl::Status PostData::RefreshMatviews(pg::Connection& session, SqlWorkers& workers) const {
  for (const MaterialisedView& view : catalog_.matviews) {
    if (!view.populated) continue;
    RETURN_IF_ERROR(
        Annotate(session.Run("REFRESH MATERIALIZED VIEW " + pg::QuoteRelation(view.schema, view.name)),
                 "refreshing " + pg::RelationName(view.schema, view.name)));
  }
  for (const SchemaEntry* entry : matview_indexes_)
    workers.Submit({0, "building " + entry->name, entry->sql, {}});
  return workers.Drain();
}

namespace {

std::string WithoutQuotes(std::string name) {
  std::erase(name, '"');
  return name;
}

std::set<std::string> PartitionedTables(const rules::Facts& facts) {
  std::set<std::string> names;
  for (const rules::Relation& relation : facts.relations) {
    if (relation.kind == 'p') names.insert(WithoutQuotes(relation.schema + "." + relation.name));
  }
  return names;
}

// The table that most foreign keys point to: in Odoo res_users, by create_uid and write_uid of every table.
std::string HubOf(const std::vector<ForeignKey>& keys) {
  std::map<std::string, size_t> count;
  for (const ForeignKey& key : keys) ++count[key.target];
  std::string hub;
  size_t most = 0;
  for (const auto& [target, n] : count) {
    if (n > most) {
      most = n;
      hub = target;
    }
  }
  return hub;
}

// One short transaction per table, so that two sessions never hold each other's locks; all in one string.
std::string AddNotValidSql(const std::map<std::string, std::vector<const ForeignKey*>>& by_table) {
  std::string sql;
  for (const auto& [table, keys] : by_table) {
    sql += "BEGIN;ALTER TABLE " + table;
    for (size_t i = 0; i < keys.size(); ++i) {
      sql +=
          fmt::format("{} {}{}", i == 0 ? "" : ",", keys[i]->action, keys[i]->validated ? " NOT VALID" : "");
    }
    sql += ";COMMIT;";
  }
  return sql;
}

}  // namespace

// The entry of a constraint is named "table constraint".
uint64_t PostData::BytesOfTable(const SchemaEntry& entry) const {
  for (size_t blank = entry.name.find(' '); blank != std::string::npos;
       blank = entry.name.find(' ', blank + 1)) {
    const auto table = positions_.find(Key(entry.schema, entry.name.substr(0, blank)));
    if (table != positions_.end()) return catalog_.facts.relations[table->second].bytes;
  }
  return 0;
}

absl::Status PostData::AddForeignKeys(pg::Connection& session, SqlWorkers& workers,
                                      Counters& counters) const {
  std::vector<ForeignKey> keys;
  std::vector<const SchemaEntry*> plain;
  const std::set<std::string> partitioned = PartitionedTables(catalog_.facts);
  for (const SchemaEntry* entry : foreign_keys_) {
    ForeignKey key;
    // Keys of partitioned tables can't be added NOT VALID; pg_dump writes those without ONLY.
    if (ParseAddConstraint(entry->sql, &key.table, &key.name, &key.action) &&
        key.table.starts_with("ONLY ")) {
      key.target = TargetOf(key.action);
      // A key to a partitioned table has a constraint per partition, and VALIDATE forgets those.
      if (partitioned.contains(WithoutQuotes(key.target))) {
        plain.push_back(entry);
        continue;
      }
      key.validated = !key.action.ends_with(" NOT VALID");
      key.bytes = BytesOfTable(*entry);
      keys.push_back(std::move(key));
    } else {
      plain.push_back(entry);
    }
  }
  const std::string hub = HubOf(keys);
  std::map<std::string, std::vector<const ForeignKey*>> of_hub, to_hub, others, all;
  for (const ForeignKey& key : keys) {
    (key.table == "ONLY " + hub ? of_hub : key.target == hub ? to_hub : others)[key.table].push_back(&key);
    if (key.validated) all[key.table].push_back(&key);
  }
  // The hub's own keys go alone: they would hold several targets while another session holds one of them and
  // waits for the next. After that nobody but the second session locks the hub, and it holds nothing when it
  // waits for a table, so that the two can't wait for each other.
  RETURN_IF_ERROR(Annotate(session.Run(AddNotValidSql(of_hub)), "adding foreign keys"));
  workers.Submit({0, "adding foreign keys", AddNotValidSql(others), {}});
  RETURN_IF_ERROR(Annotate(session.Run(AddNotValidSql(to_hub)), "adding foreign keys"));
  RETURN_IF_ERROR(workers.Drain());
  counters.steps += keys.size() / 2;
  for (const auto& [table, validated] : all) {
    std::string validate;
    for (const ForeignKey* key : validated) {
      validate += fmt::format("{} VALIDATE CONSTRAINT {}", validate.empty() ? "" : ",", key->name);
    }
    workers.Submit({validated.front()->bytes, "validating foreign keys of " + table.substr(5),
                    fmt::format("ALTER TABLE {}{}", table, validate),
                    [&counters, n = validated.size()] { counters.steps += n - n / 2; }});
  }
  RETURN_IF_ERROR(workers.Drain());
  for (const SchemaEntry* entry : plain)
    RETURN_IF_ERROR(Annotate(session.Run(entry->sql), "creating " + entry->name));
  return absl::OkStatus();
}

// Comments and triggers go together. Whatever else there is may lock out readers (row security does), and
// whoever reads staging back takes several tables in one transaction: so it never holds one and waits for
// another.
absl::Status PostData::RunRest(pg::Connection& session) const {
  std::string together;
  for (const SchemaEntry* entry : rest_) {
    if (entry->type == "COMMENT" || entry->type == "TRIGGER") {
      together += entry->sql;
      continue;
    }
    if (!together.empty()) RETURN_IF_ERROR(session.Run(std::exchange(together, {})));
    RETURN_IF_ERROR(session.Run(entry->sql));
  }
  return together.empty() ? absl::OkStatus() : session.Run(together);
}

absl::Status PostData::Finish(pg::Connection& session, SqlWorkers& workers, Counters& counters) const {
  for (const auto* entries : {&attach_, &rules_}) {
    for (const SchemaEntry* entry : *entries) {
      RETURN_IF_ERROR(
          Annotate(session.Run(entry->sql), fmt::format("creating {} {}", Lower(entry->type), entry->name)));
    }
  }
  RETURN_IF_ERROR(RefreshMatviews(session, workers));
  RETURN_IF_ERROR(AddForeignKeys(session, workers, counters));
  RETURN_IF_ERROR(Annotate(RunRest(session), "creating triggers, policies and comments"));
  for (const SchemaEntry* entry : event_triggers_) {
    RETURN_IF_ERROR(Annotate(session.Run(entry->sql), "creating event trigger " + entry->name));
  }
  counters.steps = steps_;
  return absl::OkStatus();
}

}  // namespace understudy::clone
