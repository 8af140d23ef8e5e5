#include "scan/import.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules/pack.h"

namespace understudy::scan {
namespace {

std::string RulesOf(const Imported& imported) {
  std::string text;
  for (const ImportedRule& rule : imported.rules)
    text += rule.table + "." + rule.column + "=" + rule.treatment + "\n";
  return text;
}

// What comes out is a pack that our own reader takes.
void ExpectPack(const Imported& imported) {
  const std::string text = ToYaml(imported);
  auto yaml = rules::ParseYaml(text, "i.yaml");
  ASSERT_TRUE(yaml.ok()) << yaml.status() << "\n" << text;
  auto pack = rules::ParsePack(*yaml);
  ASSERT_TRUE(pack.ok()) << pack.status() << "\n" << text;
  size_t columns = 0;
  for (const rules::TableRules& table : pack->tables) columns += table.columns.size();
  EXPECT_EQ(columns, imported.rules.size());
}

TEST(ImportAnonymizer, LabelsOfADump) {
  const char* const kSql = R"(-- SECURITY LABEL FOR anon ON COLUMN no.no IS 'MASKED WITH VALUE NULL';
CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $x$ SELECT 'SECURITY LABEL'; $x$;
COPY public.people (name) FROM stdin;
it's
SECURITY LABEL FOR anon ON COLUMN a.b IS 'x';
\.
SECURITY LABEL FOR anon ON COLUMN public.people.lastname IS 'MASKED WITH FUNCTION anon.fake_last_name()';
security label for anon on column shop."Order".mail is 'MASKED WITH FUNCTION anon.partial_email(mail)';
SECURITY LABEL FOR anon ON COLUMN people.phone IS 'MASKED WITH FUNCTION anon.partial(phone, 2, $$*-*$$, 3)';
SECURITY LABEL FOR anon ON COLUMN people.note IS 'MASKED WITH VALUE ''it''''s "secret"''';
SECURITY LABEL FOR anon ON COLUMN people.zip IS E'MASKED WITH VALUE \'\'';
SECURITY LABEL FOR anon ON COLUMN people.born IS 'MASKED WITH VALUE NULL';
SECURITY LABEL FOR anon ON COLUMN people.salary IS 'MASKED WITH FUNCTION anon.noise(salary, 0.25)';
SECURITY LABEL FOR anon ON COLUMN people.photo IS 'MASKED WITH FUNCTION anon.image_blur(photo, 5.0)';
SECURITY LABEL FOR anon ON COLUMN people.age IS 'MASKED WITH FUNCTION anon.generalize_int4range(age)';
SECURITY LABEL FOR anon ON COLUMN people.x IS NULL;
SECURITY LABEL FOR anon ON ROLE skynet IS 'MASKED';
SECURITY LABEL FOR selinux ON TABLE people IS 'system_u';
)";
  auto labels = ParseSecurityLabels(kSql, "dump.sql");
  ASSERT_TRUE(labels.ok()) << labels.status();
  const Imported imported = ImportLabels(*labels);
  EXPECT_EQ(RulesOf(imported),
            "people.lastname=surname\n"
            "shop.Order.mail=email\n"
            "people.phone={mask: {first: 2, last: 3, with: \"*\"}}\n"
            "people.note={fixed: \"it's \\\"secret\\\"\"}\n"
            "people.zip=empty\n"
            "people.born=null\n"
            "people.salary={noise: {percent: 25}}\n");
  EXPECT_THAT(imported.left,
              ::testing::ElementsAre(::testing::HasSubstr("people.photo: anon.image_blur: pictures"),
                                     ::testing::HasSubstr("people.age: anon.generalize_int4range: ranges"),
                                     ::testing::HasSubstr("role skynet: a label on roles")));
  ExpectPack(imported);
}

TEST(ImportAnonymizer, BytesThatAreNoUtf8) {
  const Imported imported =
      ImportLabels({{"COLUMN", "", "people", "na\xffme", "MASKED WITH VALUE NULL"},
                    {"COLUMN", "", "people", "note", "MASKED WITH FUNCTION anon.\xff()"},
                    {"COLUMN", "", "people", "zip", "MASKED WITH VALUE NULL"}});
  EXPECT_EQ(RulesOf(imported), "people.zip=null\n");
  EXPECT_EQ(imported.left.size(), 2U);
  ExpectPack(imported);
}

TEST(ImportAnonymizer, TheLastLabelOfAColumnCounts) {
  const Imported imported = ImportLabels({{"COLUMN", "", "people", "zip", "MASKED WITH VALUE NULL"},
                                          {"COLUMN", "", "people", "note", "MASKED WITH VALUE NULL"},
                                          {"COLUMN", "public", "people", "zip", "NOT MASKED"}});
  EXPECT_EQ(RulesOf(imported), "people.note=null\npeople.zip=keep\n");
  EXPECT_THAT(imported.left,
              ::testing::ElementsAre(::testing::HasSubstr("people.zip: MASKED WITH VALUE: a later")));
  ExpectPack(imported);
}

TEST(ImportAnonymizer, ErrorsNameTheLine) {
  auto labels = ParseSecurityLabels("SELECT 1;\nSECURITY LABEL FOR anon ON COLUMN people.x IS 7;\n", "d.sql");
  EXPECT_EQ(labels.status().message(), "d.sql:2: this SECURITY LABEL can't be read");
}

TEST(ImportGreenmask, Transformers) {
  const char* const kYaml = R"(
common: {pg_bin_path: /usr/bin}
dump:
  transformation:
    - schema: public
      name: users
      subset_conds: ["id < 10"]
      transformers:
        - {name: RandomEmail, params: {column: mail, engine: hash}}
        - {name: Masking, params: {column: mobile, type: mobile}}
        - {name: Replace, params: {column: note, value: "it's gone"}}
        - {name: NoiseFloat, params: {column: rate, max_ratio: 0.1}}
        - {name: SetNull, params: {column: avatar}}
        - {name: Template, params: {column: code, template: "x"}}
        - name: RandomPerson
          params:
            columns:
              - {name: first, template: "{{ .FirstName }}"}
              - {name: whole, template: "{{ .FirstName }} {{ .LastName }}"}
    - {schema: crm, name: leads, transformers: [{name: RandomUuid, params: {column: token}}]}
)";
  auto imported = ImportFile(kYaml, "greenmask.yml");
  ASSERT_TRUE(imported.ok()) << imported.status();
  EXPECT_EQ(RulesOf(*imported),
            "users.mail=email\nusers.mobile=phone\nusers.note={fixed: \"it's gone\"}\n"
            "users.rate={noise: {percent: 10}}\nusers.avatar=null\nusers.first=first_name\nusers.whole=name\n"
            "crm.leads.token=uuid\n");
  EXPECT_THAT(imported->left,
              ::testing::ElementsAre(::testing::HasSubstr("users: subset_conds: SQL"),
                                     ::testing::HasSubstr("users.code: Template: a program")));
  ExpectPack(*imported);
}

TEST(ImportGreenmask, AnythingElseIsAnError) {
  EXPECT_EQ(ImportGreenmask("a: 1\n", "g.yml").status().message(),
            "g.yml:1:1: there is no dump.transformation; is this a greenmask configuration?");
}

TEST(Import, NothingIsStillAPack) { ExpectPack(Imported()); }

}  // namespace
}  // namespace understudy::scan
