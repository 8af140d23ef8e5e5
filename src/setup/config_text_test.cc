#include "setup/config_text.h"

#include <gtest/gtest.h>

#include <regex>

#include "base/strings.h"
#include "refresh/config.h"

namespace understudy::setup {
namespace {

std::optional<std::string> NoVariables(const std::string& /*name*/) { return std::nullopt; }
constexpr refresh::ConfigOptions kOptions = {.environment = NoVariables};

FirstRun Found(bool odoo) {
  FirstRun run;
  run.source = {{"dbname", "pr\"o$d"}, {"host", "db1"}};
  run.staging = {{"dbname", "pr\"o$d_staging"}, {"host", "db1"}};
  run.server_version = "15.4";
  run.odoo = odoo;
  run.odoo_version = "17.0";
  run.modules = {"base", "sale"};
  run.addons = {"/opt/odoo/addons"};
  run.filestore_source = "/srv/fs/${x}";
  run.filestore_staging = "/srv/fs/staging";
  return run;
}

// What a user gets who takes away the "#" of every setting.
std::string SwitchedOn(const std::string& text) {
  std::string out;
  for (const std::string_view line : Split(text, '\n')) {
    const std::string copy(line);
    static const std::regex setting("#( *[a-z_]+:.*| +- [a-z.]+)");
    out += std::regex_match(copy, setting) ? copy.substr(1) : copy;
    out += '\n';
  }
  return out;
}

TEST(ConfigText, IsReadBackAsItWasFound) {
  const auto config =
      refresh::ParseConfig("/etc/u.yaml", ConfigText(Found(true), "understudy.key"), kOptions);
  ASSERT_TRUE(config.ok()) << config.status();
  const auto source = pg::ParseConninfo(config->source.database);
  ASSERT_TRUE(source.ok());
  EXPECT_EQ(source->at("dbname"), "pr\"o$d");
  EXPECT_EQ(config->odoo->filestore_source, "/srv/fs/${x}");
  EXPECT_EQ(config->odoo->addons, std::vector<std::string>{"/opt/odoo/addons"});
  EXPECT_EQ(config->key.value, "/etc/understudy.key");
  EXPECT_EQ(config->rules, std::vector<std::string>{"odoo"});
}

TEST(ConfigText, EveryCommentedSettingIsValid) {
  for (const bool filestore : {true, false}) {
    FirstRun run = Found(true);
    if (!filestore) run.filestore_source.clear();
    const std::string text = SwitchedOn(ConfigText(run, "understudy.key"));
    const auto config = refresh::ParseConfig("/etc/u.yaml", text, kOptions);
    ASSERT_TRUE(config.ok()) << config.status() << "\n" << text;
    EXPECT_TRUE(config->odoo->staging_password.given());
    EXPECT_FALSE(config->odoo->filestore_staging.empty());
    EXPECT_FALSE(config->sandbox.smtp_host.empty());
    EXPECT_EQ(config->rules.size(), 2u);
  }
}

TEST(ConfigText, AnotherDatabaseHasNoOdooInIt) {
  const auto config = refresh::ParseConfig("/etc/u.yaml", ConfigText(Found(false), "k"), kOptions);
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_FALSE(config->odoo.has_value());
  EXPECT_EQ(config->rules, std::vector<std::string>{"generic"});
}

}  // namespace
}  // namespace understudy::setup
