// SplitSql: never reads past the end; statements lie in order inside the script; splitting a statement again
// gives it back whole.
#include "odoo/sql_split.h"

#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view script(reinterpret_cast<const char*>(data), size);
  const char* last = script.data();
  for (const auto& statement : understudy::odoo::SplitSql(script)) {
    if (statement.text.empty() || statement.text.data() < last) std::abort();
    last = statement.text.data() + statement.text.size();
    if (last > script.data() + script.size()) std::abort();
    const auto again = understudy::odoo::SplitSql(statement.text);
    if (again.size() != 1 || again[0].text != statement.text) std::abort();
    if (understudy::odoo::Summary(statement.text).size() > 72 + 16) std::abort();
    understudy::odoo::ControlsTransaction(statement.text);
  }
  return 0;
}
