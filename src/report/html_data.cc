#include "report/html_data.h"

#include <fmt/format.h>

#include <algorithm>
#include <kainjow/mustache.hpp>

#include "base/strings.h"
#include "report/assets.h"
#include "report/html_sections.h"

namespace understudy::report {
namespace {

using kainjow::mustache::data;
using record::RunRecord;

using Pairs = std::vector<std::pair<std::string, std::string>>;

data Object(const Pairs& pairs) {
  data object;
  for (const auto& [name, value] : pairs) object.set(name, Visible(value));
  return object;
}

void AddFact(const char* name, const std::string& value, Pairs* facts) {
  if (!value.empty()) facts->emplace_back(name, value);
}

std::string EndOf(const record::End& end) {
  return end.server_version.empty() ? end.where
                                    : fmt::format("{}, PostgreSQL {}", end.where, end.server_version);
}

Pairs IdentityOf(const RunRecord& run) {
  Pairs facts;
  AddFact("Started", run.started_at, &facts);
  AddFact("Took", HumanSeconds(run.seconds), &facts);
  AddFact("Production", EndOf(run.source), &facts);
  AddFact("Staging", EndOf(run.staging), &facts);
  AddFact("Previous staging, kept", run.previous, &facts);
  AddFact("Key", run.key_ephemeral ? "random, for this run only" : run.key_id, &facts);
  return facts;
}

Pairs MoreOf(const RunRecord& run) {
  Pairs facts;
  AddFact("Run", run.run_id, &facts);
  AddFact("Exit code", std::to_string(run.exit_code), &facts);
  AddFact("Snapshot",
          run.snapshot.lsn.empty() ? run.snapshot.time
                                   : fmt::format("LSN {}, {}", run.snapshot.lsn, run.snapshot.time),
          &facts);
  AddFact("Effect on production", HeldText(run), &facts);
  AddFact("Rule packs", fmt::format("{}", fmt::join(run.packs, ", ")), &facts);
  for (const auto& [name, value] : run.options) AddFact(name.c_str(), value, &facts);
  if (run.limits.peak_rss_bytes > 0) AddFact("Peak memory", HumanBytes(run.limits.peak_rss_bytes), &facts);
  return facts;
}

data NamesAndValues(const Pairs& pairs) {
  data list{data::type::list};
  for (const auto& [name, value] : pairs) list << Object({{"name", name}, {"value", value}});
  return list;
}

data GroupOf(const char* title, const char* heading, const std::vector<Group>& groups) {
  uint64_t most = 1;
  for (const Group& g : groups) most = std::max(most, g.changed);
  data rows{data::type::list};
  for (const Group& g : groups) {
    const double share = static_cast<double>(g.changed) / static_cast<double>(most);
    rows << Object({{"name", g.name},
                    {"columns", HumanCount(g.columns)},
                    {"columns_raw", std::to_string(g.columns)},
                    {"changed", HumanCount(g.changed)},
                    {"changed_raw", std::to_string(g.changed)},
                    {"share", fmt::format("{:.1f}", share * 100)}});
  }
  data group = Object({{"title", title}, {"heading", heading}});
  group.set("rows", rows);
  return group;
}

void AddLeftOut(const Model& model, data* page) {
  data some{data::type::list}, none{data::type::list};
  size_t some_count = 0, none_count = 0;
  for (const RowsLeftOut& t : model.left_out) {
    ++(t.empty ? none_count : some_count);
    (t.empty ? none : some) << Object({{"table", t.table},
                                       {"source", HumanCount(t.source_rows)},
                                       {"source_raw", std::to_string(t.source_rows)},
                                       {"rows", HumanCount(t.rows)},
                                       {"rows_raw", std::to_string(t.rows)}});
  }
  page->set("left_out", some);
  page->set("has_left_out", some_count > 0);
  page->set("emptied", none);
  page->set("has_emptied", none_count > 0);
  page->set("emptied_text", fmt::format("{} without rows by rule (wizards, queues, logs, sessions)",
                                        Plural(none_count, "table")));
}

void AddDifferences(const Model& model, data* page) {
  page->set("tiles", NamesAndValues({{"tables", HumanCount(model.totals.tables)},
                                     {"rows", HumanCount(model.totals.rows)},
                                     {"read", HumanBytes(model.totals.bytes)},
                                     {"columns treated", HumanCount(model.treated.size())},
                                     {"values changed", HumanCount(model.totals.changed)},
                                     {"columns kept", HumanCount(model.identity.kept_columns)}}));
  data groups{data::type::list};
  if (!model.classes.empty()) groups << GroupOf("class of data", "Class", model.classes);
  if (!model.modules.empty()) groups << GroupOf("module, or pack of rules", "Module", model.modules);
  page->set("groups", groups);
  AddLeftOut(model, page);
  data treated{data::type::list};
  for (const TreatedColumn& t : model.treated) {
    treated << Object({{"table", t.table},
                       {"column", t.column->name},
                       {"type", t.column->type},
                       {"class", t.column->data_class},
                       {"treatment", t.column->treatment},
                       {"rule", t.column->rule},
                       {"changed", HumanCount(t.column->changed)},
                       {"changed_raw", std::to_string(t.column->changed)},
                       {"samples", fmt::format("{}", fmt::join(t.column->samples, ", "))}});
  }
  page->set("treated", treated);
  page->set("kept_columns", HumanCount(model.identity.kept_columns));
}

// What was compared, one fact a line.
Pairs ProofOf(const Model& model) {
  const Identity& i = model.identity;
  const RunRecord& run = *model.run;
  const LeakSum leaks = SumOf(run.leaks);
  const auto on_purpose =
      static_cast<uint64_t>(std::count_if(run.schema_differences.begin(), run.schema_differences.end(),
                                          [](const record::SchemaDifference& d) { return d.deliberate; }));
  return {{"Columns kept", HumanCount(i.kept_columns)},
          {"of these, production's fingerprint equals what was sent", HumanCount(i.kept_identical)},
          {"Columns treated", HumanCount(i.treated_columns)},
          {"of these, staging holds exactly what was sent", HumanCount(i.treated_proved)},
          {"Columns read back from staging", HumanCount(i.read_back)},
          {"Columns without values (emptied tables, computed columns)", HumanCount(i.no_values)},
          {"Schema objects that differ by mistake", HumanCount(run.schema_differences.size() - on_purpose)},
          {"Schema objects that differ on purpose", HumanCount(on_purpose)},
          {"Values of production that the leak audit looked for", HumanCount(run.known_values.values)},
          {"of these, found in staging (times, all columns)", HumanCount(leaks.values)}};
}

void AddProof(const Model& model, data* page) {
  page->set("proof", NamesAndValues(ProofOf(model)));
  data differing{data::type::list};
  for (const std::string& name : model.identity.differing) differing << Object({{"name", name}});
  page->set("differing", differing);
  page->set("has_differing", !model.identity.differing.empty());
}

void AddTimings(const Model& model, data* page) {
  constexpr double kPictureWidth = 1000;  // the viewBox of report.mustache
  data stages{data::type::list};
  for (const StageBar& bar : model.stages) {
    const record::Stage& s = *bar.stage;
    stages << Object({{"name", s.name},
                      {"seconds", HumanSeconds(s.seconds)},
                      {"rows", s.rows > 0 ? HumanCount(s.rows) : ""},
                      {"bytes", s.bytes > 0 ? HumanBytes(s.bytes) : ""},
                      {"begin_text", HumanSeconds(s.started_s)},
                      {"x", fmt::format("{:.1f}", bar.begin * kPictureWidth)},
                      {"width", fmt::format("{:.1f}", std::max(2.0, bar.width * kPictureWidth))}});
  }
  page->set("stages", stages);
  page->set("stages_text", model.stages_text);
  page->set("stages_half", HumanSeconds(model.stages_end_s / 2));
  page->set("stages_end", HumanSeconds(model.stages_end_s));
  data shares{data::type::list};
  for (const RowShare& s : model.row_limit.shares) {
    shares << Object({{"what", std::string(s.what)},
                      {"seconds", fmt::format("{:.1f}", s.seconds)},
                      {"share", fmt::format("{:.0f} %", s.share * 100)}});
  }
  page->set("row_shares", shares);
  page->set("has_row_shares", !model.row_limit.shares.empty());
  page->set("row_limit", model.row_limit.text);
  data slowest{data::type::list};
  for (const record::Table* t : model.slowest) {
    slowest << Object({{"table", record::QualifiedName(*t)},
                       {"rows", HumanCount(t->rows)},
                       {"rows_raw", std::to_string(t->rows)},
                       {"bytes", HumanBytes(t->bytes)},
                       {"bytes_raw", std::to_string(t->bytes)},
                       {"seconds", fmt::format("{:.2f}", t->seconds)}});
  }
  page->set("slowest", slowest);
  page->set("has_slowest", !model.slowest.empty());
}

void AddAttention(const Model& model, data* page) {
  data attention{data::type::list};
  for (const Attention& item : model.attention) {
    data entry = Object({{"class", item.severe ? "severe" : "note"}, {"text", item.text}});
    data details{data::type::list};
    for (const std::string& line : item.details) details << Object({{"line", line}});
    entry.set("details", details);
    entry.set("fold", !item.details.empty());
    attention << entry;
  }
  page->set("attention", attention);
  page->set("has_attention", !model.attention.empty());
}

const char* ClassOf(Level level) {
  switch (level) {
    case Level::kGood:
      return "good";
    case Level::kWarn:
      return "look";
    case Level::kBad:
      return "bad";
  }
  return "bad";
}

}  // namespace

std::string RenderBody(const Model& model) {
  const RunRecord& run = *model.run;
  data page =
      Object({{"title", model.title},
              {"verdict", model.verdict},
              {"verdict_class", ClassOf(model.level)},
              {"footer", fmt::format("{} {}{}{}. Names, counts and pseudonyms only; no value of production.",
                                     run.tool.name, run.tool.version,
                                     run.tool.commit.empty() ? "" : ", commit ", run.tool.commit)}});
  page.set("identity", NamesAndValues(IdentityOf(run)));
  page.set("more", NamesAndValues(MoreOf(run)));
  AddAttention(model, &page);
  AddDifferences(model, &page);
  AddProof(model, &page);
  AddSections(model, &page);
  AddTimings(model, &page);
  kainjow::mustache::mustache page_template{kMustache};
  return page_template.render(page);
}

}  // namespace understudy::report
