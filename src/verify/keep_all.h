// The plan that changes nothing: for reading a table with an observer only.
//
// Threads: thread-safe.
#ifndef UNDERSTUDY_VERIFY_KEEP_ALL_H_
#define UNDERSTUDY_VERIFY_KEEP_ALL_H_

#include <utility>

#include "rules/facts.h"
#include "rules/plan.h"

namespace understudy::verify {

inline rules::TablePlan KeepAll(const rules::Relation& relation) {
  rules::TablePlan plan;
  plan.schema = relation.schema;
  plan.name = relation.name;
  for (const rules::Attribute& attribute : relation.attributes) {
    rules::ColumnPlan column;
    column.column = attribute.name;
    plan.columns.push_back(std::move(column));
  }
  return plan;
}

}  // namespace understudy::verify

#endif  // UNDERSTUDY_VERIFY_KEEP_ALL_H_
