#include "report/html_sections.h"

#include <fmt/format.h>

#include <set>

#include "base/strings.h"

namespace understudy::report {
namespace {

using kainjow::mustache::data;
using record::RunRecord;

// A longer part is folded: the page stays one that is read in ten minutes.
constexpr size_t kShownRows = 12;

class Section {
 public:
  // A heading that ends with a colon is of numbers, as in Markdown's tables here.
  Section(const char* id, const char* title, const std::vector<std::string>& headings) {
    section_.set("id", id);
    section_.set("title", title);
    data list{data::type::list};
    for (const std::string& heading : headings) {
      const bool number = heading.back() == ':';
      data entry;
      entry.set("text", number ? heading.substr(0, heading.size() - 1) : heading);
      entry.set("class", number ? "n" : "t");
      classes_.push_back(number ? "n" : "t");
      list << entry;
    }
    section_.set("headings", list);
  }
  void Row(const std::vector<std::string>& texts, const char* row_class = "") {
    data cells{data::type::list};
    for (size_t i = 0; i < texts.size(); ++i) {
      data cell;
      cell.set("text", Visible(texts[i]));
      cell.set("class", classes_[i]);
      cells << cell;
    }
    data row;
    row.set("class", row_class);
    row.set("cells", cells);
    rows_ << row;
    ++row_count_;
  }
  // Ends a part: the rows since the last one. `what` follows their number where they are folded.
  void EndPart(std::string_view what) {
    if (row_count_ == 0) return;
    data part;
    part.set("rows", rows_);
    part.set("fold", row_count_ > kShownRows);
    part.set("text", fmt::format("{} {}", HumanCount(row_count_), what));
    parts_ << part;
    rows_ = data{data::type::list};
    row_count_ = 0;
    any_ = true;
  }
  void Note(const std::string& note) { note_ = Visible(note); }
  bool empty() const { return !any_ && note_.empty(); }
  data Take() {
    section_.set("parts", parts_);
    section_.set("has_note", !note_.empty());
    section_.set("note", note_);
    return section_;
  }

 private:
  data section_;
  std::vector<std::string> classes_;
  data parts_{data::type::list};
  data rows_{data::type::list};
  size_t row_count_ = 0;
  std::string note_;
  bool any_ = false;
};

// Rows for which `first` holds make a part of their own, before the others.
template <class List, class First, class Row>
void InTwoParts(const List& list, First first, std::string_view first_what, std::string_view other_what,
                Row row, Section* section) {
  for (const bool wanted : {true, false}) {
    for (const auto& item : list)
      if (first(item) == wanted) row(item);
    section->EndPart(wanted ? first_what : other_what);
  }
}

Section Unclassified(const RunRecord& run) {
  Section s("unclassified", "Columns that no rule names", {"Table", "Column", "Type", "Handled by"});
  for (const auto& u : run.unclassified) s.Row({u.table, u.column, u.type, u.handled}, "warn");
  s.EndPart("columns");
  return s;
}

Section Leaks(const RunRecord& run) {
  Section s("leaks", "Leaks", {"Table", "Column", "Class", "Count:", "First rows"});
  for (const auto& l : run.leaks) {
    s.Row({l.table, l.column, l.data_class, HumanCount(l.count), fmt::format("{}", fmt::join(l.rows, ", "))},
          "bad");
  }
  s.EndPart("pairs of column and class");
  return s;
}

Section Neutralised(const RunRecord& run) {
  Section s("neutralised", "Neutralised", {"Module", "What", "Rows:", "Result"});
  if (run.neutralised.empty()) return s;
  std::set<std::string> modules;
  uint64_t rows = 0;
  for (const auto& n : run.neutralised) {
    modules.insert(n.module);
    rows += n.rows;
  }
  s.Note(fmt::format("{} of {} changed {} so that staging can't act on the outside.",
                     Plural(run.neutralised.size(), "statement"), Plural(modules.size(), "module"),
                     Plural(rows, "row")));
  InTwoParts(
      run.neutralised, [](const auto& n) { return n.rows > 0 || !n.error.empty(); },
      "statements that found something", "statements that found nothing to change",
      [&s](const auto& n) {
        const bool ok = n.error.empty();
        s.Row({n.module, n.statement, HumanCount(n.rows), ok ? "done" : n.error}, ok ? "" : "bad");
      },
      &s);
  return s;
}

Section Assertions(const RunRecord& run) {
  Section s("assertions", "Assertions", {"Assertion", "Violations:", "Result", "Severity"});
  const auto holds = [](const record::Assertion& a) { return a.violations == 0 && a.error.empty(); };
  InTwoParts(
      run.assertions, [&](const auto& a) { return !holds(a); }, "assertions that do not hold",
      "assertions that hold",
      [&](const auto& a) {
        const std::string result = holds(a) ? "holds" : a.error.empty() ? "violated" : a.error;
        // What does not decide the exit code is to be looked at, no more.
        s.Row({a.name, HumanCount(a.violations), result, a.severity},
              holds(a)                                           ? ""
              : a.severity == "should" || a.severity == "review" ? "warn"
                                                                 : "bad");
      },
      &s);
  return s;
}

Section OutsideOf(const RunRecord& run) {
  Section s("outside", "Still pointing outside", {"What", "Table", "Column", "Rows:", "Where"});
  if (run.outside.empty()) return s;
  s.Note(
      "Configuration tables still hold these addresses, mail domains or keys. Look at each: a connector that "
      "nobody knows would show here.");
  for (const auto& o : run.outside) s.Row({o.kind, o.table, o.column, HumanCount(o.rows), o.places}, "warn");
  s.EndPart("places");
  return s;
}

Section SandboxOf(const RunRecord& run) {
  Section s("sandbox", "Sandbox", {"Channel", "Goes to"});
  for (const auto& [channel, target] : run.sandbox) s.Row({channel, target.empty() ? "not set" : target});
  s.EndPart("channels");
  return s;
}

Section Jobs(const RunRecord& run) {
  Section s("jobs", "Scheduled jobs", {"Job", "Model", "On staging", "Next in production"});
  InTwoParts(
      run.jobs, [](const auto& j) { return j.active; }, "jobs that are on", "jobs that are off",
      [&s](const auto& j) {
        s.Row({j.name, j.model,
               !j.active ? "off"
               : j.kept  ? "on (kept by the configuration)"
                         : "on",
               j.next},
              j.active && !j.kept ? "warn" : "");
      },
      &s);
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
  s.EndPart("files");
  return s;
}

Section RestoredOf(const RunRecord& run) {
  Section s("restored", "Restored", {});
  if (run.restored.has_value()) s.Note(RestoredText(*run.restored));
  return s;
}

Section Parameters(const RunRecord& run) {
  Section s("parameters", "Configuration parameters that differ", {"Key", "Treatment"});
  for (const auto& p : run.parameters) {
    if (p.treatment != "keep") s.Row({p.key, p.treatment});
  }
  s.EndPart("parameters");
  return s;
}

Section Schema(const RunRecord& run) {
  Section s("schema", "Schema", {"Object", "Difference", "On purpose"});
  InTwoParts(
      run.schema_differences, [](const auto& d) { return !d.deliberate; }, "objects that differ by mistake",
      "objects that differ on purpose",
      [&s](const auto& d) {
        s.Row({d.object, d.difference, d.deliberate ? "yes" : "no"}, d.deliberate ? "" : "bad");
      },
      &s);
  return s;
}

Section EnvironmentOf(const Model& model) {
  Section s("environment", "Environment", {"What", "Production", "Staging", "What it may do"});
  if (model.environment.empty()) return s;
  size_t differing = 0;
  for (const EnvironmentRow& row : model.environment) differing += row.differs ? 1 : 0;
  s.Note(differing == 0 ? "Versions, modules, locales and settings are the same on both ends."
                        : fmt::format("{} of {} are not the same on both ends.", HumanCount(differing),
                                      Plural(model.environment.size(), "fact")));
  InTwoParts(
      model.environment, [](const auto& row) { return row.differs; }, "facts that differ",
      "facts that are the same on both ends",
      [&s](const auto& row) {
        s.Row({row.key, row.source, row.staging, row.explanation}, row.differs ? "warn" : "");
      },
      &s);
  return s;
}

Section Warnings(const RunRecord& run) {
  Section s("warnings", "Warnings", {"Id", "Warning", "Accepted"});
  for (const auto& w : run.warnings)
    s.Row({w.id, w.text, w.accepted ? "yes" : "no"}, w.accepted ? "" : "warn");
  s.EndPart("warnings");
  return s;
}

}  // namespace

void AddSections(const Model& model, data* page) {
  const RunRecord& run = *model.run;
  data tables{data::type::list};
  for (Section& section :
       std::vector<Section>{Neutralised(run), Jobs(run), SandboxOf(run), Assertions(run), OutsideOf(run),
                            FilestoreOf(run), RestoredOf(run), Parameters(run), Unclassified(run), Leaks(run),
                            Schema(run), EnvironmentOf(model), Warnings(run)}) {
    if (!section.empty()) tables << section.Take();
  }
  page->set("tables", tables);
  page->set("has_neutral", !run.neutralised.empty());
  page->set("has_jobs", !run.jobs.empty());
  page->set("has_sandbox", !run.sandbox.empty());
  page->set("has_filestore", run.filestore.has_value());
  page->set("has_egress", !run.egress_rules.empty());
  page->set("egress", run.egress_rules);
  page->set("has_environment", !model.environment.empty());
}

}  // namespace understudy::report
