#include "text/detector_file.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>

#include "base/file.h"
#include "base/status.h"
#include "base/strings.h"
#include "fmt/format.h"

namespace understudy::text {
namespace {

const std::vector<std::string>& Keys() {
  static const auto* keys = new std::vector<std::string>{
      "name",      "trigger",    "pattern",        "words", "context", "countries",
      "validator", "min_digits", "country_before", "gate",  "becomes", "secret"};
  return *keys;
}

struct NamedTrigger {
  const char* name;
  Trigger trigger;
};
constexpr std::array<NamedTrigger, 5> kTriggers = {{{"at", Trigger::kAt},
                                                    {"digits", Trigger::kDigits},
                                                    {"around_digits", Trigger::kAround},
                                                    {"words", Trigger::kWords},
                                                    {"long_word", Trigger::kLong}}};

class Reader {
 public:
  explicit Reader(const std::string& path) : path_(path) {}

  absl::Status Read(const YAML::Node& root, std::vector<DetectorSpec>* out) {
    if (!root.IsMap() || root.size() != 1 || !root["detectors"] || !root["detectors"].IsSequence()) {
      return Error(root, "expected one list, `detectors:`");
    }
    for (const YAML::Node& node : root["detectors"]) {
      DetectorSpec spec;
      RETURN_IF_ERROR(One(node, &spec));
      for (const DetectorSpec& other : *out) {
        if (other.name == spec.name)
          return Error(node, fmt::format("detector \"{}\" stands twice", spec.name));
      }
      out->push_back(std::move(spec));
    }
    return absl::OkStatus();
  }

 private:
  absl::Status Error(const YAML::Node& node, std::string_view what) const {
    const YAML::Mark mark = node.Mark();
    return UsageError(fmt::format("{}:{}:{}: {}", path_, mark.line + 1, mark.column + 1, what));
  }

  absl::Status One(const YAML::Node& node, DetectorSpec* spec) {
    if (!node.IsMap()) return Error(node, "a detector is a mapping");
    std::vector<std::string> seen;
    for (const auto& item : node) {
      const std::string key = item.first.Scalar();
      if (std::find(Keys().begin(), Keys().end(), key) == Keys().end()) {
        return Error(item.first, fmt::format("no key `{}`{}", key, DidYouMean(key, Keys())));
      }
      if (std::find(seen.begin(), seen.end(), key) != seen.end()) {
        return Error(item.first, fmt::format("`{}` stands twice", key));
      }
      seen.push_back(key);
      RETURN_IF_ERROR(Key(key, item.second, spec));
    }
    for (const char* needed : {"name", "trigger", "pattern", "becomes"}) {
      if (std::find(seen.begin(), seen.end(), needed) == seen.end()) {
        return Error(node, fmt::format("a detector needs `{}`", needed));
      }
    }
    return absl::OkStatus();
  }

  absl::Status Key(const std::string& key, const YAML::Node& value, DetectorSpec* spec) {
    if (key == "words") return List(value, &spec->words);
    if (key == "context") return List(value, &spec->context);
    if (key == "countries") return List(value, &spec->countries);
    if (key == "becomes") return Becomes(value, spec);
    if (!value.IsScalar()) return Error(value, fmt::format("`{}` is a single value", key));
    if (key == "name") spec->name = value.Scalar();
    if (key == "pattern") spec->pattern = value.Scalar();
    if (key == "gate") spec->gate = value.Scalar();
    if (key == "validator") spec->validator = value.Scalar();
    if (key == "trigger") return TriggerNamed(value, spec);
    if (key == "min_digits" && !YAML::convert<int>::decode(value, spec->min_digits)) {
      return Error(value, "`min_digits` is a number");
    }
    if (key == "country_before" && !YAML::convert<bool>::decode(value, spec->country_before)) {
      return Error(value, "`country_before` is true or false");
    }
    if (key == "secret" && !YAML::convert<bool>::decode(value, spec->secret)) {
      return Error(value, "`secret` is true or false");
    }
    return absl::OkStatus();
  }

  absl::Status List(const YAML::Node& value, std::vector<std::string>* out) {
    if (!value.IsSequence()) return Error(value, "expected a list");
    for (const YAML::Node& item : value) {
      if (!item.IsScalar()) return Error(item, "expected a word");
      out->push_back(item.Scalar());
    }
    return absl::OkStatus();
  }

  absl::Status TriggerNamed(const YAML::Node& value, DetectorSpec* spec) {
    std::vector<std::string> names;
    for (const NamedTrigger& t : kTriggers) {
      names.emplace_back(t.name);
      if (value.Scalar() != t.name) continue;
      spec->trigger = t.trigger;
      return absl::OkStatus();
    }
    return Error(value, fmt::format("no trigger `{}`{}", value.Scalar(), DidYouMean(value.Scalar(), names)));
  }

  absl::Status Becomes(const YAML::Node& value, DetectorSpec* spec) {
    if (value.IsMap() && value.size() == 1 && value["fixed"] && value["fixed"].IsScalar()) {
      spec->replacement = value["fixed"].Scalar();
      return absl::OkStatus();
    }
    if (!value.IsScalar()) return Error(value, "`becomes` is a kind of pseudonym or {fixed: \"text\"}");
    spec->kind = pseudonym::KindByName(value.Scalar());
    if (spec->kind.has_value()) return absl::OkStatus();
    return Error(value, fmt::format("no kind of pseudonym `{}`{}", value.Scalar(),
                                    DidYouMean(value.Scalar(), pseudonym::KindNames())));
  }

  const std::string& path_;
};

}  // namespace

absl::StatusOr<std::vector<DetectorSpec>> ParseDetectors(std::string_view yaml, const std::string& path) {
  std::vector<DetectorSpec> specs;
  try {
    RETURN_IF_ERROR(Reader(path).Read(YAML::Load(std::string(yaml)), &specs));
  } catch (const YAML::Exception& e) {
    return UsageError(fmt::format("{}:{}:{}: {}", path, e.mark.line + 1, e.mark.column + 1, e.msg));
  }
  return specs;
}

absl::StatusOr<std::vector<DetectorSpec>> LoadDetectors(const std::vector<std::string>& paths) {
  std::vector<DetectorSpec> all;
  for (const std::string& path : paths) {
    ASSIGN_OR_RETURN(const std::string yaml, ReadFile(path));
    ASSIGN_OR_RETURN(std::vector<DetectorSpec> specs, ParseDetectors(yaml, path));
    for (DetectorSpec& spec : specs) {
      const auto same = std::find_if(all.begin(), all.end(),
                                     [&](const DetectorSpec& other) { return other.name == spec.name; });
      if (same != all.end()) {
        *same = std::move(spec);
      } else {
        all.push_back(std::move(spec));
      }
    }
  }
  return all;
}

}  // namespace understudy::text
