#include "refresh/config_keys.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "base/status.h"
#include "base/strings.h"
#include "refresh/config.h"

namespace understudy::refresh {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string Replaced(std::string text, std::string_view from, std::string_view to) {
  for (size_t at; (at = text.find(from)) != std::string::npos;) text.replace(at, from.size(), to);
  return text;
}

// A file with this one key, and the ends it needs; "*" becomes a name.
std::string FileWith(const ConfigKey& key, std::string_view value) {
  std::string text;
  const std::string path = Replaced(std::string(key.path), "*", "x");
  const std::vector<std::string_view> parts = Split(path, '.');
  for (size_t i = 0; i < parts.size(); ++i) {
    const bool item = i > 0 && path.starts_with("policy.attachments.rules.") && parts[i - 1] == "rules";
    text += fmt::format("{}{}{}:", std::string(2 * i + (i > 3 ? 2 : 0), ' '), item ? "- " : "", parts[i]);
    text += i + 1 == parts.size() ? fmt::format(" {}\n", value) : "\n";
  }
  if (key.path == "sandbox.smtp.port")
    text += "    host: mailpit\n";  // a port alone is refused before it is read
  if (key.path.starts_with("source.max_")) text += "  database: a\n";
  if (key.path == "staging.server" || key.path == "staging.verify") text += "  backup: b.zip\n";
  if (key.path.substr(0, 6) != "source") text += "source: {database: a}\n";
  if (key.path.substr(0, 7) != "staging") text += "staging: {database: b}\n";
  return text;
}

TEST(ConfigKeys, RowsAreWhole) {
  std::set<std::string_view> paths = {""};
  for (const ConfigKey& key : ConfigKeys()) {
    EXPECT_TRUE(paths.insert(key.path).second) << key.path;
    const size_t dot = key.path.rfind('.');
    const std::string_view parent = dot == std::string_view::npos ? "" : key.path.substr(0, dot);
    EXPECT_TRUE(paths.contains(parent)) << key.path << " comes before its mapping";
    EXPECT_EQ(key.form.empty(), !key.choices.empty()) << key.path;
    ASSERT_FALSE(key.doc.empty()) << key.path;
    EXPECT_EQ(key.doc.back(), '.') << key.path;
    const std::set<std::string_view> words(key.choices.begin(), key.choices.end());
    EXPECT_EQ(words.size(), key.choices.size()) << key.path;
    if (!words.empty() && !key.default_value.empty()) {
      EXPECT_TRUE(words.contains(key.default_value)) << key.path;
    }
  }
}

// What no key takes: a list in a list. Whoever reads the key says so; a key that nobody reads is silent.
TEST(ConfigKeys, TheParserReadsEveryKey) {
  for (const ConfigKey& key : ConfigKeys()) {
    const auto config = ParseConfig("u.yaml", FileWith(key, "[[1]]"));
    ASSERT_FALSE(config.ok()) << key.path;
    EXPECT_THAT(MessageOf(config.status()), Not(HasSubstr("unknown key"))) << key.path;
    // Secrets and the like say what they expect instead of their name alone.
    EXPECT_THAT(MessageOf(config.status()), HasSubstr(std::string(key.name() == "*" ? ".x" : key.name())))
        << key.path;
  }
}

TEST(ConfigKeys, EveryChoiceIsTaken) {
  for (const ConfigKey& key : ConfigKeys()) {
    for (const std::string_view choice : key.choices) {
      const auto config = ParseConfig("u.yaml", FileWith(key, choice));
      EXPECT_TRUE(config.ok()) << key.path << ": " << config.status();
    }
  }
}

TEST(ConfigKeys, TheWordsAreTheParsersOwn) {
  for (const char* word : {"rewrite", "fail", "keep"}) {
    const auto config =
        ParseConfig("u.yaml", fmt::format("source: {{database: a}}\nstaging: {{database: b}}\n"
                                          "policy: {{unclassified: {}}}\n",
                                          word));
    ASSERT_TRUE(config.ok());
    EXPECT_STREQ(NameOf(config->policy.unclassified), word);
  }
  for (const char* word : {"fail", "warn", "off"}) {
    const auto config = ParseConfig(
        "u.yaml",
        fmt::format("source: {{database: a}}\nstaging: {{database: b}}\npolicy: {{leaks: {}}}\n", word));
    ASSERT_TRUE(config.ok());
    EXPECT_STREQ(NameOf(config->policy.leaks), word);
  }
}

TEST(ConfigKeys, EveryMappingSuggests) {
  for (const ConfigKey& key : ConfigKeys()) {
    if (key.name() == "*" || key.name().size() < 3) continue;
    std::string wrong(key.name());
    std::swap(wrong[wrong.size() - 1], wrong[wrong.size() - 2]);
    if (wrong == key.name()) wrong.pop_back();
    ConfigKey typo = key;
    const std::string path = std::string(key.path.substr(0, key.path.size() - key.name().size())) + wrong;
    typo.path = path;
    const auto config = ParseConfig("u.yaml", FileWith(typo, "x"));
    ASSERT_FALSE(config.ok()) << path;
    EXPECT_THAT(MessageOf(config.status()), HasSubstr(fmt::format("; did you mean {}?", key.name()))) << path;
  }
}

TEST(ConfigKeys, TheExampleIsAConfiguration) {
  ConfigOptions options;
  options.environment = [](const std::string& name) -> std::optional<std::string> { return name; };
  const auto config = ParseConfig("u.yaml", ConfigExample(), options);
  ASSERT_TRUE(config.ok()) << config.status();
  for (const std::string& section : KeysBelow("")) {
    EXPECT_THAT(std::string(ConfigExample()), HasSubstr(section + ":")) << section;
  }
}

}  // namespace
}  // namespace understudy::refresh
