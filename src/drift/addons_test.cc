#include "drift/addons.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "drift/environment.h"

namespace understudy::drift {
namespace {

TEST(ManifestVersion, IsTheOneThatPythonWouldRead) {
  EXPECT_EQ(ManifestVersion("{'name': 'Sale', 'version': '1.2'}"), "1.2");
  EXPECT_EQ(ManifestVersion("{\n  \"version\" : \"17.0.3.1\",\n}"), "17.0.3.1");
  EXPECT_EQ(ManifestVersion("{\n # 'version': '9',\n 'version': '1.0'}"), "1.0");
  EXPECT_EQ(ManifestVersion("{'summary': 'the #1 app', 'version': '2.0'}"), "2.0");
  EXPECT_EQ(ManifestVersion("{'name': 'x'}"), "");
  EXPECT_EQ(ManifestVersion("{'my_version': '3'}"), "");
}

TEST(AdaptVersion, PutsTheSeriesInFront) {
  EXPECT_EQ(AdaptVersion("1.2", "17.0"), "17.0.1.2");
  EXPECT_EQ(AdaptVersion("17.0.1.2", "17.0"), "17.0.1.2");
  EXPECT_EQ(AdaptVersion("17.0", "17.0"), "17.0.17.0");
  EXPECT_EQ(AdaptVersion("", "17.0"), "17.0.1.0");
  EXPECT_EQ(AdaptVersion("17.01", "17.0"), "17.0.17.01");
}

TEST(CompareAddons, NamesWhatIsOlderNewerOrMissing) {
  const std::string path = ::testing::TempDir() + "/addons_test";
  for (const auto& [module, version] : {std::pair("sale", "1.2"), std::pair("crm", "1.8")}) {
    const std::string directory = path + "/" + module;
    ASSERT_TRUE(MakeDirectories(directory).ok());
    ASSERT_TRUE(
        WriteFileAtomic(directory + "/__manifest__.py", std::string("{'version': '") + version + "'}").ok());
  }
  const std::vector<odoo::Module> installed = {
      {"base", "17.0.1.3", 0}, {"crm", "17.0.1.8", 1}, {"sale", "17.0.1.1", 1}};
  const auto differences = CompareAddons(installed, {path});
  ASSERT_TRUE(differences.ok());
  ASSERT_EQ(differences->size(), 2U);
  EXPECT_EQ((*differences)[0].module, "base");
  EXPECT_EQ((*differences)[0].on_disk, "");
  EXPECT_EQ((*differences)[1].module, "sale");
  EXPECT_EQ((*differences)[1].on_disk, "17.0.1.2");
}

TEST(CompareEnvironments, ExplainsExactlyWhatDiffers) {
  const record::Environment compared =
      CompareEnvironments({{"postgresql", "15.1"}, {"module.sale", "1"}, {"encoding", "UTF8"}},
                          {{"postgresql", "16.1"}, {"module.crm", "1"}, {"encoding", "UTF8"}});
  EXPECT_THAT(compared.explanations,
              ::testing::ElementsAre(::testing::Key("module.crm"), ::testing::Key("module.sale"),
                                     ::testing::Key("postgresql")));
  for (const auto& [key, sentence] : compared.explanations) EXPECT_EQ(sentence.back(), '.') << key;
}

TEST(Explain, SettingsHaveTheirOwnSentences) {
  EXPECT_NE(Explain("setting.TimeZone"), Explain("setting.work_mem"));
  EXPECT_NE(Explain("setting.fsync"), Explain("setting.enable_seqscan"));
}

}  // namespace
}  // namespace understudy::drift
