#include "copyformat/array_values.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace understudy::copyformat {
namespace {

using std::string_literals::operator""s;

constexpr uint32_t kTextOid = 25;

struct Edited {
  ArrayEdit result;
  std::string out;
  std::vector<std::string> seen;
};

// Replaces elements that begin with 'x' by "<old>!", keeps the rest.
template <class Call>
Edited Edit(Call call) {
  Edited edited;
  ArrayScratch scratch;
  edited.out = "before:";
  const auto edit = [&](std::string_view element, std::string* out) {
    edited.seen.emplace_back(element);
    if (element.empty() || element[0] != 'x') return false;
    out->append(element.substr(1)).append("!");
    return true;
  };
  edited.result = call(edit, &scratch, &edited.out);
  edited.out.erase(0, 7);
  return edited;
}

Edited EditText(std::string_view literal, char delimiter = ',') {
  return Edit([&](auto& edit, ArrayScratch* scratch, std::string* out) {
    return EditArrayLiteral(literal, edit, scratch, out, delimiter);
  });
}
Edited EditBinary(std::string_view array) {
  return Edit([&](auto& edit, ArrayScratch* scratch, std::string* out) {
    return EditBinaryArray(array, edit, scratch, out);
  });
}

struct Case {
  std::string_view literal;
  ArrayEdit result;
  std::string_view out;
  std::vector<std::string> seen;
};

TEST(ArrayLiteral, Edits) {
  const Case cases[] = {
      {"{}", ArrayEdit::kUnchanged, "", {}},
      {"{a,b}", ArrayEdit::kUnchanged, "", {"a", "b"}},
      {"{a,xb,NULL,\"NULL\",c}", ArrayEdit::kChanged, "{a,b!,NULL,\"NULL\",c}", {"a", "xb", "NULL", "c"}},
      {"{\"xb c\",\"d\\\"e\",\"\\\\\"}",
       ArrayEdit::kChanged,
       "{\"b c!\",\"d\\\"e\",\"\\\\\"}",
       {"xb c", "d\"e", "\\"}},
      {"{\"x\\\"q\"}", ArrayEdit::kChanged, "{\"\\\"q!\"}", {"x\"q"}},
      {"{{a,xb},{c,d}}", ArrayEdit::kChanged, "{{a,b!},{c,d}}", {"a", "xb", "c", "d"}},
      {"[0:1]={a,xb}", ArrayEdit::kChanged, "[0:1]={a,b!}", {"a", "xb"}},
      {"{ a , xb c }", ArrayEdit::kChanged, "{ a , \"b c!\" }", {"a", "xb c"}},
      {"{x\\,y}", ArrayEdit::kChanged, "{\",y!\"}", {"x,y"}},
      {"{null,nuLL,\\null}", ArrayEdit::kUnchanged, "", {"null"}},
      {"{\"\",xa}", ArrayEdit::kChanged, "{\"\",a!}", {"", "xa"}},
  };
  for (const Case& c : cases) {
    const Edited edited = EditText(c.literal);
    EXPECT_EQ(edited.result, c.result) << c.literal;
    EXPECT_EQ(edited.out, c.out) << c.literal;
    EXPECT_EQ(edited.seen, c.seen) << c.literal;
  }
  EXPECT_EQ(EditText("{xa,b;c}", ';').out, "{a,b!;c}");
  EXPECT_EQ(EditText("{xa,b;c}", ';').seen, (std::vector<std::string>{"xa,b", "c"}));
}

TEST(ArrayLiteral, RefusesWhatIsMalformed) {
  for (const char* literal :
       {"",       "a",     "{",      "{a",       "{a,}",     "{,a}",   "{a,,b}",
        "{a}}",   "{a}b",  "{\"a}",  "{a\"b\"}", "{\"a\"b}", "{a{b}}", "[0:1",
        "{xa,\\", "{xa,b", "{{a}b}", "{{a}{b}}", "{a\\",     "}{",     "{{{{{{{a}}}}}}}"}) {
    const Edited edited = EditText(literal);
    EXPECT_EQ(edited.result, ArrayEdit::kMalformed) << literal;
    EXPECT_EQ(edited.out, "") << literal;
  }
}

TEST(ArrayLiteral, QuotesAsPostgresDoes) {
  EXPECT_EQ(MakeArrayLiteral({}), "{}");
  EXPECT_EQ(
      MakeArrayLiteral({"a", std::nullopt, "", "null", "b c", "d\"e", "f\\g", "h,i", "{j}", "k\tl", "m;n"}),
      "{a,NULL,\"\",\"null\",\"b c\",\"d\\\"e\",\"f\\\\g\",\"h,i\",\"{j}\",\"k\tl\",m;n}");
}

TEST(BinaryArray, Edits) {
  const std::string array = MakeBinaryArray(kTextOid, {"a", "xbc", std::nullopt, ""});
  Edited edited = EditBinary(array);
  EXPECT_EQ(edited.result, ArrayEdit::kChanged);
  EXPECT_EQ(edited.out, MakeBinaryArray(kTextOid, {"a", "bc!", std::nullopt, ""}));
  EXPECT_EQ(edited.seen, (std::vector<std::string>{"a", "xbc", ""}));
  edited = EditBinary(MakeBinaryArray(kTextOid, {"a", std::nullopt}));
  EXPECT_EQ(edited.result, ArrayEdit::kUnchanged);
  EXPECT_EQ(edited.out, "");
  EXPECT_EQ(EditBinary(MakeBinaryArray(kTextOid, {})).result, ArrayEdit::kUnchanged);
}

TEST(BinaryArray, TwoDimensions) {
  const std::string head = "\0\0\0\2\0\0\0\0\0\0\0\x19\0\0\0\1\0\0\0\1\0\0\0\2\0\0\0\1"s;
  const Edited edited = EditBinary(head + "\0\0\0\1a\0\0\0\2xb"s);
  EXPECT_EQ(edited.result, ArrayEdit::kChanged);
  EXPECT_EQ(edited.out, head + "\0\0\0\1a\0\0\0\2b!"s);
}

TEST(BinaryArray, RefusesEveryCutAndDamage) {
  const std::string array = MakeBinaryArray(kTextOid, {"xa", "b", std::nullopt});
  for (size_t size = 0; size < array.size(); ++size) {
    const Edited edited = EditBinary(array.substr(0, size));
    EXPECT_EQ(edited.result, ArrayEdit::kMalformed) << size;
    EXPECT_EQ(edited.out, "");
  }
  EXPECT_EQ(EditBinary(array + "c").result, ArrayEdit::kMalformed);
  std::string many = array;
  many.replace(12, 4, "\x7F\xFF\xFF\xFF");
  EXPECT_EQ(EditBinary(many).result, ArrayEdit::kMalformed);
  std::string dimensions = array;
  dimensions[3] = 7;
  EXPECT_EQ(EditBinary(dimensions).result, ArrayEdit::kMalformed);
}

}  // namespace
}  // namespace understudy::copyformat
