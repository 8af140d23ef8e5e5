#include "rules/inner_strings.h"

#include <algorithm>
#include <string>

#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace understudy::rules {
namespace {

bool Upper(std::string_view text, std::string* out) {
  if (text == "stay") return false;
  for (const char c : text) out->push_back(static_cast<char>(std::toupper(static_cast<unsigned char>(c))));
  return true;
}

std::string Json(std::string_view json) {
  std::string scratch, out = ">";
  const InnerEdit edit = EditJsonStrings(json, Upper, &scratch, &out);
  if (edit == InnerEdit::kMalformed) return "malformed" + out.substr(1);
  return edit == InnerEdit::kUnchanged ? "unchanged" + out.substr(1) : out.substr(1);
}

std::string Hstore(std::string_view hstore) {
  std::string scratch, out;
  const InnerEdit edit = EditHstoreValues(hstore, Upper, &scratch, &out);
  return edit == InnerEdit::kMalformed ? "malformed" : edit == InnerEdit::kUnchanged ? "unchanged" : out;
}

TEST(InnerStrings, Json) {
  const std::pair<std::string, std::string> kCases[] = {
      {R"({"en_US": "a", "fr" : ["b", 1.50, null, {"k":"c"}]})",
       R"({"en_US": "A", "fr" : ["B", 1.50, null, {"k":"C"}]})"},
      {R"("x")", R"("X")"},
      {R"({"k": "stay"})", "unchanged"},
      {R"([1, true])", "unchanged"},
      {R"(["a\"b\\\n\u0041\u00e9\ud83d\ude00\u0001"])",
       "[\"A\\\"B\\\\\\nA\xC3\xA9\xF0\x9F\x98\x80\\u0001\"]"},
      {R"(["a)", "malformed"},
      {R"(["b", "\uZZZZ"])", "malformed"},
      {R"({"a\"": "b"})", R"({"a\"": "B"})"},
      {"", "unchanged"},
  };
  for (const auto& [in, out] : kCases) EXPECT_EQ(Json(in), out) << in;
}

TEST(InnerStrings, JsonStaysJson) {
  for (int c = 0; c < 256; ++c) {
    const std::string text = std::string("x") + static_cast<char>(c < 128 ? c : 'y') + "\"\\";
    const std::string in = nlohmann::json({{"k", text}}).dump();
    std::string scratch, out;
    ASSERT_EQ(EditJsonStrings(
                  in,
                  [&](std::string_view t, std::string* to) {
                    EXPECT_EQ(t, text);
                    to->append(t).append(t);
                    return true;
                  },
                  &scratch, &out),
              InnerEdit::kChanged);
    EXPECT_EQ(nlohmann::json::parse(out)["k"], text + text);
  }
}

TEST(InnerStrings, Hstore) {
  EXPECT_EQ(Hstore(R"("k"=>"v", "k2"=>NULL, "a\"b"=>"c\\d")"), R"("k"=>"V", "k2"=>NULL, "a\"b"=>"C\\D")");
  EXPECT_EQ(Hstore(R"("k"=>"stay")"), "unchanged");
  EXPECT_EQ(Hstore(R"("k"=>"v)"), "malformed");
}

}  // namespace
}  // namespace understudy::rules
