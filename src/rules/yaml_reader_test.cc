#include "rules/yaml_reader.h"

#include <string>

#include "base/status.h"
#include "gtest/gtest.h"

namespace understudy::rules {
namespace {

std::string ErrorOf(std::string_view yaml) {
  auto parsed = ParseYaml(yaml, "a.yaml");
  return parsed.ok() ? "" : MessageOf(parsed.status());
}

TEST(YamlReader, Errors) {
  const std::pair<std::string, std::string> kCases[] = {
      {"a: 1\nb: 2\na: 3\n", "a.yaml:3:1: 'a' is given twice (first in line 1)"},
      {"t:\n  name:\n  email: x\n", "a.yaml:3:3: 'name' has no value; write null if that is meant"},
      {"a:\n", "a.yaml:2:1: 'a' has no value; write null if that is meant"},
      {"a: [1, ,2]\n", "a.yaml:1:8: a blank value; write null if that is meant"},
      {"- a\n-\n- b\n", "a.yaml:3:1: a blank value; write null if that is meant"},
      {"a:\nnull: 1\n", "a.yaml:2:1: 'a' has no value; write null if that is meant"},
      {"[a]: 1\n", "a.yaml:1:1: a key must be a word"},
      {"a: &x [*x]\n", "a.yaml:1:8: an alias inside what it names"},
      {"a: !int 3\n", "a.yaml:1:4: tags are not used here"},
      {"a: b: c\n", "a.yaml:1:5: illegal map value"},
      {"a: 1\n---\nb: 2\n", "a.yaml: holds more than one YAML document"},
      {"a: 'x\n", "a.yaml:1:4: the quote is never closed"},
      {"a: \"x\\\"\nb: 2\n", "a.yaml:1:4: the quote is never closed"},
      {"a: 1\n\tb: 2\n", "a.yaml:2:1: illegal tab when looking for indentation"},
  };
  for (const auto& [yaml, error] : kCases) EXPECT_EQ(ErrorOf(yaml), error) << yaml;
}

TEST(YamlReader, DepthAndAliasesAreBounded) {
  EXPECT_EQ(ErrorOf(std::string(100, '[') + std::string(100, ']')),
            "a.yaml:1:65: nested deeper than 64 levels");
  std::string laughs = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string p = "*a" + std::to_string(i - 1);
    laughs += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int j = 0; j < 9; ++j) laughs += p + " , ";
    laughs += p + " ]\n";
  }
  EXPECT_NE(ErrorOf(laughs).find("too many values"), std::string::npos);
  EXPECT_NE(ErrorOf(std::string(5000, '[')), "");
}

TEST(YamlReader, ScalarsStayText) {
  auto yaml = ParseYaml("country: no\nzip: 012\nnull_word: 'null'\nnothing: null\ntilde: &t ~\n", "a.yaml");
  ASSERT_TRUE(yaml.ok()) << yaml.status();
  EXPECT_EQ(yaml->Find("country")->scalar(), "no");
  EXPECT_EQ(yaml->Find("zip")->scalar(), "012");
  EXPECT_TRUE(yaml->Find("null_word")->quoted());
  EXPECT_TRUE(yaml->Find("nothing")->is_null());
  EXPECT_TRUE(yaml->Find("tilde")->is_null());
  EXPECT_EQ(yaml->Find("absent"), nullptr);
  EXPECT_NE(ParseYaml("{null: true}", "a.yaml")->Find("null"), nullptr);
  EXPECT_EQ(yaml->Find("zip")->position().FileLine(), "a.yaml:2");
}

TEST(YamlReader, TypedAccess) {
  auto yaml = ParseYaml("b: yes\nt: true\nn: 42\np: 007\nbig: 900\nl: [a, b]\nf: 2.5\n", "a.yaml");
  ASSERT_TRUE(yaml.ok());
  EXPECT_EQ(MessageOf(yaml->Find("b")->Bool("b").status()), "a.yaml:1:4: b must be true or false, not 'yes'");
  EXPECT_TRUE(*yaml->Find("t")->Bool("t"));
  EXPECT_EQ(*yaml->Find("n")->Int("n", 0, 100), 42);
  EXPECT_EQ(MessageOf(yaml->Find("p")->Int("p", 0, 100).status()),
            "a.yaml:4:4: p must be a whole number, not '007'");
  EXPECT_EQ(MessageOf(yaml->Find("big")->Int("big", 0, 100).status()),
            "a.yaml:5:6: big must be between 0 and 100, not 900");
  EXPECT_EQ(MessageOf(yaml->Find("l")->Text("l").status()), "a.yaml:6:4: l must be a text, not a list");
  EXPECT_EQ(yaml->Find("l")->Texts("l")->size(), 2u);
  EXPECT_EQ(*yaml->Find("f")->Number("f", 0, 10), 2.5);
  EXPECT_EQ(MessageOf(yaml->OnlyKeys({"b", "t", "n", "p", "large", "l", "f"})),
            "a.yaml:5:1: unknown key 'big'");
  EXPECT_EQ(MessageOf(ParseYaml("sourc: x", "a.yaml")->OnlyKeys({"source"})),
            "a.yaml:1:1: unknown key 'sourc'; did you mean source?");
  EXPECT_EQ(ExitClassOf(yaml->Find("b")->Error("x")), ExitClass::kUsage);
}

TEST(YamlReader, ByteOrderMarkAndEmptyDocument) {
  EXPECT_TRUE(ParseYaml("\xEF\xBB\xBF"
                        "a: null\n",
                        "a.yaml")
                  .ok());
  auto empty = ParseYaml("# nothing\n", "a.yaml");
  ASSERT_TRUE(empty.ok());
  EXPECT_TRUE(empty->is_null());
}

}  // namespace
}  // namespace understudy::rules
