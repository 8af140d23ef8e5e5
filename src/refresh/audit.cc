#include "refresh/audit.h"

#include <fmt/format.h>

#include <algorithm>

#include "copyformat/binary_values.h"
#include "copyformat/text_escape.h"
#include "odoo/program_text.h"
#include "text/auditor.h"

namespace understudy::refresh {
namespace {

using copyformat::Field;
using copyformat::Format;

// Rows named per column and class: enough to look at, too few to fill a report.
constexpr size_t kMaxRowsNamed = 10;
// A field shorter than this holds nothing that the audit knows.
constexpr uint32_t kMinFieldBytes = 3;

// A condition of the rule lets some values stay as they are.
bool MayKeep(const rules::Treatment& treatment) {
  if (treatment.condition.empty()) return false;
  if (treatment.otherwise == nullptr) return true;
  return treatment.otherwise->action == rules::Action::kKeep || MayKeep(*treatment.otherwise);
}

constexpr uint32_t kInt4Oid = 23, kInt8Oid = 20, kJsonOid = 114, kJsonbOid = 3802;

}  // namespace

class AuditFactory::Observer : public rules::RowObserver, private text::FindingSink {
 public:
  explicit Observer(const AuditFactory& factory)
      : factory_(factory), auditor_(factory.context_), noted_(factory.fields_), notes_(factory.fields_) {}
  void Keep() override {
    MutexLock lock(factory_.mutex_);
    for (auto& [key, tally] : tallies_) {
      Tally& total = factory_.totals_[key];
      total.count += tally.count;
      for (std::string& row : tally.rows) {
        if (total.rows.size() < kMaxRowsNamed) total.rows.push_back(std::move(row));
      }
    }
    factory_.left_ += left_ + auditor_.counts().left;
  }

  void Noted(size_t field, const text::SourceNotes& notes) override {
    noted_[field] = 1;
    notes_[field] = notes;
  }

  absl::Status Row(uint64_t, std::span<const Field> in, std::span<const Field> out) override {
    row_ = in;
    for (column_ = 0; column_ < factory_.audited_.size(); ++column_) {
      const Column& column = factory_.audited_[column_];
      const Field& field = out[column.field];
      if (field.null || field.size < kMinFieldBytes) continue;
      const Field& source = in[column.field];
      // An unchanged field is the same view on both sides.
      unchanged_ = !source.null && field.value == source.value;
      const std::string_view text = TextOf(field, column, &out_scratch_);
      if (column.password && text == factory_.password_hash_) continue;
      std::string_view came = unchanged_ ? text : std::string_view();
      if (!unchanged_ && !source.null) came = TextOf(source, column, &in_scratch_);
      if (noted_[column.field] != 0) {
        auditor_.Audit(text, came, notes_[column.field], *this);
      } else {
        auditor_.Audit(text, came, *this, column.json ? text::Form::kJson : text::Form::kText);
      }
    }
    std::fill(noted_.begin(), noted_.end(), uint8_t{0});
    return absl::OkStatus();
  }

  void Rest() override { auditor_.Rest(); }

 private:
  static std::string_view TextOf(const Field& field, const Column& column, copyformat::ByteBuffer* scratch) {
    std::string_view text = field.view();
    if (field.escaped) text = copyformat::Unescape(text, scratch);
    if (column.jsonb && !text.empty()) text.remove_prefix(1);
    return text;
  }

  void Found(const text::Finding& finding) override {
    const Column& column = factory_.audited_[column_];
    if ((finding.weak && column.kept) || (unchanged_ && column.product)) {
      ++left_;
      return;
    }
    Tally& tally = tallies_[{column_, std::string(finding.what)}];
    ++tally.count;
    if (tally.rows.size() < kMaxRowsNamed) tally.rows.push_back(KeyOfRow());
  }

  std::string KeyOfRow() const {
    std::string key;
    for (const auto& [field, size] : factory_.key_) {
      if (!key.empty()) key += ',';
      if (factory_.format_ == Format::kText) {
        key += row_[field].view();
      } else {
        copyformat::BinaryToText(size == 8 ? copyformat::ValueType::kInt8 : copyformat::ValueType::kInt4,
                                 row_[field].view(), &key);
      }
    }
    return key;
  }

  const AuditFactory& factory_;
  text::Auditor auditor_;
  Tallies tallies_;
  uint64_t left_ = 0;
  size_t column_ = 0;
  bool unchanged_ = false;
  std::span<const Field> row_;
  std::vector<uint8_t> noted_;  // by field: notes_ speak of this row
  std::vector<text::SourceNotes> notes_;
  copyformat::ByteBuffer in_scratch_, out_scratch_;
};

AuditFactory::AuditFactory(const rules::Relation& relation, const rules::TablePlan& plan,
                           const std::vector<int>& columns, Format format,
                           const text::RewriteContext& context, const std::string& password_hash)
    : table_(plan.QualifiedName()),
      format_(format),
      fields_(columns.size()),
      context_(context),
      password_hash_(password_hash) {
  bool numeric_key = true;
  for (size_t i = 0; i < columns.size(); ++i) {
    const auto position = static_cast<size_t>(columns[i]);
    const rules::Attribute& attribute = relation.attributes[position];
    if (std::find(relation.primary_key.begin(), relation.primary_key.end(), attribute.name) !=
        relation.primary_key.end()) {
      numeric_key = numeric_key && (attribute.type.oid == kInt4Oid || attribute.type.oid == kInt8Oid);
      key_.emplace_back(i, attribute.type.oid == kInt8Oid ? 8 : 4);
    }
    if (!attribute.type.textual) continue;
    const rules::ColumnPlan& column = plan.columns[position];
    const bool kept = column.treatment.action == rules::Action::kKeep && !column.unclassified();
    const bool product = (kept && odoo::IsProgramTable(relation.name)) || MayKeep(column.treatment);
    const bool json = attribute.type.oid == kJsonOid || attribute.type.oid == kJsonbOid;
    const bool jsonb = format == Format::kBinary && attribute.type.oid == kJsonbOid;
    const bool password = column.treatment.action == rules::Action::kPassword && !password_hash_.empty();
    audited_.push_back({i, attribute.name, kept, product, json, jsonb, password});
  }
  if (!numeric_key) key_.clear();
}

std::unique_ptr<rules::RowObserver> AuditFactory::New() const { return std::make_unique<Observer>(*this); }

std::vector<record::Leak> AuditFactory::Leaks() const {
  MutexLock lock(mutex_);
  std::vector<record::Leak> leaks;
  for (const auto& [key, tally] : totals_) {
    leaks.push_back({table_, audited_[key.first].name, key.second, tally.count, tally.rows});
  }
  return leaks;
}

uint64_t AuditFactory::left() const {
  MutexLock lock(mutex_);
  return left_;
}

}  // namespace understudy::refresh
