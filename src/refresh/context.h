// What the stages of one run share.
//
// Ownership: the context owns everything a run opens; it lives as long as the run. Threads: stages run one
// after the other on the run's thread; side work (side_work.h) goes on beside them and says what it touches.
// StageScope and Warn may be used from any of these threads.
#ifndef UNDERSTUDY_REFRESH_CONTEXT_H_
#define UNDERSTUDY_REFRESH_CONTEXT_H_

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/cancel.h"
#include "base/events.h"
#include "base/mutex.h"
#include "base/rate_limiter.h"
#include "clone/catalog.h"
#include "clone/hidden_database.h"
#include "clone/rows.h"
#include "clone/schema.h"
#include "clone/throwaway_server.h"
#include "drift/parameters.h"
#include "dump/backup.h"
#include "dump/odoo_zip.h"
#include "dump/sink_file.h"
#include "dump/survey.h"
#include "engine/engine.h"
#include "odoo/avatar_book.h"
#include "odoo/pack.h"
#include "pg/snapshot.h"
#include "pseudonym/pseudonymiser.h"
#include "record/run_record.h"
#include "record/warning_id.h"
#include "refresh/pack_reading.h"
#include "refresh/retries.h"
#include "refresh/run.h"
#include "refresh/side_work.h"
#include "refresh/source_facts.h"
#include "rules/plan.h"
#include "text/detectors.h"
#include "text/known_values.h"
#include "text/rewriter.h"
#include "verify/fingerprint.h"
#include "verify/read_back.h"
#include "verify/touched.h"

namespace understudy::refresh {

using record::WarningKind;

struct FilestoreWork;

struct RunContext {
  RunContext(const RefreshOptions& o, Listener& l, const CancelToken& c, record::RunRecord* r);
  ~RunContext();

  const RefreshOptions& options;
  Listener& listener;
  // Set when the user cancelled, or when the run failed and side work has to end.
  CancelToken stop;
  const CancelToken& cancel = stop;
  record::RunRecord& record;
  const std::chrono::steady_clock::time_point started = std::chrono::steady_clock::now();

  // preflight
  int lanes = 1;
  // Sessions that read production's rows at the same time.
  int SourceLanes() const;
  const std::unique_ptr<RateLimiter> limiter;  // null: source.max_rate sets none
  std::string private_directory;               // mode 0700, removed at the end
  pg::ConnOptions source;
  clone::StagingServer staging;
  std::unique_ptr<clone::ThrowawayServer> throwaway;  // staging is a file and no server is configured
  std::unique_ptr<dump::SinkFile> sink;               // staging is a file: locked from the beginning
  std::unique_ptr<pg::Connection> maintenance;        // holds the advisory lock of this staging
  Mutex maintenance_mutex;                            // while lanes run
  clone::PublishedState published;

  // snapshot (while it is held), plan; of a backup instead of the snapshot: what reads it, and what the first
  // pass found
  std::unique_ptr<pg::Snapshot> snapshot;
  std::unique_ptr<SideWork> schema_dump;  // pg_dump, from the snapshot on; fills `schema`
  std::unique_ptr<SideWork> ask_source;   // fills `source_facts`
  std::unique_ptr<dump::Backup> backup;
  std::unique_ptr<dump::Survey> survey;
  std::unique_ptr<const dump::ZipFiles> zip;  // of an Odoo zip: its filestore
  std::string restored;                       // a hidden database with the written backup, while it exists
  std::string probe;                          // a hidden database with the backup's schema, while it exists
  Mutex people_mutex;
  odoo::AvatarBook people;  // of a backup; filled with the known values
  clone::Catalog catalog;
  std::unique_ptr<pseudonym::Pseudonymiser> pseudonymiser;
  PackReading packs;
  rules::Plan plan;
  std::unique_ptr<const text::Detectors> detectors;
  std::unique_ptr<const text::KnownValues> known_values;
  text::RewriteContext rewrite;  // points to the three above
  verify::FingerprintSecret fingerprint_secret{};
  std::string password_hash;  // of the staging password; empty: nobody logs in
  std::string token_seed;     // derived from the key, for tokens that neutralising makes new

  // rows, filestore
  std::unique_ptr<FilestoreWork> filestore;  // null: no attachments
  SourceFacts source_facts;
  drift::Parameters sent_parameters;              // staging's, before neutralising
  std::vector<verify::TableToRead> read_back;     // tables that were read back; empty: policy.fidelity is off
  std::vector<odoo::TextCondition> absent_texts;  // which reading back showed not to hold
  std::vector<std::unique_ptr<SideWork>> after_rows;  // reading back, files: until JoinAfterRows

  // schema, rows, post-data
  clone::Schema schema;
  std::vector<record::SchemaDifference> fitted_policies;    // of a backup, whose probe is fitted, too
  std::vector<clone::ExtensionFunction> altered_functions;  // of extensions, as production altered them
  std::string hidden;                                       // name of the hidden database while it exists
  // What a run that failed had finished (checkpoint.h): of the one that this continues; of this one.
  std::optional<record::RunRecord> resumed, checkpoint;
  Retries retries;

  // An error if nobody would notice that the user cancelled.
  const absl::Status& watches() const { return watches_; }
  absl::StatusOr<std::unique_ptr<pg::Connection>> OpenHidden(const CancelToken* token) const;
  // The source's catalogue: a session in the snapshot, or on the probe, which has no rows.
  absl::StatusOr<std::unique_ptr<pg::Connection>> OpenSourceSchema(const CancelToken* token);
  // Into the record, and to the listener unless policy.accepted names it. The same id again says nothing.
  void Warn(const record::WarningId& id, const std::string& text);
  // What is wrong with policy.accepted itself: unknown ids, and those of `scope` of which nothing was found.
  void WarnOfAccepted(record::WarningScope scope);
  void AddStage(record::Stage stage);

 private:
  Mutex record_mutex_;  // stages and warnings of the record
  std::atomic<bool> done_{false};
  std::thread cancel_watch_;  // hands the user's cancellation on to `stop`
  absl::Status watches_;
};

// How many lanes a refresh has for `jobs` of the configuration; 0 is one per core, within reason.
int LanesOfRefresh(uint32_t jobs);

// Tells listener and record when a stage begins and ends; the stage's counters become its rows and bytes.
class StageScope {
 public:
  StageScope(RunContext& context, std::string name);
  ~StageScope();
  StageScope(const StageScope&) = delete;
  StageScope& operator=(const StageScope&) = delete;
  Counters& counters() { return counters_; }

 private:
  RunContext& context_;
  const std::string name_;
  const std::chrono::steady_clock::time_point begin_;
  Counters& counters_;
};

// The stages, in order; each is documented in its own file.
absl::Status Preflight(RunContext& context);
// Preflight and snapshot for commands that only look: nothing is written, not even for a backup.
absl::Status LookAtSource(RunContext& context);
// Fits the schema's policies to the roles that staging has.
absl::Status FitPoliciesToStaging(RunContext& context);
// Begins pg_dump of a live source's schema, beside what follows.
void StartSchemaDump(RunContext& context);
absl::Status MakePlan(RunContext& context);
// The same packs on other facts; the key and its pseudonymiser stay.
absl::Status PlanAgain(RunContext& context);
absl::Status GatherKnownValues(RunContext& context);
// Texts are searched with detectors alone: the source can be read only once.
absl::Status GoWithoutKnownValues(RunContext& context);
absl::Status BuildSchema(RunContext& context);
absl::Status PrepareFilestore(RunContext& context);
// Rows and post-data; when it returns, reading back and the copying of files may still go on (after_rows).
absl::Status CopyData(RunContext& context);
void WarnOfEmptiedObjects(RunContext& context, uint64_t objects);
absl::Status CopyFilestore(RunContext& context);
absl::Status JoinAfterRows(RunContext& context);
absl::Status HashPassword(RunContext& context);
absl::Status NeutraliseStaging(RunContext& context);
absl::Status CompareSchema(RunContext& context);
// Before neutralising; and after it, for the record: parameters and the tables' modules.
absl::Status RememberParameters(RunContext& context);
absl::Status RecordOdoo(RunContext& context);
// Fingerprints of what the hidden database holds now; `watching` as in verify::ReadOptions.
absl::StatusOr<std::vector<verify::Fingerprints>> ReadHidden(
    RunContext& context, const std::vector<verify::TableToRead>& tables, Counters& counters,
    std::vector<const rules::RowObserverFactory*> watching = {});
// After neutralising, which touched `rows` rows: what a later verify must find in the tables that it changed.
absl::Status RecordWhatIsPublished(RunContext& context, const verify::WriteCounts& before, uint64_t rows);
absl::Status JudgeLeaks(RunContext& context);
// A difference that nobody declared: an error (exit 6) or a warning, by policy.
absl::Status JudgeFidelity(RunContext& context, const std::string& what);
absl::Status PublishStaging(RunContext& context);

}  // namespace understudy::refresh

#endif  // UNDERSTUDY_REFRESH_CONTEXT_H_
