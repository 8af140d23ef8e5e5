// Plan + relation + COPY format → row program → transform.
//
// Threads: all functions are thread-safe. Errors: a plan that Plan::Check() refused, or a toolbox that lacks
// what the plan needs.
#ifndef UNDERSTUDY_RULES_COMPILE_H_
#define UNDERSTUDY_RULES_COMPILE_H_

#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "copyformat/batch.h"
#include "copyformat/row_transform.h"
#include "rules/facts.h"
#include "rules/plan.h"
#include "rules/row_program.h"
#include "rules/toolbox.h"

namespace understudy::rules {

// Positions in relation.attributes of the columns that COPY carries: all but the generated ones.
std::vector<int> CopyAttributes(const Relation& relation);
// The names at those positions.
std::vector<std::string> AttributeNames(const Relation& relation, const std::vector<int>& positions);

// False if the table must go as COPY text: a type that means something else on the other end, or a treatment
// or condition on a type whose binary form has no converter here.
bool BinaryPossible(const Relation& relation, const TablePlan& table);

absl::StatusOr<RowProgram> Compile(const Relation& relation, const TablePlan& table,
                                   copyformat::Format format, const Toolbox& toolbox);

// nullptr when no field changes and nobody observes: the table is relayed as it is. `toolbox` and `observer`
// must outlive the factory and its transforms.
absl::StatusOr<std::unique_ptr<copyformat::TransformFactory>> MakeTransform(
    const Relation& relation, const TablePlan& table, copyformat::Format format, const Toolbox& toolbox,
    const RowObserverFactory* observer = nullptr);

}  // namespace understudy::rules

#endif  // UNDERSTUDY_RULES_COMPILE_H_
