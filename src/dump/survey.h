// The first look at a backup, before anything is planned or written: all of it is read once.
//
// DESIGN
//   From statements: the schema as entries (as clone/schema makes them of a live database), sequences'
//   values, numbers of large objects, which materialised views held rows, the encoding. From rows: how many
//   there are and how many bytes, and what Odoo says of itself. No other value is looked at, and none is
//   kept. A backup that is cut short or damaged ends here, at its place.
// Threads: Read is thread-safe (streams of one backup side by side); the rest after all are read.
#ifndef UNDERSTUDY_DUMP_SURVEY_H_
#define UNDERSTUDY_DUMP_SURVEY_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/events.h"
#include "base/mutex.h"
#include "clone/catalog.h"
#include "clone/schema.h"
#include "dump/ddl.h"
#include "dump/odoo_metadata.h"
#include "dump/plain_reader.h"

namespace understudy::dump {

using TableName = std::pair<std::string, std::string>;  // schema, name

struct TableSize {
  uint64_t rows = 0;
  uint64_t bytes = 0;
  uint64_t blocks = 0;  // pg_dump makes one; other programs may make more
};

class Survey {
 public:
  // Reads a stream to its end. `counters` may be null.
  absl::Status Read(PlainReader& reader, const CancelToken* cancel, Counters* counters);

  // What rules need to know, from the script alone.
  void FillFacts(clone::Catalog* catalog) const;
  // Sizes and Odoo's own words, for relations that a catalogue gave.
  void FillSizes(clone::Catalog* catalog) const;
  const OdooMetadata& odoo() const { return odoo_; }
  clone::Schema Schema() const;
  std::vector<clone::Sequence> Sequences() const;
  const std::vector<std::string>& large_objects() const { return large_objects_; }
  // Comments on large objects, as statements; only if they are to be kept.
  void KeepRemarks() { keep_remarks_ = true; }
  const std::vector<std::string>& remarks() const { return remarks_; }
  bool WasPopulated(const std::string& schema, const std::string& matview) const {
    return populated_.contains({schema, matview});
  }
  const std::map<TableName, TableSize>& sizes() const { return sizes_; }
  // What was in the dump and is never passed on: "planner statistics" → statements.
  const std::map<std::string, uint64_t>& dropped() const { return dropped_; }
  const std::string& encoding() const { return encoding_; }
  const std::string& database() const { return database_; }

 private:
  absl::Status ReadBlock(PlainReader& reader, const CopyHeader& copy, const CancelToken* cancel,
                         Counters* counters);
  void Add(const Unit& unit, std::string_view search_path) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void AddSequence(std::string_view text) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void AddSchema(std::string_view text, std::string_view search_path) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  // Filled under the mutex while streams are read, read without it afterwards.
  mutable Mutex mutex_;
  Ddl ddl_;
  OdooMetadata odoo_;
  std::string pre_data_, post_data_;
  bool data_seen_ = false;
  std::map<TableName, clone::Sequence> sequences_;
  bool keep_remarks_ = false;
  std::vector<std::string> large_objects_, remarks_;
  std::set<TableName> populated_;
  std::map<TableName, TableSize> sizes_;
  std::map<std::string, uint64_t> dropped_;
  std::string encoding_, database_;
};

}  // namespace understudy::dump

#endif  // UNDERSTUDY_DUMP_SURVEY_H_
