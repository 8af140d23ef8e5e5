#include "rules/execute.h"

#include <utility>
#include <vector>

#include "base/status.h"
#include "copyformat/binary_codec.h"
#include "copyformat/row_editor.h"
#include "copyformat/text_codec.h"
#include "fmt/format.h"
#include "rules/renderer.h"
#include "rules/row_reader.h"

namespace understudy::rules {
namespace {

using copyformat::Batch;
using copyformat::ByteBuffer;
using copyformat::Field;
using copyformat::Format;
using copyformat::Row;
using copyformat::ValueType;

template <class Codec>
class ProgramTransform final : public copyformat::RowTransform {
 public:
  ProgramTransform(std::shared_ptr<const RowProgram> shared, const Toolbox& toolbox,
                   const RowObserverFactory* observer)
      : shared_(std::move(shared)),
        program_(*shared_),
        scanner_(program_.columns.size()),
        reader_(program_, toolbox),
        renderer_(program_, toolbox),
        outs_(program_.heads.size()) {
    counts_.changed.resize(program_.columns.size());
    if (observer != nullptr) {
      observer_ = observer->New();
      renderer_.KeepNotes();
    }
    if (!program_.hook_fields.empty()) {
      hook_ = toolbox.attachments->New();
      hook_values_.resize(program_.hook_fields.size());
      hook_edits_.resize(program_.hook_fields.size());
      hook_slots_.resize(program_.hook_fields.size());
    }
  }

  absl::Status Transform(const Batch& in, Batch* out) override {
    editor_.Begin(in, out);
    scanner_.Begin(in);
    row_number_ = in.first_row;
    for (Row row; scanner_.Next(&row); ++row_number_) {
      RETURN_IF_ERROR(observer_ == nullptr ? Treat<false>(row) : Treat<true>(row));
    }
    renderer_.Rest();
    if (observer_ != nullptr) observer_->Rest();
    RETURN_IF_ERROR(scanner_.status());
    editor_.Finish();
    counts_.rows_in += in.rows;
    counts_.rows_out += out->rows;
    return absl::OkStatus();
  }

  void Keep() override {
    if (observer_ != nullptr) observer_->Keep();
    if (hook_ != nullptr) hook_->Keep();
  }
  const copyformat::TransformCounts& counts() const override { return counts_; }

 private:
  template <bool kObserved>
  absl::Status Treat(const Row& row) {
    if constexpr (kObserved) seen_.assign(row.fields.begin(), row.fields.end());
    if (hook_ != nullptr) RETURN_IF_ERROR(RunHook(row));
    for (size_t i = 0; i < program_.heads.size(); ++i) {
      const Instruction* in = &program_.instructions[static_cast<size_t>(program_.heads[i])];
      const Field& field = row.fields[in->field];
      if (field.null && in->op != Op::kHook) continue;
      in = reader_.Select(in, row);
      if (in == nullptr) continue;
      RETURN_IF_ERROR(Apply<kObserved>(*in, row, field, &outs_[i]));
    }
    if constexpr (kObserved) return observer_->Row(row_number_, row.fields, seen_);
    return absl::OkStatus();
  }

  template <bool kObserved>
  absl::Status Apply(const Instruction& in, const Row& row, const Field& field, std::string* out) {
    switch (in.op) {
      case Op::kNull:
        return SetNull<kObserved>(in, field);
      case Op::kReplace:
        if (Codec::Value(field, &value_bytes_) != in.text) Set<kObserved>(in, field, in.text);
        return absl::OkStatus();
      case Op::kHook:
        return ApplyHook<kObserved>(in, field, out);
      default:
        break;
    }
    const std::string_view value = Codec::Value(field, &value_bytes_);
    const Edited edited = renderer_.Edit(in, reader_.ContextOf(in, row), value, out);
    if (edited == Edited::kMalformed) return Malformed(in);
    if constexpr (kObserved) {
      if (const text::SourceNotes* notes = renderer_.notes(); notes != nullptr)
        observer_->Noted(in.field, *notes);
    }
    if (edited == Edited::kChanged && value != *out) Set<kObserved>(in, field, *out);
    return absl::OkStatus();
  }

  absl::Status Malformed(const Instruction& in) const {
    return Failed(
        fmt::format("row {}, column {}: the value is not a valid {}, so its treatment can't be applied",
                    row_number_, program_.columns[in.field], NameOf(in.type.form)));
  }

  template <bool kObserved>
  void Set(const Instruction& in, const Field& field, std::string_view value) {
    editor_.Replace(field, value);
    ++counts_.changed[in.field];
    if constexpr (kObserved)
      seen_[in.field] = {value.data(), static_cast<uint32_t>(value.size()), false, false};
  }

  template <bool kObserved>
  absl::Status SetNull(const Instruction& in, const Field& field) {
    if (field.null) return absl::OkStatus();
    editor_.ReplaceNull(field);
    ++counts_.changed[in.field];
    if constexpr (kObserved) seen_[in.field] = {nullptr, 0, true, false};
    return absl::OkStatus();
  }

  absl::Status RunHook(const Row& row) {
    for (size_t i = 0; i < program_.hook_fields.size(); ++i) {
      const size_t field = program_.hook_fields[i];
      hook_values_[i] = {reader_.TextOf(row, field, &hook_slots_[i]), row.fields[field].null};
      hook_edits_[i].kind = HookEdit::Kind::kKeep;
    }
    return Annotate(hook_->Row(hook_values_, hook_edits_), fmt::format("row {}", row_number_));
  }

  template <bool kObserved>
  absl::Status ApplyHook(const Instruction& in, const Field& field, std::string* out) {
    const HookEdit& edit = hook_edits_[in.hook_column];
    if (edit.kind == HookEdit::Kind::kKeep) return absl::OkStatus();
    if (edit.kind == HookEdit::Kind::kNull) return SetNull<kObserved>(in, field);
    out->clear();
    if (Codec::kFormat == Format::kBinary && in.type.value != ValueType::kText) {
      if (!copyformat::TextToBinary(in.type.value, edit.text, out)) return Malformed(in);
    } else {
      out->assign(edit.text);
    }
    if (field.null || Codec::Value(field, &value_bytes_) != *out) Set<kObserved>(in, field, *out);
    return absl::OkStatus();
  }

  const std::shared_ptr<const RowProgram> shared_;  // may outlive its factory
  const RowProgram& program_;
  typename Codec::Scanner scanner_;
  copyformat::RowEditor<Codec> editor_;
  RowReader<Codec> reader_;
  Renderer renderer_;
  copyformat::TransformCounts counts_;
  uint64_t row_number_ = 0;
  std::vector<std::string> outs_;  // parallel to heads: the new value, alive until the row ends
  ByteBuffer value_bytes_;

  std::unique_ptr<RowObserver> observer_;
  std::vector<Field> seen_;  // the row as it goes out

  std::unique_ptr<RowHook> hook_;
  std::vector<HookValue> hook_values_;
  std::vector<HookEdit> hook_edits_;
  std::vector<TextSlot> hook_slots_;
};

class ProgramFactory final : public copyformat::TransformFactory {
 public:
  ProgramFactory(RowProgram program, const Toolbox& toolbox, const RowObserverFactory* observer)
      : program_(std::make_shared<const RowProgram>(std::move(program))),
        toolbox_(toolbox),
        observer_(observer) {}

  std::unique_ptr<copyformat::RowTransform> New() const override {
    if (program_->format == Format::kBinary) {
      return std::make_unique<ProgramTransform<copyformat::BinaryCodec>>(program_, toolbox_, observer_);
    }
    return std::make_unique<ProgramTransform<copyformat::TextCodec>>(program_, toolbox_, observer_);
  }

 private:
  const std::shared_ptr<const RowProgram> program_;
  const Toolbox& toolbox_;
  const RowObserverFactory* const observer_;
};

}  // namespace

std::unique_ptr<copyformat::TransformFactory> MakeProgramFactory(RowProgram program, const Toolbox& toolbox,
                                                                 const RowObserverFactory* observer) {
  return std::make_unique<ProgramFactory>(std::move(program), toolbox, observer);
}

}  // namespace understudy::rules
