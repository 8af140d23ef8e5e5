#include "report/markdown.h"

#include <fmt/format.h>

#include "base/strings.h"
#include "report/model.h"

namespace understudy::report {
namespace {

using record::RunRecord;

std::string IdentityOf(const RunRecord& run) {
  std::string text = MarkdownHead({"", ""});
  const auto row = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) text += MarkdownRow({std::string(name), value});
  };
  row("Run", MarkdownCode(run.run_id));
  row("Started", MarkdownText(run.started_at));
  row("Finished", fmt::format("{} (took {})", MarkdownText(run.finished_at), HumanSeconds(run.seconds)));
  row("Exit code", std::to_string(run.exit_code));
  row("Tool", MarkdownText(fmt::format("{} {}{}{}", run.tool.name, run.tool.version,
                                       run.tool.commit.empty() ? "" : ", commit ", run.tool.commit)));
  row("Key", run.key_ephemeral ? "random, for this run only" : MarkdownCode(run.key_id));
  row("Source", MarkdownCode(run.source.where));
  row("Staging", MarkdownCode(run.staging.where));
  row("Previous staging", MarkdownCode(run.previous));
  if (!run.snapshot.lsn.empty() || !run.snapshot.time.empty()) {
    row("Snapshot", MarkdownText(fmt::format("LSN {}, {}", run.snapshot.lsn, run.snapshot.time)));
  }
  const std::string held = HeldText(run);
  if (!held.empty()) row("Effect on production", held);
  row("Rule packs", MarkdownText(fmt::format("{}", fmt::join(run.packs, ", "))));
  for (const auto& [name, value] : run.options) row(MarkdownText(name), MarkdownText(value));
  if (run.limits.peak_rss_bytes > 0) row("Peak memory", HumanBytes(run.limits.peak_rss_bytes));
  return text;
}

std::string AttentionOf(const Model& model) {
  if (model.attention.empty()) return "\nNothing needs attention.\n";
  std::string text = "\n## What needs attention\n\n";
  for (const Attention& item : model.attention) {
    text += fmt::format("- {}{}\n", item.severe ? "**Severe:** " : "", MarkdownText(item.text));
    for (const std::string& line : item.details) text += fmt::format("  - {}\n", MarkdownText(line));
  }
  return text;
}

std::string Groups(std::string_view title, const std::vector<Group>& groups) {
  if (groups.empty()) return {};
  std::string text = "\n" + MarkdownHead({std::string(title), "Columns:", "Values changed:"});
  for (const Group& group : groups) {
    text += MarkdownRow({MarkdownText(group.name), HumanCount(group.columns), HumanCount(group.changed)});
  }
  return text;
}

std::string DifferencesOf(const Model& model) {
  std::string text = "\n## What differs on purpose\n";
  if (model.treated.empty() && model.left_out.empty()) return text + "\nNothing.\n";
  text += Groups("Class of data", model.classes);
  text += Groups("Module", model.modules);
  if (!model.left_out.empty()) {
    text += "\n### Rows left out\n\n" + MarkdownHead({"Table", "Rows in production:", "Rows in staging:"});
    for (const RowsLeftOut& t : model.left_out) {
      text += MarkdownRow({MarkdownCode(t.table), HumanCount(t.source_rows), HumanCount(t.rows)});
    }
  }
  if (model.treated.empty()) return text;
  text += "\n### Columns\n\n" + MarkdownHead({"Table", "Column", "Treatment", "Rule", "Values changed:"});
  for (const TreatedColumn& t : model.treated) {
    text +=
        MarkdownRow({MarkdownCode(t.table), MarkdownCode(t.column->name), MarkdownText(t.column->treatment),
                     MarkdownText(t.column->rule), HumanCount(t.column->changed)});
  }
  return text;
}

std::string ProofOf(const Model& model) {
  const Identity& identity = model.identity;
  std::string text = "\n## Proof that everything else is the same\n\n";
  text += fmt::format("- Kept columns: {}; fingerprints of production and of what was sent are equal: {}\n",
                      HumanCount(identity.kept_columns), HumanCount(identity.kept_identical));
  text += fmt::format("- Treated columns: {}; staging was read back and holds exactly what was sent: {}\n",
                      HumanCount(identity.treated_columns), HumanCount(identity.treated_proved));
  text += fmt::format("- Columns read back from staging: {}\n", HumanCount(identity.read_back));
  for (const std::string& column : identity.differing) {
    text += fmt::format("- **Differs:** {}\n", MarkdownCode(column));
  }
  return text;
}

std::string UnclassifiedOf(const RunRecord& run) {
  if (run.unclassified.empty()) return {};
  std::string text =
      "\n## Columns that no rule names\n\n" + MarkdownHead({"Table", "Column", "Type", "Handled by"});
  for (const record::Unclassified& u : run.unclassified) {
    text += MarkdownRow(
        {MarkdownCode(u.table), MarkdownCode(u.column), MarkdownText(u.type), MarkdownText(u.handled)});
  }
  return text;
}

std::string LeaksOf(const RunRecord& run) {
  if (run.leaks.empty()) return {};
  std::string text = "\n## Leaks\n\n" + MarkdownHead({"Table", "Column", "Class", "Count:", "First rows"});
  for (const record::Leak& leak : run.leaks) {
    text +=
        MarkdownRow({MarkdownCode(leak.table), MarkdownCode(leak.column), MarkdownText(leak.data_class),
                     HumanCount(leak.count), MarkdownText(fmt::format("{}", fmt::join(leak.rows, ", ")))});
  }
  return text;
}

std::string NeutralisedOf(const RunRecord& run) {
  std::string text;
  if (!run.neutralised.empty()) {
    text += "\n## Neutralised\n\n" + MarkdownHead({"Module", "What", "Rows:", "Result"});
    for (const record::Neutralised& n : run.neutralised) {
      text += MarkdownRow({MarkdownText(n.module), MarkdownCode(n.statement), HumanCount(n.rows),
                           n.error.empty() ? "done" : "**failed:** " + MarkdownText(n.error)});
    }
  }
  if (!run.assertions.empty()) {
    text += "\n## Assertions\n\n" + MarkdownHead({"Assertion", "Violations:", "Result", "Severity"});
    for (const record::Assertion& a : run.assertions) {
      const bool holds = a.violations == 0 && a.error.empty();
      text += MarkdownRow({MarkdownText(a.name), HumanCount(a.violations),
                           holds             ? "holds"
                           : a.error.empty() ? "**violated**"
                                             : "**error:** " + MarkdownText(a.error),
                           MarkdownText(a.severity)});
    }
  }
  if (!run.outside.empty()) {
    text += "\n## Still pointing outside\n\n" + MarkdownHead({"What", "Table", "Column", "Rows:", "Where"});
    for (const record::Outside& o : run.outside) {
      text += MarkdownRow({MarkdownText(o.kind), MarkdownCode(o.table), MarkdownCode(o.column),
                           HumanCount(o.rows), MarkdownText(o.places)});
    }
  }
  if (!run.sandbox.empty()) {
    text += "\n## Sandbox\n\n" + MarkdownHead({"Channel", "Goes to"});
    for (const auto& [channel, target] : run.sandbox)
      text += MarkdownRow({MarkdownText(channel), MarkdownText(target)});
  }
  return text;
}

std::string EgressOf(const RunRecord& run) {
  if (run.egress_rules.empty()) return {};
  std::string text =
      "\n## What no database can enforce\n\nOdoo has calls that no setting controls. On the host where Odoo "
      "runs on staging, load these rules:\n\n";
  // Indented: no line of it can end the block.
  for (const std::string_view line : Split(run.egress_rules, '\n')) {
    text += line.empty() ? "\n" : fmt::format("    {}\n", Visible(line));
  }
  return text;
}

std::string JobsOf(const RunRecord& run) {
  if (run.jobs.empty()) return {};
  std::string text =
      "\n## Scheduled jobs\n\n" + MarkdownHead({"Job", "Model", "On staging", "Next in production"});
  for (const record::Job& job : run.jobs) {
    text += MarkdownRow({MarkdownText(job.name), MarkdownCode(job.model),
                         job.active ? (job.kept ? "**on** (kept by the configuration)" : "**on**") : "off",
                         MarkdownText(job.next)});
  }
  return text;
}

std::string FilestoreOf(const RunRecord& run) {
  if (!run.filestore.has_value()) return {};
  const record::Filestore& f = *run.filestore;
  std::string text = fmt::format(
      "\n## Filestore\n\n{}, {}: {} copied, {} reused, {} rewritten, {} replaced by placeholders, {} "
      "dropped.\n",
      Plural(f.files, "file"), HumanBytes(f.bytes), HumanCount(f.copied), HumanCount(f.reused),
      HumanCount(f.rewritten), HumanCount(f.replaced), HumanCount(f.dropped));
  if (!f.missing.empty()) text += "\nMissing in production's filestore:\n\n";
  for (const std::string& name : f.missing) text += fmt::format("- {}\n", MarkdownCode(name));
  return text;
}

std::string RestoredOf(const RunRecord& run) {
  if (!run.restored.has_value()) return {};
  return "\n## Restored\n\n" + RestoredText(*run.restored) + "\n";
}

std::string ParametersOf(const RunRecord& run) {
  std::string text;
  for (const record::Parameter& p : run.parameters) {
    if (p.treatment != "keep") text += MarkdownRow({MarkdownCode(p.key), MarkdownText(p.treatment)});
  }
  if (text.empty()) return text;
  return "\n## Configuration parameters that differ\n\n" + MarkdownHead({"Key", "Treatment"}) + text;
}

std::string EnvironmentOf(const Model& model) {
  std::string text;
  size_t same = 0;
  for (const EnvironmentRow& row : model.environment) {
    if (!row.differs) {
      ++same;
      continue;
    }
    text += MarkdownRow({MarkdownText(row.key), MarkdownText(row.source), MarkdownText(row.staging),
                         MarkdownText(row.explanation)});
  }
  if (model.environment.empty()) return {};
  std::string head = "\n## Environment\n\n";
  if (!text.empty()) head += MarkdownHead({"What", "Production", "Staging", "What it may do"}) + text + "\n";
  return head + fmt::format("{} the same on both ends.\n",
                            same == 1 ? "1 fact is" : HumanCount(same) + " facts are");
}

std::string SchemaOf(const RunRecord& run) {
  if (run.schema_differences.empty()) return {};
  std::string text = "\n## Schema\n\n" + MarkdownHead({"Object", "Difference", "On purpose"});
  for (const record::SchemaDifference& d : run.schema_differences) {
    text +=
        MarkdownRow({MarkdownCode(d.object), MarkdownText(d.difference), d.deliberate ? "yes" : "**no**"});
  }
  return text;
}

std::string WarningsOf(const RunRecord& run) {
  if (run.warnings.empty()) return {};
  std::string text = "\n## Warnings\n\n" + MarkdownHead({"Id", "Warning", "Accepted"});
  for (const record::Warning& w : run.warnings) {
    text += MarkdownRow({MarkdownCode(w.id), MarkdownText(w.text), w.accepted ? "yes" : "no"});
  }
  return text;
}

std::string TimingsOf(const Model& model) {
  constexpr size_t kBarColumns = 30;
  std::string text = "\n## Timings\n\n" + MarkdownHead({"Stage", "Took:", "Rows:", "Bytes:", "When"});
  for (const StageBar& bar : model.stages) {
    const auto begin = static_cast<size_t>(bar.begin * kBarColumns);
    const auto width = std::max<size_t>(1, static_cast<size_t>(bar.width * kBarColumns + 0.5));
    const std::string picture = std::string(std::min(begin, kBarColumns), '.') +
                                std::string(std::min(width, kBarColumns - std::min(begin, kBarColumns)), '#');
    text += MarkdownRow({MarkdownText(bar.stage->name), HumanSeconds(bar.stage->seconds),
                         bar.stage->rows > 0 ? HumanCount(bar.stage->rows) : "",
                         bar.stage->bytes > 0 ? HumanBytes(bar.stage->bytes) : "", MarkdownCode(picture)});
  }
  if (!model.row_limit.shares.empty()) {
    text += fmt::format("\n### Which side was the limit\n\n{}\n\n", model.row_limit.text) +
            MarkdownHead({"While rows were copied", "Seconds, all lanes:", "Share:"});
    for (const RowShare& s : model.row_limit.shares) {
      text += MarkdownRow(
          {std::string(s.what), fmt::format("{:.1f}", s.seconds), fmt::format("{:.0f} %", s.share * 100)});
    }
  }
  if (model.slowest.empty()) return text;
  text += "\n### Tables that took longest\n\n" + MarkdownHead({"Table", "Rows:", "Bytes:", "Lane seconds:"});
  for (const record::Table* table : model.slowest) {
    text += MarkdownRow({MarkdownCode(record::QualifiedName(*table)), HumanCount(table->rows),
                         HumanBytes(table->bytes), fmt::format("{:.1f}", table->seconds)});
  }
  return text;
}

}  // namespace

std::string MarkdownText(std::string_view text) {
  std::string out;
  for (const char c : Visible(text)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) {
      out += ' ';
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '&') {
      out += "&amp;";
    } else {
      if (std::string_view("\\`*[]|~").find(c) != std::string_view::npos) out += '\\';
      out += c;
    }
  }
  return out;
}

std::string MarkdownCode(std::string_view text) {
  if (text.empty()) return {};
  std::string out = "`";
  for (const char c : Visible(text)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) {
      out += ' ';
    } else if (c == '`') {
      out += '\'';
    } else {
      if (c == '|') out += '\\';  // in a table even a code span ends at a bare pipe
      out += c;
    }
  }
  return out + "`";
}

std::string MarkdownRow(const std::vector<std::string>& cells) {
  std::string row = "|";
  for (const std::string& cell : cells) row += " " + cell + (cell.empty() ? "|" : " |");
  return row + "\n";
}

std::string MarkdownHead(const std::vector<std::string>& headings) {
  std::vector<std::string> names;
  std::string rule = "|";
  for (const std::string& heading : headings) {
    const bool number = !heading.empty() && heading.back() == ':';
    names.push_back(number ? heading.substr(0, heading.size() - 1) : heading);
    rule += number ? " ---: |" : " --- |";
  }
  return MarkdownRow(names) + rule + "\n";
}

std::string ToMarkdown(const RunRecord& run) {
  const Model model = MakeModel(run);
  return fmt::format("# {}\n\n{}\n\n", MarkdownText(model.title), MarkdownText(model.verdict)) +
         IdentityOf(run) + AttentionOf(model) + DifferencesOf(model) + ProofOf(model) + UnclassifiedOf(run) +
         LeaksOf(run) + NeutralisedOf(run) + JobsOf(run) + FilestoreOf(run) + RestoredOf(run) +
         ParametersOf(run) + SchemaOf(run) + EnvironmentOf(model) + WarningsOf(run) + TimingsOf(model) +
         EgressOf(run);
}

}  // namespace understudy::report
