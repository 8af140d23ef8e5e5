// What a program writes to its standard output (pg_restore -f -), as it writes it.
//
// DESIGN: a thread feeds a pipe; a full pipe makes the program wait. The end of the output is only an end if
// the program ended well: else Read returns its first line of complaint.
// Ownership: the source ends the program when it is destroyed. Threads: one thread at a time.
#ifndef UNDERSTUDY_DUMP_PROCESS_SOURCE_H_
#define UNDERSTUDY_DUMP_PROCESS_SOURCE_H_

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/file.h"
#include "base/process.h"
#include "dump/byte_source.h"

namespace understudy::dump {

class ProcessSource : public ByteSource {
 public:
  static absl::StatusOr<std::unique_ptr<ProcessSource>> Start(std::vector<std::string> argv,
                                                              const CancelToken* cancel,
                                                              std::vector<std::string> environment = {});
  ~ProcessSource() override;
  absl::StatusOr<size_t> Read(char* to, size_t size) override;

 private:
  ProcessSource() = default;
  absl::Status Outcome();

  std::string name_;
  Fd read_, write_;
  CancelToken stop_;
  const CancelToken* cancel_ = nullptr;
  std::thread thread_;
  absl::StatusOr<ProcessResult> result_ = ProcessResult();  // of the thread; after it was joined
};

}  // namespace understudy::dump

#endif  // UNDERSTUDY_DUMP_PROCESS_SOURCE_H_
