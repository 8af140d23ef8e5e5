// Typed access to a Yaml node, and the messages when it is something else.
#include <charconv>
#include <cmath>

#include "base/status.h"
#include "base/strings.h"
#include "fmt/format.h"
#include "rules/yaml_reader.h"

namespace understudy::rules {

absl::Status Yaml::Error(std::string_view message) const {
  return UsageError(fmt::format("{}:{}:{}: {}", file(), line(), column(), message));
}

absl::Status Yaml::Expected(std::string_view what, std::string_view wanted) const {
  static constexpr std::string_view kNames[] = {"null", "a text", "a list", "a mapping"};
  return Error(fmt::format("{} must be {}, not {}", what, wanted, kNames[static_cast<int>(kind())]));
}

absl::StatusOr<std::string> Yaml::Text(std::string_view what) const {
  if (!is_scalar()) return Expected(what, "a text");
  return scalar();
}

absl::StatusOr<bool> Yaml::Bool(std::string_view what) const {
  if (is_scalar() && !quoted()) {
    if (scalar() == "true") return true;
    if (scalar() == "false") return false;
  }
  if (!is_scalar()) return Expected(what, "true or false");
  return Error(fmt::format("{} must be true or false, not '{}'", what, scalar()));
}

absl::StatusOr<int64_t> Yaml::Int(std::string_view what, int64_t least, int64_t most) const {
  if (!is_scalar()) return Expected(what, "a whole number");
  const std::string& s = scalar();
  int64_t value = 0;
  const auto [end, error] = std::from_chars(s.data(), s.data() + s.size(), value);
  const size_t digits = s.find_first_not_of('-');
  const bool padded = digits != std::string::npos && s[digits] == '0' && s.size() > digits + 1;
  if (quoted() || padded || error != std::errc() || end != s.data() + s.size()) {
    return Error(fmt::format("{} must be a whole number, not '{}'", what, s));
  }
  if (value < least || value > most) {
    return Error(fmt::format("{} must be between {} and {}, not {}", what, least, most, value));
  }
  return value;
}

absl::StatusOr<double> Yaml::Number(std::string_view what, double least, double most) const {
  if (!is_scalar()) return Expected(what, "a number");
  const std::string& s = scalar();
  double value = 0;
  const auto [end, error] = std::from_chars(s.data(), s.data() + s.size(), value);
  if (quoted() || error != std::errc() || end != s.data() + s.size() || !std::isfinite(value)) {
    return Error(fmt::format("{} must be a number, not '{}'", what, s));
  }
  if (value < least || value > most) {
    return Error(fmt::format("{} must be between {} and {}, not {}", what, least, most, value));
  }
  return value;
}

absl::StatusOr<std::vector<std::string>> Yaml::Texts(std::string_view what) const {
  if (is_scalar()) return std::vector<std::string>{scalar()};
  if (!is_sequence()) return Expected(what, "a text or a list of texts");
  std::vector<std::string> texts;
  for (const Yaml& item : items()) {
    ASSIGN_OR_RETURN(std::string text, item.Text(fmt::format("each of {}", what)));
    texts.push_back(std::move(text));
  }
  return texts;
}

absl::Status Yaml::ExpectMap(std::string_view what) const {
  return is_map() ? absl::OkStatus() : Expected(what, "a mapping");
}

absl::Status Yaml::ExpectSequence(std::string_view what) const {
  return is_sequence() ? absl::OkStatus() : Expected(what, "a list");
}

absl::Status Yaml::OnlyKeys(const std::vector<std::string>& allowed) const {
  for (const YamlEntry& entry : entries()) {
    bool known = false;
    for (const std::string& key : allowed) known = known || key == entry.key.scalar();
    if (!known) {
      return entry.key.Error(
          fmt::format("unknown key '{}'{}", entry.key.scalar(), DidYouMean(entry.key.scalar(), allowed)));
    }
  }
  return absl::OkStatus();
}

}  // namespace understudy::rules
