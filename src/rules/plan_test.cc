#include "rules/plan.h"

#include <string>

#include "base/status.h"
#include "fmt/format.h"
#include "gtest/gtest.h"
#include "rules/test_facts.h"

namespace understudy::rules {
namespace {

Plan PlanOf(const std::vector<std::string>& packs, const Facts& facts, const Policy& policy = {}) {
  std::vector<Pack> parsed;
  for (size_t i = 0; i < packs.size(); ++i) {
    const std::string name(1, static_cast<char>('a' + i));
    auto yaml = ParseYaml("pack: " + name + "\n" + packs[i], name + ".yaml");
    EXPECT_TRUE(yaml.ok()) << yaml.status();
    auto pack = ParsePack(*yaml);
    EXPECT_TRUE(pack.ok()) << pack.status();
    if (pack.ok()) parsed.push_back(std::move(*pack));
  }
  return MakePlan(parsed, facts, policy);
}

Facts Partners() {
  Facts facts;
  Relation partner = MakeRelation("res_partner", {{"id", "integer"},
                                                  {"name", "character varying"},
                                                  {"email", "character varying"},
                                                  {"comment", "text"},
                                                  {"is_company", "boolean"},
                                                  {"image", "bytea"}});
  partner.odoo_model = "res.partner";
  Relation user = MakeRelation("res_users", {{"id", "integer"},
                                             {"login", "character varying"},
                                             {"partner_id", "integer"},
                                             {"email", "character varying"}});
  user.attributes[2].odoo.relation = "res.partner";
  user.attributes[3].odoo.related = "partner_id.email";
  user.attributes[1].not_null = true;
  facts.relations = {partner, user};
  facts.odoo_version = "17.0";
  facts.modules = {{"base", "17.0.1.3"}};
  return facts;
}

std::string Lines(const std::vector<Finding>& findings) {
  std::string out;
  for (const Finding& f : findings) out += f.id.text() + ": " + f.text + "\n";
  return out;
}

TEST(Plan, EveryColumnHasOneTreatmentAndAReason) {
  const Plan plan =
      PlanOf({"tables:\n  res_partner: {name: {pseudonym: name, company_if: is_company}, email: email}\n"
              "patterns:\n  - {column: name, do: keep}\n  - {column: '.*', type: text, do: rewrite}\n",
              "when: {module: crm}\ntables: {res_partner: {name: keep}}\n",
              "tables:\n  res_partner:\n    email: {pseudonym: email, identifying: false}\n  res_users: "
              "{_rows: {where: active}, login: login}\n"},
             Partners());
  EXPECT_EQ(DumpPlan(plan),
            R"(res_partner
  id: keep [carries no text]
  name: {pseudonym: name, company_if: is_company} [a (a.yaml:3)] identifying
    instead of keep [a (a.yaml:5)]
  email: {pseudonym: email, identifying: false} [c (c.yaml:4)]
    instead of email [a (a.yaml:3)]
  comment: rewrite [pattern of a (a.yaml:6)]
  is_company: keep [carries no text]
  image: secret [unclassified]
res_users: where active [c]
  id: keep [carries no text]
  login: login [c (c.yaml:5)] identifying
  partner_id: keep [carries no text]
  email: {pseudonym: email, identifying: false} [copy of res_partner.email, c (c.yaml:4)]
unclassified:res_partner.image
)");
  EXPECT_TRUE(plan.Check().ok());
}

TEST(Plan, UnclassifiedColumnsStopUnderFail) {
  Policy policy;
  policy.unclassified = Unclassified::kFail;
  const std::vector<std::string> packs = {
      "tables: {res_partner: {name: name, email: email, comment: null}, res_users: {login: login}}\n"};
  Plan plan = PlanOf(packs, Partners(), policy);
  EXPECT_EQ(
      MessageOf(plan.Check()),
      "no rule names these columns (1), which can carry text:\n  res_partner.image (bytea): no rule names "
      "it\n  write "
      "rules for them (understudy scan proposes some), or set policy.unclassified to rewrite");
  EXPECT_EQ(ExitClassOf(plan.Check()), ExitClass::kUnclassified);
  policy.accepted = {"unclassified:res_partner.image"};
  EXPECT_TRUE(PlanOf(packs, Partners(), policy).Check().ok());
  policy = {};
  policy.unclassified = Unclassified::kKeep;
  EXPECT_EQ(PlanOf(packs, Partners(), policy).Find("res_partner")->Find("image")->treatment.ToString(),
            "keep");
}

TEST(Plan, Warnings) {
  Policy policy;
  policy.accepted = {"missing-column:res_partner.fax"};
  const Plan plan =
      PlanOf({"tables:\n  res_partner:\n    emial: email\n    fax: phone\n    _optional: {mobile: phone}\n"
              "    name: {pseudonym: name, company_if: is_compny}\n"
              "    comment: {keep: true, if: {stat: x}, else: null}\n"
              "  res_parter: {name: name}\n  sale_order: {note: rewrite}\n"
              "patterns:\n  - {table: 'res_.*', column: tokn, do: null}\n"
              "  - {table: 'hr_.*', column: tokn, do: null}\n"},
             Partners(), policy);
  EXPECT_EQ(
      Lines(plan.warnings),
      "missing-column:res_partner.emial: a.yaml:4:5: res_partner has no column emial; did you mean email?\n"
      "missing-column:res_partner.is_compny: a.yaml:7:5: res_partner has no column is_compny; did you mean "
      "is_company?; the pseudonym is made without it\n"
      "missing-column:res_partner.stat: a.yaml:8:5: res_partner has no column stat; the treatment is applied "
      "to every row\n"
      "missing-table:res_parter: a.yaml:9:3: res_parter: no such table; did you mean res_partner?\n"
      "unused-pattern:a:res_.*:tokn: a.yaml:12:5: the pattern matches no column, though tables match\n");
  // A condition that can't be asked never lets values through.
  EXPECT_EQ(plan.Find("res_partner")->Find("comment")->treatment.ToString(), "null");
}

TEST(Plan, ErrorsNameConstraintAndRemedy) {
  Facts facts = Partners();
  facts.relations[0].attributes[1].max_chars = 4;
  facts.relations[1].unique_keys = {{"res_users_login_key", {"login"}, false, ""},
                                    {"res_users_pkey", {"id"}, false, ""}};
  facts.relations[1].primary_key = {"id"};
  facts.relations[1].attributes[0].not_null = true;
  const Plan plan =
      PlanOf({"tables:\n  res_partner:\n    name: {fixed: 'Nobody'}\n    image: email\n    id: email\n"
              "  res_users:\n    login: city\n    id: null\n"},
             facts);
  EXPECT_EQ(
      Lines(plan.errors),
      "not-null:res_users.id: res_users.id: null, but the column is part of the primary key (a.yaml:9); use "
      "secret (the empty text where NULL is not allowed), empty, or a pseudonym\n"
      "not-unique:res_users.login: res_users.login: city can give two rows the same value, but "
      "res_users_login_key is unique (a.yaml:8); use a kind that stays unique (email, login, token, uuid, "
      "number), null or keep\n"
      "too-long:res_partner.name: res_partner.name: the fixed text has 6 characters, but the column takes 4 "
      "(a.yaml:4)\n"
      "wrong-type:res_partner.id: res_partner.id: email on a number (integer): this kind of pseudonym can't "
      "be written there (a.yaml:6)\n"
      "wrong-type:res_partner.image: res_partner.image: email on bytea (bytea): this kind of pseudonym can't "
      "be written there (a.yaml:5)\n");
  EXPECT_EQ(ExitClassOf(plan.Check()), ExitClass::kUsage);
  Policy policy;
  for (const Finding& f : plan.errors) policy.accepted.push_back(f.id.text());
  EXPECT_TRUE(PlanOf({"tables: {res_users: {login: city, id: null}}\n"}, facts, policy).Check().ok());
}

TEST(Plan, UniqueKeysAreProved) {
  Facts facts = Partners();
  Relation& users = facts.relations[1];
  users.rows_estimate = 1e6;
  users.unique_keys = {{"login_lower", {"login"}, true, "CREATE UNIQUE INDEX ON res_users (lower(login))"},
                       {"id_email", {"id", "email"}, false, ""},
                       {"res_users_pkey", {"id"}, false, ""}};
  const Plan plan = PlanOf({"tables: {res_users: {login: login, email: empty}}\n"}, facts);
  // A key that holds another one with kept columns can't break, whatever happens to the rest.
  EXPECT_EQ(Lines(plan.errors), "");
  const Uniqueness& login = plan.Find("res_users")->Find("login")->uniqueness;
  EXPECT_EQ(login.key, "login_lower");
  EXPECT_TRUE(login.injective || login.digest_bits >= 53);
  EXPECT_LT(login.collision, 1e-4);
}

TEST(Plan, AnExpressionThatKeepsAPartVoidsThePromise) {
  Facts facts = Partners();
  Relation& users = facts.relations[1];
  const auto errors = [&](const char* expression, const char* treatment) {
    users.unique_keys = {
        {"k", {"login"}, true, fmt::format("CREATE UNIQUE INDEX k ON res_users ({})", expression)}};
    return Lines(PlanOf({fmt::format("tables: {{res_users: {{login: {}}}}}\n", treatment)}, facts).errors);
  };
  for (const char* whole :
       {"lower(login)", "COALESCE(login, ''::text)", "btrim(upper(login))", "(login) WHERE active"}) {
    EXPECT_EQ(errors(whole, "login"), "") << whole;
  }
  for (const char* part :
       {"\"left\"(login, 8)", "lower(substr(login, 1, 3))", "split_part(login, '@'::text, 1)",
        "((login)::character varying(10))", "length(login)"}) {
    EXPECT_EQ(errors(part, "login"),
              "not-unique:res_users.login: res_users.login: login can give two rows the same value in the "
              "part that "
              "its expression keeps, but k is unique (a.yaml:2); use null or keep\n")
        << part;
    EXPECT_EQ(errors(part, "keep"), "") << part;
  }
}

TEST(Plan, WhenDecidesByModuleVersionAndTable) {
  const Facts facts = Partners();
  const auto applies = [&facts](const std::string& when) {
    return Applies(ParsePack(*ParseYaml("pack: x\nwhen: " + when, "x.yaml"))->when, facts);
  };
  EXPECT_TRUE(applies("{module: [crm, base]}"));
  EXPECT_FALSE(applies("{module: crm}"));
  EXPECT_TRUE(applies("{odoo: '>=14 <17.5'}"));
  EXPECT_FALSE(applies("{odoo: '<17'}"));
  EXPECT_TRUE(applies("{table: res_users}"));
  EXPECT_FALSE(applies("{module: base, table: crm_lead}"));
  EXPECT_EQ(MajorVersion("saas~17.2"), 17.2);
  EXPECT_EQ(MajorVersion(""), std::nullopt);
}

TEST(Plan, PartitionsFollowTheRulesOfTheirRoot) {
  Facts facts;
  Relation root = MakeRelation("log", {{"who", "text"}, {"note", "text"}});
  root.kind = 'p';
  Relation leaf = MakeRelation("log_2024", {{"who", "text"}, {"note", "text"}});
  leaf.root_schema = "public";
  leaf.root_name = "log";
  facts.relations = {root, leaf};
  const Plan plan = PlanOf({"tables:\n  log: {who: name}\n  log_2024: {note: keep}\n",
                            "patterns:\n  - {table: log, column: note, do: lorem}\n"},
                           facts);
  EXPECT_EQ(plan.Find("log_2024")->Find("who")->treatment.ToString(), "name");
  EXPECT_EQ(plan.Find("log_2024")->Find("note")->treatment.ToString(), "keep");
  EXPECT_EQ(plan.Find("log")->Find("note")->treatment.ToString(), "lorem");
  EXPECT_EQ(Lines(plan.warnings), "");
  const Plan none = PlanOf({"tables:\n  log: {_rows: empty}\n"}, facts);
  EXPECT_TRUE(none.Find("log_2024")->empty);
}

TEST(Plan, WhatWasFoundIsKnownAlsoIfAccepted) {
  Policy policy;
  policy.unclassified = Unclassified::kFail;
  policy.accepted = {"unclassified:res_partner.comment", "unclassified:res_partner.coment"};
  const Plan plan =
      PlanOf({"patterns:\n  - {column: 'name|email|image|login', do: keep}\n"}, Partners(), policy);
  EXPECT_EQ(plan.unaccepted, 0u);
  EXPECT_EQ(Lines(plan.warnings), "");
  EXPECT_EQ(plan.found_ids, std::set<std::string>{"unclassified:res_partner.comment"});
}

TEST(Plan, ATableThatIsNotThereIsAWarningInOnesOwnPack) {
  const std::string text = "pack: site\ntables: {sale_order: {note: rewrite}}\n";
  const auto yaml = ParseYaml(text, "site.yaml");
  ASSERT_TRUE(yaml.ok());
  auto pack = ParsePack(*yaml);
  ASSERT_TRUE(pack.ok());
  EXPECT_EQ(Lines(MakePlan({*pack}, Partners(), Policy{}).warnings), "");
  pack->own = true;
  EXPECT_EQ(Lines(MakePlan({*pack}, Partners(), Policy{}).warnings),
            "missing-table:sale_order: site.yaml:2:10: sale_order: no such table\n");
}

TEST(Plan, RowsThatAreNotCopiedNeedNoRules) {
  const Plan plan = PlanOf({"tables: {res_partner: empty, res_users: {_rows: empty, email: null}}\n",
                            "tables: {res_users: {_rows: all, login: keep}}\n"},
                           Partners());
  EXPECT_EQ(plan.Find("res_partner")->Find("name")->Reason(), "no rows are copied");
  EXPECT_FALSE(plan.Find("res_users")->empty);
  EXPECT_TRUE(plan.unclassified.empty());
}

TEST(Plan, GeneratedColumnsAndViewsAreNotCopied) {
  Facts facts = Partners();
  facts.relations[0].attributes[3].generated = true;
  facts.relations[1].kind = 'm';
  const Plan plan = PlanOf({""}, facts);
  EXPECT_EQ(plan.Find("res_partner")->Find("comment")->source, Source::kGenerated);
  EXPECT_EQ(plan.Find("res_users")->Find("login")->source, Source::kGenerated);
}

}  // namespace
}  // namespace understudy::rules
