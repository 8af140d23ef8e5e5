#include "odoo/file_problem.h"

#include <algorithm>
#include <utility>

namespace understudy::odoo {

void SortByAttachment(std::vector<FileProblem>* problems) {
  std::stable_sort(problems->begin(), problems->end(), [](const FileProblem& a, const FileProblem& b) {
    return a.attachment_id < b.attachment_id;
  });
  const auto same = [](const FileProblem& a, const FileProblem& b) {
    return a.attachment_id == b.attachment_id;
  };
  problems->erase(std::unique(problems->begin(), problems->end(), same), problems->end());
}

const char* NameOf(FileProblemKind kind) {
  static constexpr const char* kNames[] = {"missing", "damaged", "unsafe", "unreadable"};
  return kNames[static_cast<size_t>(kind)];
}

}  // namespace understudy::odoo
