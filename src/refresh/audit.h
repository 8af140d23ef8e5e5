// The leak audit of one table: every textual byte that goes to staging is searched for what must not be
// there.
//
// DESIGN
//   An observer of the row stream (rules/toolbox.h): sees each field as it came and as it goes, kept columns
//   too. What it finds is counted by column and class, with the primary keys of the first rows (only keys
//   that are numbers: any other key could be a value). Evidence that is one word alone (a surname, a first
//   name) is a leak in a column whose values are rewritten; in a column that a rule keeps on purpose (program
//   texts full of ordinary words) it is only counted. The hash of staging's own password looks like any
//   other hash: in a column of treatment `password` it is known by its value.
//   What the rewriting saw in a field is handed to the auditor (text/source_notes.h), which then need not
//   search the field for everything.
// Ownership: relation, plan, context and password_hash outlive the factory. Threads: the factory is
// thread-safe.
#ifndef UNDERSTUDY_REFRESH_AUDIT_H_
#define UNDERSTUDY_REFRESH_AUDIT_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "copyformat/batch.h"
#include "record/run_record.h"
#include "rules/facts.h"
#include "rules/plan.h"
#include "rules/toolbox.h"
#include "text/rewriter.h"

namespace understudy::refresh {

class AuditFactory : public rules::RowObserverFactory {
 public:
  AuditFactory(const rules::Relation& relation, const rules::TablePlan& plan, const std::vector<int>& columns,
               copyformat::Format format, const text::RewriteContext& context,
               const std::string& password_hash);
  // False if no column of the table can carry text: then there is nothing to observe.
  bool needed() const { return !audited_.empty(); }
  std::unique_ptr<rules::RowObserver> New() const override;

  // Of all slices that are in.
  std::vector<record::Leak> Leaks() const;
  // Single words in kept columns that were not taken for leaks.
  uint64_t left() const;

 private:
  class Observer;
  struct Column {
    size_t field = 0;  // position in the COPY column list
    std::string name;
    bool kept = false;
    bool product = false;  // what stays as it was is the product's own text
    bool json = false;
    bool jsonb = false;  // binary: a version byte stands before the text
    bool password = false;
  };
  struct Tally {
    uint64_t count = 0;
    std::vector<std::string> rows;
  };
  using Tallies = std::map<std::pair<size_t, std::string>, Tally>;  // (audited column, class)

  const std::string table_;
  const copyformat::Format format_;
  const size_t fields_;  // of a row
  const text::RewriteContext& context_;
  const std::string& password_hash_;  // empty: nobody logs in
  std::vector<Column> audited_;
  std::vector<std::pair<size_t, int>> key_;  // fields of a numeric primary key, and their sizes in binary
  mutable Mutex mutex_;
  mutable Tallies totals_ ABSL_GUARDED_BY(mutex_);
  mutable uint64_t left_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace understudy::refresh

#endif  // UNDERSTUDY_REFRESH_AUDIT_H_
