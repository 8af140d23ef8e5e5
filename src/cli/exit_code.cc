#include "cli/exit_code.h"

#include "base/status.h"

namespace understudy::cli {

const std::vector<ExitCodeDoc>& ExitCodeDocs() {
  static const auto* const docs = new std::vector<ExitCodeDoc>{
      {0, "done"},
      {1, "failed"},
      {2, "wrong command line or configuration"},
      {3, "columns that no rule names, and the policy is to stop"},
      {4, "personal data would have reached staging"},
      {5, "staging could still reach the outside"},
      {6, "staging differs from production where it must not"},
      {7, "source or staging cannot be reached"},
      {8, "refused to touch a database or a state that is not ours"},
      {130, "cancelled"},
  };
  return *docs;
}

int ExitCodeOf(const absl::Status& status) { return static_cast<int>(ExitClassOf(status)); }

}  // namespace understudy::cli
