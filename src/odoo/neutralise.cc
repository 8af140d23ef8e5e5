#include "odoo/neutralise.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <span>

#include "base/file.h"
#include "base/status.h"
#include "base/strings.h"
#include "odoo/sql_split.h"
#include "pg/batch.h"
#include "pg/quote.h"

namespace understudy::odoo {
namespace {

constexpr const char* kSession = "SET LOCAL search_path = public; SET LOCAL standard_conforming_strings = on";

// A query that stops at the first row it finds looks too cheap to the planner for more than one worker.
constexpr const char* kManyCores =
    "SELECT pg_catalog.set_config('max_parallel_workers_per_gather',"
    " pg_catalog.current_setting('max_parallel_workers'), true),"
    " pg_catalog.set_config('parallel_setup_cost', '0', true),"
    " pg_catalog.set_config('parallel_tuple_cost', '0', true)";

// A module's script is code of the user's; still, a file of this size is none.
constexpr size_t kMaxScriptBytes = 4 << 20;

struct Plan {
  Schema schema;
  std::vector<ModuleCode> code;
  std::vector<Statement> own;
  Sandbox sandbox;
  std::vector<TextCondition> absent;
};

absl::StatusOr<Plan> MakePlan(pg::Connection& connection, const NeutraliseOptions& options) {
  Plan plan;
  plan.sandbox = options.sandbox;
  plan.absent = options.absent;
  RETURN_IF_ERROR(FillSeed(&plan.sandbox));
  ASSIGN_OR_RETURN(plan.schema, LoadSchema(connection));
  if (!plan.schema.HasTable("ir_module_module")) {
    return UsageError("this is not an Odoo database: it has no table ir_module_module");
  }
  if (!options.addons.empty()) {
    ASSIGN_OR_RETURN(const std::vector<Module> modules, LoadInstalledModules(connection));
    ASSIGN_OR_RETURN(plan.code, FindModuleCode(modules, options.addons));
  }
  if (options.specs != nullptr) {
    ASSIGN_OR_RETURN(plan.own, ExpandNeutralisers(*options.specs, plan.schema, plan.sandbox));
  }
  return plan;
}

absl::StatusOr<std::string> ReadScript(const std::string& path) {
  ASSIGN_OR_RETURN(std::string script, ReadFile(path));
  if (script.size() > kMaxScriptBytes) return Failed(fmt::format("{} is too large for a script", path));
  return script;
}

// A row if the condition holds.
std::string QueryOf(const TextCondition& condition) {
  std::string found;
  for (const std::string& text : condition.texts) {
    found += fmt::format("{}strpos({}, {}) > 0", found.empty() ? "" : " OR ",
                         pg::QuoteIdentifier(condition.column), pg::QuoteLiteral(text));
  }
  return fmt::format("SELECT 1 FROM {} WHERE {} LIMIT 1", pg::QuoteRelation("public", condition.table),
                     found);
}

// Runs statements in savepoints of one open transaction.
class Runner {
 public:
  // `absent`: as in NeutraliseOptions.
  Runner(pg::Connection& connection, std::vector<TextCondition> absent, NeutraliseResult* result)
      : connection_(connection), absent_(std::move(absent)), result_(result) {}

  // An error only if the connection is lost or the transaction cannot go on.
  absl::Status Run(StatementOutcome outcome, const std::string& sql) {
    RETURN_IF_ERROR(connection_.Run("SAVEPOINT understudy"));
    auto done = connection_.Exec(sql);
    if (done.ok()) {
      outcome.rows = done->affected();
      result_->rows += outcome.rows;
      RETURN_IF_ERROR(connection_.Run("RELEASE SAVEPOINT understudy"));
    } else {
      if (connection_.broken() || absl::IsCancelled(done.status())) return done.status();
      outcome.error = fmt::format("{} {}", SqlStateOf(done.status()), MessageOf(done.status()));
      ++result_->failed;
      RETURN_IF_ERROR(connection_.Run("ROLLBACK TO SAVEPOINT understudy; RELEASE SAVEPOINT understudy"));
    }
    result_->statements.push_back(std::move(outcome));
    return absl::OkStatus();
  }

  void Refuse(StatementOutcome outcome, std::string error) {
    outcome.error = std::move(error);
    ++result_->failed;
    result_->statements.push_back(std::move(outcome));
  }

  absl::Status RunScript(const ModuleCode& module) {
    ++result_->module_scripts;
    auto script = ReadScript(module.neutralize_sql);
    if (!script.ok()) {
      Refuse({module.name, "neutralize.sql", "", 0, ""}, MessageOf(script.status()));
      return absl::OkStatus();
    }
    // Whatever it writes there, nobody has read.
    std::erase_if(absent_,
                  [&](const TextCondition& known) { return script->find(known.table) != std::string::npos; });
    for (const SqlStatement& statement : SplitSql(*script)) {
      StatementOutcome outcome;
      outcome.module = module.name;
      outcome.statement = fmt::format("neutralize.sql:{} {}", statement.line, Summary(statement.text));
      if (ControlsTransaction(statement.text)) {
        Refuse(std::move(outcome), "would end the transaction that holds the neutralisation together");
      } else {
        RETURN_IF_ERROR(Run(std::move(outcome), std::string(statement.text)));
      }
    }
    return absl::OkStatus();
  }

  // Many at once; those of a batch in which one fails one by one, to tell which.
  absl::Status RunOwn(std::span<const Statement> statements) {
    RETURN_IF_ERROR(AskWhatIsNeedless(statements));
    while (!statements.empty()) {
      const auto some = statements.first(std::min(statements.size(), pg::kStatementsPerBatch));
      statements = statements.subspan(some.size());
      ASSIGN_OR_RETURN(const bool done, RunTogether(some));
      if (!done) RETURN_IF_ERROR(RunOneByOne(some));
    }
    return absl::OkStatus();
  }

 private:
  // One core reads what an UPDATE looks at, however large; a query may use many.
  absl::Status AskWhatIsNeedless(std::span<const Statement> statements) {
    RETURN_IF_ERROR(connection_.Run("SAVEPOINT understudy"));
    RETURN_IF_ERROR(connection_.Run(kManyCores));
    for (const Statement& statement : statements) {
      if (!statement.if_text.has_value()) continue;
      if (std::find(absent_.begin(), absent_.end(), *statement.if_text) != absent_.end()) {
        needless_.insert(statement.name);
        continue;
      }
      const auto any = connection_.Exec(QueryOf(*statement.if_text));
      if (any.ok()) {
        if (any->rows() == 0) needless_.insert(statement.name);
        continue;
      }
      // Then the statement itself says what is wrong.
      if (connection_.broken() || absl::IsCancelled(any.status())) return any.status();
      RETURN_IF_ERROR(connection_.Run("ROLLBACK TO SAVEPOINT understudy"));
      RETURN_IF_ERROR(connection_.Run(kManyCores));
    }
    // The settings go with it.
    return connection_.Run("ROLLBACK TO SAVEPOINT understudy; RELEASE SAVEPOINT understudy");
  }

  // The mark is a promise: without every rotation it must not be made.
  bool Skipped(const Statement& statement) const { return statement.marks_tokens && tokens_failed_; }
  bool Needless(const Statement& statement) const { return needless_.contains(statement.name); }

  // False if a statement failed; then nothing was done.
  absl::StatusOr<bool> RunTogether(std::span<const Statement> statements) {
    std::vector<std::string> sql;
    for (const Statement& statement : statements) {
      if (!Skipped(statement) && !Needless(statement)) sql.push_back(statement.sql);
    }
    RETURN_IF_ERROR(connection_.Run("SAVEPOINT understudy"));
    const absl::StatusOr<std::vector<pg::Result>> done = pg::ExecBatch(connection_, sql);
    if (!done.ok() || done->size() != sql.size()) {
      if (connection_.broken() || absl::IsCancelled(done.status())) return done.status();
      RETURN_IF_ERROR(connection_.Run("ROLLBACK TO SAVEPOINT understudy; RELEASE SAVEPOINT understudy"));
      return false;
    }
    RETURN_IF_ERROR(connection_.Run("RELEASE SAVEPOINT understudy"));
    auto outcome = done->begin();
    for (const Statement& statement : statements) {
      if (Skipped(statement)) continue;
      const uint64_t rows = Needless(statement) ? 0 : (outcome++)->affected();
      result_->rows += rows;
      result_->statements.push_back({statement.module, statement.name, statement.channel, rows, ""});
    }
    return true;
  }

  absl::Status RunOneByOne(std::span<const Statement> statements) {
    for (const Statement& statement : statements) {
      if (Skipped(statement)) continue;
      if (Needless(statement)) {
        result_->statements.push_back({statement.module, statement.name, statement.channel, 0, ""});
        continue;
      }
      const uint64_t failed = result_->failed;
      RETURN_IF_ERROR(Run({statement.module, statement.name, statement.channel, 0, ""}, statement.sql));
      tokens_failed_ = tokens_failed_ || (statement.rotates_tokens && result_->failed > failed);
    }
    return absl::OkStatus();
  }

  pg::Connection& connection_;
  std::vector<TextCondition> absent_;
  NeutraliseResult* result_;
  std::set<std::string> needless_;  // names of statements
  bool tokens_failed_ = false;
};

absl::Status RunAll(pg::Connection& connection, const Plan& plan, NeutraliseResult* result) {
  RETURN_IF_ERROR(connection.Run(kSession));
  Runner runner(connection, plan.absent, result);
  for (const ModuleCode& module : plan.code) {
    if (module.directory.empty()) result->missing_modules.push_back(module.name);
    if (!module.neutralize_sql.empty()) RETURN_IF_ERROR(runner.RunScript(module));
  }
  // Only now: the modules' own code need not see it.
  RETURN_IF_ERROR(connection
                      .ExecParams(fmt::format("SELECT set_config('{}', $1, true)", kSeedSetting),
                                  {plan.sandbox.token_seed.c_str()})
                      .status());
  return runner.RunOwn(plan.own);
}

}  // namespace

std::string UnknownJobText(const NeutraliseResult& result, const std::string& job) {
  std::vector<std::string> names;
  for (const ScheduledJob& known : result.jobs) names.push_back(known.xml_id);
  return fmt::format("sandbox.jobs.keep names {}, which is no job of this database{}", job,
                     DidYouMean(job, names));
}

absl::StatusOr<NeutraliseResult> Neutralise(pg::Connection& connection, const NeutraliseOptions& options) {
  auto plan = MakePlan(connection, options);
  if (!plan.ok()) return Annotate(plan.status(), "neutralise");
  NeutraliseResult result;
  auto jobs = LoadJobs(connection, plan->schema, plan->sandbox);
  if (!jobs.ok()) return Annotate(jobs.status(), "neutralise");
  result.jobs = *std::move(jobs);
  result.unknown_jobs = UnknownJobs(result.jobs, plan->sandbox);
  if (absl::Status begun = connection.Run("BEGIN"); !begun.ok()) return Annotate(begun, "neutralise");
  absl::Status done = RunAll(connection, *plan, &result);
  if (done.ok()) done = connection.Run("COMMIT");
  if (!done.ok()) {
    if (!connection.broken()) connection.Run("ROLLBACK").IgnoreError();
    return Annotate(done, "neutralise");
  }
  return result;
}

absl::StatusOr<std::string> RenderNeutralise(pg::Connection& connection, const NeutraliseOptions& options) {
  auto plan = MakePlan(connection, options);
  if (!plan.ok()) return Annotate(plan.status(), "neutralise");
  std::string out =
      "-- Neutralises one Odoo database, made for the tables it has.\n"
      "-- Run it with: psql -v ON_ERROR_STOP=1 -d DATABASE -f THIS_FILE\n"
      "BEGIN;\nSET LOCAL search_path = public;\n";
  out += SqlRandomSeed(plan->schema.server_version) + ";\n";
  for (const ModuleCode& module : plan->code) {
    if (module.directory.empty())
      out += fmt::format("-- module {}: installed, but on no addons path\n", module.name);
    if (module.neutralize_sql.empty()) continue;
    out += fmt::format("\n-- module {}: its own data/neutralize.sql\n", module.name);
    ASSIGN_OR_RETURN(const std::string script, ReadScript(module.neutralize_sql));
    for (const SqlStatement& statement : SplitSql(script)) {
      if (ControlsTransaction(statement.text)) continue;
      out += fmt::format("{};\n", statement.text);
    }
  }
  for (const Statement& statement : plan->own) {
    out += fmt::format("\n-- {} / {} ({}): {}\n{};\n", statement.module, statement.name, statement.channel,
                       statement.reason, statement.sql);
  }
  return out + "COMMIT;\n";
}

}  // namespace understudy::odoo
