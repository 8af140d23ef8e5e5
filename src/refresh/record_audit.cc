#include "refresh/record_audit.h"

#include <string>

#include "text/auditor.h"

namespace understudy::refresh {
namespace {

constexpr char kLeftOut[] = "(left out: personal data)";

class Audit : public text::FindingSink {
 public:
  explicit Audit(const text::RewriteContext& context) : auditor_(context), rewriter_(context) {}

  void Found(const text::Finding& finding) override { found_ = found_ || !finding.weak; }

  bool Holds(const std::string& text) {
    found_ = false;
    auditor_.Audit(text, *this);
    return found_;
  }

  // A text of ours that may quote production: known values and secrets.
  void Ours(std::string* text) {
    ++result_.texts;
    if (Holds(*text)) Rewrite(text);
  }

  // A text that people of production wrote: also what only looks like an e-mail, a phone, an account.
  void Theirs(std::string* text) {
    ++result_.texts;
    const uint64_t before = rewriter_.counts().detected;
    std::string rewritten;
    const bool changed = rewriter_.Plain(*text, &rewritten);
    if (Holds(*text) || (changed && rewriter_.counts().detected > before)) Rewrite(text);
  }

  void Name(const std::string& name) {
    ++result_.texts;
    if (Holds(name)) ++result_.names;
  }

  const RecordAudit& result() const { return result_; }

 private:
  void Rewrite(std::string* text) {
    ++result_.rewritten;
    std::string rewritten;
    const std::string before = *text;
    if (!rewriter_.Plain(before, &rewritten)) rewritten = kLeftOut;
    found_ = false;
    auditor_.Audit(rewritten, before, *this);
    *text = found_ ? kLeftOut : rewritten;
  }

  text::Auditor auditor_;
  text::Rewriter rewriter_;
  bool found_ = false;
  RecordAudit result_;
};

}  // namespace

RecordAudit AuditRecord(const text::RewriteContext& context, record::RunRecord* record) {
  if (context.detectors == nullptr) return {};
  Audit audit(context);
  for (record::Job& job : record->jobs) {
    audit.Theirs(&job.name);
    audit.Theirs(&job.id);
  }
  for (record::Parameter& parameter : record->parameters) audit.Theirs(&parameter.key);
  if (record->filestore.has_value()) {
    for (std::string& name : record->filestore->missing) audit.Theirs(&name);
  }
  for (record::Neutralised& n : record->neutralised) {
    audit.Ours(&n.statement);
    audit.Theirs(&n.error);
  }
  for (record::Assertion& a : record->assertions) audit.Theirs(&a.error);
  for (record::SchemaDifference& d : record->schema_differences) audit.Ours(&d.difference);
  for (record::Finding& finding : record->findings) audit.Ours(&finding.text);
  for (record::Warning& warning : record->warnings) audit.Ours(&warning.text);
  audit.Ours(&record->error);
  for (const record::Table& table : record->tables) {
    audit.Name(table.name);
    for (const record::TableColumn& column : table.columns) audit.Name(column.name);
  }
  return audit.result();
}

}  // namespace understudy::refresh
