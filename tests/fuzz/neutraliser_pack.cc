// Packs of neutralisers and assertions: an error or statements; and no statement holds a ${variable} that
// nobody filled in.
#include <string>

#include "fuzz/require.h"
#include "odoo/expand.h"
#include "odoo/sql_split.h"

namespace {

using namespace understudy::odoo;

Schema SmallSchema() {
  Schema schema;
  schema.odoo_version = "16.0";
  schema.server_version = 150000;
  schema.tables["t"] = {{"id", {"integer", true}},         {"smtp_pass", {"character varying", false}},
                        {"secret_key", {"text", true}},    {"secret_blob", {"bytea", false}},
                        {"secret_json", {"jsonb", false}}, {"secret_flag", {"boolean", false}},
                        {"active", {"boolean", false}},    {"state", {"character varying", false}}};
  schema.tables["Quo\"ted'"] = {{"id", {"integer", true}}, {"a'\"b", {"text", false}}};
  schema.tables["ir_config_parameter"] = {{"key", {"character varying", true}}, {"value", {"text", true}}};
  return schema;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using understudy::fuzz::Require;
  if (size > 1 << 14) return 0;  // larger files only make yaml-cpp slow
  static const Schema& kSchema = *new Schema(SmallSchema());
  static const Sandbox& kSandbox = *new Sandbox();
  const std::string_view yaml = understudy::fuzz::TextOf(data, size);
  if (const auto specs = ParsePack(PackKind::kNeutralisers, yaml, "fuzz.yaml"); specs.ok()) {
    const auto statements = ExpandNeutralisers(*specs, kSchema, kSandbox);
    for (size_t i = 0; statements.ok() && i < statements->size(); ++i) {
      Require(!(*statements)[i].name.empty() && !(*statements)[i].sql.empty(),
              "a statement without name or SQL");
    }
  }
  if (const auto specs = ParsePack(PackKind::kAssertions, yaml, "fuzz.yaml"); specs.ok()) {
    const auto queries = ExpandAssertions(*specs, kSchema, kSandbox);
    for (size_t i = 0; queries.ok() && i < queries->size(); ++i) {
      Require(!(*queries)[i].name.empty() && !(*queries)[i].sql.empty(), "an assertion without name or SQL");
    }
  }
  return 0;
}
