// report.json of other versions or hands: an error or a record, and what is written of a record reads back as
// the same bytes.
#include "record/record_json.h"

#include <string>

#include "fuzz/require.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using understudy::fuzz::Require;
  const auto run = understudy::record::FromJson(understudy::fuzz::TextOf(data, size));
  if (!run.ok()) return 0;
  const std::string json = understudy::record::ToJson(*run);
  const auto again = understudy::record::FromJson(json);
  Require(again.ok(), "a record of ours is refused");
  Require(understudy::record::ToJson(*again) == json, "a record does not come back");
  return 0;
}
