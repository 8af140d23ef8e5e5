// The packs of a run, which are read beside whatever it does first: parsing the rules takes as long as it
// takes to look at the source. What neutralises an Odoo is read then, too, though it is wanted last: what is
// wrong with it should end a run before anything was written.
//
// Threads: one at a time; the reading has its own.
#ifndef UNDERSTUDY_REFRESH_PACK_READING_H_
#define UNDERSTUDY_REFRESH_PACK_READING_H_

#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "base/cancel.h"
#include "odoo/pack.h"
#include "refresh/run.h"
#include "refresh/side_work.h"
#include "rules/pack.h"

namespace understudy::refresh {

// The packs, read now; what is wrong with them is an error (exit 2).
absl::StatusOr<std::vector<rules::Pack>> ReadPacks(const RefreshOptions& options);

class PackReading {
 public:
  // Begins to read. `options` and `stop` must outlive it.
  PackReading(const RefreshOptions& options, CancelToken* stop);
  // Waits for the end. What ReadPacks gives; it belongs to this.
  absl::StatusOr<const std::vector<rules::Pack>*> Get();
  // Begins to read what cuts an Odoo's channels and what must hold of it afterwards.
  void BeginOdoo();
  // After BeginOdoo: waits for the end, or says what is wrong with either kind. The packs belong to this.
  absl::StatusOr<const std::vector<odoo::Spec>*> Odoo(odoo::PackKind kind);

 private:
  const RefreshOptions& options_;
  CancelToken* const stop_;
  std::vector<rules::Pack> packs_;
  std::vector<odoo::Spec> neutralisers_, assertions_;
  std::optional<SideWork> odoo_reading_;
  SideWork reading_;
};

}  // namespace understudy::refresh

#endif  // UNDERSTUDY_REFRESH_PACK_READING_H_
