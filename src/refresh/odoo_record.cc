// What the record says of an Odoo database beside its rows: parameters that changed, the module behind a
// table.
#include "base/status.h"
#include "drift/parameters.h"
#include "odoo/modules.h"
#include "refresh/context.h"

namespace understudy::refresh {
namespace {

absl::StatusOr<drift::Parameters> HiddenParameters(const RunContext& context) {
  absl::StatusOr<std::unique_ptr<pg::Connection>> staging = context.OpenHidden(&context.cancel);
  if (!staging.ok()) return Annotate(staging.status(), "staging");
  return drift::ReadParameters(**staging);
}

}  // namespace

absl::Status RememberParameters(RunContext& context) {
  if (!context.catalog.facts.is_odoo()) return absl::OkStatus();
  ASSIGN_OR_RETURN(context.sent_parameters, HiddenParameters(context));
  return absl::OkStatus();
}

absl::Status RecordOdoo(RunContext& context) {
  if (!context.catalog.facts.is_odoo()) return absl::OkStatus();
  // Of a backup nobody asked for them: its rows are no database.
  if (context.backup == nullptr) {
    ASSIGN_OR_RETURN(const drift::Parameters published, HiddenParameters(context));
    context.record.parameters =
        drift::ExplainParameters(context.source_facts.parameters, context.sent_parameters, published);
  }
  // Which module brought a table is the same in the copy.
  absl::StatusOr<std::unique_ptr<pg::Connection>> staging = context.OpenHidden(&context.cancel);
  if (!staging.ok()) return Annotate(staging.status(), "staging");
  absl::StatusOr<odoo::TableModules> modules = odoo::LoadTableModules(**staging);
  if (!modules.ok()) return Annotate(modules.status(), "staging");
  for (record::Table& table : context.record.tables) {
    const auto found = modules->find(table.name);
    if (table.schema == "public" && found != modules->end()) table.module = found->second;
  }
  return absl::OkStatus();
}

}  // namespace understudy::refresh
