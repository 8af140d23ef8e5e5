#include "record/warning_id.h"

#include <gtest/gtest.h>

#include <set>

namespace understudy::record {
namespace {

TEST(WarningId, EveryKindHasOneRow) {
  std::set<WarningKind> kinds;
  std::set<std::string_view> names;
  for (const WarningSpec& spec : WarningSpecs()) {
    EXPECT_TRUE(kinds.insert(spec.kind).second) << spec.name;
    EXPECT_TRUE(names.insert(spec.name).second) << spec.name;
    EXPECT_EQ(spec.name.find(':'), std::string_view::npos) << spec.name;
    ASSERT_FALSE(spec.doc.empty()) << spec.name;
    EXPECT_EQ(spec.doc.back(), '.') << spec.name;
    EXPECT_EQ(&SpecOf(spec.kind), &spec);
  }
  EXPECT_EQ(kinds.size(), static_cast<size_t>(WarningKind::kStaleAccepted) + 1);
}

TEST(WarningId, TextAndBack) {
  const WarningId id(WarningKind::kCheck, "p.c:one");
  EXPECT_EQ(id.text(), "check:p.c:one");
  EXPECT_EQ(id.subject(), "p.c:one");
  EXPECT_EQ(FindWarning(id.text())->kind, WarningKind::kCheck);
  EXPECT_EQ(WarningId(WarningKind::kLeaks).text(), "leaks");
  EXPECT_EQ(WarningId(WarningKind::kLeaks).subject(), "");
  EXPECT_EQ(FindWarning("leaks")->kind, WarningKind::kLeaks);
  EXPECT_EQ(FindWarning("leaks:x"), nullptr);
  EXPECT_EQ(FindWarning("check"), nullptr);
  EXPECT_EQ(FindWarning(""), nullptr);
}

TEST(Accepted, UnknownIds) {
  const struct {
    const char* id;
    const char* text;
  } kCases[] = {
      {"missing-colum:a.b",
       "policy.accepted lists missing-colum:a.b, which is no id of a warning; did you mean missing-column?"},
      {"no-addon", "policy.accepted lists no-addon, which is no id of a warning; did you mean no-addons?"},
      {"leaks:res_partner",
       "policy.accepted lists leaks:res_partner, which is no id of a warning; it is leaks alone"},
      {"check",
       "policy.accepted lists check, which is no id of a warning; one looks like "
       "check:TABLE.COLUMN:CONSTRAINT"},
      {"stale-accepted:x",
       "policy.accepted lists stale-accepted:x, which is no id of a warning; this one cannot be accepted"},
      {"zzz", "policy.accepted lists zzz, which is no id of a warning"},
  };
  for (const auto& c : kCases) {
    const auto problems = UnknownAccepted({"no-addons", c.id, "check:p.c:one"});
    ASSERT_EQ(problems.size(), 1u) << c.id;
    EXPECT_EQ(problems[0].id.text(), std::string("unknown-accepted:") + c.id);
    EXPECT_EQ(problems[0].text, c.text);
  }
}

TEST(Accepted, StaleIdsOfTheirScopeAlone) {
  const std::vector<std::string> accepted = {"not-null:a.b", "unclassified:a.c", "no-addons", "one-pass",
                                             "zzz"};
  const auto plan = StaleAccepted(accepted, WarningScope::kPlan, {"not-null:a.b", "unclassified:a.d"});
  ASSERT_EQ(plan.size(), 1u);
  EXPECT_EQ(plan[0].id.text(), "stale-accepted:unclassified:a.c");
  EXPECT_EQ(
      plan[0].text,
      "policy.accepted lists unclassified:a.c, but nothing of that name is found any more; did you mean "
      "unclassified:a.d?; take it out");
  const auto run = StaleAccepted(accepted, WarningScope::kRun, {});
  ASSERT_EQ(run.size(), 1u);
  EXPECT_EQ(run[0].id.text(), "stale-accepted:no-addons");
  EXPECT_TRUE(StaleAccepted(accepted, WarningScope::kRun, {"no-addons"}).empty());
}

}  // namespace
}  // namespace understudy::record
