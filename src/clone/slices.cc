#include "clone/slices.h"

#include <fmt/format.h>

#include <algorithm>

#include "pg/quote.h"
#include "rules/compile.h"

namespace understudy::clone {
namespace {

// Above this a lost connection would have too much to do again.
constexpr uint64_t kMaxSliceBytes = uint64_t{1} << 30;
// Slices a lane should have on average: the last ones to finish then differ by an eighth of a lane's work.
constexpr uint64_t kSlicesPerLane = 8;
// Since this version a range of ctids is not a scan of the whole table.
constexpr int kTidRangeScan = 140000;
// TRUNCATE costs a millisecond and new files: not for tables this small.
constexpr uint64_t kFreezeBytes = 1 << 20;

// A chain's tables become visible, and their indexes begin, when its last one is in: so not too many.
constexpr uint64_t kChainBytes = 1 << 20;
constexpr size_t kChainTables = 16;

const char* FormatOption(copyformat::Format format) {
  return format == copyformat::Format::kBinary ? "FORMAT binary" : "FORMAT text";
}

}  // namespace

std::vector<Slice> PlanSlices(const rules::Facts& facts, const std::vector<size_t>& relations,
                              const SliceOptions& options) {
  uint64_t total = 0;
  for (const size_t r : relations) total += facts.relations[r].bytes;
  const uint64_t per_slice = std::clamp(total / (static_cast<uint64_t>(options.lanes) * kSlicesPerLane),
                                        kMinSliceBytes, kMaxSliceBytes);
  std::vector<Slice> slices;
  for (const size_t r : relations) {
    const rules::Relation& relation = facts.relations[r];
    if (relation.pages == 0) continue;
    uint64_t parts = options.server_version >= kTidRangeScan ? relation.bytes / per_slice : 1;
    parts = std::clamp<uint64_t>(parts, 1, relation.pages);
    for (uint64_t i = 0; i < parts; ++i) {
      Slice slice{r, relation.pages * i / parts, relation.pages * (i + 1) / parts, relation.bytes / parts,
                  parts == 1};
      if (i + 1 == parts) slice.end_page = 0;
      slices.push_back(slice);
    }
  }
  std::stable_sort(slices.begin(), slices.end(), [&](const Slice& a, const Slice& b) {
    return facts.relations[a.relation].bytes > facts.relations[b.relation].bytes;
  });
  return slices;
}

std::vector<Chain> PlanChains(const std::vector<Slice>& slices) {
  std::vector<Chain> chains;
  uint64_t bytes = 0;
  bool open = false;  // the last chain may take more
  for (size_t i = 0; i < slices.size(); ++i) {
    const bool small = slices[i].whole && slices[i].bytes < kFreezeBytes;
    if (open && small && bytes + slices[i].bytes <= kChainBytes && i - chains.back().begin < kChainTables) {
      chains.back().end = i + 1;
      bytes += slices[i].bytes;
      continue;
    }
    chains.push_back({i, i + 1});
    bytes = slices[i].bytes;
    open = small;
  }
  return chains;
}

std::string CopyOutSql(const rules::Relation& relation, const std::vector<int>& columns, const Slice& slice,
                       const std::string& where, copyformat::Format format) {
  const std::string table = pg::QuoteRelation(relation.schema, relation.name);
  const std::string list = pg::QuoteColumns(rules::AttributeNames(relation, columns));
  if (slice.whole && where.empty()) {
    return fmt::format("COPY {}{} TO STDOUT ({})", table, list.empty() ? "" : " (" + list + ")",
                       FormatOption(format));
  }
  std::string condition;
  if (!slice.whole) {
    condition = fmt::format("ctid >= '({},0)'", slice.first_page);
    if (slice.end_page != 0) condition += fmt::format(" AND ctid < '({},0)'", slice.end_page);
  }
  if (!where.empty()) condition += fmt::format("{}({})", condition.empty() ? "" : " AND ", where);
  return fmt::format("COPY (SELECT {} FROM ONLY {} WHERE {}) TO STDOUT ({})", list, table, condition,
                     FormatOption(format));
}

std::string CopyInSql(const rules::Relation& relation, const std::vector<int>& columns, const Slice& slice,
                      copyformat::Format format) {
  const std::string table = pg::QuoteRelation(relation.schema, relation.name);
  const std::string list = pg::QuoteColumns(rules::AttributeNames(relation, columns));
  const bool freeze = slice.whole && slice.bytes >= kFreezeBytes;
  const std::string copy =
      fmt::format("COPY {}{} FROM STDIN ({}{})", table, list.empty() ? "" : " (" + list + ")",
                  FormatOption(format), freeze ? ", FREEZE" : "");
  return freeze ? fmt::format("BEGIN;TRUNCATE ONLY {};{};COMMIT", table, copy) : copy;
}

}  // namespace understudy::clone
