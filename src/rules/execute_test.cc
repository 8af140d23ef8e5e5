#include "rules/execute.h"

#include <random>
#include <string>

#include "base/status.h"
#include "gtest/gtest.h"
#include "rules/compile.h"
#include "rules/renderer.h"
#include "rules/test_table.h"

namespace understudy::rules {
namespace {

using copyformat::Batch;
using copyformat::Format;

struct Case {
  std::string rules;
  size_t column;
  TestValue expected;
};

TEST(Execute, TreatmentsWithoutAKey) {
  const Case kCases[] = {
      {"{name: null}", 1, std::nullopt},
      {"{name: empty}", 1, ""},
      {"{name: {fixed: \"x\\ty\"}}", 1, "x\ty"},
      {"{name: mask}", 1, "A******z"},
      {"{name: {mask: {first: 2, last: 0, with: x}}}", 1, "Anxxxxxx"},
      {"{note: secret}", 8, ""},
      {"{name: secret}", 1, std::nullopt},
      {"{id: {fixed: '12'}}", 0, "12"},
      {"{day: {fixed: 1999-12-31}}", 4, "1999-12-31"},
      {"{is_company: {fixed: 'false'}}", 2, "f"},
      {"{data: {fixed: AB}}", 9, "\\x4142"},
      {"{data: empty}", 9, "\\x"},
      {"{terms: {fixed: x}}", 5, R"({"en_US": "x", "n": 1})"},
      {"{terms: mask}", 5, R"({"en_US": "T*a", "n": 1})"},
      {"{tags: {fixed: blue}}", 7, "{blue}"},
      {"{code: {mask: {first: 5, last: 0}}}", 12, "*****"},
      {"{name: {null: true, if: {is_company: true}}}", 1, std::nullopt},
      {"{name: {null: true, if: {is_company: 't', id: ['7', '8']}}}", 1, std::nullopt},
      {"{name: {null: true, if: {is_company: false}}}", 1, "Ana Ruiz"},
      {"{name: {null: true, if: {is_company: false}, else: empty}}", 1, ""},
      {"{name: {null: true, if: {id: {not: '7'}}, else: {fixed: a, if: {note: {matches: \"\\tb\"}}, else: "
       "empty}}}",
       1, "a"},
      {"{name: {null: true, if: {day: null}}}", 1, "Ana Ruiz"},
      {"{name: {null: true, if: {day: {not: null}}}}", 1, std::nullopt},
      {"{name: {null: true, if: {total: '12.50', seen: {matches: '^2024-05'}}}}", 1, std::nullopt},
      {"{name: {null: true, if: {name: {matches: '^Ana'}}}}", 1, std::nullopt},
      {"{name: {secret_unless: {note: '^a'}}}", 1, "Ana Ruiz"},
      {"{name: {secret_unless: {note: '^b'}}}", 1, std::nullopt},
      {"{name: {keep: true, if: {id: '7'}, else: null}}", 1, "Ana Ruiz"},
  };
  const Relation relation = Table();
  for (const Case& c : kCases) {
    SCOPED_TRACE(c.rules);
    TestRow expected = kRow;
    expected[c.column] = c.expected;
    ExpectRows(relation, PlanOf(c.rules, relation), Toolbox{}, {kRow}, {expected});
  }
}

TEST(Execute, NullStaysNullUnderEveryTreatment) {
  const Relation relation = Table();
  Toolbox toolbox;
  text::RewriteContext rewrite;
  toolbox.pseudonymiser = rewrite.pseudonymiser = &TestPseudonymiser();
  toolbox.rewrite = &rewrite;
  TestRow nulls(kRow.size());
  nulls[8] = "x";  // NOT NULL
  const TablePlan plan = PlanOf(
      "{id: number, name: name, is_company: {fixed: t}, day: date_shift, terms: rewrite, total: noise, tags: "
      "email, "
      "data: empty, seen: date, rate: geo}",
      relation);
  ExpectRows(relation, plan, toolbox, {nulls}, {nulls});
}

TEST(Execute, SecretsThatLookLikeOneAreNotKept) {
  const Relation relation = Table();
  TestRow row = kRow;
  row[1] = "https://me:pw@host/";
  TestRow expected = row;
  expected[1] = std::nullopt;
  ExpectRows(relation, PlanOf("{name: {secret_unless: {note: '^a'}}}", relation), Toolbox{}, {row},
             {expected});
}

TEST(Execute, SecretsLeaveNothingWhereNullIsNotAllowed) {
  Relation relation = MakeRelation("t", {{"a", "jsonb"}, {"b", "text[]"}, {"c", "json"}});
  for (Attribute& attribute : relation.attributes) attribute.not_null = true;
  Toolbox toolbox;
  Batch in, out;
  AppendRow(relation, {R"({"pin": 1234})", "{x}", R"({"k": "s"})"}, Format::kText, &in);
  auto transform = (*MakeTransform(relation, PlanOf("{a: secret, b: secret, c: secret}", relation),
                                   Format::kText, toolbox))
                       ->New();
  ASSERT_TRUE(transform->Transform(in, &out).ok());
  EXPECT_EQ(out.bytes.view(), "{}\t{}\t{}\n");
  in.Clear();
  AppendRow(relation, {R"({"pin": 1234})", "{x}", R"({"k": "s"})"}, Format::kBinary, &in);
  transform = (*MakeTransform(relation, PlanOf("{a: secret, b: secret, c: secret}", relation),
                              Format::kBinary, toolbox))
                  ->New();
  ASSERT_TRUE(transform->Transform(in, &out).ok());
  // array_send of an empty array: no dimensions, no flags, the element's type.
  const std::string_view want("\0\3\0\0\0\3\1{}\0\0\0\14\0\0\0\0\0\0\0\0\0\0\0\31\0\0\0\2{}", 31);
  EXPECT_EQ(out.bytes.view(), want);
}

TEST(Execute, LongTextsAreCutToTheColumn) {
  Relation relation = Table();
  relation.attributes[1].max_chars = 3;
  TestRow row = kRow;
  row[1] = "\xC3\xA9\xC3\xA9";
  TestRow expected = row;
  expected[1] = "\xC3\xA9xy";
  std::string padded = "\xC3\xA9";
  PadToChars(&padded, 3);
  EXPECT_EQ(padded, "\xC3\xA9  ");
  std::string text = "--\xC3\xA9xyz";
  CutToChars(&text, 2, 3);
  EXPECT_EQ(text, "--" + *expected[1]);
  expected[1] = "xyx";
  ExpectRows(relation, PlanOf("{name: {mask: {first: 0, last: 0, with: xy}}}", relation), Toolbox{}, {row},
             {expected});
}

// A plain interpreter of treatments: values, not bytes; written from docs/rules.md.
class Naive {
 public:
  Naive(const Relation& relation, const TablePlan& plan, const Toolbox& toolbox)
      : relation_(relation), plan_(plan), toolbox_(toolbox) {}

  TestRow Run(const TestRow& row) const {
    TestRow out = row;
    for (size_t i = 0; i < row.size(); ++i) {
      if (row[i].has_value()) out[i] = Treat(plan_.columns[i].treatment, i, row);
    }
    return out;
  }

 private:
  TestValue Cell(const std::string& column, const TestRow& row) const {
    for (size_t i = 0; i < row.size(); ++i) {
      if (relation_.attributes[i].name == column) return row[i];
    }
    return std::nullopt;
  }

  bool Holds(const Condition& condition, const TestRow& row) const {
    for (const Test& test : condition.tests) {
      const TestValue cell = Cell(test.column, row);
      bool holds = false;
      if (test.op == Test::Op::kNull) holds = !cell.has_value();
      if (test.op == Test::Op::kMatches) holds = cell.has_value() && RE2::PartialMatch(*cell, test.pattern);
      if (test.op == Test::Op::kAnyOf) {
        holds = !cell.has_value() && test.or_null;
        for (const std::string& value : test.values) holds = holds || cell == value;
      }
      if (holds == test.negated) return false;
    }
    return true;
  }

  TestValue Treat(const Treatment& t, size_t i, const TestRow& row) const {
    if (!Holds(t.condition, row)) return t.otherwise != nullptr ? Treat(*t.otherwise, i, row) : row[i];
    switch (t.action) {
      case Action::kNull:
        return std::nullopt;
      case Action::kFixed:
        return t.text;
      case Action::kPseudonym:
      case Action::kDateShift:
        return Pseudonym(t, i, row);
      default:
        return row[i];
    }
  }

  TestValue Pseudonym(const Treatment& t, size_t i, const TestRow& row) const {
    pseudonym::Context context;
    std::string country, subject;
    if (!t.country.column.empty()) {
      const TestValue id = Cell(t.country.column, row);
      if (id.has_value()) country = toolbox_.countries.at(std::stoul(*id));
    }
    if (!t.subject.column.empty()) subject = Cell(t.subject.column, row).value_or("");
    context.country = country;
    context.subject = subject;
    if (t.action == Action::kDateShift) context.days = t.days;
    if (!t.company_if.empty()) {
      context.entity =
          Cell(t.company_if, row) == "t" ? pseudonym::Entity::kCompany : pseudonym::Entity::kPerson;
    }
    std::string out;
    const pseudonym::Kind kind = t.action == Action::kDateShift ? pseudonym::Kind::kDate : t.kind;
    toolbox_.pseudonymiser->Generate(kind, *row[i], context, &out);
    return out;
  }

  const Relation& relation_;
  const TablePlan& plan_;
  const Toolbox& toolbox_;
};

TEST(Execute, RandomRowsAsANaiveInterpreterTreatsThem) {
  const Relation relation = Table();
  Toolbox toolbox;
  toolbox.pseudonymiser = &TestPseudonymiser();
  toolbox.countries = {"", "DE", "FR", "US"};
  const TablePlan plan = PlanOf(R"({
    name: {pseudonym: name, company_if: is_company, country: country_id, if: {id: {not: ['1', '2']}}, else: null},
    day: {date_shift: {days: 40, subject: id}},
    note: {pseudonym: email, if: {name: {matches: "[aeiou]"}, total: {not: null}},
           else: {fixed: "x\ty", if: {is_company: t}}},
    seen: {date_shift: {days: 40, subject: id}}})",
                                relation);
  const Naive naive(relation, plan, toolbox);
  std::mt19937_64 random(42);
  static constexpr std::string_view kAlphabet[] = {"a", "e", "\t", "\n", "\\",       "N",
                                                   ".", "@", " ",  "Z",  "\xC3\xBC", "7"};
  const auto text = [&](size_t most) {
    std::string s;
    for (size_t n = random() % (most + 1); n > 0; --n) s += kAlphabet[random() % std::size(kAlphabet)];
    return s;
  };
  std::vector<TestRow> rows, expected;
  for (int i = 0; i < 2000; ++i) {
    TestRow row = kRow;
    row[0] = std::to_string(random() % 9);
    row[1] = text(12);
    row[2] = random() % 2 ? "t" : "f";
    row[3] = std::to_string(random() % 4);
    row[4] = "200" + std::to_string(random() % 10) + "-0" + std::to_string(1 + random() % 9) + "-11";
    row[8] = text(20);
    row[10] = *row[4] + " 10:20:30";
    for (const size_t nullable : {1u, 2u, 3u, 4u, 6u, 10u}) {
      if (random() % 5 == 0) row[nullable] = std::nullopt;
    }
    rows.push_back(row);
    expected.push_back(naive.Run(row));
  }
  ExpectRows(relation, plan, toolbox, rows, expected);
}

TEST(Execute, NumbersStayInTheirTypesRange) {
  Relation relation = MakeRelation("t", {{"small", "smallint"}, {"big", "bigint"}, {"x", "integer"}});
  Toolbox toolbox;
  toolbox.pseudonymiser = &TestPseudonymiser();
  const TablePlan plan = PlanOf("{small: number, big: number, x: number}", relation);
  for (int i = 0; i < 200; ++i) {
    Batch text_in, binary_in, text_out, binary_out, from_text;
    const TestRow row = {std::to_string(32000 + i), std::to_string(9000000000000000000 + i),
                         std::to_string(2147483000 + i)};
    AppendRow(relation, row, Format::kText, &text_in);
    AppendRow(relation, row, Format::kBinary, &binary_in);
    ASSERT_TRUE(
        (*MakeTransform(relation, plan, Format::kText, toolbox))->New()->Transform(text_in, &text_out).ok());
    ASSERT_TRUE((*MakeTransform(relation, plan, Format::kBinary, toolbox))
                    ->New()
                    ->Transform(binary_in, &binary_out)
                    .ok());
    TestRow got;
    std::string_view line = text_out.bytes.view();
    for (size_t at; (at = line.find_first_of("\t\n")) != std::string_view::npos; line.remove_prefix(at + 1)) {
      got.emplace_back(line.substr(0, at));
    }
    AppendRow(relation, got, Format::kBinary, &from_text);
    EXPECT_EQ(binary_out.bytes.view(), from_text.bytes.view());
  }
}

TEST(Execute, MaskKeepsTheNumberOfCharacters) {
  const std::tuple<std::string, uint32_t, uint32_t, std::string> kCases[] = {
      {"abc", 1, 1, "a*c"}, {"ab", 1, 1, "**"}, {"\xC3\xA9t\xC3\xA9", 1, 0, "\xC3\xA9**"}, {"", 1, 1, ""}};
  for (const auto& [in, first, last, want] : kCases) {
    std::string out;
    AppendMasked(in, first, last, "*", &out);
    EXPECT_EQ(out, want);
  }
}

}  // namespace
}  // namespace understudy::rules
