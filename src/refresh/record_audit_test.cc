#include "refresh/record_audit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/text_world.h"

namespace understudy::refresh {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const testing_support::TextWorld& World() {
  static const testing_support::TextWorld world;
  return world;
}

TEST(AuditRecord, TextsOfProductionAreRewritten) {
  record::RunRecord run;
  run.jobs.resize(2);
  run.jobs[0].name = "Send Ada Okonkwo her list";
  run.jobs[1].name = "Mail the list to somebody.else@corp-example.de";
  run.warnings.push_back({"x", "reading ada.okonkwo@kundenmail.de failed", false});
  run.neutralised.push_back({"base", "UPDATE x", 0, "bad IBAN DE54370400447741137244"});
  run.filestore.emplace();
  run.filestore->missing = {"scan_Ada_Okonkwo.pdf"};
  const RecordAudit audit = AuditRecord(World().context(), &run);
  EXPECT_GE(audit.rewritten, 5U);
  EXPECT_THAT(run.jobs[0].name, Not(HasSubstr("Okonkwo")));
  EXPECT_THAT(run.jobs[0].name, HasSubstr("Send "));
  EXPECT_THAT(run.jobs[1].name, Not(HasSubstr("somebody.else")));
  EXPECT_THAT(run.warnings[0].text, Not(HasSubstr("okonkwo")));
  EXPECT_THAT(run.neutralised[0].error, Not(HasSubstr("DE5437")));
  EXPECT_THAT(run.filestore->missing[0], Not(HasSubstr("Okonkwo")));
}

TEST(AuditRecord, OrdinaryWordsStay) {
  record::RunRecord run;
  run.jobs.resize(1);
  run.jobs[0].name = "Mail: Email Queue Manager";
  run.warnings.push_back(
      {"x", "odoo.addons is not set, so the modules' own neutralize.sql were not run", false});
  const record::RunRecord before = run;
  EXPECT_EQ(AuditRecord(World().context(), &run).rewritten, 0U);
  EXPECT_EQ(run.jobs[0].name, before.jobs[0].name);
  EXPECT_EQ(run.warnings[0].text, before.warnings[0].text);
}

TEST(AuditRecord, NamesOfTablesAreCountedAndStay) {
  record::RunRecord run;
  run.tables.resize(1);
  run.tables[0].name = "x_ada_okonkwo";
  EXPECT_EQ(AuditRecord(World().context(), &run).names, 1U);
  EXPECT_EQ(run.tables[0].name, "x_ada_okonkwo");
}

}  // namespace
}  // namespace understudy::refresh
