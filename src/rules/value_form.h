// What a column's values look like to a treatment, told from its type.
//
// DESIGN: treatments work on text. Some types are text in both COPY formats, some hold texts (jsonb, arrays,
// hstore), some are typed: their binary form is converted to PostgreSQL's text and back
// (copyformat/binary_values.h). What is none of these can only be kept, emptied or, in COPY text, taken as it
// is written. A type's name decides, since oids of domains and extensions differ between servers.
// Threads: all functions are thread-safe.
#ifndef UNDERSTUDY_RULES_VALUE_FORM_H_
#define UNDERSTUDY_RULES_VALUE_FORM_H_

#include <cstdint>
#include <optional>
#include <string_view>

#include "copyformat/batch.h"
#include "copyformat/binary_values.h"
#include "rules/facts.h"
#include "rules/treatment.h"

namespace understudy::rules {

enum class Form : uint8_t {
  kText,       // text, varchar, char, name, citext
  kEnum,       // text, from a closed list
  kJson,       // text that must stay JSON
  kXml,        // text that must stay XML
  kJsonb,      // a version byte before it in binary
  kTextArray,  // array of kText
  kArray,      // array of other values that can carry text: COPY text only, rewritten only
  kComposite,  // likewise
  kRange,      // likewise, multiranges too
  kHstore,
  kBytea,
  kNumber,  // integers, floats, numeric
  kDate,    // date, timestamps
  kBool,
  kUuid,
  kNetwork,  // inet, cidr, macaddr
  kOther,
};

struct ValueForm {
  Form form = Form::kOther;
  // How the binary form becomes text; nullopt: only COPY text can be treated.
  std::optional<copyformat::ValueType> binary = copyformat::ValueType::kText;
};

ValueForm FormOf(const Type& type);

// "a number", for messages.
std::string_view NameOf(Form form);

// Why `action` (with `kind`, for pseudonyms) can't be applied to values of `form`; empty if it can.
// `nullable` decides what a secret becomes.
std::string_view Mismatch(const Treatment& treatment, Form form, bool nullable);

}  // namespace understudy::rules

#endif  // UNDERSTUDY_RULES_VALUE_FORM_H_
