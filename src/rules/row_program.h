// A table's plan, compiled: one instruction per treated column, sorted by column.
//
// DESIGN
//   A column's instruction may be guarded by tests on other fields; when they don't hold, `otherwise` is the
//   next instruction to ask, and behind the last the value stays. Everything is an index: fields by position
//   in the COPY column list, texts and patterns by position in the program. What doesn't depend on the row
//   (constants in the format's own bytes, limits) is ready here.
// Ownership: a RowProgram is a value; patterns are shared with nobody. Threads: immutable once compiled.
#ifndef UNDERSTUDY_RULES_ROW_PROGRAM_H_
#define UNDERSTUDY_RULES_ROW_PROGRAM_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "copyformat/batch.h"
#include "copyformat/binary_values.h"
#include "pseudonym/kind.h"
#include "pseudonym/pseudonymiser.h"
#include "re2/re2.h"
#include "rules/treatment.h"
#include "rules/value_form.h"

namespace understudy::rules {

inline constexpr int32_t kNowhere = -1;

enum class Op : uint8_t {
  kKeep,
  kNull,
  kReplace,   // the whole value becomes `text`, ready in the format's bytes
  kConstant,  // each text in the value becomes `text`
  kMask,
  kPseudonym,
  kParts,
  kTemplate,
  kRewrite,
  kRewriteHtml,
  kRewriteJson,
  kLorem,
  kLoremHtml,
  kShift,  // dates
  kNoise,  // numbers
  kHook,   // what the row's hook decided
};

// How a field becomes text; what its values are.
struct FieldType {
  Form form = Form::kText;
  copyformat::ValueType value = copyformat::ValueType::kText;
};

struct CompiledTest {
  Test::Op op = Test::Op::kAnyOf;
  bool negated = false;
  bool or_null = false;
  uint16_t field = 0;
  std::vector<std::string> values;
  std::shared_ptr<const RE2> pattern;
};

// A field of the row or a constant.
struct Operand {
  int32_t field = kNowhere;
  std::string text;
};

struct Instruction {
  Op op = Op::kKeep;
  pseudonym::Kind kind = pseudonym::Kind::kText;
  uint16_t field = 0;
  int32_t otherwise = kNowhere;     // when the tests don't hold
  bool keep_unless_secret = false;  // with keep_tests: where they hold and the value looks harmless, it stays
  bool unique = false;
  bool identifying = false;  // its values are known values
  bool strict = false;       // nobody classified the column: rewriting spares no code-like word
  pseudonym::Axis axis = pseudonym::Axis::kUnknown;
  uint16_t hook_column = 0;      // kHook
  uint32_t first = 0, last = 0;  // kMask
  uint32_t days = 0;             // kShift
  uint32_t percent = 0;          // kNoise
  uint32_t max_chars = 0;
  FieldType type;
  std::optional<copyformat::ValueType> typed;  // of a number, date or uuid, in both formats
  bool pad = false;                            // char(n): blanks up to max_chars
  std::string text;                            // kReplace, kConstant, kMask, kParts, kTemplate, kRewriteJson
  std::vector<CompiledTest> tests;
  std::vector<CompiledTest> keep_tests;
  int32_t company_field = kNowhere;
  Operand country, language, subject;
};

struct RowProgram {
  copyformat::Format format = copyformat::Format::kText;
  std::vector<std::string> columns;  // the COPY column list
  std::vector<FieldType> types;      // parallel
  std::vector<Instruction> instructions;
  std::vector<int32_t> heads;         // each treated column's first instruction, sorted by field
  std::vector<uint16_t> hook_fields;  // parallel to the hook's columns
  bool uses_pseudonyms = false;
  bool uses_rewriter = false;

  // One line an instruction, for golden tests.
  std::string Dump() const;
};

}  // namespace understudy::rules

#endif  // UNDERSTUDY_RULES_ROW_PROGRAM_H_
