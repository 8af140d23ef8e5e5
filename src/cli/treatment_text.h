// A treatment in a few words, for lists that people read: "email if …, else name". The whole of it is
// Treatment::ToString(), which --json prints.
//
// Ownership: values. Threads: thread-safe.
#ifndef UNDERSTUDY_CLI_TREATMENT_TEXT_H_
#define UNDERSTUDY_CLI_TREATMENT_TEXT_H_

#include <string>

#include "rules/treatment.h"

namespace understudy::cli {

// The kind of pseudonym, else the treatment's word; conditions left out.
std::string KindOf(const rules::Treatment& treatment);
std::string Summary(const rules::Treatment& treatment);

}  // namespace understudy::cli

#endif  // UNDERSTUDY_CLI_TREATMENT_TEXT_H_
