#include "rules/treatment.h"

#include <algorithm>
#include <utility>

#include "fmt/format.h"

namespace understudy::rules {
namespace {

using pseudonym::Kind;

std::string Quoted(std::string_view s) {
  std::string out = "\"";
  for (const char c : s) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else {
      out += c;
    }
  }
  return out + "\"";
}

// A column's name, quoted unless YAML takes it as it is.
std::string Named(std::string_view column) {
  const bool word = !column.empty() && column.find_first_not_of(
                                           "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                           "0123456789_") == std::string_view::npos;
  return word && column != "null" && column != "Null" && column != "NULL" ? std::string(column)
                                                                          : Quoted(column);
}

std::string ToString(const Condition& condition) {
  std::string out = "{";
  for (const Test& test : condition.tests) {
    if (out.size() > 1) out += ", ";
    out += Named(test.column) + ": ";
    if (test.negated) out += "{not: ";
    if (test.op == Test::Op::kNull) out += "null";
    if (test.op == Test::Op::kMatches) out += "{matches: " + Quoted(test.pattern) + "}";
    if (test.op == Test::Op::kAnyOf) {
      const bool list = test.values.size() + (test.or_null ? 1 : 0) != 1;
      if (list) out += "[";
      for (size_t i = 0; i < test.values.size(); ++i) out += (i == 0 ? "" : ", ") + Quoted(test.values[i]);
      if (test.or_null) out += ", null";
      if (list) out += "]";
    }
    if (test.negated) out += "}";
  }
  return out + "}";
}

std::string ToString(const ColumnOrConstant& ref) {
  return ref.column.empty() ? Quoted("'" + ref.constant + "'") : Named(ref.column);
}

// The treatment itself, without options; `bare` is true if it may stand as a word.
std::string Core(const Treatment& t, bool* bare) {
  *bare = false;
  switch (t.action) {
    case Action::kFixed:
      return "fixed: " + Quoted(t.text);
    case Action::kMask:
      return fmt::format("mask: {{first: {}, last: {}, with: {}}}", t.first, t.last, Quoted(t.text));
    case Action::kPseudonym:
      *bare = true;
      return fmt::format("pseudonym: {}", NameOf(t.kind));
    case Action::kParts:
      return fmt::format("parts: {{separator: {}, pseudonym: {}}}", Quoted(t.text), NameOf(t.kind));
    case Action::kTemplate:
      return "template: " + Quoted(t.text);
    case Action::kRewriteJson:
      if (!t.paths.empty()) return "rewrite_json: " + Quoted(t.paths);
      break;
    case Action::kSecretUnless:
      return "secret_unless: " + ToString(t.keep_if);
    case Action::kDateShift:
      return fmt::format("date_shift: {{days: {}}}", t.days);
    case Action::kNoise:
      return fmt::format("noise: {{percent: {}}}", t.percent);
    default:
      break;
  }
  *bare = true;
  return fmt::format("{}: true", WordOf(t.action));
}

void Collect(const Treatment& t, std::vector<std::string>* out) {
  for (const ColumnOrConstant* ref : {&t.country, &t.language, &t.subject}) {
    if (!ref->column.empty()) out->push_back(ref->column);
  }
  if (!t.company_if.empty()) out->push_back(t.company_if);
  for (const Condition* condition : {&t.condition, &t.keep_if}) {
    for (const Test& test : condition->tests) out->push_back(test.column);
  }
  if (t.otherwise != nullptr) Collect(*t.otherwise, out);
}

}  // namespace

std::string_view WordOf(Action action) {
  static constexpr std::string_view kWords[] = {
      "keep",          "null",       "empty",        "fixed",        "mask",    "pseudonym",  "parts",
      "template",      "rewrite",    "rewrite_html", "rewrite_json", "lorem",   "lorem_html", "secret",
      "secret_unless", "date_shift", "noise",        "attachment",   "password"};
  return kWords[static_cast<size_t>(action)];
}

bool IdentifyingByDefault(Kind kind) {
  switch (kind) {
    case Kind::kName:
    case Kind::kFirstName:
    case Kind::kSurname:
    case Kind::kCompany:
    case Kind::kEmail:
    case Kind::kLogin:
    case Kind::kPhone:
    case Kind::kStreet:
    case Kind::kVat:
    case Kind::kIban:
    case Kind::kCard:
    case Kind::kNationalId:
    case Kind::kBankAccount:
    case Kind::kPlate:
      return true;
    default:
      return false;
  }
}

bool Treatment::IdentifyingHere() const {
  if (identifying.has_value()) return *identifying;
  return (action == Action::kPseudonym || action == Action::kParts) && IdentifyingByDefault(kind);
}

bool Treatment::Identifying() const {
  return IdentifyingHere() || (otherwise != nullptr && otherwise->Identifying());
}

std::vector<std::string> Treatment::ColumnsRead() const {
  std::vector<std::string> columns;
  Collect(*this, &columns);
  std::sort(columns.begin(), columns.end());
  columns.erase(std::unique(columns.begin(), columns.end()), columns.end());
  return columns;
}

std::string Treatment::ToString() const {
  bool bare = false;
  const std::string core = Core(*this, &bare);
  std::string options;
  const auto option = [&options](std::string_view key, const std::string& value) {
    options += fmt::format(", {}: {}", key, value);
  };
  if (!country.empty()) option("country", rules::ToString(country));
  if (!language.empty()) option("language", rules::ToString(language));
  if (!company_if.empty()) option("company_if", Named(company_if));
  if (!subject.empty()) option("subject", rules::ToString(subject));
  if (!condition.empty()) option("if", rules::ToString(condition));
  if (otherwise != nullptr) option("else", otherwise->ToString());
  if (identifying.has_value()) option("identifying", *identifying ? "true" : "false");
  if (options.empty() && bare) {
    return std::string(action == Action::kPseudonym ? NameOf(kind) : WordOf(action));
  }
  return "{" + core + options + "}";
}

}  // namespace understudy::rules
