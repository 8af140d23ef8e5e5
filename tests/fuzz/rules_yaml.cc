// Any bytes as a rule pack: an error or a pack, never more. What parses is planned against a small database
// and printed, and what is printed for a treatment must parse again to the same.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "rules/compile.h"
#include "rules/plan.h"
#include "rules/test_facts.h"

namespace {

using namespace understudy::rules;

Facts SmallDatabase() {
  Facts facts;
  facts.relations = {MakeRelation("t", {{"a", "text"}, {"b", "integer"}, {"c", "jsonb"}, {"d", "date"}}),
                     MakeRelation("res_partner", {{"id", "integer"}, {"name", "text"}, {"email", "text"}})};
  facts.modules = {{"base", "17.0"}};
  facts.odoo_version = "17.0";
  return facts;
}

void CheckPrinted(const Treatment& treatment) {
  const std::string printed = treatment.ToString();
  auto yaml = ParseYaml("t: " + printed, "printed");
  if (!yaml.ok()) return;  // texts with control characters have no plain spelling
  auto again = ParseTreatment(*yaml->Find("t"));
  if (again.ok() && again->ToString() != printed) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size > 1 << 16) return 0;  // larger files only make yaml-cpp slow
  auto yaml = ParseYaml({reinterpret_cast<const char*>(data), size}, "fuzz");
  if (!yaml.ok()) return 0;
  auto pack = ParsePack(*yaml);
  if (!pack.ok()) return 0;
  for (const TableRules& table : pack->tables) {
    for (const ColumnRule& rule : table.columns) CheckPrinted(rule.treatment);
  }
  static const Facts& kFacts = *new Facts(SmallDatabase());
  const Plan plan = MakePlan({*pack}, kFacts, Policy{});
  (void)DumpPlan(plan);
  const Toolbox toolbox;
  for (size_t i = 0; plan.Check().ok() && i < plan.tables.size(); ++i) {
    auto program =
        Compile(kFacts.relations[i], plan.tables[i], understudy::copyformat::Format::kBinary, toolbox);
    if (program.ok()) (void)program->Dump();
  }
  return 0;
}
