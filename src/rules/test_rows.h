// Rows as values, encoded as COPY carries them: for the tests and benchmarks of this folder.
#ifndef UNDERSTUDY_RULES_TEST_ROWS_H_
#define UNDERSTUDY_RULES_TEST_ROWS_H_

#include <optional>
#include <string>
#include <vector>

#include "copyformat/array_values.h"
#include "copyformat/batch.h"
#include "copyformat/binary_codec.h"
#include "copyformat/binary_values.h"
#include "copyformat/text_codec.h"
#include "rules/compile.h"
#include "rules/facts.h"
#include "rules/value_form.h"

namespace understudy::rules {

using TestValue = std::optional<std::string>;  // the text PostgreSQL writes
using TestRow = std::vector<TestValue>;

// Arrays of texts are given as their literal's only element: "{x}" has the element x.
inline std::string BinaryOf(const Attribute& attribute, const std::string& text) {
  const ValueForm form = FormOf(attribute.type);
  if (form.form == Form::kTextArray) {
    std::string element;
    copyformat::ArrayScratch scratch;
    std::string ignored;
    copyformat::EditArrayLiteral(
        text,
        [&element](std::string_view e, std::string*) {
          element = e;
          return false;
        },
        &scratch, &ignored);
    return copyformat::MakeBinaryArray(25, {element});
  }
  std::string bytes;
  if (!copyformat::TextToBinary(*form.binary, text, &bytes)) std::abort();
  return bytes;
}

inline void AppendRow(const Relation& relation, const TestRow& row, copyformat::Format format,
                      copyformat::Batch* batch) {
  const std::vector<int> columns = CopyAttributes(relation);
  const bool binary = format == copyformat::Format::kBinary;
  if (binary) {
    copyformat::StoreBig16(static_cast<uint16_t>(columns.size()), batch->bytes.Reserve(2));
    batch->bytes.Commit(2);
  }
  for (size_t i = 0; i < columns.size(); ++i) {
    const Attribute& attribute = relation.attributes[static_cast<size_t>(columns[i])];
    if (binary) {
      row[i].has_value() ? copyformat::BinaryCodec::AppendValue(BinaryOf(attribute, *row[i]), &batch->bytes)
                         : copyformat::BinaryCodec::AppendNull(&batch->bytes);
      continue;
    }
    row[i].has_value() ? copyformat::TextCodec::AppendValue(*row[i], &batch->bytes)
                       : copyformat::TextCodec::AppendNull(&batch->bytes);
    batch->bytes.PushBack(i + 1 == columns.size() ? '\n' : '\t');
  }
  ++batch->rows;
}

}  // namespace understudy::rules

#endif  // UNDERSTUDY_RULES_TEST_ROWS_H_
