#include "report/html_data.h"

#include <fmt/format.h>

#include <kainjow/mustache.hpp>

#include "base/strings.h"
#include "report/assets.h"

namespace understudy::report {
namespace {

using kainjow::mustache::data;
using record::RunRecord;

using Pairs = std::vector<std::pair<std::string, std::string>>;

data Object(const Pairs& pairs) {
  data object;
  for (const auto& [name, value] : pairs) object.set(name, value);
  return object;
}

Pairs IdentityOf(const RunRecord& run) {
  Pairs facts;
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) facts.emplace_back(name, value);
  };
  add("Run", run.run_id);
  add("Started", run.started_at);
  add("Took", HumanSeconds(run.seconds));
  add("Exit code", std::to_string(run.exit_code));
  add("Source", run.source.where);
  add("Source server", run.source.server_version);
  add("Staging", run.staging.where);
  add("Staging server", run.staging.server_version);
  add("Previous staging", run.previous);
  add("Snapshot", run.snapshot.lsn.empty() ? run.snapshot.time
                                           : fmt::format("LSN {}, {}", run.snapshot.lsn, run.snapshot.time));
  add("Key", run.key_ephemeral ? "random, for this run only" : run.key_id);
  add("Rule packs", fmt::format("{}", fmt::join(run.packs, ", ")));
  for (const auto& [name, value] : run.options) add(name.c_str(), value);
  if (run.limits.peak_rss_bytes > 0) add("Peak memory", HumanBytes(run.limits.peak_rss_bytes));
  return facts;
}

data NamesAndValues(const Pairs& pairs) {
  data list{data::type::list};
  for (const auto& [name, value] : pairs) list << Object({{"name", name}, {"value", value}});
  return list;
}

data GroupOf(const char* title, const char* heading, const std::vector<Group>& groups) {
  data rows{data::type::list};
  for (const Group& g : groups) {
    rows << Object({{"name", g.name},
                    {"columns", HumanCount(g.columns)},
                    {"columns_raw", std::to_string(g.columns)},
                    {"changed", HumanCount(g.changed)},
                    {"changed_raw", std::to_string(g.changed)}});
  }
  data group = Object({{"title", title}, {"heading", heading}});
  group.set("rows", rows);
  return group;
}

void AddDifferences(const Model& model, data* page) {
  page->set("tiles", NamesAndValues({{"tables", HumanCount(model.totals.tables)},
                                     {"rows", HumanCount(model.totals.rows)},
                                     {"read", HumanBytes(model.totals.bytes)},
                                     {"columns treated", HumanCount(model.totals.treated_columns)},
                                     {"values changed", HumanCount(model.totals.changed)},
                                     {"columns kept", HumanCount(model.identity.kept_columns)}}));
  data groups{data::type::list};
  if (!model.classes.empty()) groups << GroupOf("class of data", "Class", model.classes);
  if (!model.modules.empty()) groups << GroupOf("module", "Module", model.modules);
  page->set("groups", groups);
  data left_out{data::type::list};
  for (const RowsLeftOut& t : model.left_out) {
    left_out << Object({{"table", t.table},
                        {"source", HumanCount(t.source_rows)},
                        {"source_raw", std::to_string(t.source_rows)},
                        {"rows", HumanCount(t.rows)},
                        {"rows_raw", std::to_string(t.rows)}});
  }
  page->set("left_out", left_out);
  page->set("has_left_out", !model.left_out.empty());
  data treated{data::type::list};
  for (const TreatedColumn& t : model.treated) {
    treated << Object({{"table", t.table},
                       {"column", t.column->name},
                       {"type", t.column->type},
                       {"treatment", t.column->treatment},
                       {"rule", t.column->rule},
                       {"changed", HumanCount(t.column->changed)},
                       {"changed_raw", std::to_string(t.column->changed)},
                       {"samples", fmt::format("{}", fmt::join(t.column->samples, ", "))}});
  }
  page->set("treated", treated);
  page->set("kept_columns", HumanCount(model.identity.kept_columns));
}

void AddProof(const Model& model, data* page) {
  const Identity& i = model.identity;
  page->set("proof",
            NamesAndValues(
                {{"Columns kept", HumanCount(i.kept_columns)},
                 {"of these, production's fingerprint equals what was sent", HumanCount(i.kept_identical)},
                 {"Columns treated", HumanCount(i.treated_columns)},
                 {"of these, staging holds exactly what was sent", HumanCount(i.treated_proved)},
                 {"Columns read back from staging", HumanCount(i.read_back)}}));
  data differing{data::type::list};
  for (const std::string& name : i.differing) differing << Object({{"name", name}});
  page->set("differing", differing);
  page->set("has_differing", !i.differing.empty());
}

// A section that is a table of plain cells.
class Section {
 public:
  Section(const char* id, const char* title, const std::vector<const char*>& headings)
      : section_(Object({{"id", id}, {"title", title}})) {
    data list{data::type::list};
    for (const char* heading : headings) list << Object({{"text", heading}});
    section_.set("headings", list);
  }
  void Row(const std::vector<std::string>& texts, const char* row_class = "") {
    data cells{data::type::list};
    for (const std::string& text : texts) cells << Object({{"text", text}});
    data row = Object({{"class", row_class}});
    row.set("cells", cells);
    rows_ << row;
    any_ = true;
  }
  void Note(const std::string& note) { note_ = note; }
  bool empty() const { return !any_ && note_.empty(); }
  data Take() {
    section_.set("rows", rows_);
    section_.set("has_rows", any_);
    if (note_.empty()) {
      section_.set("note", false);
    } else {
      data list{data::type::list};
      list << Object({{"note", note_}});
      section_.set("note", list);
    }
    return section_;
  }

 private:
  data section_;
  data rows_{data::type::list};
  std::string note_;
  bool any_ = false;
};

Section Unclassified(const RunRecord& run) {
  Section s("unclassified", "Columns that no rule names", {"Table", "Column", "Type", "Handled by"});
  for (const auto& u : run.unclassified) s.Row({u.table, u.column, u.type, u.handled}, "warn");
  return s;
}

Section Leaks(const RunRecord& run) {
  Section s("leaks", "Leaks", {"Table", "Column", "Class", "Count", "First rows"});
  for (const auto& l : run.leaks) {
    s.Row({l.table, l.column, l.data_class, HumanCount(l.count), fmt::format("{}", fmt::join(l.rows, ", "))},
          "bad");
  }
  return s;
}

Section Neutralised(const RunRecord& run) {
  Section s("neutralised", "Neutralised", {"Module", "What", "Rows", "Result"});
  for (const auto& n : run.neutralised) {
    const bool ok = n.error.empty();
    s.Row({n.module, n.statement, HumanCount(n.rows), ok ? "done" : n.error}, ok ? "" : "bad");
  }
  return s;
}

Section Assertions(const RunRecord& run) {
  Section s("assertions", "Assertions", {"Assertion", "Violations", "Result"});
  for (const auto& a : run.assertions) {
    const bool holds = a.violations == 0 && a.error.empty();
    const std::string result = holds ? "holds" : a.error.empty() ? "violated" : a.error;
    s.Row({a.name, HumanCount(a.violations), result}, holds ? "" : "bad");
  }
  return s;
}

Section SandboxOf(const RunRecord& run) {
  Section s("sandbox", "Sandbox", {"Channel", "Goes to"});
  for (const auto& [channel, target] : run.sandbox) s.Row({channel, target});
  return s;
}

Section Jobs(const RunRecord& run) {
  Section s("jobs", "Scheduled jobs", {"Job", "Model", "On staging", "Next in production"});
  for (const auto& j : run.jobs) {
    s.Row({j.name, j.model,
           !j.active ? "off"
           : j.kept  ? "on (kept by the configuration)"
                     : "on",
           j.next},
          j.active ? "warn" : "");
  }
  return s;
}

Section FilestoreOf(const RunRecord& run) {
  Section s("filestore", "Filestore", {"Missing in production's filestore"});
  if (!run.filestore.has_value()) return s;
  const record::Filestore& f = *run.filestore;
  s.Note(fmt::format("{}, {}: {} copied, {} reused, {} rewritten, {} replaced by placeholders, {} dropped.",
                     Plural(f.files, "file"), HumanBytes(f.bytes), HumanCount(f.copied), HumanCount(f.reused),
                     HumanCount(f.rewritten), HumanCount(f.replaced), HumanCount(f.dropped)));
  for (const std::string& name : f.missing) s.Row({name}, "warn");
  return s;
}

Section Parameters(const RunRecord& run) {
  Section s("parameters", "Configuration parameters that differ", {"Key", "Treatment"});
  for (const auto& p : run.parameters) {
    if (p.treatment != "keep") s.Row({p.key, p.treatment});
  }
  return s;
}

Section Schema(const RunRecord& run) {
  Section s("schema", "Schema", {"Object", "Difference", "On purpose"});
  for (const auto& d : run.schema_differences) {
    s.Row({d.object, d.difference, d.deliberate ? "yes" : "no"}, d.deliberate ? "" : "bad");
  }
  return s;
}

Section EnvironmentOf(const Model& model) {
  Section s("environment", "Environment", {"What", "Production", "Staging", "What it may do"});
  for (const EnvironmentRow& row : model.environment) {
    s.Row({row.key, row.source, row.staging, row.explanation}, row.differs ? "warn" : "");
  }
  return s;
}

Section Warnings(const RunRecord& run) {
  Section s("warnings", "Warnings", {"Id", "Warning", "Accepted"});
  for (const auto& w : run.warnings)
    s.Row({w.id, w.text, w.accepted ? "yes" : "no"}, w.accepted ? "" : "warn");
  return s;
}

void AddSections(const Model& model, data* page) {
  const RunRecord& run = *model.run;
  data tables{data::type::list};
  for (Section& section : std::vector<Section>{
           Unclassified(run), Leaks(run), Neutralised(run), Assertions(run), SandboxOf(run), Jobs(run),
           FilestoreOf(run), Parameters(run), Schema(run), EnvironmentOf(model), Warnings(run)}) {
    if (!section.empty()) tables << section.Take();
  }
  page->set("tables", tables);
  page->set("has_neutral", !run.neutralised.empty());
  page->set("has_jobs", !run.jobs.empty());
  page->set("has_filestore", run.filestore.has_value());
  page->set("has_environment", !model.environment.empty());
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
  data slowest{data::type::list};
  for (const record::Table* t : model.slowest) {
    slowest << Object({{"table", record::QualifiedName(*t)},
                       {"rows", HumanCount(t->rows)},
                       {"rows_raw", std::to_string(t->rows)},
                       {"bytes", HumanBytes(t->bytes)},
                       {"bytes_raw", std::to_string(t->bytes)},
                       {"seconds", fmt::format("{:.1f}", t->seconds)}});
  }
  page->set("slowest", slowest);
  page->set("has_slowest", !model.slowest.empty());
}

}  // namespace

std::string RenderBody(const Model& model) {
  const RunRecord& run = *model.run;
  data page =
      Object({{"title", model.title},
              {"verdict", model.verdict},
              {"verdict_class", model.good ? "good" : "bad"},
              {"footer", fmt::format("{} {}{}{}. Names, counts and pseudonyms only; no value of production.",
                                     run.tool.name, run.tool.version,
                                     run.tool.commit.empty() ? "" : ", commit ", run.tool.commit)}});
  page.set("identity", NamesAndValues(IdentityOf(run)));
  data attention{data::type::list};
  for (const Attention& item : model.attention) {
    attention << Object({{"class", item.severe ? "severe" : "note"}, {"text", item.text}});
  }
  page.set("attention", attention);
  page.set("has_attention", !model.attention.empty());
  AddDifferences(model, &page);
  AddProof(model, &page);
  AddSections(model, &page);
  AddTimings(model, &page);
  kainjow::mustache::mustache page_template{kMustache};
  return page_template.render(page);
}

}  // namespace understudy::report
