// Rules of other tools: an error, or a pack that our own reader takes with as many columns.
#include <string>

#include "fuzz/require.h"
#include "rules/pack.h"
#include "scan/import.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace understudy;    // NOLINT: one function
  if (size > 1 << 14) return 0;  // larger files only make yaml-cpp slow
  const auto imported = scan::ImportFile(fuzz::TextOf(data, size), "fuzz");
  if (!imported.ok()) return 0;
  const auto yaml = rules::ParseYaml(scan::ToYaml(*imported), "imported.yaml");
  fuzz::Require(yaml.ok(), "what was imported is no YAML");
  if (imported->rules.empty()) return 0;
  const auto pack = rules::ParsePack(*yaml);
  fuzz::Require(pack.ok(), "what was imported is no pack");
  size_t columns = 0;
  for (const rules::TableRules& table : pack->tables) columns += table.columns.size();
  fuzz::Require(columns == imported->rules.size(), "a rule was lost");
  return 0;
}
