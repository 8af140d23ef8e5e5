#include "tuning/cost_json.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/status.h"
#include "record/json_field.h"

namespace understudy::tuning {
namespace {

using Json = nlohmann::ordered_json;

Json Of(const Amount& amount) { return {{"rows", amount.rows}, {"bytes", amount.bytes}}; }

Amount AmountOf(const Json& object, const char* key) {
  const Json part = object.contains(key) && object[key].is_object() ? object[key] : Json::object();
  return {record::FieldOr<uint64_t>(part, "rows", 0), record::FieldOr<uint64_t>(part, "bytes", 0)};
}

template <class Read>
void ReadList(const Json& json, const char* key, Read read) {
  if (!json.contains(key) || !json[key].is_array()) return;
  for (const Json& item : json[key]) {
    if (item.is_object()) read(item);
  }
}

}  // namespace

std::string ToJson(const Report& report) {
  Json json{{"format", kCostFormat},
            {"workers", report.workers},
            {"noise", report.noise},
            {"sample", Of(report.sample)},
            {"all", Of(report.all)},
            {"seconds",
             {{"copying", report.copying_s},
              {"rules", report.rules_s},
              {"audit", report.audit_s},
              {"fingerprints", report.fingerprints_s},
              {"total", report.total_s()}}}};
  for (const char* list : {"tables", "columns", "rules", "detectors"}) json[list] = Json::array();
  for (const TableCost& t : report.tables) {
    json["tables"].push_back({{"table", t.table},
                              {"sample", Of(t.sample)},
                              {"all", Of(t.all)},
                              {"seconds", t.seconds},
                              {"ns_per_row", t.ns_per_row}});
  }
  for (const ColumnCost& c : report.columns) {
    json["columns"].push_back({{"table", c.table},
                               {"column", c.column},
                               {"treatment", c.treatment},
                               {"rule", c.rule},
                               {"seconds", c.seconds},
                               {"ns_per_row", c.ns_per_row},
                               {"rows", c.rows},
                               {"changed", c.changed}});
  }
  for (const RuleCost& r : report.rules) {
    json["rules"].push_back(
        {{"rule", r.rule}, {"treatment", r.treatment}, {"columns", r.columns}, {"seconds", r.seconds}});
  }
  for (const DetectorCost& d : report.detectors) {
    json["detectors"].push_back({{"name", d.name}, {"seconds", d.seconds}, {"only_its", d.only_its}});
  }
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

absl::StatusOr<Report> FromJson(std::string_view text, std::string_view path) {
  const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (json.is_discarded() || !json.is_object() || !json.contains("columns") || !json.contains("seconds")) {
    return UsageError(fmt::format("{} is no report of \"understudy bench --json\"", path));
  }
  if (const int format = record::FieldOr<int>(json, "format", 0); format != kCostFormat) {
    return UsageError(fmt::format("{}: format {} of the report is not {}, which this version reads", path,
                                  format, kCostFormat));
  }
  Report report;
  report.workers = record::FieldOr<uint32_t>(json, "workers", 1);
  report.noise = record::FieldOr<double>(json, "noise", 0);
  report.sample = AmountOf(json, "sample");
  report.all = AmountOf(json, "all");
  const Json seconds = json["seconds"].is_object() ? json["seconds"] : Json::object();
  report.copying_s = record::FieldOr<double>(seconds, "copying", 0);
  report.rules_s = record::FieldOr<double>(seconds, "rules", 0);
  report.audit_s = record::FieldOr<double>(seconds, "audit", 0);
  report.fingerprints_s = record::FieldOr<double>(seconds, "fingerprints", 0);
  ReadList(json, "tables", [&report](const Json& t) {
    report.tables.push_back({record::FieldOr<std::string>(t, "table", ""), AmountOf(t, "sample"),
                             AmountOf(t, "all"), record::FieldOr<double>(t, "seconds", 0),
                             record::FieldOr<double>(t, "ns_per_row", 0)});
  });
  ReadList(json, "columns", [&report](const Json& c) {
    report.columns.push_back(
        {record::FieldOr<std::string>(c, "table", ""), record::FieldOr<std::string>(c, "column", ""),
         record::FieldOr<std::string>(c, "treatment", ""), record::FieldOr<std::string>(c, "rule", ""),
         record::FieldOr<double>(c, "seconds", 0), record::FieldOr<double>(c, "ns_per_row", 0),
         record::FieldOr<uint64_t>(c, "changed", 0), record::FieldOr<uint64_t>(c, "rows", 0)});
  });
  ReadList(json, "rules", [&report](const Json& r) {
    report.rules.push_back(
        {record::FieldOr<std::string>(r, "rule", ""), record::FieldOr<std::string>(r, "treatment", ""),
         record::FieldOr<uint64_t>(r, "columns", 0), record::FieldOr<double>(r, "seconds", 0)});
  });
  ReadList(json, "detectors", [&report](const Json& d) {
    report.detectors.push_back({record::FieldOr<std::string>(d, "name", ""),
                                record::FieldOr<double>(d, "seconds", 0),
                                record::FieldOr<uint64_t>(d, "only_its", 0)});
  });
  return report;
}

}  // namespace understudy::tuning
