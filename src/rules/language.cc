#include "rules/language.h"

namespace understudy::rules {
namespace {

std::vector<Word> FileWords() {
  using P = Part;
  return {
      {P::kPack, "pack", "NAME", "The pack's name, in plans and reports. Every file begins with it."},
      {P::kPack, "description", "TEXT", "What the pack is for, for people."},
      {P::kPack, "when", "MAPPING", "The pack applies only to databases for which all of it holds."},
      {P::kPack, "include", "LIST", "Packs to load before this one, by name or file."},
      {P::kPack, "tables", "MAPPING", "Tables by name (SCHEMA.TABLE outside public), below them columns."},
      {P::kPack, "patterns", "LIST", "Rules for columns by what they are; they rank below names."},
      {P::kWhen, "module", "LIST", "One of these Odoo modules is installed."},
      {P::kWhen, "odoo", "RANGE", "Odoo's version, as in \">=14 <17\"."},
      {P::kWhen, "table", "LIST", "One of these tables exists."},
      {P::kTable, "_rows", "empty|all|{where: SQL}",
       "Which rows are copied. all undoes what an earlier pack says. A whole table may also be the word "
       "empty: no rows at all."},
      {P::kTable, "_optional", "MAPPING",
       "Further column rules; a column that is missing is no warning, because only some versions have it."},
      {P::kRows, "where", "SQL", "A condition on the source's row."},
      {P::kRows, "reason", "TEXT", "Why, for people."},
      {P::kPattern, "table", "PATTERN", "The table's name. Patterns are re2 and match the whole name."},
      {P::kPattern, "column", "PATTERN", "The column's name."},
      {P::kPattern, "type", "PATTERN", "PostgreSQL's name of the type."},
      {P::kPattern, "ttype", "PATTERN", "Odoo's type of the field (ir_model_fields)."},
      {P::kPattern, "model", "PATTERN", "Odoo's model."},
      {P::kPattern, "relation", "PATTERN", "The model that the field points to."},
      {P::kPattern, "textual", "true|false", "Whether the type can hold text."},
      {P::kPattern, "translate", "true|false", "Whether Odoo translates the field."},
      {P::kPattern, "custom", "true|false", "Whether a user made the field (x_…)."},
      {P::kPattern, "do", "TREATMENT", "What happens to the columns that match. A pattern needs it."},
      {P::kPattern, "reason", "TEXT", "Why; shown in the plan."},
  };
}

std::vector<Word> TreatmentWords() {
  using P = Part;
  return {
      {P::kTreatment, "keep", "", "The value stays as it is."},
      {P::kTreatment, "null", "", "NULL."},
      {P::kTreatment, "empty", "", "The empty string."},
      {P::kTreatment, "fixed", "TEXT", "This text."},
      {P::kTreatment, "mask", "{first: N, last: N, with: SIGN}",
       "The same length, all but the first and last characters masked. The argument may be left out."},
      {P::kTreatment, "pseudonym", "KIND", "A pseudonym of this kind; the kind alone means the same."},
      {P::kTreatment, "parts", "{separator: TEXT, pseudonym: KIND}",
       "Split, each part its own pseudonym, joined again. With name and more than one part all but the last "
       "are companies."},
      {P::kTreatment, "template", "TEXT",
       "A text with pseudonyms of this value in it: \"{first_name} {surname}\"."},
      {P::kTreatment, "rewrite", "", "Plain text with what is personal in it replaced."},
      {P::kTreatment, "rewrite_html", "", "The same for HTML: text and addresses; tags stay."},
      {P::kTreatment, "rewrite_json", "LIST OF PATHS",
       "The same for the strings of JSON, all of them or those at these paths (\"$.a.*.b\")."},
      {P::kTreatment, "lorem", "", "A text of the same shape without its content."},
      {P::kTreatment, "lorem_html", "", "The same for HTML."},
      {P::kTreatment, "secret", "",
       "NULL where the column allows it, else the empty string ({} in JSON and arrays)."},
      {P::kTreatment, "secret_unless", "{COLUMN: PATTERN}",
       "Kept where the other column of the row matches, else a secret. What looks like a credential is one "
       "all "
       "the same."},
      {P::kTreatment, "date_shift", "{days: N, subject: COLUMN}",
       "Moved by up to so many days, the same for one subject. The argument may be left out."},
      {P::kTreatment, "noise", "{percent: N}", "A number near the value. The argument may be left out."},
      {P::kTreatment, "attachment", "", "By policy.attachments of understudy.yaml(5)."},
      {P::kTreatment, "password", "", "The staging password's hash, or unusable."},
      {P::kMask, "first", "N", "Characters that stay at the beginning. Default: 1."},
      {P::kMask, "last", "N", "Characters that stay at the end. Default: 1."},
      {P::kMask, "with", "SIGN", "What the others become. Default: *."},
      {P::kParts, "separator", "TEXT", "What stands between the parts."},
      {P::kParts, "pseudonym", "KIND", "The kind of each part."},
      {P::kDateShift, "days", "N", "At most so many days, forwards or back. Default: 180."},
      {P::kDateShift, "subject", "COLUMN", "Whose date it is: one subject, one shift."},
      {P::kNoise, "percent", "N", "At most so far from the value. Default: 10."},
      {P::kOption, "country", "COLUMN|\"'DE'\"", "The country that a pseudonym is of."},
      {P::kOption, "language", "COLUMN|\"'de'\"", "The language that a pseudonym is of."},
      {P::kOption, "subject", "COLUMN|\"'X'\"", "Whose value it is: for dates, amounts and noise."},
      {P::kOption, "company_if", "COLUMN", "The boolean column that tells a company from a person."},
      {P::kOption, "if", "{COLUMN: VALUE}",
       "Only rows for which all comparisons hold; a list is any of, null is NULL. Others: else."},
      {P::kOption, "else", "TREATMENT", "For the rows that if leaves out. Without it they are kept."},
      {P::kOption, "identifying", "true|false",
       "Whether free text is searched for this column's values. Kinds that name somebody are by default."},
      {P::kOption, "reason", "TEXT", "Why; shown in the plan."},
      {P::kComparison, "matches", "PATTERN", "The column's text matches, anywhere."},
      {P::kComparison, "not", "VALUE", "The comparison does not hold."},
  };
}

std::vector<Word> KindWords() {
  using P = Part;
  return {
      {P::kKind, "name", "", "A person's or a company's name; company_if tells which."},
      {P::kKind, "first_name", "", "A first name."},
      {P::kKind, "surname", "", "A surname: one surname, one pseudonym, so families stay families."},
      {P::kKind, "company", "", "A company's name."},
      {P::kKind, "email", "", "An address that nobody receives mail at."},
      {P::kKind, "login", "",
       "An address stays an address, the same one; anything else becomes a user name."},
      {P::kKind, "phone", "",
       "A number of the same country and form that is nobody's where a range is free."},
      {P::kKind, "street", "", "Street and number."},
      {P::kKind, "zip", "", "A postal code."},
      {P::kKind, "city", "", "A town."},
      {P::kKind, "vat", "", "A VAT or business number with valid check digits."},
      {P::kKind, "iban", "", "An IBAN with valid check digits."},
      {P::kKind, "bic", "", "A bank's code."},
      {P::kKind, "card", "", "A card number that passes the check and is no card's."},
      {P::kKind, "national_id", "", "A personal number of the same form."},
      {P::kKind, "date", "", "A date near, the same shift for one subject."},
      {P::kKind, "geo", "", "A coordinate near."},
      {P::kKind, "ip", "", "An address of the documentation ranges."},
      {P::kKind, "mac", "", "A locally administered address."},
      {P::kKind, "url", "", "An address at a reserved domain."},
      {P::kKind, "social", "", "A user name of a social network."},
      {P::kKind, "uuid", "", "A UUID."},
      {P::kKind, "token", "", "The same alphabet and length."},
      {P::kKind, "number", "", "Digits of the same number, one to one."},
      {P::kKind, "amount", "", "A number near."},
      {P::kKind, "text", "", "A word of the same length and case."},
      {P::kKind, "plate", "", "Letters to letters, digits to digits."},
      {P::kKind, "bank_account", "", "An account number that is no IBAN."},
  };
}

constexpr std::string_view kExample = R"(pack: site
description: what only our database has
when: {module: sale}
tables:
  res_partner:
    x_nickname: {pseudonym: first_name, reason: printed on badges}
    x_member_no: {pseudonym: number, if: {is_company: "f"}, else: keep}
    _optional: {x_old_note: rewrite}
  x_visit_log: empty
  sale_order:
    _rows: {where: "date_order > now() - interval '2 years'"}
patterns:
  - {table: "x_.*", column: ".*_token", textual: true, do: secret}
)";

}  // namespace

const std::vector<Word>& Language() {
  static const auto* const words = [] {
    auto* const all = new std::vector<Word>;
    for (auto* part : {FileWords, TreatmentWords, KindWords}) {
      for (const Word& word : part()) all->push_back(word);
    }
    return all;
  }();
  return *words;
}

std::vector<std::string> WordsOf(Part part) {
  std::vector<std::string> words;
  for (const Word& word : Language()) {
    if (word.part == part) words.emplace_back(word.word);
  }
  return words;
}

std::string_view PackExample() { return kExample; }

}  // namespace understudy::rules
