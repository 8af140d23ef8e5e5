// A row program on batches.
//
// DESIGN
//   The loop is compiled once per codec. Per row it touches only the treated fields (and those their tests
//   read); the row editor copies everything between in maximal runs. Each treated column has its own scratch
//   string, so what goes out stays readable until the row ends and an observer can be shown it without a
//   copy; without an observer nothing of that is done.
// Threads: a factory is immutable and thread-safe; a transform belongs to one worker.
#ifndef UNDERSTUDY_RULES_EXECUTE_H_
#define UNDERSTUDY_RULES_EXECUTE_H_

#include <memory>

#include "copyformat/row_transform.h"
#include "rules/row_program.h"
#include "rules/toolbox.h"

namespace understudy::rules {

std::unique_ptr<copyformat::TransformFactory> MakeProgramFactory(RowProgram program, const Toolbox& toolbox,
                                                                 const RowObserverFactory* observer);

}  // namespace understudy::rules

#endif  // UNDERSTUDY_RULES_EXECUTE_H_
