// The run record: what one run did, as plain structs that each stage fills.
//
// DESIGN
//   Everything that report.json, report.md and report.html say comes from here, and only from here: ids,
//   names of relations and columns, counts, classes and timings; never a value of the source database.
//   Sample values are pseudonyms (TableColumn::samples). record_json turns it into report.json and back.
// Ownership: values. Threads: thread-compatible; stages that run side by side fill their own parts and the
// run joins them.
#ifndef UNDERSTUDY_RECORD_RUN_RECORD_H_
#define UNDERSTUDY_RECORD_RUN_RECORD_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace understudy::record {

// `format` of report.json. A reader refuses other numbers; raise it only when a key changes its meaning.
inline constexpr int kFormat = 1;

// Do not renumber or rename: the words are in report.json.
// kUnfinished: it began to publish, and nobody has heard how that ended.
enum class Outcome { kFailed, kPublished, kCancelled, kUnfinished };

struct Tool {
  std::string name = "understudy";
  std::string version;
  std::string commit;
  std::map<std::string, std::string> libraries;  // "re2" → "20220601"
};

// One end of the run. `where` is redacted: no password, no user data.
struct End {
  std::string kind;            // "database" or "backup"
  std::string where;           // "host=db1 dbname=prod" without a password, or a file name
  std::string database;        // its name
  std::string server_version;  // "15.20 (Debian …)"
  std::string system_identifier;
  uint64_t bytes = 0;  // pg_database_size, or the size of the file
};

struct Snapshot {
  std::string lsn;                 // "0/16B3748"
  std::string id;                  // pg_export_snapshot: "00000003-0000001B-1"
  std::string time;                // RFC 3339
  double held_s = 0;               // how long production's vacuum was held back by it
  uint64_t held_transactions = 0;  // that began there meanwhile
};

struct Stage {
  std::string name;      // DESIGN §2: preflight, snapshot, schema, known values, rows, …
  double started_s = 0;  // seconds since the run started: stages overlap, the picture shows it
  double seconds = 0;
  uint64_t rows = 0;
  uint64_t bytes = 0;
};

struct TableColumn {
  std::string name;
  std::string type;
  std::string treatment;   // "keep", "email", "rewrite_html" …
  std::string rule;        // pack and line, or why: "odoo/contacts:12", "unclassified: rewrite"
  std::string data_class;  // class of data, for grouping: "name", "email", "text", "secret", "" for kept
  uint64_t changed = 0;    // values that differ from production's
  std::string source_fingerprint;
  std::string staging_fingerprint;    // of what was sent
  std::string read_back_fingerprint;  // of what staging holds; empty if not read back
  std::vector<std::string> samples;   // pseudonyms only
  // Of what was published; only where neutralising changed the table after it was read back.
  std::string published_fingerprint;
};

struct Table {
  std::string schema;
  std::string name;
  std::string module;        // the Odoo module that brought it, or empty
  uint64_t rows = 0;         // rows sent to staging
  uint64_t source_rows = 0;  // rows of the source's snapshot; differs when rows are left out by rule
  uint64_t bytes = 0;        // bytes read from the source
  double seconds = 0;        // lane seconds of its slices
  std::string treatment;     // "keep", "rewrite" (some column is treated), "empty", "rows"
  std::string fidelity;      // "identical", "differs", "not checked"
  std::vector<TableColumn> columns;
  std::string row_format;        // "binary" or "text": fingerprints compare within a COPY format only
  std::string rows_fingerprint;  // over whole rows as sent, for a table without a primary key
  uint64_t published_rows = 0;   // with published_fingerprint: rows after neutralising
};

struct Unclassified {
  std::string table;  // "schema.table", without the schema if it is public
  std::string column;
  std::string type;
  std::string handled;  // "rewrite", "keep", "fail": what the policy did
};

struct Leak {
  std::string table;
  std::string column;
  std::string data_class;  // "class" in JSON
  uint64_t count = 0;
  std::vector<std::string> rows;  // primary keys of the first ones, never values
};

struct Neutralised {
  std::string module;
  std::string statement;  // what it does, or its first words; a statement of a module, not data
  uint64_t rows = 0;
  std::string error;  // empty if it worked
};

struct Assertion {
  std::string name;
  uint64_t violations = 0;
  std::string error;     // it could not be run
  std::string severity;  // "must" (decides the exit code), "should", "review"
  std::string reason;    // what an open channel would do
};

// What in configuration tables still looks like a way out, known by its shape alone.
struct Outside {
  std::string kind;  // "url", "host", "email", "key"
  std::string table;
  std::string column;
  uint64_t rows = 0;
  std::string places;  // ids of the first rows, keys of parameters; never values
};

struct Job {
  std::string name;
  std::string model;
  bool active = false;  // on staging, after the run
  std::string next;     // nextcall on production
  bool kept = false;    // on the allow list
  std::string id;       // external id: "base.autovacuum_job"
};

struct Filestore {
  uint64_t files = 0;
  uint64_t bytes = 0;
  uint64_t copied = 0;
  uint64_t reused = 0;
  uint64_t rewritten = 0;
  uint64_t replaced = 0;
  uint64_t dropped = 0;
  std::vector<std::string> missing;  // store_fname of files that the source lacks
};

// A backup that was written, restored and compared with what it was written from.
struct Restored {
  std::string where;  // "a throw-away server", or the server's address
  uint64_t tables = 0;
  uint64_t rows = 0;
  uint64_t files = 0;  // of the zip's filestore
};

struct Parameter {
  std::string key;
  std::string treatment;  // "keep", "treated" by a rule; by neutralising "set", "added", "removed"
};

// Flat facts per end ("postgresql" → "15.20", "module.sale" → "17.0.1.2"), compared key by key.
struct Environment {
  std::map<std::string, std::string> source;
  std::map<std::string, std::string> staging;
  std::map<std::string, std::string> explanations;  // key → what the difference may do to a staging result
};

struct Warning {
  std::string id;  // stable: policy.accepted names it
  std::string text;
  bool accepted = false;
};

// Schema objects compared by the catalogue: a difference is either deliberate or a finding.
struct SchemaDifference {
  std::string object;      // "index res_partner_name_idx"
  std::string difference;  // "missing on staging"
  bool deliberate = false;
};

struct Finding {
  std::string cls;  // "class": "unclassified", "leak", "neutralisation", "fidelity", "failure"
  std::string text;
  int exit_code = 1;
};

struct KnownValues {
  uint64_t values = 0;
  uint64_t bytes = 0;                       // memory of the index
  std::map<std::string, uint64_t> classes;  // class → how many
  std::map<std::string, uint64_t> left;     // why text was left as it is → how often ("common word")
};

struct Limits {
  uint32_t lanes = 0;
  uint32_t workers = 0;
  uint64_t peak_rss_bytes = 0;
  uint64_t batch_bytes = 0;
};

// Where the rows stage spent its time. Seconds summed over lanes (rewriting and its waits: over workers), so
// they may exceed the stage's. Reading and writing include the network and the server's own work.
struct RowTimes {
  double lanes_s = 0;    // all lanes together
  double read_s = 0;     // receiving from the source
  double rewrite_s = 0;  // rules, audit, fingerprints
  double write_s = 0;    // sending to staging, until it has taken the rows
  double reader_wait_s =
      0;  // rows could have been read, and no batch was free: staging or workers are behind
  double worker_wait_s = 0;  // batches lay ready and no worker was free
  double writer_wait_s = 0;  // nothing to write: the source or workers are behind
};

struct RunRecord {
  std::string run_id;  // sorts by time: "20250131T020304Z-1a2b3c"
  Outcome outcome = Outcome::kFailed;
  int exit_code = 1;
  std::string command = "refresh";
  std::string error;       // why it failed, without data; empty if published
  std::string started_at;  // RFC 3339, UTC
  std::string finished_at;
  double seconds = 0;
  Tool tool;
  std::string key_id;
  bool key_ephemeral = false;
  std::vector<std::string> packs;              // rule packs in the order they were applied
  std::map<std::string, std::string> options;  // policy and other options that shaped the run
  Limits limits;
  End source;
  End staging;
  std::string previous;  // name of the staging that was replaced and kept, or empty
  Snapshot snapshot;
  std::vector<Stage> stages;
  std::optional<RowTimes> row_times;  // none: no rows were copied
  std::vector<Table> tables;
  std::vector<Unclassified> unclassified;
  std::vector<Leak> leaks;
  std::vector<Neutralised> neutralised;
  std::vector<Assertion> assertions;
  std::vector<Outside> outside;
  std::string egress_rules;  // nftables, for the host where Odoo runs on staging
  std::vector<Job> jobs;
  std::optional<Filestore> filestore;  // none: not asked for
  std::optional<Restored> restored;    // none: staging is no backup, or it was not asked for
  std::vector<Parameter> parameters;
  KnownValues known_values;
  std::vector<SchemaDifference> schema_differences;
  Environment environment;
  std::map<std::string, std::string> sandbox;  // channel → where it goes now
  std::vector<Finding> findings;               // what decided the exit code
  std::vector<Warning> warnings;
};

// "published", "failed", "cancelled", "unfinished".
const char* NameOf(Outcome outcome);
std::optional<Outcome> OutcomeByName(const std::string& name);

// Sums over all tables.
struct Totals {
  uint64_t tables = 0;
  uint64_t rows = 0;
  uint64_t bytes = 0;
  uint64_t columns = 0;
  uint64_t treated_columns = 0;
  uint64_t changed = 0;
};
Totals TotalsOf(const RunRecord& run);

// "table" or "schema.table": the schema is left out if it is public.
std::string QualifiedName(const Table& table);

}  // namespace understudy::record

#endif  // UNDERSTUDY_RECORD_RUN_RECORD_H_
