// A backup in the place of a live source: what the stages ask of it.
//
// DESIGN
//   The backup is read three times: survey (schema, sizes, what Odoo says of itself), known values, rows.
//   What only a catalogue can say is asked of a probe: a second hidden database on the staging server that
//   gets the backup's schema, keys and indexes included, and no rows. So planning, copying and the comparison
//   of schemas work as with a live source, and give the same pseudonyms. The probe is dropped with the run.
// Threads: as the stages.
#ifndef UNDERSTUDY_REFRESH_BACKUP_SOURCE_H_
#define UNDERSTUDY_REFRESH_BACKUP_SOURCE_H_

#include <string>
#include <vector>

#include "odoo/filestore_copy.h"
#include "refresh/context.h"

namespace understudy::refresh {

// First pass over the backup at `path`: context.backup and context.survey.
absl::Status SurveyBackup(RunContext& context, const std::string& path);
// What rules need to know of it, from the backup alone: context.catalog. For commands that only look.
absl::Status LookAtBackup(RunContext& context, const std::string& path);
// TakeSnapshot for a backup: survey, probe, catalogue.
absl::Status TakeBackup(RunContext& context);

// People's fake names for avatars, from the blocks that `WantsPeople`; part of the known-values pass.
bool WantsPeople(const dump::CopyHeader& copy);
absl::Status AddPeople(RunContext& context, const dump::CopyHeader& copy, const copyformat::Batch& batch);

// Large objects with their numbers, before their content may come; by policy it does.
bool KeepsLargeObjects(const Config& config);
absl::Status CreateBackupObjects(RunContext& context, pg::Connection& staging);

// Files of a zip that the stage still lacks.
absl::Status CopyZipFiles(const dump::ZipFiles& zip, const std::vector<odoo::FileRequest>& requests,
                          odoo::FilestoreStage* stage, Counters& counters, odoo::CopyResult* result);

}  // namespace understudy::refresh

#endif  // UNDERSTUDY_REFRESH_BACKUP_SOURCE_H_
