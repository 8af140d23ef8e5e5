// In which rows do two databases that should hold the same table differ?
//
// DESIGN
//   Two passes over both ends. The first adds the rows up in 65,536 buckets by the hash of their key; the
//   second keeps hashes of the rows of differing buckets alone, as many as fit the memory allowed. So the
//   cost is two readings, and the memory does not grow with the table. Rows are named by their primary key if
//   it is made of numbers or UUIDs; any other key may be somebody's data, so such rows (and those of tables
//   without a key) are named by their ctid. Values are never shown. Neighbours with the same finding become
//   one range. The first end may be treated on the way (a plan), so that production can be compared with its
//   staging.
// Ownership: what LocateOptions points to must outlive the call. Threads: blocks its caller.
#ifndef UNDERSTUDY_VERIFY_LOCATE_H_
#define UNDERSTUDY_VERIFY_LOCATE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "clone/rows.h"
#include "rules/plan.h"
#include "rules/toolbox.h"

namespace understudy::verify {

struct LocateEnd {
  std::string name;  // "production"
  clone::OpenSession open;
  const rules::Facts* facts = nullptr;  // of this end
};

struct LocateOptions {
  LocateEnd first, second;
  std::string schema = "public";
  std::string table;
  std::vector<std::string> columns;  // empty: all that both ends have
  // How the first end's rows become the second's; null: as they are. The toolbox goes with the plan.
  const rules::TablePlan* plan = nullptr;
  const rules::Toolbox* toolbox = nullptr;
  int lanes = 2;
  const CancelToken* cancel = nullptr;
  size_t most_places = 20;         // listed; the counts are complete
  uint64_t most_rows = 1'000'000;  // looked at in the second pass
};

struct Place {
  std::string rows;  // "id=7", "id=10..25", "ctid (0,5) on staging"
  uint64_t count = 1;
  std::string finding;  // "email, phone differ", "missing on staging", "only on staging"
};

struct Located {
  uint64_t rows_first = 0, rows_second = 0;
  uint64_t differing = 0;  // rows with the same key and other values
  uint64_t only_first = 0;
  uint64_t only_second = 0;
  bool complete = true;  // false: more buckets differ than were looked into
  std::vector<Place> places;
};

absl::StatusOr<Located> Locate(const LocateOptions& options, engine::Engine& engine);

}  // namespace understudy::verify

#endif  // UNDERSTUDY_VERIFY_LOCATE_H_
