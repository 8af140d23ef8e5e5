// How many bytes a copy will be, better known the more of it is done.
//
// DESIGN: the server knows the size of a table on disk; what COPY sends of it is more or less than that
// (compression, dead rows, columns that are left out). So what is done of a table says what its rest will be,
// and what is done of all says what the tables that nobody has begun will be.
// Threads: thread-compatible.
#ifndef UNDERSTUDY_CLONE_BYTE_ESTIMATE_H_
#define UNDERSTUDY_CLONE_BYTE_ESTIMATE_H_

#include <cstddef>
#include <cstdint>
#include <map>

namespace understudy::clone {

class ByteEstimate {
 public:
  void Expect(size_t table, uint64_t bytes) { tables_[table].expected += bytes; }
  // A part of `table` for which `expected` bytes were expected sent `actual`.
  void Done(size_t table, uint64_t expected, uint64_t actual);
  uint64_t Total() const;

 private:
  struct Part {
    uint64_t expected = 0;  // of the whole table
    uint64_t done = 0;      // of what is done, as it was expected
    uint64_t actual = 0;    // of what is done, as it was
  };
  std::map<size_t, Part> tables_;
  Part all_;
};

}  // namespace understudy::clone

#endif  // UNDERSTUDY_CLONE_BYTE_ESTIMATE_H_
