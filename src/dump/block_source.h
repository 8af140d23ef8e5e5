// A block of rows as a CopySource, whole or some of its columns.
//
// Ownership: the reader must outlive the source. Threads: one thread at a time.
#ifndef UNDERSTUDY_DUMP_BLOCK_SOURCE_H_
#define UNDERSTUDY_DUMP_BLOCK_SOURCE_H_

#include <functional>
#include <vector>

#include "copyformat/copy_stream.h"
#include "copyformat/text_scanner.h"
#include "dump/plain_reader.h"
#include "rules/facts.h"

namespace understudy::dump {

class BlockSource : public copyformat::CopySource {
 public:
  using OnBatch = std::function<absl::Status(const copyformat::Batch&)>;
  // `on_batch` may be empty.
  BlockSource(PlainReader& reader, OnBatch on_batch) : reader_(reader), on_batch_(std::move(on_batch)) {}
  absl::StatusOr<bool> Read(copyformat::Batch* batch) override;

 private:
  PlainReader& reader_;
  const OnBatch on_batch_;
};

// Where each of `columns` of `relation` stands in the block's rows.
absl::StatusOr<std::vector<size_t>> PositionsOf(const CopyHeader& copy, const rules::Relation& relation,
                                                const std::vector<int>& columns);

// Only the fields `wanted` (positions in the row) of another source's rows, in that order.
class ProjectedSource : public copyformat::CopySource {
 public:
  ProjectedSource(copyformat::CopySource& rows, size_t columns, std::vector<size_t> wanted)
      : rows_(rows), scanner_(columns), wanted_(std::move(wanted)) {}
  absl::StatusOr<bool> Read(copyformat::Batch* batch) override;

 private:
  copyformat::CopySource& rows_;
  copyformat::Batch whole_;
  copyformat::TextScanner scanner_;
  const std::vector<size_t> wanted_;
};

}  // namespace understudy::dump

#endif  // UNDERSTUDY_DUMP_BLOCK_SOURCE_H_
