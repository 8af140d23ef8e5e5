// greenmask's configuration: dump.transformation, a list of tables with a list of transformers each. Source:
// the project's documentation of its configuration and its transformers.
#include <cstdlib>

#include "base/status.h"
#include "base/strings.h"
#include "base/yaml_scalar.h"
#include "fmt/format.h"
#include "re2/re2.h"
#include "rules/yaml_reader.h"
#include "scan/import.h"

namespace understudy::scan {
namespace {

using rules::Yaml;

struct Meaning {
  const char* transformers;
  const char* treatment;  // starts with "!": why there is none
};

constexpr Meaning kMeanings[] = {
    {"RandomEmail", "email"},
    {"RandomFirstName(?:Male|Female)?", "first_name"},
    {"RandomLastName", "surname"},
    {"Random(?:Name|PersonName)", "name"},
    {"Random(?:PhoneNumber|TollFreePhoneNumber|E164PhoneNumber)", "phone"},
    {"RandomCompany(?:Name)?", "company"},
    {"RandomCCNumber", "card"},
    {"Random(?:Ip|IPv4|IPv6)", "ip"},
    {"RandomMac", "mac"},
    {"Random(?:URL|DomainName)", "url"},
    {"RandomUsername", "login"},
    {"RandomPassword", "secret"},
    {"RandomUuid|RandomUUID.*", "uuid"},
    {"Random(?:Latitude|Longitude)", "geo"},
    {"RealAddress", "street"},
    {"RandomString", "text"},
    {"Random(?:Int|Float|Numeric)", "number"},
    {"RandomDate|NoiseDate|RandomUnixTimestamp|RandomDateTime", "date_shift"},
    {"Random(?:Word|Sentence|Paragraph)", "lorem"},
    {"Hash", "token"},
    {"SetNull", "null"},
    {"RandomBool|RandomChoice|Dict", "!a choice from a list; write {fixed: …} or a kind of pseudonym"},
    {"RegexpReplace", "!a replacement by pattern; a detector of your own in text, or a kind of pseudonym"},
    {"Json", "!JSON by path; write {rewrite_json: [\"$.path\"]}"},
    {"Template|TemplateRecord|Cmd", "!a program; write the kind of pseudonym that it makes"},
};

constexpr Meaning kMaskings[] = {
    {"password", "secret"},  {"name", "name"},      {"addr", "street"}, {"email", "email"},
    {"mobile|tel", "phone"}, {"id", "national_id"}, {"credit", "card"}, {"url", "url"},
};

// RandomPerson and RandomCompany fill several columns, each by a template that names one part.
constexpr Meaning kParts[] = {
    {R"((?s).*FirstName.*LastName.*|.*\.Title.*)", "name"},
    {R"((?s).*\.FirstName.*)", "first_name"},
    {R"((?s).*\.LastName.*)", "surname"},
    {R"((?s).*\.CompanyName.*)", "company"},
};

template <size_t kSize>
std::string Look(const Meaning (&meanings)[kSize], const std::string& word, const char* otherwise) {
  for (const Meaning& meaning : meanings) {
    if (RE2::FullMatch(word, meaning.transformers)) return meaning.treatment;
  }
  return otherwise;
}

std::string Scalar(const Yaml& map, std::string_view key) {
  if (!map.is_map()) return {};
  const Yaml* value = map.Find(key);
  return value == nullptr ? std::string() : value->scalar();
}

std::string NoiseOf(const Yaml& params) {
  const double ratio = std::strtod(Scalar(params, "max_ratio").c_str(), nullptr);
  return ratio > 0 && ratio <= 1 ? fmt::format("{{noise: {{percent: {:g}}}}}", ratio * 100) : "noise";
}

std::string ReplaceWith(const Yaml& params) {
  const std::string value = Scalar(params, "value");
  return value.empty() ? "empty" : fmt::format("{{fixed: {}}}", YamlScalar(value));
}

std::string TreatmentOf(const std::string& name, const Yaml& params) {
  if (name == "Replace") return ReplaceWith(params);
  if (RE2::FullMatch(name, "Noise(?:Int|Float|Numeric)")) return NoiseOf(params);
  if (name == "Masking") return Look(kMaskings, Scalar(params, "type"), "mask");
  return Look(kMeanings, name, "!no treatment does what this transformer does");
}

class Reader {
 public:
  absl::Status Table(const Yaml& table) {
    RETURN_IF_ERROR(table.ExpectMap("a table of the transformation"));
    const std::string name = Scalar(table, "name");
    if (name.empty()) return table.Error("this table has no name");
    table_ = PackTable(Scalar(table, "schema"), name);
    for (const char* key : {"subset_conds", "query", "when"}) {
      if (table.Find(key) == nullptr) continue;
      Leave(fmt::format("{}: {}: SQL; write _rows: {{where: …}} if fewer rows shall be copied", table_, key));
    }
    const Yaml* transformers = table.Find("transformers");
    if (transformers == nullptr) return absl::OkStatus();
    RETURN_IF_ERROR(transformers->ExpectSequence("transformers"));
    for (const Yaml& transformer : transformers->items()) RETURN_IF_ERROR(Transformer(transformer));
    return absl::OkStatus();
  }

  Imported Take() { return std::move(imported_); }

 private:
  absl::Status Transformer(const Yaml& transformer) {
    RETURN_IF_ERROR(transformer.ExpectMap("a transformer"));
    const std::string name = Scalar(transformer, "name");
    if (name.empty()) return transformer.Error("this transformer has no name");
    const Yaml none;
    const Yaml* found = transformer.Find("params");
    const Yaml& params = found == nullptr ? none : *found;
    if (transformer.Find("when") != nullptr) {
      Leave(fmt::format("{}: {}: when: SQL; write if: {{column: value}}; the rule here is for all rows",
                        table_, name));
    }
    if (const Yaml* columns = params.is_map() ? params.Find("columns") : nullptr; columns != nullptr) {
      RETURN_IF_ERROR(columns->ExpectSequence("columns"));
      for (const Yaml& column : columns->items()) Column(name, params, column);
      return absl::OkStatus();
    }
    const std::string column = Scalar(params, "column");
    if (column.empty()) {
      Leave(fmt::format("{}: {}: it names no column", table_, name));
    } else {
      Add(column, name, TreatmentOf(name, params));
    }
    return absl::OkStatus();
  }

  // One of the columns that a transformer fills together.
  void Column(const std::string& transformer, const Yaml& params, const Yaml& column) {
    const std::string name = column.is_map() ? Scalar(column, "name") : column.scalar();
    const std::string part = Scalar(column, "template");
    if (name.empty()) {
      Leave(fmt::format("{}: {}: a column without a name", table_, transformer));
    } else if (part.empty()) {
      Add(name, transformer, TreatmentOf(transformer, params));
    } else {
      Add(name, transformer, Look(kParts, part, "!this template; write the kind of pseudonym that it makes"));
    }
  }

  void Add(const std::string& column, const std::string& transformer, const std::string& treatment) {
    if (treatment[0] == '!') {
      Leave(fmt::format("{}.{}: {}: {}", table_, column, transformer, treatment.substr(1)));
    } else {
      imported_.rules.push_back({table_, column, treatment, transformer});
    }
  }
  void Leave(std::string line) { imported_.left.push_back(std::move(line)); }

  std::string table_;
  Imported imported_;
};

}  // namespace

absl::StatusOr<Imported> ImportGreenmask(std::string_view yaml, const std::string& file) {
  ASSIGN_OR_RETURN(const Yaml root, rules::ParseYaml(yaml, file));
  RETURN_IF_ERROR(root.ExpectMap("a greenmask configuration"));
  const Yaml* dump = root.Find("dump");
  const Yaml* list = dump != nullptr && dump->is_map() ? dump->Find("transformation") : nullptr;
  if (list == nullptr) list = root.Find("transformation");
  if (list == nullptr)
    return root.Error("there is no dump.transformation; is this a greenmask configuration?");
  RETURN_IF_ERROR(list->ExpectSequence("transformation"));
  Reader reader;
  for (const Yaml& table : list->items()) RETURN_IF_ERROR(reader.Table(table));
  Imported imported = reader.Take();
  LeaveWhatNoPackHolds(&imported);
  return imported;
}

}  // namespace understudy::scan
