#include "record/record_json.h"

#include <fmt/format.h>

#include <concepts>
#include <limits>
#include <nlohmann/json.hpp>

#include "base/status.h"
#include "record/record_fields.h"

namespace understudy::record {
namespace {

using Json = nlohmann::ordered_json;

class Writer {
 public:
  template <class T>
  void operator()(const char* key, T& field) {
    object_[key] = Value(field);
  }
  Json Take() { return std::move(object_); }

 private:
  static Json Value(const std::string& s) { return s; }
  static Json Value(bool b) { return b; }
  static Json Value(double d) { return d; }
  template <std::integral I>
  static Json Value(I i) {
    return i;
  }
  static Json Value(Outcome outcome) { return NameOf(outcome); }
  template <class T>
  static Json Value(std::map<std::string, T>& map) {
    Json object = Json::object();
    for (auto& [key, value] : map) object[key] = Value(value);
    return object;
  }
  template <class T>
  static Json Value(std::vector<T>& items) {
    Json array = Json::array();
    for (T& item : items) array.push_back(Value(item));
    return array;
  }
  template <class T>
  static Json Value(std::optional<T>& item) {
    return item.has_value() ? Value(*item) : Json(nullptr);
  }
  template <class T>
  requires requires(Writer& w, T& t) { Describe(w, t); }
  static Json Value(T& part) {
    Writer writer;
    Describe(writer, part);
    return writer.Take();
  }

  Json object_ = Json::object();
};

// Keeps the first error; later fields are then left alone.
class Reader {
 public:
  Reader(const Json& object, std::string place, absl::Status* status)
      : object_(object), place_(std::move(place)), status_(status) {
    if (!object_.is_object()) Fail(place_, "an object");
  }

  template <class T>
  void operator()(const char* key, T& field) {
    if (!status_->ok()) return;
    const auto found = object_.find(key);
    if (found != object_.end()) Read(*found, place_.empty() ? key : place_ + "." + key, field);
  }

 private:
  void Fail(const std::string& place, const char* wanted) {
    if (status_->ok()) {
      *status_ = Failed(fmt::format("{}: expected {}", place.empty() ? "run record" : place, wanted));
    }
  }

  void Read(const Json& j, const std::string& place, std::string& out) {
    if (!j.is_string()) return Fail(place, "a string");
    out = j.get_ref<const std::string&>();
  }
  void Read(const Json& j, const std::string& place, bool& out) {
    if (!j.is_boolean()) return Fail(place, "true or false");
    out = j.get<bool>();
  }
  void Read(const Json& j, const std::string& place, double& out) {
    if (!j.is_number()) return Fail(place, "a number");
    out = j.get<double>();
  }
  template <std::integral I>
  void Read(const Json& j, const std::string& place, I& out) {
    const bool fits =
        j.is_number_unsigned() && j.get<uint64_t>() <= static_cast<uint64_t>(std::numeric_limits<I>::max());
    if (!fits) return Fail(place, "a whole number");
    out = static_cast<I>(j.get<uint64_t>());
  }
  void Read(const Json& j, const std::string& place, Outcome& out) {
    const auto outcome = j.is_string() ? OutcomeByName(j.get<std::string>()) : std::nullopt;
    if (!outcome.has_value()) return Fail(place, "published, failed, cancelled or unfinished");
    out = *outcome;
  }
  template <class T>
  void Read(const Json& j, const std::string& place, std::map<std::string, T>& out) {
    if (!j.is_object()) return Fail(place, "an object");
    for (const auto& [key, value] : j.items()) Read(value, fmt::format("{}.{}", place, key), out[key]);
  }
  template <class T>
  void Read(const Json& j, const std::string& place, std::vector<T>& out) {
    if (!j.is_array()) return Fail(place, "a list");
    out.resize(j.size());
    for (size_t i = 0; i < j.size() && status_->ok(); ++i) {
      Read(j[i], fmt::format("{}[{}]", place, i), out[i]);
    }
  }
  template <class T>
  void Read(const Json& j, const std::string& place, std::optional<T>& out) {
    if (j.is_null()) return out.reset();
    Read(j, place, out.emplace());
  }
  template <class T>
  requires requires(Reader& r, T& t) { Describe(r, t); }
  void Read(const Json& j, const std::string& place, T& out) {
    Reader reader(j, place, status_);
    Describe(reader, out);
  }

  const Json& object_;
  std::string place_;
  absl::Status* status_;
};

absl::StatusOr<RunRecord> Read(std::string_view json) {
  const Json document = Json::parse(json, nullptr, /*allow_exceptions=*/false);
  if (document.is_discarded()) return Failed("run record: not valid JSON");
  if (!document.is_object()) return Failed("run record: expected an object");
  const auto format = document.find("format");
  if (format == document.end() || *format != kFormat) {
    return Failed(fmt::format(
        "run record: format {} is needed; another version of understudy wrote this file", kFormat));
  }
  for (const char* key : {"run_id", "outcome"}) {
    if (!document.contains(key)) return Failed(fmt::format("run record: {} is missing", key));
  }
  RunRecord run;
  absl::Status status;
  Reader reader(document, "", &status);
  Describe(reader, run);
  if (!status.ok()) return status;
  return run;
}

}  // namespace

std::string ToJson(const RunRecord& run) {
  RunRecord copy = run;  // Describe takes fields that a reader may change
  Writer writer;
  const int format = kFormat;
  writer("format", format);
  Describe(writer, copy);
  return writer.Take().dump(1, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace) + "\n";
}

absl::StatusOr<RunRecord> FromJson(std::string_view json) {
  try {
    return Read(json);
  } catch (const std::exception&) {  // nlohmann throws on misuse; its text may quote the document
    return Failed("run record: not a run record");
  }
}

}  // namespace understudy::record
