// What is wrong with a file of the source's filestore; reported by attachment, never the end of a run.
//
// Threads: values.
#ifndef UNDERSTUDY_ODOO_FILE_PROBLEM_H_
#define UNDERSTUDY_ODOO_FILE_PROBLEM_H_

#include <cstdint>
#include <string>
#include <vector>

namespace understudy::odoo {

enum class FileProblemKind { kMissing, kDamaged, kUnsafe, kUnreadable };
const char* NameOf(FileProblemKind kind);

struct FileProblem {
  FileProblemKind kind = FileProblemKind::kMissing;
  int64_t attachment_id = 0;
  std::string store_fname;  // empty if unsafe: then it is not ours to repeat
  std::string reason;
};

// In order of the attachments, each once: a slice that was retried saw its rows twice.
void SortByAttachment(std::vector<FileProblem>* problems);

}  // namespace understudy::odoo

#endif  // UNDERSTUDY_ODOO_FILE_PROBLEM_H_
