// docs/report.schema.json and what is written are one: every key is described, every value fits.
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "record/record_json.h"
#include "report/sample_run.h"

namespace understudy::report {
namespace {

using Json = nlohmann::json;

Json Schema() {
  std::ifstream file(UNDERSTUDY_SOURCE_DIR "/docs/report.schema.json");
  return Json::parse(file, nullptr, false);
}

bool TypeFits(const std::string& type, const Json& value) {
  if (type == "integer") return value.is_number_integer();
  if (type == "number") return value.is_number();
  if (type == "null") return value.is_null();
  return type == value.type_name();
}

// The part of JSON Schema that ours uses; with one rule more: no key without a description of its type.
void Check(const Json& schema, const Json& value, const std::string& place,
           std::vector<std::string>* errors) {
  if (schema.contains("const") && value != schema["const"]) errors->push_back(place + ": const");
  if (schema.contains("enum")) {
    bool found = false;
    for (const Json& choice : schema["enum"]) found |= choice == value;
    if (!found) errors->push_back(place + ": enum");
  }
  if (schema.contains("type")) {
    const Json types = schema["type"].is_array() ? schema["type"] : Json::array({schema["type"]});
    bool fits = false;
    for (const Json& type : types) fits |= TypeFits(type.get<std::string>(), value);
    if (!fits) errors->push_back(place + ": type");
  }
  if (schema.contains("required")) {
    for (const Json& key : schema["required"]) {
      if (!value.contains(key.get<std::string>()))
        errors->push_back(place + ": lacks " + key.get<std::string>());
    }
  }
  if (value.is_object()) {
    for (const auto& [key, item] : value.items()) {
      if (schema.contains("properties") && schema["properties"].contains(key)) {
        Check(schema["properties"][key], item, place + "." + key, errors);
      } else if (schema.contains("additionalProperties")) {
        Check(schema["additionalProperties"], item, place + "." + key, errors);
      } else {
        errors->push_back(place + ": " + key + " is not in the schema");
      }
    }
  }
  if (value.is_array()) {
    for (const Json& item : value) Check(schema.value("items", Json::object()), item, place + "[]", errors);
  }
}

record::RunRecord Whole() {
  record::RunRecord run = SampleRun();
  run.findings.push_back({"leak", "text", 4});
  run.leaks.push_back({"t", "c", "email", 1, {"1"}});
  run.schema_differences.push_back({"index x", "missing", false});
  run.known_values.classes["name"] = 3;
  run.known_values.left["common word"] = 1;
  run.tool.libraries["re2"] = "1";
  return run;
}

TEST(Schema, DescribesEveryKeyThatIsWritten) {
  const Json schema = Schema();
  ASSERT_TRUE(schema.is_object());
  std::vector<std::string> errors;
  Check(schema, Json::parse(record::ToJson(Whole())), "", &errors);
  Check(schema, Json::parse(record::ToJson(record::RunRecord{})), "", &errors);
  EXPECT_EQ(errors, std::vector<std::string>{});
}

TEST(Schema, NamesNoKeyThatIsNotWritten) {
  const Json schema = Schema();
  const Json written = Json::parse(record::ToJson(Whole()));
  for (const auto& [key, part] : schema["properties"].items()) EXPECT_TRUE(written.contains(key)) << key;
  const Json& columns =
      schema["properties"]["tables"]["items"]["properties"]["columns"]["items"]["properties"];
  for (const auto& [key, part] : columns.items())
    EXPECT_TRUE(written["tables"][0]["columns"][0].contains(key)) << key;
}

TEST(Schema, TheCheckCanFail) {
  const Json schema = Schema();
  Json wrong = Json::parse(record::ToJson(Whole()));
  wrong["outcome"] = "great";
  wrong["tables"][0]["rows"] = "7";
  wrong["tables"][0]["columns"][0]["extra"] = 1;
  wrong.erase("jobs");
  std::vector<std::string> errors;
  Check(schema, wrong, "", &errors);
  EXPECT_EQ(errors, (std::vector<std::string>{": lacks jobs", ".outcome: enum",
                                              ".tables[].columns[]: extra is not in the schema",
                                              ".tables[].rows: type"}));
}

}  // namespace
}  // namespace understudy::report
