// The hidden database and what must be in it before rows; pg_dump has been reading production meanwhile.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>

#include "base/status.h"
#include "clone/policy_roles.h"
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
  context.hidden = clone::HiddenName(context.staging.name, context.options.run_id);
  return clone::CreateHidden(*context.maintenance, context.catalog.database, context.staging.name,
                             context.options.run_id, owner)
      .status();
}

absl::Status DumpSourceSchema(RunContext& context) {
  StageScope stage(context, "schema dump");
  clone::SchemaDumpOptions options;
  options.private_directory = context.private_directory;
  options.cancel = &context.cancel;
  ASSIGN_OR_RETURN(context.schema,
                   clone::DumpSchema(*context.snapshot, context.record.source.database, options));
  return absl::OkStatus();
}

absl::Status JoinSchemaDump(RunContext& context) {
  RETURN_IF_ERROR(Annotate(context.schema_dump->Join(), "source"));
  if (context.schema.user_mappings > 0) {
    context.Warn(WarningKind::kUserMappingsLeftOut,
                 fmt::format("{} user mapping(s) of foreign servers were left out, with their passwords: no "
                             "foreign table of staging reaches its server until somebody makes one",
                             context.schema.user_mappings));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status FitPoliciesToStaging(RunContext& context) {
  ASSIGN_OR_RETURN(const pg::Result rows,
                   context.maintenance->Exec("SELECT rolname FROM pg_catalog.pg_roles"));
  std::set<std::string> roles;
  for (int i = 0; i < rows.rows(); ++i) roles.insert(rows.String(i, 0));
  for (const clone::FittedPolicy& policy : clone::FitPolicies(roles, &context.schema)) {
    const std::string difference =
        fmt::format("{}: staging has no role {}", policy.left_out ? "left out" : "made for its other roles",
                    fmt::join(policy.missing, ", "));
    context.Warn({WarningKind::kPolicyRoles, policy.policy},
                 fmt::format("policy {} was {}", policy.policy, difference));
    if (context.backup != nullptr)
      context.fitted_policies.push_back({"policy " + policy.policy, difference, true});
  }
  return absl::OkStatus();
}

void StartSchemaDump(RunContext& context) {
  if (context.backup != nullptr) return;
  context.schema_dump =
      std::make_unique<SideWork>([&context] { return DumpSourceSchema(context); }, &context.stop);
}

absl::Status BuildSchema(RunContext& context) {
  StageScope stage(context, "schema");
  if (context.resumed.has_value()) return Annotate(TakeOver(context), "staging");
  RETURN_IF_ERROR(Annotate(Create(context), "staging"));
  if (context.schema_dump != nullptr) {
    RETURN_IF_ERROR(JoinSchemaDump(context));
    RETURN_IF_ERROR(Annotate(FitPoliciesToStaging(context), "staging"));
  }
  ASSIGN_OR_RETURN(std::unique_ptr<pg::Connection> staging, context.OpenHidden(&context.cancel));
  absl::StatusOr<std::vector<clone::ExtensionFunction>> altered =
      clone::ApplyPreData(*staging, context.schema, context.catalog.extension_functions);
  if (!altered.ok()) return Annotate(altered.status(), "staging");
  context.altered_functions = std::move(*altered);
  return absl::OkStatus();
}

}  // namespace understudy::refresh
