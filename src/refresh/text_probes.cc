#include "refresh/text_probes.h"

#include <algorithm>

#include "base/status.h"

namespace understudy::refresh {
namespace {

// Does whoever reads `table` see all that a query on the condition's table sees?
bool IsReadWhole(const rules::Relation& relation, const verify::TableToRead& table,
                 const odoo::TextCondition& condition) {
  return relation.schema == "public" && relation.name == condition.table && !relation.has_children &&
         table.where.empty();
}

}  // namespace

absl::StatusOr<TextProbes> TextProbes::Of(RunContext& context,
                                          const std::vector<verify::TableToRead>& tables) {
  TextProbes probes;
  probes.groups_.resize(tables.size());
  if (!context.catalog.facts.is_odoo()) return probes;
  ASSIGN_OR_RETURN(const std::vector<odoo::Spec>* specs, context.packs.Odoo(odoo::PackKind::kNeutralisers));
  for (const odoo::Spec& spec : *specs) {
    if (!spec.if_text.has_value()) continue;
    for (size_t i = 0; i < tables.size(); ++i) {
      const rules::Relation& relation = context.catalog.facts.relations[tables[i].relation];
      if (!IsReadWhole(relation, tables[i], *spec.if_text)) continue;
      const std::vector<int>& columns = tables[i].columns;
      const auto column = std::find_if(columns.begin(), columns.end(), [&](int attribute) {
        return relation.attributes[static_cast<size_t>(attribute)].name == spec.if_text->column;
      });
      if (column == columns.end()) continue;
      probes.probes_.push_back(
          {*spec.if_text, std::make_unique<verify::TextProbe>(static_cast<size_t>(column - columns.begin()),
                                                              spec.if_text->texts)});
      probes.groups_[i].Add(probes.probes_.back().probe.get());
    }
  }
  return probes;
}

std::vector<const rules::RowObserverFactory*> TextProbes::Watching() const {
  std::vector<const rules::RowObserverFactory*> watching;
  for (const rules::ObserverGroup& group : groups_) watching.push_back(group.empty() ? nullptr : &group);
  return watching;
}

std::vector<odoo::TextCondition> TextProbes::Absent() const {
  std::vector<odoo::TextCondition> absent;
  for (const Probe& probe : probes_) {
    if (!probe.probe->Seen()) absent.push_back(probe.condition);
  }
  return absent;
}

}  // namespace understudy::refresh
