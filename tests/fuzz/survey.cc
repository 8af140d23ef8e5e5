// The first look at a backup: any script is refused at a place or surveyed, and what is known of it then
// can be planned. (Where statements end is the target plain_dump's.)
#include "dump/survey.h"

#include <string>

#include "base/status.h"
#include "fuzz/require.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace understudy;    // NOLINT: one function
  if (size > 1 << 16) return 0;  // more of the same
  dump::MemorySource source(fuzz::TextOf(data, size));
  dump::PlainReader reader(source);
  dump::Survey survey;
  const absl::Status status = survey.Read(reader, nullptr, nullptr);
  if (!status.ok()) {
    fuzz::Require(!MessageOf(status).empty(), "refused without a word");
    return 0;
  }
  clone::Catalog catalog;
  survey.FillFacts(&catalog);
  survey.FillSizes(&catalog);
  for (const rules::Relation& relation : catalog.facts.relations) {
    fuzz::Require(!relation.name.empty(), "a table without a name");
  }
  (void)survey.Schema();
  (void)survey.Sequences();
  return 0;
}
