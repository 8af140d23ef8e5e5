#include "dump/block_source.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/status.h"

namespace understudy::dump {

absl::StatusOr<bool> BlockSource::Read(copyformat::Batch* batch) {
  ASSIGN_OR_RETURN(const bool some, reader_.ReadRows(batch));
  if (some && on_batch_) RETURN_IF_ERROR(Annotate(on_batch_(*batch), reader_.Place()));
  return some;
}

absl::StatusOr<std::vector<size_t>> PositionsOf(const CopyHeader& copy, const rules::Relation& relation,
                                                const std::vector<int>& columns) {
  std::vector<size_t> positions;
  for (const int column : columns) {
    const std::string& name = relation.attributes[static_cast<size_t>(column)].name;
    const auto found = std::find(copy.columns.begin(), copy.columns.end(), name);
    if (found == copy.columns.end()) {
      return Failed(fmt::format("its rows have no column {}, but the table has", name));
    }
    positions.push_back(static_cast<size_t>(found - copy.columns.begin()));
  }
  return positions;
}

absl::StatusOr<bool> ProjectedSource::Read(copyformat::Batch* batch) {
  ASSIGN_OR_RETURN(const bool some, rows_.Read(&whole_));
  batch->Clear();
  if (!some) return false;
  batch->first_row = whole_.first_row;
  batch->rows = whole_.rows;
  scanner_.Begin(whole_);
  for (copyformat::Row row; scanner_.Next(&row);) {
    for (size_t i = 0; i < wanted_.size(); ++i) {
      if (i > 0) batch->bytes.PushBack('\t');
      const copyformat::Field& field = row.fields[wanted_[i]];
      batch->bytes.Append(field.null ? std::string_view("\\N") : field.view());
    }
    batch->bytes.PushBack('\n');
  }
  RETURN_IF_ERROR(scanner_.status());
  return true;
}

}  // namespace understudy::dump
