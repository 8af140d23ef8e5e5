#include "odoo/jobs.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>

#include "base/status.h"

namespace understudy::odoo {
namespace {

// "model.method(…)" or "env['x.y']…method(…)": the first call that starts the work.
std::string MethodOf(const std::string& code) {
  static const RE2 kCall(
      R"((?m)^\s*(?:model|env\['[a-z0-9._]+'\])(?:\.(?:with_\w+|sudo|browse|search)\([^()]*\))*\.(\w+)\()");
  std::string method;
  if (RE2::PartialMatch(code, kCall, &method)) return method;
  return "code";
}

bool Kept(const std::string& xml_id, const Sandbox& sandbox) {
  if (xml_id.empty()) return false;
  return xml_id == kHousekeepingJob ||
         std::find(sandbox.keep_jobs.begin(), sandbox.keep_jobs.end(), xml_id) != sandbox.keep_jobs.end();
}

}  // namespace

absl::StatusOr<std::vector<ScheduledJob>> LoadJobs(pg::Connection& connection, const Schema& schema,
                                                   const Sandbox& sandbox) {
  std::vector<ScheduledJob> jobs;
  if (!schema.HasTable("ir_cron") || !schema.HasTable("ir_model_data")) return jobs;
  const bool action = schema.Find("ir_cron", "ir_actions_server_id") != nullptr;
  const std::string name = schema.Find("ir_cron", "cron_name") != nullptr ? "c.cron_name" : "c.name";
  const std::string sql = fmt::format(
      "SELECT c.id, coalesce((SELECT min(d.module || '.' || d.name) FROM ir_model_data d WHERE d.model = "
      "'ir.cron' "
      "AND d.res_id = c.id), ''), coalesce({}, ''), {}, {}, "
      "coalesce(c.interval_number::text || ' ' || c.interval_type, ''), "
      "to_char(c.nextcall, 'YYYY-MM-DD HH24:MI:SS'), coalesce(c.active, false) FROM ir_cron c {} ORDER BY 3, "
      "1",
      name, action ? "coalesce(a.model_name, '')" : "''", action ? "coalesce(a.code, '')" : "''",
      action ? "LEFT JOIN ir_act_server a ON a.id = c.ir_actions_server_id" : "");
  auto rows = connection.Exec(sql);
  if (!rows.ok()) return Annotate(rows.status(), "reading the scheduled jobs");
  for (int row = 0; row < rows->rows(); ++row) {
    ScheduledJob job;
    job.id = rows->Int(row, 0);
    job.xml_id = rows->String(row, 1);
    job.name = rows->String(row, 2);
    job.model = rows->String(row, 3);
    job.calls = MethodOf(rows->String(row, 4));
    job.every = rows->String(row, 5);
    job.next = rows->String(row, 6);
    job.active = rows->Bool(row, 7);
    job.kept = Kept(job.xml_id, sandbox);
    jobs.push_back(std::move(job));
  }
  return jobs;
}

std::vector<std::string> UnknownJobs(const std::vector<ScheduledJob>& jobs, const Sandbox& sandbox) {
  std::vector<std::string> unknown;
  for (const std::string& id : sandbox.keep_jobs) {
    const bool found =
        std::any_of(jobs.begin(), jobs.end(), [&](const ScheduledJob& j) { return j.xml_id == id; });
    if (!found) unknown.push_back(id);
  }
  return unknown;
}

}  // namespace understudy::odoo
