#include "odoo/pack.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>

#include "base/file.h"
#include "base/status.h"
#include "base/strings.h"
#include "text/literal_scan.h"

namespace understudy::odoo {
namespace {

using rules::Yaml;

const std::vector<std::string> kNeutraliserActions = {
    "sql", "clear",      "clear_matching",        "rotate",           "rotate_identity", "empty",
    "set", "parameters", "parameters_if_present", "remove_parameters"};
const std::vector<std::string> kAssertionActions = {"sql",     "no_values",        "no_values_matching",
                                                    "no_rows", "parameters",       "no_parameters",
                                                    "rotated", "identity_rotated", "flags"};
const std::vector<std::string> kCommonKeys = {"name",     "channel", "module", "reason",
                                              "requires", "unless",  "types",  "unless_parameter",
                                              "odoo",     "when",    "except"};

const std::vector<std::string>& ActionsOf(PackKind kind) {
  return kind == PackKind::kNeutralisers ? kNeutraliserActions : kAssertionActions;
}

absl::Status ReadText(const Yaml& map, std::string_view key, std::string* out) {
  const Yaml* value = map.Find(key);
  if (value == nullptr) return absl::OkStatus();
  ASSIGN_OR_RETURN(*out, value->Text(key));
  return absl::OkStatus();
}

absl::Status ReadColumns(const Yaml& map, std::string_view key,
                         std::map<std::string, std::vector<std::string>>* out) {
  const Yaml* value = map.Find(key);
  if (value == nullptr) return absl::OkStatus();
  RETURN_IF_ERROR(value->ExpectMap(key));
  for (const rules::YamlEntry& entry : value->entries()) {
    ASSIGN_OR_RETURN((*out)[entry.key.scalar()], entry.value.Texts(key));
  }
  return absl::OkStatus();
}

bool CanBeLookedFor(const std::string& text) {
  return text.size() >= text::LiteralScan::kMinBytes &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~' && c != '\\'; });
}

absl::Status ReadTextCondition(const Yaml& node, std::optional<TextCondition>* out) {
  const Yaml* value = node.Find("if_text");
  if (value == nullptr) return absl::OkStatus();
  RETURN_IF_ERROR(value->ExpectMap("if_text"));
  const std::string place = value->entries().size() == 1 ? value->entries()[0].key.scalar() : "";
  const size_t dot = place.find('.');
  if (dot == std::string::npos) return value->Error("if_text needs one table.column and its texts");
  TextCondition condition{place.substr(0, dot), place.substr(dot + 1), {}};
  ASSIGN_OR_RETURN(condition.texts, value->entries()[0].value.Texts("if_text"));
  if (condition.texts.empty() ||
      !std::all_of(condition.texts.begin(), condition.texts.end(), CanBeLookedFor)) {
    return value->Error("if_text needs texts of three printable ASCII characters or more, no backslash");
  }
  *out = std::move(condition);
  return absl::OkStatus();
}

absl::Status ReadGuard(const Yaml& node, Guard* guard) {
  RETURN_IF_ERROR(ReadColumns(node, "requires", &guard->requires_columns));
  RETURN_IF_ERROR(ReadColumns(node, "unless", &guard->unless_columns));
  RETURN_IF_ERROR(ReadText(node, "odoo", &guard->odoo));
  RETURN_IF_ERROR(ReadText(node, "unless_parameter", &guard->unless_parameter));
  if (const Yaml* types = node.Find("types"); types != nullptr) {
    RETURN_IF_ERROR(types->ExpectMap("types"));
    for (const rules::YamlEntry& entry : types->entries()) {
      ASSIGN_OR_RETURN(guard->types[entry.key.scalar()], entry.value.Text("types"));
    }
  }
  std::string when;
  RETURN_IF_ERROR(ReadText(node, "when", &when));
  if (!when.empty() && when != "login") return node.Find("when")->Error("when can only be: login");
  guard->when_login = when == "login";
  return absl::OkStatus();
}

absl::Status ReadSeverity(const Yaml& node, Severity* severity) {
  std::string word;
  RETURN_IF_ERROR(ReadText(node, "severity", &word));
  if (word == "must") {
    *severity = Severity::kMust;
  } else if (word == "should") {
    *severity = Severity::kShould;
  } else if (word == "review") {
    *severity = Severity::kReview;
  } else {
    return node.Error("an assertion needs severity: must, should or review");
  }
  return absl::OkStatus();
}

absl::Status ReadAction(PackKind kind, const Yaml& node, Spec* spec) {
  for (const rules::YamlEntry& entry : node.entries()) {
    const std::vector<std::string>& actions = ActionsOf(kind);
    if (std::find(actions.begin(), actions.end(), entry.key.scalar()) == actions.end()) continue;
    if (!spec->action.empty()) {
      return entry.key.Error(
          fmt::format("'{}' beside '{}': one action only", entry.key.scalar(), spec->action));
    }
    spec->action = entry.key.scalar();
    spec->body = entry.value;
  }
  if (spec->action.empty()) return node.Error(fmt::format("'{}' says nothing to do", spec->name));
  return absl::OkStatus();
}

absl::StatusOr<Spec> ReadSpec(PackKind kind, const std::string& pack, const Yaml& node) {
  RETURN_IF_ERROR(node.ExpectMap("a statement"));
  std::vector<std::string> keys = kCommonKeys;
  keys.insert(keys.end(), ActionsOf(kind).begin(), ActionsOf(kind).end());
  if (kind == PackKind::kNeutralisers) {
    keys.insert(keys.end(), {"where", "if_text"});
  } else {
    keys.push_back("severity");
  }
  RETURN_IF_ERROR(node.OnlyKeys(keys));
  Spec spec;
  spec.pack = pack;
  RETURN_IF_ERROR(ReadText(node, "name", &spec.name));
  RETURN_IF_ERROR(ReadText(node, "channel", &spec.channel));
  RETURN_IF_ERROR(ReadText(node, "reason", &spec.reason));
  RETURN_IF_ERROR(ReadText(node, "module", &spec.module));
  RETURN_IF_ERROR(ReadText(node, "where", &spec.where));
  RETURN_IF_ERROR(ReadTextCondition(node, &spec.if_text));
  if (spec.name.empty() || spec.channel.empty() || spec.reason.empty()) {
    return node.Error("needs a name, a channel and a reason");
  }
  if (kind == PackKind::kAssertions) RETURN_IF_ERROR(ReadSeverity(node, &spec.severity));
  if (const Yaml* except = node.Find("except"); except != nullptr) {
    ASSIGN_OR_RETURN(spec.except, except->Texts("except"));
  }
  RETURN_IF_ERROR(ReadGuard(node, &spec.guard));
  RETURN_IF_ERROR(ReadAction(kind, node, &spec));
  if (spec.if_text.has_value() && spec.action != "sql") {
    return node.Find("if_text")->Error("if_text goes with sql only");
  }
  return spec;
}

// "<17", ">=13 <16": every condition must hold. An unknown release meets none.
bool ReleaseMatches(std::string_view conditions, int major) {
  for (const std::string_view condition : Split(conditions, ' ')) {
    const size_t digit = condition.find_first_of("0123456789");
    if (digit == std::string_view::npos) continue;
    int number = 0;
    std::from_chars(condition.data() + digit, condition.data() + condition.size(), number);
    const std::string_view op = condition.substr(0, digit);
    const bool holds = op == "<"    ? major < number
                       : op == "<=" ? major <= number
                       : op == ">"  ? major > number
                       : op == ">=" ? major >= number
                                    : major == number;
    if (!holds || major == 0) return false;
  }
  return true;
}

}  // namespace

const char* NameOf(Severity severity) {
  switch (severity) {
    case Severity::kMust:
      return "must";
    case Severity::kShould:
      return "should";
    case Severity::kReview:
      return "review";
  }
  return "must";
}

bool Guard::Holds(const Schema& schema) const {
  for (const auto& [table, columns] : requires_columns) {
    for (const std::string& column : columns) {
      if (schema.Find(table, column) == nullptr) return false;
    }
  }
  for (const auto& [table, columns] : unless_columns) {
    for (const std::string& column : columns) {
      if (schema.Find(table, column) != nullptr) return false;
    }
  }
  for (const auto& [place, type] : types) {
    const size_t dot = place.find('.');
    const Column* column = schema.Find(place.substr(0, dot), place.substr(dot + 1));
    if (column == nullptr || column->type != type) return false;
  }
  return odoo.empty() || ReleaseMatches(odoo, schema.odoo_major());
}

absl::StatusOr<std::vector<Spec>> ParsePack(PackKind kind, std::string_view yaml, std::string_view file) {
  ASSIGN_OR_RETURN(const Yaml document, rules::ParseYaml(yaml, file));
  const std::string list = kind == PackKind::kNeutralisers ? "statements" : "assertions";
  RETURN_IF_ERROR(document.ExpectMap("a pack"));
  RETURN_IF_ERROR(document.OnlyKeys({"pack", list}));
  std::string pack;
  RETURN_IF_ERROR(ReadText(document, "pack", &pack));
  const Yaml* items = document.Find(list);
  if (pack.empty() || items == nullptr) return document.Error(fmt::format("needs pack and {}", list));
  RETURN_IF_ERROR(items->ExpectSequence(list));
  std::vector<Spec> specs;
  for (const Yaml& item : items->items()) {
    ASSIGN_OR_RETURN(Spec spec, ReadSpec(kind, pack, item));
    specs.push_back(std::move(spec));
  }
  return specs;
}

absl::StatusOr<std::vector<Spec>> LoadPacks(PackKind kind, const std::string& directory) {
  std::vector<std::string> files;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(directory, error)) {
    if (entry.path().extension() == ".yaml") files.push_back(entry.path().string());
  }
  if (error) return UsageError(fmt::format("reading {}: {}", directory, error.message()));
  if (files.empty()) return UsageError(fmt::format("no *.yaml in {}", directory));
  std::sort(files.begin(), files.end());
  std::vector<Spec> all;
  for (const std::string& file : files) {
    ASSIGN_OR_RETURN(const std::string content, ReadFile(file));
    ASSIGN_OR_RETURN(std::vector<Spec> specs, ParsePack(kind, content, file));
    all.insert(all.end(), std::make_move_iterator(specs.begin()), std::make_move_iterator(specs.end()));
  }
  return all;
}

}  // namespace understudy::odoo
