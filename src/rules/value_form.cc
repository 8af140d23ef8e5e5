#include "rules/value_form.h"

#include <algorithm>
#include <iterator>
#include <string>

namespace understudy::rules {
namespace {

using copyformat::ValueType;
using pseudonym::Kind;

struct NamedForm {
  std::string_view name;
  Form form;
  std::optional<ValueType> binary;
};

// format_type's names of the base type.
constexpr NamedForm kForms[] = {
    {"text", Form::kText, ValueType::kText},
    {"character varying", Form::kText, ValueType::kText},
    {"character", Form::kText, ValueType::kText},
    {"name", Form::kText, ValueType::kText},
    {"citext", Form::kText, ValueType::kText},
    {"json", Form::kJson, ValueType::kText},
    {"xml", Form::kXml, ValueType::kText},
    {"jsonb", Form::kJsonb, ValueType::kJsonb},
    {"hstore", Form::kHstore, std::nullopt},
    {"bytea", Form::kBytea, ValueType::kBytea},
    {"smallint", Form::kNumber, ValueType::kInt2},
    {"integer", Form::kNumber, ValueType::kInt4},
    {"bigint", Form::kNumber, ValueType::kInt8},
    {"oid", Form::kNumber, ValueType::kOid},
    {"real", Form::kNumber, ValueType::kFloat4},
    {"double precision", Form::kNumber, ValueType::kFloat8},
    {"numeric", Form::kNumber, ValueType::kNumeric},
    {"money", Form::kNumber, std::nullopt},
    {"date", Form::kDate, ValueType::kDate},
    {"timestamp without time zone", Form::kDate, ValueType::kTimestamp},
    {"timestamp with time zone", Form::kDate, ValueType::kTimestampTz},
    {"boolean", Form::kBool, ValueType::kBool},
    {"uuid", Form::kUuid, ValueType::kUuid},
    {"inet", Form::kNetwork, std::nullopt},
    {"cidr", Form::kNetwork, std::nullopt},
    {"macaddr", Form::kNetwork, std::nullopt},
    {"macaddr8", Form::kNetwork, std::nullopt},
    {"time without time zone", Form::kOther, ValueType::kTime},
};

bool IsTextual(Form form) {
  return form == Form::kText || form == Form::kJson || form == Form::kXml || form == Form::kJsonb ||
         form == Form::kTextArray || form == Form::kHstore;
}

bool FitsKind(Kind kind, Form form) {
  switch (form) {
    case Form::kNumber:
      return kind == Kind::kNumber || kind == Kind::kAmount || kind == Kind::kGeo;
    case Form::kDate:
      return kind == Kind::kDate;
    case Form::kUuid:
      return kind == Kind::kUuid;
    case Form::kNetwork:
      return kind == Kind::kIp || kind == Kind::kMac;
    default:
      return IsTextual(form);
  }
}

}  // namespace

ValueForm FormOf(const Type& type) {
  if (type.base_kind == 'e') {
    return {type.category == 'A' ? Form::kOther : Form::kEnum, ValueType::kText};
  }
  const bool array = type.element_oid != 0 || type.category == 'A';
  if (type.textual && !array && type.base_kind == 'c') return {Form::kComposite, std::nullopt};
  if (type.textual && !array && (type.base_kind == 'r' || type.base_kind == 'm'))
    return {Form::kRange, std::nullopt};
  std::string_view name = type.base_name;
  // Extension types may be qualified: "public.citext".
  if (const size_t dot = name.rfind('.'); dot != std::string_view::npos) name = name.substr(dot + 1);
  const auto* found = std::find_if(std::begin(kForms), std::end(kForms),
                                   [name](const NamedForm& f) { return f.name == name; });
  if (found == std::end(kForms)) return {array && type.textual ? Form::kArray : Form::kOther, std::nullopt};
  if (array) {
    if (found->form == Form::kText) return {Form::kTextArray, ValueType::kText};
    return {type.textual ? Form::kArray : Form::kOther, std::nullopt};
  }
  return {found->form, found->binary};
}

std::string_view NameOf(Form form) {
  static constexpr std::string_view kNames[] = {"text",
                                                "an enum",
                                                "json",
                                                "xml",
                                                "jsonb",
                                                "an array of texts",
                                                "an array",
                                                "a composite value",
                                                "a range",
                                                "hstore",
                                                "bytea",
                                                "a number",
                                                "a date",
                                                "a boolean",
                                                "a uuid",
                                                "a network address",
                                                "a value of this type"};
  return kNames[static_cast<size_t>(form)];
}

std::string_view Mismatch(const Treatment& t, Form form, bool nullable) {
  switch (t.action) {
    case Action::kKeep:
    case Action::kNull:
    case Action::kFixed:
    case Action::kAttachment:
      return {};
    case Action::kSecret:
    case Action::kSecretUnless:
      if (nullable || IsTextual(form) || form == Form::kBytea) return {};
      return "the column allows neither NULL nor an empty text";
    case Action::kRewrite:
      if (form == Form::kArray || form == Form::kComposite || form == Form::kRange) return {};
      return IsTextual(form) ? std::string_view() : "only texts can be treated so";
    case Action::kEmpty:
      return IsTextual(form) || form == Form::kBytea ? std::string_view() : "only texts can be empty";
    case Action::kPseudonym:
      return FitsKind(t.kind, form) ? std::string_view() : "this kind of pseudonym can't be written there";
    case Action::kDateShift:
      return form == Form::kDate || IsTextual(form) ? std::string_view() : "only dates can be shifted";
    case Action::kNoise:
      return form == Form::kNumber || IsTextual(form) ? std::string_view() : "only numbers take noise";
    case Action::kRewriteJson:
      return form == Form::kJson || form == Form::kJsonb || form == Form::kText || form == Form::kTextArray
                 ? std::string_view()
                 : "the column holds no JSON";
    default:
      return IsTextual(form) ? std::string_view() : "only texts can be treated so";
  }
}

}  // namespace understudy::rules
