#include "odoo/sweep.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <span>

#include "base/status.h"
#include "pg/batch.h"
#include "pg/quote.h"

namespace understudy::odoo {
namespace {

using pg::QuoteIdentifier;
using pg::QuoteLiteral;

// Tables that configure something, by the last words of their name. Not res_partner, not documents.
constexpr const char* kTables =
    "ir_config_parameter|ir_act_server|ir_cron|base_automation|res_company|website|res_config_settings|"
    ".*_(provider|acquirer|server|account_info|config|settings|setting|backend|connector|credentials?|"
    "endpoint|"
    "gateway|webhook|instance|carrier|client_user|storage|service|ldap|domain|printer|box|dbsource|account|"
    "api|"
    "token|alias|channel_config|provider_config)s?";
// Accounting's accounts and analytic accounts are no configuration of a channel, and are large.
constexpr const char* kNotTables =
    "account_account|account_analytic_account|account_fiscal_position_account|.*_rel";
constexpr const char* kColumns =
    "(.*_)?(url|uri|host|hostname|endpoint|server|webhook|proxy|proxy_ip|ip|ip_address|domain_name|dsn|ftp|"
    "sftp)";
// Addresses of content, not of connections: pages, menus, links that people made.
constexpr const char* kNotColumns =
    "ir_attachment\\..*|website_(page|menu|rewrite|track|visitor)\\..*|ir_act_url\\..*|link_tracker.*|slide_."
    "*|"
    "ir_module_module\\..*|mail_link_preview\\..*|product_.*|.*\\.homepage_url|theme_.*|ir_model.*|"
    "res_lang\\..*|payment_method\\..*|im_livechat_channel_rule\\..*|website_configurator_feature\\..*|"
    "res_company\\.social_.*|website\\.social_.*";

constexpr const char* kUrl =
    R"([a-z][a-z0-9+.-]*://(?:[^/@[:space:]"'<>]*@)?(\[[0-9a-f:]+\]|[^/:?#[:space:]"'<>\\,;)]+))";
constexpr const char* kEmail = R"([a-z0-9._%+-]+@((?:[a-z0-9-]+\.)+[a-z]{2,}))";
constexpr const char* kHost =
    R"(^(?:[a-z0-9_-]+\.)+[a-z]{2,}(?::[0-9]+)?$|^[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?::[0-9]+)?$)";
constexpr const char* kKey =
    R"((AIza[0-9A-Za-z_-]{20,}|[spr]k_(live|test)_[0-9A-Za-z]+|whsec_[0-9A-Za-z]+|xox[abprs]-[0-9A-Za-z-]+|gh[pousr]_[A-Za-z0-9]{20,}|eyJ[A-Za-z0-9_-]{10,}\.|GOCSPX-|ya29\.|AKIA[0-9A-Z]{16}|-----BEGIN [A-Z ]*PRIVATE|SG\.[A-Za-z0-9_-]{16,}))";

// One question: how many rows of a column say something of a kind.
struct Question {
  const char* kind;
  std::string table, column, sql;
};

class Questions {
 public:
  explicit Questions(const Sandbox& sandbox) : safe_host_(VariablesOf(sandbox).at("safe_host")) {}

  void About(const std::string& table, const std::string& column, bool address_column, bool parameters) {
    const std::string name = QuoteIdentifier(column) + "::text";
    Add("url", table, column, Unsafe(name, kUrl), parameters);
    Add("email", table, column, Unsafe(name, kEmail), parameters);
    Add("key", table, column, fmt::format("{} ~ {}", name, QuoteLiteral(kKey)), parameters);
    std::string named;
    if (parameters) named = " AND key ~* '(host|server|domain|url|endpoint|ftp|address|proxy|uri)'";
    if (!address_column && !parameters) return;
    Add("host", table, column,
        fmt::format("{0} ~* {1} AND regexp_replace({0}, ':[0-9]+$', '') !~* {2}{3}", name,
                    QuoteLiteral(kHost), safe_host_, named),
        parameters);
  }

  const std::vector<Question>& all() const { return questions_; }

 private:
  // Some match of the pattern has a host (its first group) that is not a safe one.
  std::string Unsafe(const std::string& name, const char* pattern) const {
    return fmt::format("EXISTS (SELECT 1 FROM regexp_matches({}, {}, 'gi') AS m WHERE m[1] !~* {})", name,
                       QuoteLiteral(pattern), safe_host_);
  }

  void Add(const char* kind, const std::string& table, const std::string& column,
           const std::string& condition, bool parameters) {
    questions_.push_back(
        {kind, table, column,
         fmt::format(
             "SELECT count(*), array_to_string((array_agg(q.place ORDER BY q.place))[1:5], ', ') FROM "
             "(SELECT {} AS place FROM {} WHERE {}) AS q",
             parameters ? "key" : "id", pg::QuoteRelation("public", table), condition)});
  }

  const std::string safe_host_;
  std::vector<Question> questions_;
};

absl::Status Ask(pg::Connection& connection, std::span<const Question> questions,
                 std::vector<SweepHit>* hits) {
  std::vector<std::string> sql;
  for (const Question& question : questions) sql.push_back(question.sql);
  ASSIGN_OR_RETURN(const std::vector<pg::Result> answers, pg::ExecBatch(connection, sql));
  for (size_t i = 0; i < answers.size(); ++i) {
    const auto count = static_cast<uint64_t>(answers[i].Int(0, 0));
    if (count == 0) continue;
    hits->push_back(
        {questions[i].kind, questions[i].table, questions[i].column, count, answers[i].String(0, 1)});
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<SweepHit>> Sweep(pg::Connection& connection, const Schema& schema,
                                            const Sandbox& sandbox) {
  static const RE2 kTablesRe(kTables), kNotTablesRe(kNotTables), kColumnsRe(kColumns),
      kNotColumnsRe(kNotColumns);
  Questions questions(sandbox);
  for (const auto& [table, columns] : schema.tables) {
    if (columns.find("id") == columns.end()) continue;
    const bool configuration = RE2::FullMatch(table, kTablesRe) && !RE2::FullMatch(table, kNotTablesRe);
    const bool parameters = table == "ir_config_parameter";
    for (const auto& [column, info] : columns) {
      if (!info.textual() && !info.json()) continue;
      const bool address = RE2::FullMatch(column, kColumnsRe);
      if ((!configuration && !address) || RE2::FullMatch(fmt::format("{}.{}", table, column), kNotColumnsRe))
        continue;
      if (parameters && column != "value") continue;
      questions.About(table, column, address, parameters);
    }
  }
  std::vector<SweepHit> hits;
  for (std::span<const Question> left = questions.all(); !left.empty();) {
    const auto some = left.first(std::min(left.size(), pg::kStatementsPerBatch));
    left = left.subspan(some.size());
    const absl::Status asked = Ask(connection, some, &hits);
    if (!asked.ok()) {
      return Annotate(asked, fmt::format("sweep: from {} to {}", some.front().table, some.back().table));
    }
  }
  return hits;
}

}  // namespace understudy::odoo
