#include "record/run_record.h"

namespace understudy::record {

const char* NameOf(Outcome outcome) {
  switch (outcome) {
    case Outcome::kPublished:
      return "published";
    case Outcome::kCancelled:
      return "cancelled";
    case Outcome::kUnfinished:
      return "unfinished";
    case Outcome::kFailed:
      break;
  }
  return "failed";
}

std::optional<Outcome> OutcomeByName(const std::string& name) {
  for (const Outcome outcome :
       {Outcome::kFailed, Outcome::kPublished, Outcome::kCancelled, Outcome::kUnfinished}) {
    if (name == NameOf(outcome)) return outcome;
  }
  return std::nullopt;
}

Totals TotalsOf(const RunRecord& run) {
  Totals totals;
  totals.tables = run.tables.size();
  for (const Table& table : run.tables) {
    totals.rows += table.rows;
    totals.bytes += table.bytes;
    totals.columns += table.columns.size();
    for (const TableColumn& column : table.columns) {
      if (column.treatment != "keep") ++totals.treated_columns;
      totals.changed += column.changed;
    }
  }
  return totals;
}

std::string QualifiedName(const Table& table) {
  return table.schema.empty() || table.schema == "public" ? table.name : table.schema + "." + table.name;
}

}  // namespace understudy::record
