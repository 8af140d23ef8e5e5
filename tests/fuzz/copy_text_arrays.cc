// Array literals and binary arrays: no input harms; an edit that keeps every value changes nothing, and what
// an edit writes reads back as what was asked for.
#include <cstdint>
#include <string>
#include <vector>

#include "copyformat/array_values.h"
#include "fuzz/require.h"

namespace {

using understudy::copyformat::ArrayEdit;
using understudy::copyformat::ArrayScratch;
using understudy::copyformat::EditArrayLiteral;
using understudy::copyformat::EditBinaryArray;
using understudy::copyformat::ElementEdit;
using understudy::fuzz::Require;

template <class EditArray>
void Check(const std::string& array, EditArray edit_array) {
  ArrayScratch scratch;
  std::string out = "before";
  std::vector<std::string> seen, wanted, read_back;
  const ArrayEdit kept = edit_array(
      array, [&](std::string_view e, std::string*) { return seen.emplace_back(e), false; }, &scratch, &out);
  Require(kept != ArrayEdit::kChanged && out == "before", "keeping everything changed something");
  const ArrayEdit edited = edit_array(
      array,
      [&](std::string_view e, std::string* to) {
        to->assign(e).append(" {\"x\\");
        wanted.push_back(*to);
        return true;
      },
      &scratch, &out);
  if (kept == ArrayEdit::kMalformed || seen.empty()) {
    Require(edited == kept && out == "before", "a refused array left something");
    return;
  }
  Require(edited == ArrayEdit::kChanged && out.compare(0, 6, "before") == 0, "an edit did not come out");
  const ArrayEdit again = edit_array(
      out.substr(6), [&](std::string_view e, std::string*) { return read_back.emplace_back(e), false; },
      &scratch, &out);
  Require(again == ArrayEdit::kUnchanged && read_back == wanted, "an edit does not read back");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string array(reinterpret_cast<const char*>(data), size);
  Check(array, [](std::string_view a, ElementEdit edit, ArrayScratch* scratch, std::string* out) {
    return EditArrayLiteral(a, edit, scratch, out);
  });
  Check(array, [](std::string_view a, ElementEdit edit, ArrayScratch* scratch, std::string* out) {
    return EditBinaryArray(a, edit, scratch, out);
  });
  return 0;
}
