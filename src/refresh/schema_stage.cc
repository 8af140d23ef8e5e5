// The hidden database and what must be in it before rows: created while pg_dump reads production.
#include <fmt/format.h>

#include <thread>

#include "base/status.h"
#include "refresh/checkpoint.h"
#include "refresh/context.h"

namespace understudy::refresh {
namespace {

// The owner of the staging that stands there now, if we may act for it; else ourselves.
absl::StatusOr<std::string> OwnerFor(RunContext& context) {
  if (!context.published.exists) return std::string();
  const char* owner = context.published.owner.c_str();
  ASSIGN_OR_RETURN(
      const pg::Result row,
      context.maintenance->ExecParams(
          "SELECT pg_catalog.pg_has_role(current_user, $1::name, 'MEMBER') AND current_user <> $1::name",
          {owner}));
  return row.Bool(0, 0) ? context.published.owner : std::string();
}

absl::Status Create(RunContext& context) {
  ASSIGN_OR_RETURN(const std::string owner, OwnerFor(context));
  ASSIGN_OR_RETURN(context.hidden, clone::CreateHidden(*context.maintenance, context.catalog.database,
                                                       context.staging.name, context.options.run_id, owner));
  return absl::OkStatus();
}

// Both at once: pg_dump reads production while the database is made.
absl::Status DumpAndCreate(RunContext& context) {
  absl::StatusOr<clone::Schema> schema = Failed("pg_dump was not run");
  std::thread dump([&] {
    clone::SchemaDumpOptions options;
    options.private_directory = context.private_directory;
    options.cancel = &context.cancel;
    schema = clone::DumpSchema(*context.snapshot, context.catalog.database.name, options);
  });
  const absl::Status created = Create(context);
  dump.join();
  RETURN_IF_ERROR(Annotate(created, "staging"));
  if (!schema.ok()) return Annotate(schema.status(), "source");
  context.schema = std::move(*schema);
  if (context.schema.user_mappings > 0) {
    context.Warn(WarningKind::kUserMappingsLeftOut,
                 fmt::format("{} user mapping(s) of foreign servers were left out, with their passwords: no "
                             "foreign table of staging reaches its server until somebody makes one",
                             context.schema.user_mappings));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status BuildSchema(RunContext& context) {
  StageScope stage(context, "schema");
  if (context.resumed.has_value()) return Annotate(TakeOver(context), "staging");
  if (context.backup == nullptr) {
    RETURN_IF_ERROR(DumpAndCreate(context));
  } else {
    RETURN_IF_ERROR(Annotate(Create(context), "staging"));
  }
  ASSIGN_OR_RETURN(std::unique_ptr<pg::Connection> staging, context.OpenHidden(&context.cancel));
  absl::StatusOr<std::vector<clone::ExtensionFunction>> altered =
      clone::ApplyPreData(*staging, context.schema, context.catalog.extension_functions);
  if (!altered.ok()) return Annotate(altered.status(), "staging");
  context.altered_functions = std::move(*altered);
  return absl::OkStatus();
}

}  // namespace understudy::refresh
