#include "clone/foreign_keys.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include "base/status.h"
#include "clone/constraint_sql.h"
#include "clone/slices.h"

namespace understudy::clone {
namespace {

struct ForeignKey {
  std::string table;      // as SQL: "ONLY public.x"
  std::string action;     // ADD CONSTRAINT …, without the semicolon
  std::string name;       // as SQL
  std::string target;     // the table it points to, as SQL
  uint64_t bytes = 0;     // of its table: what checking it reads
  bool validated = true;  // on production; others stay NOT VALID
};

constexpr std::string_view kOnly = "ONLY ";
// From so many keys on, what their checks save is more than a VACUUM costs, which is about one check.
constexpr size_t kKeysWorthVacuum = 3;
constexpr int kHasProcessToast = 140000;  // PostgreSQL 14: VACUUM can leave out the long values

using KeysByTable = std::map<std::string, std::vector<const ForeignKey*>>;

std::string WithoutQuotes(std::string name) {
  std::erase(name, '"');
  return name;
}

// "ONLY public.x" → "x", as other tasks name it.
std::string NameOf(const std::string& table) {
  const std::string name = WithoutQuotes(table.substr(kOnly.size()));
  return name.starts_with("public.") ? name.substr(7) : name;
}

std::set<std::string> PartitionedTables(const rules::Facts& facts) {
  std::set<std::string> names;
  for (const rules::Relation& relation : facts.relations) {
    if (relation.kind == 'p') names.insert(WithoutQuotes(relation.schema + "." + relation.name));
  }
  return names;
}

using Sizes = std::map<std::pair<std::string, std::string>, uint64_t>;  // Key(schema, table) → bytes

Sizes SizesOf(const rules::Facts& facts) {
  Sizes sizes;
  for (const rules::Relation& relation : facts.relations) {
    sizes.emplace(Key(relation.schema, relation.name), relation.bytes);
  }
  return sizes;
}

// The entry of a constraint is named "table constraint".
uint64_t BytesOfTable(const SchemaEntry& entry, const Sizes& sizes) {
  for (size_t blank = entry.name.find(' '); blank != std::string::npos;
       blank = entry.name.find(' ', blank + 1)) {
    const auto table = sizes.find(Key(entry.schema, entry.name.substr(0, blank)));
    if (table != sizes.end()) return table->second;
  }
  return 0;
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

// Keys that can be added NOT VALID; `plain` gets the others.
std::vector<ForeignKey> KeysOf(const Catalog& catalog, const std::vector<const SchemaEntry*>& entries,
                               std::vector<const SchemaEntry*>* plain) {
  const std::set<std::string> partitioned = PartitionedTables(catalog.facts);
  const Sizes sizes = SizesOf(catalog.facts);
  std::vector<ForeignKey> keys;
  for (const SchemaEntry* entry : entries) {
    ForeignKey key;
    // Keys of partitioned tables can't be added NOT VALID; pg_dump writes those without ONLY.
    const bool parsed =
        ParseAddConstraint(entry->sql, &key.table, &key.name, &key.action) && key.table.starts_with(kOnly);
    if (parsed) key.target = ReferencedTable(key.action);
    // A key to a partitioned table has a constraint per partition, and VALIDATE forgets those.
    if (!parsed || partitioned.contains(WithoutQuotes(key.target))) {
      plain->push_back(entry);
      continue;
    }
    key.validated = !key.action.ends_with(" NOT VALID");
    key.bytes = BytesOfTable(*entry, sizes);
    keys.push_back(std::move(key));
  }
  return keys;
}

// Of n keys this many steps are left for the validation.
uint64_t StepsOfValidation(uint64_t n) { return n - n / 2; }

// One short transaction per table, so that two sessions never hold each other's locks.
std::shared_ptr<KeyBatches> AddNotValid(const KeysByTable& by_table) {
  auto batches = std::make_shared<KeyBatches>();
  for (const auto& [table, keys] : by_table) {
    std::string sql = "ALTER TABLE " + table;
    uint64_t validated = 0;
    for (size_t i = 0; i < keys.size(); ++i) {
      sql +=
          fmt::format("{} {}{}", i == 0 ? "" : ",", keys[i]->action, keys[i]->validated ? " NOT VALID" : "");
      validated += keys[i]->validated ? 1 : 0;
    }
    batches->Add(NameOf(table), std::move(sql), keys.size() - StepsOfValidation(validated));
  }
  return batches;
}

void SubmitNext(const std::shared_ptr<KeyBatches>& batches, SqlWorkers& workers, Counters& counters) {
  KeyBatches::Batch batch = batches->Next(KeyBatches::Clock::now());
  if (batch.statements.empty()) return;
  workers.Submit({0, std::move(batch.what), "",
                  [batches, &workers, &counters, steps = batch.steps] {
                    counters.steps += steps;
                    SubmitNext(batches, workers, counters);
                  },
                  std::move(batch.statements)});
}

// From the `first` of them on: all at once, or, of a large table, one after the other.
void SubmitValidation(const std::string& table, const std::vector<const ForeignKey*>& keys, size_t first,
                      SqlWorkers& workers, Counters& counters) {
  if (first == keys.size()) return;
  const bool large = keys.front()->bytes >= kLargeTableBytes;
  const size_t end = large ? first + 1 : keys.size();
  std::string sql;
  for (size_t i = first; i < end; ++i) {
    sql += fmt::format("{} VALIDATE CONSTRAINT {}", i == first ? "" : ",", keys[i]->name);
  }
  const std::string what =
      large ? fmt::format("validating {} of {}", WithoutQuotes(keys[first]->name), NameOf(table))
            : "validating foreign keys of " + NameOf(table);
  const uint64_t steps = StepsOfValidation(end) - StepsOfValidation(first);
  workers.Submit({keys.front()->bytes, what, fmt::format("ALTER TABLE {}{}", table, sql),
                  [&table, &keys, end, steps, &workers, &counters] {
                    counters.steps += steps;
                    SubmitValidation(table, keys, end, workers, counters);
                  }});
}

bool WorthVacuum(const std::vector<const ForeignKey*>& keys) {
  return keys.front()->bytes >= kMinCutBytes && keys.size() >= kKeysWorthVacuum;
}

// To VACUUM, rows of a commit that did not wait for the disk are not visible to all before they are on it. A
// commit that waits, and wrote something, takes all before it along.
constexpr char kFlush[] =
    "SET LOCAL synchronous_commit = on; SELECT pg_catalog.pg_logical_emit_message(true, 'understudy', '')";

// All keys of a table; of one that may have been cut into slices, if there are several, when it has been
// vacuumed. (What was not cut is frozen.)
void SubmitTable(const std::string& table, const std::vector<const ForeignKey*>& keys, int server_version,
                 SqlWorkers& workers, Counters& counters) {
  auto validate = [&table, &keys, &workers, &counters] {
    SubmitValidation(table, keys, 0, workers, counters);
  };
  if (!WorthVacuum(keys)) {
    validate();
    return;
  }
  workers.Submit({keys.front()->bytes, "vacuuming " + NameOf(table),
                  fmt::format("VACUUM (INDEX_CLEANUP OFF, TRUNCATE OFF{}) {}",
                              server_version < kHasProcessToast ? "" : ", PROCESS_TOAST OFF",
                              table.substr(kOnly.size())),
                  std::move(validate)});
}

}  // namespace

void KeyBatches::Add(std::string table, std::string sql, uint64_t steps) {
  tables_.push_back({std::move(table), std::move(sql), steps});
}

KeyBatches::Batch KeyBatches::Next(Clock::time_point now) {
  if (next_ > 0 && now - given_ < kPace / 2) most_ *= 2;
  if (next_ > 0 && now - given_ > kPace) most_ = std::max(most_ / 2, kLeastTables);
  given_ = now;
  Batch batch;
  if (next_ == tables_.size()) return batch;
  batch.what = "adding foreign keys of " + tables_[next_].name;
  for (size_t n = 0; n < most_ && next_ < tables_.size(); ++n, ++next_) {
    batch.statements.push_back(tables_[next_].sql);
    batch.steps += tables_[next_].steps;
  }
  return batch;
}

absl::Status AddForeignKeys(const Catalog& catalog, const std::vector<const SchemaEntry*>& entries,
                            int server_version, SqlWorkers& workers, Counters& counters) {
  std::vector<const SchemaEntry*> plain;
  const std::vector<ForeignKey> keys = KeysOf(catalog, entries, &plain);
  const std::string hub = HubOf(keys);
  KeysByTable of_hub, to_hub, others, to_validate;
  for (const ForeignKey& key : keys) {
    (key.table == "ONLY " + hub ? of_hub : key.target == hub ? to_hub : others)[key.table].push_back(&key);
    if (key.validated) to_validate[key.table].push_back(&key);
  }
  // The hub's own keys go alone: they would hold several targets while another session holds one of them and
  // waits for the next. After that nobody but the second session locks the hub, and it holds nothing when it
  // waits for a table, so that the two can't wait for each other.
  SubmitNext(AddNotValid(of_hub), workers, counters);
  RETURN_IF_ERROR(workers.Drain());
  SubmitNext(AddNotValid(others), workers, counters);
  SubmitNext(AddNotValid(to_hub), workers, counters);
  RETURN_IF_ERROR(workers.Drain());
  if (std::any_of(to_validate.begin(), to_validate.end(),
                  [](const auto& table) { return WorthVacuum(table.second); })) {
    RETURN_IF_ERROR(RunAlone(workers, kFlush, "writing the log of rows", 0, counters));
  }
  for (const auto& [table, validated] : to_validate) {
    SubmitTable(table, validated, server_version, workers, counters);
  }
  RETURN_IF_ERROR(workers.Drain());
  for (const SchemaEntry* entry : plain) {
    RETURN_IF_ERROR(RunAlone(workers, entry->sql, "creating " + entry->name, 1, counters));
  }
  return absl::OkStatus();
}

}  // namespace understudy::clone
