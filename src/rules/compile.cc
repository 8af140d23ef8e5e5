#include "rules/compile.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "base/status.h"
#include "copyformat/array_values.h"
#include "fmt/format.h"
#include "rules/execute.h"

namespace understudy::rules {
namespace {

using copyformat::Format;
using copyformat::ValueType;
using pseudonym::Axis;
using pseudonym::Kind;

bool HoldsTexts(Form form) {
  return form == Form::kJson || form == Form::kJsonb || form == Form::kTextArray || form == Form::kHstore;
}

Axis AxisOf(std::string_view column) {
  if (column.find("lat") != std::string_view::npos) return Axis::kLatitude;
  if (column.find("lon") != std::string_view::npos || column.find("lng") != std::string_view::npos) {
    return Axis::kLongitude;
  }
  return Axis::kUnknown;
}

// Odoo and PostgreSQL spell booleans differently; a test means the value, not the spelling.
std::string AsStored(const std::string& text, Form form) {
  if (form != Form::kBool) return text;
  if (text == "true" || text == "True" || text == "1") return "t";
  if (text == "false" || text == "False" || text == "0") return "f";
  return text;
}

class Compiler {
 public:
  Compiler(const Relation& relation, const TablePlan& table, Format format, const Toolbox& toolbox)
      : relation_(relation), table_(table), toolbox_(toolbox) {
    program_.format = format;
  }

  absl::StatusOr<RowProgram> Run() {
    attributes_ = CopyAttributes(relation_);
    for (size_t i = 0; i < attributes_.size(); ++i) {
      const Attribute& attribute = relation_.attributes[static_cast<size_t>(attributes_[i])];
      program_.columns.push_back(attribute.name);
      program_.types.push_back(TypeOf(attribute.type));
      fields_[attribute.name] = static_cast<uint16_t>(i);
    }
    if (NeedsHook()) {
      for (const std::string& column : toolbox_.attachments->Columns(relation_)) {
        ASSIGN_OR_RETURN(const uint16_t field, FieldOf(column));
        hook_columns_[field] = static_cast<uint16_t>(program_.hook_fields.size());
        program_.hook_fields.push_back(field);
      }
    }
    for (size_t i = 0; i < attributes_.size(); ++i) {
      const size_t at = static_cast<size_t>(attributes_[i]);
      const ColumnPlan& column = table_.columns[at];
      if (column.treatment.action == Action::kKeep && column.treatment.otherwise == nullptr) continue;
      ASSIGN_OR_RETURN(const int32_t head,
                       Chain(column.treatment, column, relation_.attributes[at], static_cast<uint16_t>(i)));
      program_.heads.push_back(head);
    }
    RETURN_IF_ERROR(CheckTools());
    return std::move(program_);
  }

 private:
  FieldType TypeOf(const Type& type) const {
    const ValueForm form = FormOf(type);
    const bool text = program_.format == Format::kText;
    return {form.form, text || !form.binary.has_value() ? ValueType::kText : *form.binary};
  }

  // The converter of types that are no text, in both formats.
  static std::optional<ValueType> TypedBy(const Type& type) {
    const ValueForm form = FormOf(type);
    const bool typed = form.form == Form::kNumber || form.form == Form::kDate || form.form == Form::kUuid;
    return typed ? form.binary : std::nullopt;
  }

  bool NeedsHook() const {
    return toolbox_.attachments != nullptr &&
           std::any_of(table_.columns.begin(), table_.columns.end(), [](const ColumnPlan& c) {
             for (const Treatment* t = &c.treatment; t != nullptr; t = t->otherwise.get()) {
               if (t->action == Action::kAttachment) return true;
             }
             return false;
           });
  }

  absl::StatusOr<uint16_t> FieldOf(const std::string& column) const {
    const auto found = fields_.find(column);
    if (found == fields_.end()) {
      return Failed(fmt::format("{}: COPY carries no column {}", table_.QualifiedName(), column));
    }
    return found->second;
  }

  // Compiles else-branches first, so that `otherwise` is known.
  absl::StatusOr<int32_t> Chain(const Treatment& treatment, const ColumnPlan& column,
                                const Attribute& attribute, uint16_t field) {
    int32_t otherwise = kNowhere;
    if (treatment.otherwise != nullptr) {
      ASSIGN_OR_RETURN(otherwise, Chain(*treatment.otherwise, column, attribute, field));
    }
    Instruction in;
    in.field = field;
    in.otherwise = otherwise;
    in.type = program_.types[field];
    in.kind = treatment.kind;
    in.typed = TypedBy(attribute.type);
    in.pad = attribute.type.base_name == "character";
    in.unique = column.unique;
    in.strict = column.unclassified();
    in.identifying = treatment.IdentifyingHere();
    in.max_chars = static_cast<uint32_t>(std::max(0, attribute.max_chars));
    in.text = treatment.text;
    RETURN_IF_ERROR(Operation(treatment, attribute, &in));
    ASSIGN_OR_RETURN(in.tests, Tests(treatment.condition));
    ASSIGN_OR_RETURN(in.country, OperandOf(treatment.country));
    ASSIGN_OR_RETURN(in.language, OperandOf(treatment.language));
    ASSIGN_OR_RETURN(in.subject, OperandOf(treatment.subject));
    if (!treatment.company_if.empty()) {
      ASSIGN_OR_RETURN(const uint16_t company, FieldOf(treatment.company_if));
      in.company_field = company;
    }
    program_.instructions.push_back(std::move(in));
    return static_cast<int32_t>(program_.instructions.size() - 1);
  }

  absl::Status Operation(const Treatment& treatment, const Attribute& attribute, Instruction* in) {
    switch (treatment.action) {
      case Action::kKeep:
        in->op = Op::kKeep;
        return absl::OkStatus();
      case Action::kNull:
        in->op = Op::kNull;
        return absl::OkStatus();
      case Action::kEmpty:
        return Constant("", attribute, in);
      case Action::kFixed:
        return Constant(treatment.text, attribute, in);
      case Action::kSecretUnless: {
        ASSIGN_OR_RETURN(in->keep_tests, Tests(treatment.keep_if));
        in->keep_unless_secret = true;
        return Secret(attribute, in);
      }
      case Action::kSecret:
        return Secret(attribute, in);
      case Action::kPassword:
        if (toolbox_.password_hash.empty()) return Secret(attribute, in);
        return Constant(toolbox_.password_hash, attribute, in);
      case Action::kAttachment:
        return Attachment(attribute, in);
      case Action::kMask:
        in->op = Op::kMask;
        in->first = treatment.first;
        in->last = treatment.last;
        return absl::OkStatus();
      case Action::kDateShift:
        in->op = Op::kShift;
        in->kind = Kind::kDate;
        in->days = treatment.days;
        program_.uses_pseudonyms = true;
        return absl::OkStatus();
      case Action::kNoise:
        in->op = Op::kNoise;
        in->kind = Kind::kAmount;
        in->percent = static_cast<uint32_t>(std::lround(treatment.percent));
        program_.uses_pseudonyms = true;
        return absl::OkStatus();
      default:
        return Generated(treatment, attribute, in);
    }
  }

  absl::Status Generated(const Treatment& treatment, const Attribute& attribute, Instruction* in) {
    switch (treatment.action) {
      case Action::kParts:
        in->op = Op::kParts;
        program_.uses_pseudonyms = true;
        break;
      case Action::kTemplate:
        in->op = Op::kTemplate;
        program_.uses_pseudonyms = true;
        break;
      case Action::kRewrite:
        in->op = Op::kRewrite;
        program_.uses_rewriter = true;
        break;
      case Action::kRewriteHtml:
        in->op = Op::kRewriteHtml;
        program_.uses_rewriter = true;
        break;
      case Action::kRewriteJson:
        in->op = Op::kRewriteJson;
        in->text = treatment.paths;
        program_.uses_rewriter = true;
        break;
      case Action::kLorem:
        in->op = Op::kLorem;
        program_.uses_rewriter = true;
        break;
      case Action::kLoremHtml:
        in->op = Op::kLoremHtml;
        program_.uses_rewriter = true;
        break;
      default:
        in->op = Op::kPseudonym;
        in->axis = in->kind == Kind::kGeo ? AxisOf(attribute.name) : Axis::kUnknown;
        program_.uses_pseudonyms = true;
        break;
    }
    return absl::OkStatus();
  }

  absl::Status Secret(const Attribute& attribute, Instruction* in) {
    if (attribute.not_null) {
      RETURN_IF_ERROR(Constant("", attribute, in));
      if (HoldsTexts(in->type.form)) Hollow(attribute, in);
      return absl::OkStatus();
    }
    in->op = Op::kNull;
    return absl::OkStatus();
  }

  // A secret where NULL is not allowed, of a type that holds texts: nothing of it may stay, numbers neither.
  void Hollow(const Attribute& attribute, Instruction* in) const {
    in->op = Op::kReplace;
    const bool binary = program_.format == Format::kBinary;
    if (in->type.form == Form::kTextArray && binary) {
      in->text = copyformat::MakeBinaryArray(attribute.type.element_oid, {});
    } else if (in->type.form != Form::kHstore) {
      in->text = "{}";
      if (in->type.form == Form::kJsonb && binary) in->text.insert(0, 1, copyformat::kJsonbVersion);
    }
  }

  absl::Status Attachment(const Attribute& attribute, Instruction* in) {
    const auto column = hook_columns_.find(in->field);
    if (column == hook_columns_.end()) return Secret(attribute, in);
    in->op = Op::kHook;
    in->hook_column = column->second;
    return absl::OkStatus();
  }

  // A constant in the bytes of the column's type and format.
  absl::Status Constant(const std::string& text, const Attribute& attribute, Instruction* in) {
    in->text = text;
    in->op = Op::kConstant;
    if (HoldsTexts(in->type.form)) return absl::OkStatus();
    in->op = Op::kReplace;
    const ValueForm form = FormOf(attribute.type);
    const bool binary = program_.format == Format::kBinary;
    if (form.form == Form::kBytea) {
      in->text.clear();
      if (binary) {
        in->text = text;
      } else if (!copyformat::BinaryToText(ValueType::kBytea, text, &in->text)) {
        return Unfit(attribute);
      }
      return absl::OkStatus();
    }
    if (!form.binary.has_value() || *form.binary == ValueType::kText) return absl::OkStatus();
    std::string bytes;
    if (!copyformat::TextToBinary(*form.binary, text, &bytes)) return Unfit(attribute);
    in->text.clear();
    if (binary) {
      in->text = std::move(bytes);
    } else {  // as PostgreSQL spells it
      copyformat::BinaryToText(*form.binary, bytes, &in->text);
    }
    return absl::OkStatus();
  }

  absl::Status Unfit(const Attribute& attribute) const {
    return UsageError(fmt::format("{}.{}: the fixed text is no {}", table_.QualifiedName(), attribute.name,
                                  attribute.type.name));
  }

  absl::StatusOr<std::vector<CompiledTest>> Tests(const Condition& condition) const {
    std::vector<CompiledTest> tests;
    for (const Test& test : condition.tests) {
      CompiledTest compiled;
      compiled.op = test.op;
      compiled.negated = test.negated;
      compiled.or_null = test.or_null;
      ASSIGN_OR_RETURN(compiled.field, FieldOf(test.column));
      for (const std::string& value : test.values) {
        compiled.values.push_back(AsStored(value, program_.types[compiled.field].form));
      }
      if (test.op == Test::Op::kMatches)
        compiled.pattern = std::make_shared<const RE2>(test.pattern, RE2::Quiet);
      tests.push_back(std::move(compiled));
    }
    return tests;
  }

  absl::StatusOr<Operand> OperandOf(const ColumnOrConstant& ref) const {
    Operand operand;
    operand.text = ref.constant;
    if (ref.column.empty()) return operand;
    ASSIGN_OR_RETURN(const uint16_t field, FieldOf(ref.column));
    operand.field = field;
    return operand;
  }

  absl::Status CheckTools() const {
    if (program_.uses_pseudonyms && toolbox_.pseudonymiser == nullptr) {
      return Failed(table_.QualifiedName() + ": its rules make pseudonyms, but there is no key");
    }
    if (program_.uses_rewriter && toolbox_.rewrite == nullptr) {
      return Failed(table_.QualifiedName() + ": its rules rewrite text, but there is no rewriter");
    }
    return absl::OkStatus();
  }

  const Relation& relation_;
  const TablePlan& table_;
  const Toolbox& toolbox_;
  RowProgram program_;
  std::vector<int> attributes_;
  std::map<std::string, uint16_t, std::less<>> fields_;
  std::map<uint16_t, uint16_t> hook_columns_;
};

bool HasBinary(const Relation& relation, std::string_view column) {
  const Attribute* attribute = relation.Find(column);
  return attribute != nullptr && FormOf(attribute->type).binary.has_value();
}

// Looks at the values' bytes, rather than only replacing them.
bool ReadsValue(const Treatment& treatment) {
  if (treatment.otherwise != nullptr && ReadsValue(*treatment.otherwise)) return true;
  return treatment.action != Action::kKeep && treatment.action != Action::kNull;
}

}  // namespace

std::vector<int> CopyAttributes(const Relation& relation) {
  std::vector<int> positions;
  for (size_t i = 0; i < relation.attributes.size(); ++i) {
    if (!relation.attributes[i].generated) positions.push_back(static_cast<int>(i));
  }
  return positions;
}

std::vector<std::string> AttributeNames(const Relation& relation, const std::vector<int>& positions) {
  std::vector<std::string> names;
  names.reserve(positions.size());
  for (const int i : positions) names.push_back(relation.attributes[static_cast<size_t>(i)].name);
  return names;
}

bool BinaryPossible(const Relation& relation, const TablePlan& table) {
  for (const int i : CopyAttributes(relation)) {
    const Attribute& attribute = relation.attributes[static_cast<size_t>(i)];
    if (!attribute.type.binary_safe) return false;
    const Treatment& treatment = table.columns[static_cast<size_t>(i)].treatment;
    if (ReadsValue(treatment) && !HasBinary(relation, attribute.name)) return false;
    for (const std::string& column : treatment.ColumnsRead()) {
      if (!HasBinary(relation, column)) return false;
    }
  }
  return true;
}

absl::StatusOr<RowProgram> Compile(const Relation& relation, const TablePlan& table, Format format,
                                   const Toolbox& toolbox) {
  return Compiler(relation, table, format, toolbox).Run();
}

absl::StatusOr<std::unique_ptr<copyformat::TransformFactory>> MakeTransform(
    const Relation& relation, const TablePlan& table, Format format, const Toolbox& toolbox,
    const RowObserverFactory* observer) {
  ASSIGN_OR_RETURN(RowProgram program, Compile(relation, table, format, toolbox));
  if (program.heads.empty() && observer == nullptr) return nullptr;
  return MakeProgramFactory(std::move(program), toolbox, observer);
}

}  // namespace understudy::rules
