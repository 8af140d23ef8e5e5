// What `understudy init` finds out about a source, and what it proposes.
//
// DESIGN: one read-only session on the source, one on staging's server; nothing is written here. The findings
// become a configuration text (config_text.h) that works as it is on one machine. A password never gets into
// it: it is kept apart, for a file of libpq's own (~/.pgpass format) that the conninfo names.
// Ownership: values. Threads: one thread. Errors: Unreachable; UsageError if it must be told which database.
#ifndef UNDERSTUDY_SETUP_FIRST_RUN_H_
#define UNDERSTUDY_SETUP_FIRST_RUN_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/cancel.h"
#include "pg/conninfo.h"
#include "setup/installation.h"

namespace understudy::setup {

struct FirstRunRequest {
  std::string database;   // conninfo, URI or a bare name; empty: what odoo.conf says
  std::string staging;    // the same; empty: beside the source, NAME_staging
  std::string odoo_conf;  // empty: looked for in `places`
  std::string filestore;  // empty: looked for
  std::string directory;  // of the configuration; absolute
  UsualPlaces places;
};

struct FirstRun {
  std::string odoo_conf;   // that was read; empty: none
  pg::ConnOptions source;  // without password
  pg::ConnOptions staging;
  std::string source_passfile, staging_passfile;  // names in `directory`; empty: not needed
  std::string source_pass, staging_pass;          // their contents
  std::string server_version;
  uint64_t bytes = 0;
  bool odoo = false;
  std::string odoo_version;
  std::vector<std::string> modules;
  std::vector<std::string> modules_without_code;  // on none of the addons paths
  std::vector<std::string> addons;
  uint64_t files = 0;                               // attachments in the filestore
  size_t files_looked_for = 0, files_found = 0;     // of a sample
  std::string filestore_source, filestore_staging;  // empty: not found
  bool staging_exists = false;                      // and is not ours
  std::vector<std::string> notes;                   // what should be looked at, one sentence each
};

absl::StatusOr<FirstRun> Explore(const FirstRunRequest& request, const CancelToken* cancel);

}  // namespace understudy::setup

#endif  // UNDERSTUDY_SETUP_FIRST_RUN_H_
