// A run record with something in every section, some of it hostile, for the tests of this folder and the
// golden tests.
#ifndef UNDERSTUDY_REPORT_SAMPLE_RUN_H_
#define UNDERSTUDY_REPORT_SAMPLE_RUN_H_

#include "record/run_record.h"

namespace understudy::report {

inline constexpr char kHostile[] = "x\"><script>alert(1)</script>{{title}}|`${a}`\n# h";

inline record::TableColumn SampleColumn(const char* name, const char* treatment, const char* data_class,
                                        uint64_t changed) {
  record::TableColumn column;
  column.name = name;
  column.type = "character varying";
  column.treatment = treatment;
  column.rule = "odoo/contacts:12";
  column.data_class = data_class;
  column.changed = changed;
  const bool keep = column.treatment == "keep";
  column.source_fingerprint = keep ? "aa" : "bb";
  column.staging_fingerprint = "aa";
  column.read_back_fingerprint = "aa";
  if (!keep) column.samples = {"ana@example.com"};
  return column;
}

inline record::Table SampleTable(const std::string& schema, const std::string& name,
                                 const std::string& module, uint64_t rows, const std::string& treatment) {
  record::Table table;
  table.schema = schema;
  table.name = name;
  table.module = module;
  table.rows = rows;
  table.source_rows = rows;
  table.treatment = treatment;
  table.fidelity = "identical";
  return table;
}

inline record::RunRecord SampleRun() {
  record::RunRecord run;
  run.run_id = "20250131T020304Z-1a2b3c";
  run.outcome = record::Outcome::kPublished;
  run.exit_code = 0;
  run.started_at = "2025-01-31T02:03:04Z";
  run.finished_at = "2025-01-31T02:05:04Z";
  run.seconds = 120;
  run.tool.version = "1.2.3";
  run.tool.commit = "abc123";
  run.key_id = "0123456789abcdef";
  run.packs = {"odoo/base", "odoo/contacts", "site.yaml"};
  run.options = {{"policy.leaks", "fail"}};
  run.limits.lanes = run.limits.workers = 2;
  run.row_times = record::RowTimes{180, 60, 90, 162, 70, 8, 4};
  run.limits.peak_rss_bytes = 123'000'000;
  run.source.where = "host=db1 dbname=prod";
  run.source.server_version = "15.4";
  run.staging.where = "host=db2 dbname=staging";
  run.staging.database = "staging";
  run.snapshot = {"0/16B3748", "00000003-0000001B-1", "2025-01-31T02:03:05Z"};
  run.stages = {
      {"preflight", 0, 1.5, 0, 0}, {"rows", 2, 90, 1234567, 2'500'000'000}, {"post-data", 30, 85, 0, 0}};
  record::Table partner = SampleTable("public", "res_partner", "base", 1000, "rewrite");
  partner.bytes = 2'000'000;
  partner.seconds = 3.5;
  partner.columns = {SampleColumn("id", "keep", "", 0), SampleColumn("name", "name", "name", 990),
                     SampleColumn("email", "email", "email", 800)};
  record::Table bus = SampleTable("public", "bus_bus", "bus", 0, "empty");
  bus.source_rows = 500;
  record::Table odd = SampleTable("other", kHostile, "", 3, "keep");
  odd.bytes = 10;
  odd.seconds = 0.1;
  odd.columns = {SampleColumn(kHostile, "keep", "", 0), SampleColumn("</script>", "rewrite", "text", 1)};
  run.tables = {partner, bus, odd};
  run.unclassified = {{"x_custom", "x_note", "text", "rewrite"}};
  run.neutralised = {{"base", "UPDATE ir_cron SET active = false", 12, ""},
                     {"sale", "UPDATE x", 0, "no such relation"}};
  run.assertions = {{"no active mail server", 0, "", "must", "an active server leads to a real relay"}};
  run.outside = {{"url", "x_connector", "base_url", 2, "1, 7"}};
  run.egress_rules = "table inet x {\n  chain output {\n  }\n}\n";
  run.jobs = {{"Base: Auto-vacuum", "ir.autovacuum", true, "2025-02-01", true, "base.autovacuum_job"},
              {kHostile, "mail.mail", false, "", false, ""}};
  run.filestore = record::Filestore{};
  run.filestore->files = 10;
  run.filestore->bytes = 5000;
  run.filestore->copied = 4;
  run.filestore->reused = 6;
  run.filestore->missing = {"ab/abc"};
  run.parameters = {{"web.base.url", "set"}, {"mail.catchall", "keep"}};
  run.environment.source = {{"postgresql", "15.4"}, {"lc_collate", "C"}};
  run.environment.staging = {{"postgresql", "16.1"}, {"lc_collate", "C"}};
  run.environment.explanations = {{"postgresql", "Plans may differ."}};
  run.sandbox = {{"smtp", "mailpit:1025"}};
  run.warnings = {{"missing-extension:pg_trgm", "staging lacks pg_trgm", false}};
  return run;
}

}  // namespace understudy::report

#endif  // UNDERSTUDY_REPORT_SAMPLE_RUN_H_
