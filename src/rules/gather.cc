#include "rules/gather.h"

#include <set>
#include <string>
#include <utility>

#include "base/status.h"
#include "copyformat/array_values.h"
#include "copyformat/binary_codec.h"
#include "copyformat/text_codec.h"
#include "fmt/format.h"
#include "rules/inner_strings.h"
#include "rules/row_reader.h"

namespace understudy::rules {
namespace {

using copyformat::Batch;
using copyformat::Format;
using copyformat::Row;
using pseudonym::Entity;
using pseudonym::Kind;

template <class Codec>
class GatherTransform final : public copyformat::RowTransform {
 public:
  GatherTransform(std::shared_ptr<const RowProgram> program, const Toolbox& toolbox,
                  KnownValuesTarget* target)
      : program_(std::move(program)),
        scanner_(program_->columns.size()),
        reader_(*program_, toolbox),
        target_(target),
        builder_(target->options()) {}
  void Keep() override { target_->Merge(std::move(builder_)); }

  absl::Status Transform(const Batch& in, Batch* out) override {
    out->Clear();
    out->first_row = in.first_row;
    scanner_.Begin(in);
    for (Row row; scanner_.Next(&row);) {
      for (const int32_t head : program_->heads)
        Gather(&program_->instructions[static_cast<size_t>(head)], row);
    }
    counts_.rows_in += in.rows;
    return scanner_.status();
  }
  const copyformat::TransformCounts& counts() const override { return counts_; }

 private:
  void Gather(const Instruction* in, const Row& row) {
    if (row.fields[in->field].null) return;
    in = reader_.Select(in, row);
    if (in == nullptr || !in->identifying) return;
    const pseudonym::Context context = reader_.ContextOf(*in, row);
    context_.country.assign(context.country);
    context_.language.assign(context.language);
    context_.entity = context.entity;
    const auto add = [&](std::string_view text, std::string*) {
      Add(*in, text);
      return false;
    };
    const std::string_view text = reader_.TextOf(row, in->field, &slot_);
    ignored_.clear();
    switch (in->type.form) {
      case Form::kJson:
      case Form::kJsonb:
        EditJsonStrings(text, add, &scratch_, &ignored_);
        return;
      case Form::kTextArray:
        if (Codec::kFormat == Format::kBinary) {
          copyformat::EditBinaryArray(text, add, &array_, &ignored_);
        } else {
          copyformat::EditArrayLiteral(text, add, &array_, &ignored_);
        }
        return;
      default:
        Add(*in, text);
    }
  }

  void Add(const Instruction& in, std::string_view text) {
    // A column that is marked by hand and gets no pseudonym itself: its values count as names.
    const Kind kind = in.op == Op::kPseudonym || in.op == Op::kParts ? in.kind : Kind::kName;
    if (in.op != Op::kParts) return builder_.Add(kind, text, context_);
    const Entity last = context_.entity;
    for (size_t at; (at = text.find(in.text)) != std::string_view::npos;
         text.remove_prefix(at + in.text.size())) {
      if (kind == Kind::kName) context_.entity = Entity::kCompany;  // "Company, Person"
      builder_.Add(kind, text.substr(0, at), context_);
    }
    context_.entity = last;
    builder_.Add(kind, text, context_);
  }

  const std::shared_ptr<const RowProgram> program_;
  typename Codec::Scanner scanner_;
  RowReader<Codec> reader_;
  KnownValuesTarget* const target_;
  text::KnownValues::Builder builder_;
  copyformat::TransformCounts counts_;
  text::ValueContext context_;
  TextSlot slot_;
  std::string scratch_, ignored_;
  copyformat::ArrayScratch array_;
};

class GatherFactory final : public copyformat::TransformFactory {
 public:
  GatherFactory(RowProgram program, const Toolbox& toolbox, KnownValuesTarget* target)
      : program_(std::make_shared<const RowProgram>(std::move(program))),
        toolbox_(toolbox),
        target_(target) {}
  std::unique_ptr<copyformat::RowTransform> New() const override {
    if (program_->format == Format::kBinary) {
      return std::make_unique<GatherTransform<copyformat::BinaryCodec>>(program_, toolbox_, target_);
    }
    return std::make_unique<GatherTransform<copyformat::TextCodec>>(program_, toolbox_, target_);
  }

 private:
  const std::shared_ptr<const RowProgram> program_;
  const Toolbox& toolbox_;
  KnownValuesTarget* const target_;
};

}  // namespace

GatherPlan GatherOf(const Relation& relation, const TablePlan& table) {
  std::set<std::string> wanted;
  for (size_t i = 0; i < relation.attributes.size(); ++i) {
    const ColumnPlan& column = table.columns[i];
    if (table.empty || column.source == Source::kGenerated || !column.treatment.Identifying()) continue;
    wanted.insert(column.column);
    for (const std::string& read : column.treatment.ColumnsRead()) wanted.insert(read);
  }
  GatherPlan gather;
  gather.relation = relation;
  gather.relation.attributes.clear();
  gather.plan = table;
  gather.plan.columns.clear();
  for (size_t i = 0; i < relation.attributes.size(); ++i) {
    if (relation.attributes[i].generated || wanted.count(relation.attributes[i].name) == 0) continue;
    gather.relation.attributes.push_back(relation.attributes[i]);
    ColumnPlan column = table.columns[i];
    if (!column.treatment.Identifying()) column.treatment = Treatment();
    // Kept, but marked: a program has no instruction for what it keeps, so here it gets one that never runs.
    if (column.treatment.IdentifyingHere() && column.treatment.action == Action::kKeep) {
      column.treatment.action = Action::kRewrite;
    }
    gather.plan.columns.push_back(std::move(column));
  }
  return gather;
}

absl::StatusOr<std::unique_ptr<copyformat::TransformFactory>> MakeGatherer(const GatherPlan& gather,
                                                                           Format format,
                                                                           const Toolbox& toolbox,
                                                                           KnownValuesTarget* target) {
  // Nothing is rendered here, so the tools only have to be there.
  static const text::RewriteContext& kUnused = *new text::RewriteContext();
  Toolbox tools = toolbox;
  tools.rewrite = &kUnused;
  ASSIGN_OR_RETURN(RowProgram program, Compile(gather.relation, gather.plan, format, tools));
  return std::make_unique<GatherFactory>(std::move(program), toolbox, target);
}

}  // namespace understudy::rules
