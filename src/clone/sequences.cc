#include "clone/sequences.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/status.h"
#include "pg/quote.h"

namespace understudy::clone {
namespace {

constexpr size_t kSequencesPerQuery = 500;

}  // namespace

absl::Status SetSequences(pg::Connection& staging, const std::vector<Sequence>& sequences) {
  for (size_t begin = 0; begin < sequences.size(); begin += kSequencesPerQuery) {
    std::string sql = "SELECT pg_catalog.count(pg_catalog.setval(s.n::regclass, s.v, s.c)) FROM (VALUES ";
    const size_t end = std::min(begin + kSequencesPerQuery, sequences.size());
    for (size_t i = begin; i < end; ++i) {
      const Sequence& s = sequences[i];
      sql += fmt::format("{}({}, {}::bigint, {})", i == begin ? "" : ",",
                         pg::QuoteLiteral(pg::QuoteRelation(s.schema, s.name)), s.last_value, s.is_called);
    }
    RETURN_IF_ERROR(Annotate(staging.Run(sql + ") s(n, v, c)"), "setting the sequences"));
  }
  return absl::OkStatus();
}

}  // namespace understudy::clone
