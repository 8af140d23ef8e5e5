// What staging holds, read again from the first row to the last, against what was sent.
//
// DESIGN
//   The same COPY format as on the way in, the same session settings as the reading end had (pg::OpenSource),
//   several lanes over slices of what staging's tables are now. Only fingerprints are compared; a difference
//   has a relation and, where it can be told, a column. Locate (locate.h) finds the rows.
// Ownership: values. Threads: ReadFingerprints blocks its caller; the rest are pure functions.
#ifndef UNDERSTUDY_VERIFY_READ_BACK_H_
#define UNDERSTUDY_VERIFY_READ_BACK_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "clone/rows.h"
#include "record/run_record.h"
#include "verify/fingerprint.h"

namespace understudy::verify {

// A table to read and how; positions as in clone::TableCopy.
struct TableToRead {
  size_t relation = 0;
  std::vector<int> columns;  // rules::CopyAttributes
  copyformat::Format format = copyformat::Format::kText;
  std::string where;  // SQL or empty: an extension's table holds rows that are not the user's
};

struct ReadOptions {
  int lanes = 2;
  clone::OpenSession open;  // pg::OpenSource on the database, or an import of a snapshot of it
  bool separate_reads =
      false;  // clone::RowsOptions: sessions that are in no transaction, beside others' locks
  const FingerprintSecret* secret = nullptr;
  const CancelToken* cancel = nullptr;
  Counters* counters = nullptr;
  // By position of the table: who else sees its rows; null or missing: nobody.
  std::vector<const rules::RowObserverFactory*> watching;
  // As RowsOptions::source_holds and retrying.
  std::function<absl::Status()> holds;
  std::function<void(const clone::RowsRetry&)> retrying;
};

// The fingerprints of `tables` (both sums are the same), by position. `facts` name the relations; pages and
// sizes are asked anew from the database itself.
absl::StatusOr<std::vector<Fingerprints>> ReadFingerprints(const rules::Facts& facts,
                                                           const std::vector<TableToRead>& tables,
                                                           engine::Engine& engine,
                                                           const ReadOptions& options);

struct Difference {
  std::string schema, table;
  std::string column;  // empty: the rows (their number, or values that changed places between rows)
  uint64_t rows_expected = 0;
  uint64_t rows_found = 0;
  std::string problem;  // "the table is missing"; empty: the rows or values are not the same

  // "res_partner.email differs"; never a value.
  std::string ToString() const;
};

// Where `found.staging` is not `expected.staging`. No difference: empty.
std::vector<Difference> Compare(const rules::Relation& relation, const std::vector<int>& columns,
                                const Fingerprints& expected, const Fingerprints& found);

// What a run record keeps: sealed sums of the columns, and the table's verdict. `found` null: not read back.
void RecordFingerprints(const rules::Relation& relation, const std::vector<int>& columns,
                        copyformat::Format format, const Fingerprints& sent, const Fingerprints* found,
                        const FingerprintSecret& secret, record::Table* table);

// After neutralising: what a later `verify` must find in a table that it changed.
void RecordPublished(const rules::Relation& relation, const std::vector<int>& columns,
                     const Fingerprints& found, const FingerprintSecret& secret, record::Table* table);

// A table of a published staging against what its run recorded.
std::vector<Difference> CompareWithRecord(const rules::Relation& relation, const std::vector<int>& columns,
                                          const Fingerprints& found, const FingerprintSecret& secret,
                                          const record::Table& table);

}  // namespace understudy::verify

#endif  // UNDERSTUDY_VERIFY_READ_BACK_H_
