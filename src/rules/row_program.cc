#include "rules/row_program.h"

#include "fmt/format.h"

namespace understudy::rules {
namespace {

constexpr std::string_view kOps[] = {
    "keep",    "null",         "replace",      "constant", "mask",       "pseudonym", "parts", "template",
    "rewrite", "rewrite_html", "rewrite_json", "lorem",    "lorem_html", "shift",     "noise", "hook"};

std::string Printable(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c >= 0x20 && c < 0x7F) {
      out += c;
    } else {
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

std::string DumpTests(const std::vector<CompiledTest>& tests, const std::vector<std::string>& columns) {
  std::string out;
  for (const CompiledTest& test : tests) {
    out += fmt::format(" {}{}", test.negated ? "not " : "", columns[test.field]);
    if (test.op == Test::Op::kNull) out += " null";
    if (test.op == Test::Op::kMatches) out += fmt::format(" ~ /{}/", test.pattern->pattern());
    if (test.op == Test::Op::kAnyOf) {
      out += " in (";
      for (const std::string& value : test.values) out += fmt::format("'{}' ", Printable(value));
      if (test.or_null) out += "null ";
      out.back() = ')';
    }
  }
  return out;
}

std::string DumpOperand(std::string_view name, const Operand& operand,
                        const std::vector<std::string>& columns) {
  if (operand.field != kNowhere)
    return fmt::format(" {}={}", name, columns[static_cast<size_t>(operand.field)]);
  if (!operand.text.empty()) return fmt::format(" {}='{}'", name, operand.text);
  return {};
}

std::string DumpOne(const Instruction& in, const std::vector<std::string>& columns) {
  std::string out = fmt::format("{} {}", columns[in.field], kOps[static_cast<size_t>(in.op)]);
  switch (in.op) {
    case Op::kPseudonym:
      out += fmt::format(" {}{}", pseudonym::NameOf(in.kind), in.unique ? " unique" : "");
      break;
    case Op::kParts:
      out += fmt::format(" {} '{}'", pseudonym::NameOf(in.kind), in.text);
      break;
    case Op::kReplace:
    case Op::kConstant:
    case Op::kTemplate:
      out += fmt::format(" '{}'", Printable(in.text));
      break;
    case Op::kMask:
      out += fmt::format(" {}…{} '{}'", in.first, in.last, Printable(in.text));
      break;
    case Op::kRewriteJson:
      if (!in.text.empty()) out += " " + in.text;
      break;
    case Op::kShift:
      out += fmt::format(" {} days", in.days);
      break;
    case Op::kNoise:
      out += fmt::format(" {} %", in.percent);
      break;
    default:
      break;
  }
  out += fmt::format(" [{}]", NameOf(in.type.form));
  if (in.strict) out += " strict";
  if (in.max_chars != 0) out += fmt::format(" max={}", in.max_chars);
  if (in.company_field != kNowhere) out += " company_if=" + columns[static_cast<size_t>(in.company_field)];
  out += DumpOperand("country", in.country, columns) + DumpOperand("language", in.language, columns) +
         DumpOperand("subject", in.subject, columns);
  if (!in.tests.empty()) out += " if" + DumpTests(in.tests, columns);
  if (!in.keep_tests.empty()) out += " unless" + DumpTests(in.keep_tests, columns);
  if (in.otherwise != kNowhere) out += fmt::format(" else {}", in.otherwise);
  return out;
}

}  // namespace

std::string RowProgram::Dump() const {
  std::string out =
      fmt::format("{} {} columns\n", format == copyformat::Format::kText ? "text" : "binary", columns.size());
  for (size_t i = 0; i < instructions.size(); ++i) {
    bool head = false;
    for (const int32_t h : heads) head = head || h == static_cast<int32_t>(i);
    out += fmt::format("{}{}: {}\n", head ? "*" : " ", i, DumpOne(instructions[i], columns));
  }
  return out;
}

}  // namespace understudy::rules
