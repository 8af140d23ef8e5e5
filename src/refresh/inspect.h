// The source as commands that only look at it see it: a snapshot or a backup, the plan, and what texts are
// searched for.
//
// DESIGN: the same stages as a refresh up to the known values, so that what is shown is what a refresh would
// do. Nothing is written to either end; staging is not even connected to.
// Ownership: an Inspection owns all it shows. `options`, `listener` and `cancel` must outlive it.
// Threads: one thread. Errors: as those of the stages.
#ifndef UNDERSTUDY_REFRESH_INSPECT_H_
#define UNDERSTUDY_REFRESH_INSPECT_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/cancel.h"
#include "base/events.h"
#include "clone/catalog.h"
#include "pg/connection.h"
#include "refresh/run.h"
#include "rules/plan.h"
#include "rules/toolbox.h"
#include "scan/preview.h"
#include "scan/scan.h"
#include "tuning/measure.h"

namespace understudy::refresh {

class Inspection {
 public:
  static absl::StatusOr<std::unique_ptr<Inspection>> Open(const RefreshOptions& options, Listener& listener,
                                                          const CancelToken& cancel);
  ~Inspection();

  const clone::Catalog& catalog() const;
  const rules::Plan& plan() const;
  // What the row programs of a refresh are made with, but without a filestore and a staging password.
  const rules::Toolbox& toolbox() const;
  // Who would watch a table's rows in a refresh, as the policy asks.
  tuning::Observers ObserversOf(size_t relation, const std::vector<int>& columns,
                                copyformat::Format format) const;
  // How many workers a refresh with these options would have.
  uint32_t workers_of_refresh() const;
  // Another session in the same snapshot; a usage error if the source is a backup.
  absl::StatusOr<std::unique_ptr<pg::Connection>> Session() const;

  // The scan (scan/scan.h). Of a backup's tables, rows are taken at even distances.
  absl::StatusOr<std::vector<scan::ColumnReport>> Scan(const scan::Options& options) const;
  // Rows of the table at this position of the plan. A condition needs a live database.
  absl::StatusOr<scan::Preview> Preview(size_t table, const std::string& where, uint64_t limit) const;

 private:
  struct Impl;
  explicit Inspection(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace understudy::refresh

#endif  // UNDERSTUDY_REFRESH_INSPECT_H_
