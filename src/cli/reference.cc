#include "cli/reference.h"

#include <fmt/format.h>

#include "base/strings.h"
#include "cli/exit_code.h"
#include "cli/help.h"
#include "record/warning_id.h"
#include "refresh/config_keys.h"

namespace understudy::cli {
namespace {

// A cell of a table; "|" would end it.
std::string Cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c;
  }
  return out;
}

std::string Code(std::string_view text) { return text.empty() ? "" : fmt::format("`{}`", Cell(text)); }

std::string OptionLine(const OptionSpec& option) {
  return fmt::format("- `{}`: {}{}\n", Trim(OptionSynopsis(option)), option.long_doc, FactsOf(option));
}

std::string Head(std::string_view title, std::string_view form) {
  return fmt::format("# {}\n\nPrinted by `understudy generate {}`; do not edit.\n", title, form);
}

std::string ExitCodeTable() {
  std::string text = "\n## Exit codes\n\n| code | meaning |\n| ---: | --- |\n";
  for (const ExitCodeDoc& row : ExitCodeDocs()) text += fmt::format("| {} | {} |\n", row.code, row.meaning);
  return text;
}

std::string EnvironmentTable() {
  std::string text =
      "\n## Environment\n\n| variable | means |\n| --- | --- |\n| `NO_COLOR` | set and not empty: no colours "
      "|\n";
  for (const OptionSpec& option : Options()) {
    if (option.environment.empty()) continue;
    text += fmt::format("| `{}` | `--{}` where the command line has none |\n", option.environment,
                        option.long_name);
  }
  return text + "| `PGHOST`, `PGPASSFILE` … | libpq's own, for all connections |\n";
}

}  // namespace

std::string FactsOf(const OptionSpec& option) {
  std::string facts;
  if (!option.choices.empty()) facts += fmt::format(" One of: {}.", fmt::join(option.choices, ", "));
  if (!option.default_value.empty()) facts += fmt::format(" Default: {}.", option.default_value);
  if (!option.environment.empty()) facts += fmt::format(" Environment: {}.", option.environment);
  return facts;
}

const std::vector<std::string_view>& ConfigAbout() {
  static const std::vector<std::string_view> paragraphs = {
      "A YAML file that says where production is, where staging is to be, and what may go from one to the "
      "other. init writes one. Every value may hold ${NAME}, which is taken from the environment ($$ is a "
      "$); "
      "a variable that is not set is an error. Relative paths are relative to the file. Unknown and doubled "
      "keys are errors.",
      "Secrets are not written into the file: where one is needed, {file: PATH}, {env: NAME} or {command: "
      "LINE} "
      "says where it is. A file must not be readable by others."};
  return paragraphs;
}

const std::vector<std::string_view>& RulesAbout() {
  static const std::vector<std::string_view> paragraphs = {
      "A rule pack is a YAML file that says, for columns of tables, what happens to their values. The packs "
      "are loaded in the order of rules: in understudy.yaml(5); a later pack overrides an earlier one, so "
      "your "
      "own come last. The packs for Odoo come with the program and are not meant to be edited.",
      "A treatment is a word, or a mapping with one treatment and its options. A treatment without an "
      "argument "
      "takes true in a mapping: {keep: true, reason: \"product terms\"}. NULL stays NULL under every "
      "treatment. A rule that names table and column beats a pattern; a column that can hold text and that "
      "no "
      "rule names is unclassified. plan shows what holds and why."};
  return paragraphs;
}

std::string_view AcceptedAbout() {
  return "policy.accepted lists ids of warnings that were looked at. Each warning ends with its id in "
         "brackets. "
         "An accepted warning is recorded in the report and not shown. An id that no warning has, or of "
         "which "
         "nothing is found any more, is a warning itself.";
}

const std::vector<std::pair<rules::Part, std::string_view>>& RuleParts() {
  using P = rules::Part;
  static const std::vector<std::pair<P, std::string_view>> parts = {
      {P::kPack, "A file"},
      {P::kWhen, "Below when:"},
      {P::kTable, "Below a table, beside its columns"},
      {P::kRows, "Below _rows:"},
      {P::kPattern, "In a pattern"},
      {P::kTreatment, "Treatments"},
      {P::kOption, "Options of any treatment in a mapping"},
      {P::kComparison, "Comparisons below if: and secret_unless:"},
      {P::kMask, "Arguments of mask"},
      {P::kParts, "Arguments of parts"},
      {P::kDateShift, "Arguments of date_shift"},
      {P::kNoise, "Arguments of noise"},
      {P::kKind, "Kinds of pseudonym"}};
  return parts;
}

std::string CommandReference() {
  std::string text = Head("Command line", "markdown");
  for (const CommandSpec& command : CommandSpecs()) {
    text += fmt::format("\n## {}\n\n`{}`\n\n{}\n", command.name, Synopsis(command), command.long_doc);
    if (!command.options.empty()) text += "\n";
    for (const OptionId id : command.options) text += OptionLine(SpecOf(id));
  }
  text += "\n## Options of all commands\n\n";
  for (const OptionSpec* option : OptionsOf(nullptr)) text += OptionLine(*option);
  return text + EnvironmentTable() + ExitCodeTable();
}

std::string ConfigReference() {
  std::string text = Head("understudy.yaml", "markdown-config");
  for (const std::string_view paragraph : ConfigAbout()) text += fmt::format("\n{}\n", paragraph);
  text += "\n| key | value | default | meaning |\n| --- | --- | --- | --- |\n";
  for (const refresh::ConfigKey& key : refresh::ConfigKeys()) {
    const std::string value =
        key.choices.empty() ? Cell(key.form) : fmt::format("`{}`", fmt::join(key.choices, "`, `"));
    text += fmt::format("| `{}` | {} | {} | {} |\n", key.path, value, Cell(key.default_value), Cell(key.doc));
  }
  return text + fmt::format("\n## Example\n\n```yaml\n{}```\n", refresh::ConfigExample());
}

std::string RulesReference() {
  std::string text = Head("The words of rule packs", "markdown-rules");
  for (const std::string_view paragraph : RulesAbout()) text += fmt::format("\n{}\n", paragraph);
  text += "\n[docs/rules.md](../rules.md) says how rules meet; this page is every word of them.\n";
  for (const auto& [part, heading] : RuleParts()) {
    text += fmt::format("\n## {}\n\n| word | argument | meaning |\n| --- | --- | --- |\n", heading);
    for (const rules::Word& word : rules::Language()) {
      if (word.part != part) continue;
      text += fmt::format("| `{}` | {} | {} |\n", word.word, Code(word.form), Cell(word.doc));
    }
  }
  return text + fmt::format("\n## Example\n\n```yaml\n{}```\n", rules::PackExample());
}

std::string WarningReference() {
  std::string text = Head("Warnings and their ids", "markdown-warnings");
  text += fmt::format("\n{}\n", AcceptedAbout());
  const std::pair<record::WarningScope, std::string_view> kScopes[] = {
      {record::WarningScope::kPlan, "Said by everything that plans: plan, check, refresh, filter"},
      {record::WarningScope::kRun, "Said by refresh, and by neutralise where it does the same"},
      {record::WarningScope::kDrift, "Said by drift"},
      {record::WarningScope::kCommand, "Said by one command"},
      {record::WarningScope::kNever, "Not acceptable"}};
  for (const auto& [scope, heading] : kScopes) {
    text += fmt::format("\n## {}\n\n| id | meaning |\n| --- | --- |\n", heading);
    for (const record::WarningSpec& spec : record::WarningSpecs()) {
      if (spec.scope != scope) continue;
      text += fmt::format("| `{}{}{}` | {} |\n", spec.name, spec.subject.empty() ? "" : ":", spec.subject,
                          Cell(spec.doc));
    }
  }
  return text;
}

}  // namespace understudy::cli
