// What happens to one column's value, as a rule pack says it: the AST that planning and compiling share.
//
// Ownership: values; a Treatment shares its else-branch. Threads: immutable after parsing.
#ifndef UNDERSTUDY_RULES_TREATMENT_H_
#define UNDERSTUDY_RULES_TREATMENT_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "pseudonym/kind.h"
#include "rules/yaml_reader.h"

namespace understudy::rules {

enum class Action : uint8_t {
  kKeep,
  kNull,
  kEmpty,
  kFixed,
  kMask,
  kPseudonym,
  kParts,
  kTemplate,
  kRewrite,
  kRewriteHtml,
  kRewriteJson,
  kLorem,
  kLoremHtml,
  kSecret,
  kSecretUnless,
  kDateShift,
  kNoise,
  kAttachment,
  kPassword,
};

// "rewrite_html"; the word of the rule language.
std::string_view WordOf(Action action);

// One comparison with another column of the same row, as text.
struct Test {
  enum class Op : uint8_t { kAnyOf, kNull, kMatches };
  std::string column;
  Op op = Op::kAnyOf;
  bool negated = false;
  std::vector<std::string> values;  // kAnyOf
  bool or_null = false;             // kAnyOf with null among the values
  std::string pattern;              // kMatches: re2, searched anywhere
  Position position;
};

// All must hold; no tests always hold.
struct Condition {
  std::vector<Test> tests;
  bool empty() const { return tests.empty(); }
};

// A column of the same row, or a constant ("'DE'"), or nothing.
struct ColumnOrConstant {
  std::string column;
  std::string constant;
  bool empty() const { return column.empty() && constant.empty(); }
};

struct Treatment {
  Action action = Action::kKeep;
  pseudonym::Kind kind = pseudonym::Kind::kText;  // kPseudonym, kParts
  std::string text;     // kFixed: the text; kTemplate: the template; kParts: the separator; kMask: the sign
  std::string paths;    // kRewriteJson: comma-separated
  uint32_t first = 1;   // kMask
  uint32_t last = 1;    // kMask
  uint32_t days = 180;  // kDateShift
  double percent = 10;  // kNoise
  Condition keep_if;    // kSecretUnless

  ColumnOrConstant country, language, subject;
  std::string company_if;                      // a boolean column
  Condition condition;                         // if:
  std::shared_ptr<const Treatment> otherwise;  // else: (null: keep)
  std::optional<bool> identifying;             // as written; Identifying() has the default
  std::string reason;
  Position position;

  bool Identifying() const;      // in any branch
  bool IdentifyingHere() const;  // in this branch
  // The names of all columns that this treatment reads besides its own, else-branch included.
  std::vector<std::string> ColumnsRead() const;
  // The rule in one line, canonical: "{pseudonym: name, company_if: is_company}" or "keep".
  std::string ToString() const;
};

// Default of `identifying:`; see docs/rules.md.
bool IdentifyingByDefault(pseudonym::Kind kind);

// Errors name position and the nearest known word.
absl::StatusOr<Treatment> ParseTreatment(const Yaml& yaml);
absl::StatusOr<Condition> ParseCondition(const Yaml& yaml, std::string_view what);

}  // namespace understudy::rules

#endif  // UNDERSTUDY_RULES_TREATMENT_H_
