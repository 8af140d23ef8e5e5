// The schema: out of production by pg_dump, into staging entry by entry.
//
// DESIGN
//   One pg_dump in the run's snapshot writes a custom-format archive (schema only, no owners, no ACLs, no
//   publications or subscriptions); pg_restore turns its two sections into SQL, which is cut into entries at
//   the comment lines that pg_dump writes before each. The cutting knows SQL's quotes, so text inside a
//   comment or a function body can't pose as an entry. Entries run in few, large transactions: thousands of
//   small statements must not each wait for a disk.
//   The archive is in the run's private directory and removed at once: it holds no rows, but defaults,
//   comments and function bodies.
// Threads: thread-safe functions on distinct connections.
#ifndef UNDERSTUDY_CLONE_SCHEMA_H_
#define UNDERSTUDY_CLONE_SCHEMA_H_

#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "clone/catalog.h"
#include "pg/snapshot.h"

namespace understudy::clone {

struct SchemaEntry {
  std::string type;    // pg_dump's word: TABLE, INDEX, FK CONSTRAINT …
  std::string schema;  // "-" where there is none
  std::string name;
  std::string sql;  // one or more statements
};

struct Schema {
  std::vector<SchemaEntry> pre_data;
  std::vector<SchemaEntry> post_data;
  // Left out: they hold passwords, and with them staging could reach what production reaches.
  size_t user_mappings = 0;
};

struct SchemaDumpOptions {
  std::string private_directory;  // mode 0700: service file and archive live there for a moment
  int staging_major = 0;          // pg_restore's output must be right for it
  const CancelToken* cancel = nullptr;
};

absl::StatusOr<Schema> DumpSchema(pg::Snapshot& snapshot, const std::string& dbname,
                                  const SchemaDumpOptions& options);

// The entries of a script that pg_restore wrote. Text before the first entry (session settings) is dropped.
std::vector<SchemaEntry> SplitScript(std::string_view script);

// Settings for every session that builds the hidden database.
absl::Status PrepareStagingSession(pg::Connection& connection, const std::string& encoding);

// ALTER FUNCTION with all that ALTER can change on a function of an extension.
std::string AlterSql(const ExtensionFunction& function);

// Creates what must be there before rows. Functions of extensions that production altered are altered too
// as soon as the extensions exist; returns those.
absl::StatusOr<std::vector<ExtensionFunction>> ApplyPreData(
    pg::Connection& staging, const Schema& schema, const std::vector<ExtensionFunction>& source_functions);

}  // namespace understudy::clone

#endif  // UNDERSTUDY_CLONE_SCHEMA_H_
