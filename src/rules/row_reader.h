// Reads a row as a program needs it: which instruction applies, the texts of fields, a generator's context.
//
// Ownership: views point into the batch or into the reader's scratch memory, until the same question is asked
// again. Threads: one worker at a time. Internal to the folder.
#ifndef UNDERSTUDY_RULES_ROW_READER_H_
#define UNDERSTUDY_RULES_ROW_READER_H_

#include <charconv>
#include <string>
#include <string_view>
#include <vector>

#include "copyformat/batch.h"
#include "copyformat/binary_values.h"
#include "copyformat/row.h"
#include "pseudonym/pseudonymiser.h"
#include "rules/row_program.h"
#include "rules/secret_shape.h"
#include "rules/toolbox.h"

namespace understudy::rules {

// Memory that a field's text may need: one for the escapes of COPY text, one for a binary value's text.
struct TextSlot {
  copyformat::ByteBuffer bytes;
  std::string text;
};

template <class Codec>
class RowReader {
 public:
  using Row = copyformat::Row;
  using Field = copyformat::Field;

  RowReader(const RowProgram& program, const Toolbox& toolbox) : program_(program), toolbox_(toolbox) {}

  // The first instruction of the chain whose tests hold; nullptr: the value stays.
  const Instruction* Select(const Instruction* in, const Row& row) {
    while (!Holds(in->tests, row)) {
      if (in->otherwise == kNowhere) return nullptr;
      in = &program_.instructions[static_cast<size_t>(in->otherwise)];
    }
    if (in->op == Op::kKeep) return nullptr;
    if (in->keep_unless_secret && Holds(in->keep_tests, row) &&
        ShapeOf(TextOf(row, in->field, &value_slot_)) == SecretShape::kNone) {
      return nullptr;
    }
    return in;
  }

  bool Holds(const std::vector<CompiledTest>& tests, const Row& row) {
    for (const CompiledTest& test : tests) {
      if (HoldsOne(test, row) == test.negated) return false;
    }
    return true;
  }

  bool HoldsOne(const CompiledTest& test, const Row& row) {
    const Field& field = row.fields[test.field];
    if (field.null) return test.op == Test::Op::kNull || test.or_null;
    if (test.op == Test::Op::kNull) return false;
    const std::string_view text = TextOf(row, test.field, &test_slot_);
    if (test.op == Test::Op::kMatches) {
      return RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *test.pattern);
    }
    for (const std::string& value : test.values) {
      if (value == text) return true;
    }
    return false;
  }

  // The text that PostgreSQL would write for the field. Malformed binary values read as empty: whoever treats
  // them reports it.
  std::string_view TextOf(const Row& row, size_t index, TextSlot* slot) {
    const Field& field = row.fields[index];
    if (field.null) return {};
    const std::string_view value = Codec::Value(field, &slot->bytes);
    if constexpr (Codec::kFormat == copyformat::Format::kBinary) {
      const copyformat::ValueType type = program_.types[index].value;
      if (type != copyformat::ValueType::kText) {
        slot->text.clear();
        copyformat::BinaryToText(type, value, &slot->text);
        return slot->text;
      }
    }
    return value;
  }

  std::string_view OperandText(const Operand& operand, const Row& row, TextSlot* slot) {
    if (operand.field == kNowhere) return operand.text;
    return TextOf(row, static_cast<size_t>(operand.field), slot);
  }

  std::string_view CountryOf(const Operand& operand, const Row& row) {
    const std::string_view text = OperandText(operand, row, &country_slot_);
    if (operand.field == kNowhere ||
        program_.types[static_cast<size_t>(operand.field)].form != Form::kNumber) {
      return text.size() == 2 ? text : std::string_view();
    }
    size_t id = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
    if (error != std::errc() || id >= toolbox_.countries.size()) return {};
    return toolbox_.countries[id];
  }

  pseudonym::Context ContextOf(const Instruction& in, const Row& row) {
    pseudonym::Context context;
    context.max_chars = in.max_chars;
    context.unique = in.unique;
    context.axis = in.axis;
    if (in.days != 0) context.days = in.days;
    if (in.op == Op::kNoise) context.percent = in.percent;
    context.country = CountryOf(in.country, row);
    context.language = OperandText(in.language, row, &language_slot_);
    context.subject = OperandText(in.subject, row, &subject_slot_);
    if (in.company_field != kNowhere) {
      const std::string_view company = TextOf(row, static_cast<size_t>(in.company_field), &company_slot_);
      context.entity = company.substr(0, 1) == "t" ? pseudonym::Entity::kCompany : pseudonym::Entity::kPerson;
    }
    return context;
  }

 private:
  const RowProgram& program_;
  const Toolbox& toolbox_;
  TextSlot value_slot_, test_slot_, country_slot_, language_slot_, subject_slot_, company_slot_;
};

}  // namespace understudy::rules

#endif  // UNDERSTUDY_RULES_ROW_READER_H_
