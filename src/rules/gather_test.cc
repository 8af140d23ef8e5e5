#include "rules/gather.h"

#include <string>

#include "gtest/gtest.h"
#include "rules/test_facts.h"
#include "rules/test_rows.h"

namespace understudy::rules {
namespace {

using copyformat::Batch;
using copyformat::Format;

// How many values the index has after a pass over `rows`, in the given format.
text::KnownValueCounts CountsOf(const std::string& rules, const std::vector<TestRow>& rows, Format format,
                                std::string* columns) {
  Facts facts;
  facts.relations = {MakeRelation("t", {{"id", "integer"},
                                        {"name", "text"},
                                        {"is_company", "boolean"},
                                        {"note", "text"},
                                        {"mails", "jsonb"},
                                        {"tags", "text[]"}})};
  auto pack = ParsePack(*ParseYaml("pack: p\ntables:\n  t: " + rules + "\n", "p.yaml"));
  EXPECT_TRUE(pack.ok()) << pack.status();
  const Plan plan = MakePlan({*pack}, facts, Policy{});
  const GatherPlan gather = GatherOf(facts.relations[0], plan.tables[0]);
  columns->clear();
  for (const Attribute& attribute : gather.relation.attributes) *columns += attribute.name + " ";
  if (gather.empty()) return {};
  Toolbox toolbox;
  const text::RewriteContext unused;
  toolbox.pseudonymiser = reinterpret_cast<const pseudonym::Pseudonymiser*>(&unused);  // never called
  KnownValuesTarget target({});
  Batch in, out;
  for (const TestRow& row : rows) {
    TestRow reduced;
    for (size_t i = 0; i < row.size(); ++i) {
      if (gather.relation.Find(facts.relations[0].attributes[i].name) != nullptr) reduced.push_back(row[i]);
    }
    AppendRow(gather.relation, reduced, format, &in);
  }
  {
    auto factory = MakeGatherer(gather, format, toolbox, &target);
    EXPECT_TRUE(factory.ok()) << factory.status();
    auto transform = (*factory)->New();
    EXPECT_TRUE(transform->Transform(in, &out).ok());
    EXPECT_EQ(out.rows, 0u);
    EXPECT_EQ(transform->counts().rows_in, rows.size());
    transform->Keep();
    // A transform whose slice was lost leaves nothing.
    EXPECT_TRUE((*factory)->New()->Transform(in, &out).ok());
  }
  auto known = target.Build();
  EXPECT_TRUE(known.ok()) << known.status();
  return (*known)->counts();
}

TEST(Gather, ReadsOnlyWhatItNeedsAndCountsTheSameInBothFormats) {
  const TestRow row = {"7",
                       "Berta Quandt",
                       "f",
                       "Ottokar Zumwald",
                       R"({"a": "u.x@example.org", "b": "v.y@example.org"})",
                       "{Zwetschge}"};
  const TestRow none = {"8", std::nullopt, "t", std::nullopt, std::nullopt, std::nullopt};
  const std::tuple<std::string, std::string, uint64_t> kCases[] = {
      {"{name: {pseudonym: name, company_if: is_company}}", "name is_company ", 1},
      {"{name: {pseudonym: name, identifying: false}, note: rewrite}", "", 0},
      {"{name: {null: true, if: {id: '7'}, else: name}}", "id name ", 0},
      {"{name: {null: true, if: {id: '9'}, else: name}}", "id name ", 1},
      {"{mails: email}", "mails ", 2},
      {"{name: {parts: {separator: ' ', pseudonym: surname}}}", "name ", 2},
      {"{note: {keep: true, identifying: true}}", "note ", 1},
      {"{tags: {surname: true}}", "tags ", 1},
  };
  for (const auto& [rules, columns, added] : kCases) {
    for (const Format format : {Format::kText, Format::kBinary}) {
      SCOPED_TRACE(rules);
      std::string read;
      EXPECT_EQ(CountsOf(rules, {row, none}, format, &read).added, added);
      EXPECT_EQ(read, columns);
    }
  }
}

}  // namespace
}  // namespace understudy::rules
