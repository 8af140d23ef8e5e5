// What neutralising would have the server look for in large texts, looked for in the rows as they are read
// back.
//
// Ownership: holds the probes; they must outlive the reading. Threads: made and asked by one thread; the
// watchers as RowObserverFactory.
#ifndef UNDERSTUDY_REFRESH_TEXT_PROBES_H_
#define UNDERSTUDY_REFRESH_TEXT_PROBES_H_

#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "odoo/pack.h"
#include "refresh/context.h"
#include "rules/observer_group.h"
#include "verify/text_probe.h"

namespace understudy::refresh {

class TextProbes {
 public:
  // For those of `tables` that are read whole. None for a database that is not Odoo's.
  static absl::StatusOr<TextProbes> Of(RunContext& context, const std::vector<verify::TableToRead>& tables);

  // As verify::ReadOptions::watching.
  std::vector<const rules::RowObserverFactory*> Watching() const;
  // After the reading: the conditions that don't hold.
  std::vector<odoo::TextCondition> Absent() const;

 private:
  struct Probe {
    odoo::TextCondition condition;
    std::unique_ptr<verify::TextProbe> probe;
  };
  std::vector<Probe> probes_;
  std::vector<rules::ObserverGroup> groups_;  // by position of the table
};

}  // namespace understudy::refresh

#endif  // UNDERSTUDY_REFRESH_TEXT_PROBES_H_
