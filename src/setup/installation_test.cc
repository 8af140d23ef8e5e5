#include "setup/installation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/file.h"
#include "support/temp_directory.h"

namespace understudy::setup {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

constexpr char kConf[] = R"(
; a comment
[queue_job]
db_name = not_this
[options]
# another
db_host = db1
DB_PORT: 5433
db_user = odoo
db_password = False
db_name = prod
data_dir = /first
data_dir = /srv/odoo
addons_path = /a, /b
)";

class Tree : public ::testing::Test {
 protected:
  void File(const std::string& path) {
    const std::string whole = root_ + "/" + path;
    std::filesystem::create_directories(std::filesystem::path(whole).parent_path());
    ASSERT_TRUE(WriteFileAtomic(whole, "x").ok());
  }
  const testing_support::TempDirectory directory_;
  const std::string& root_ = directory_.path();
};

TEST(OdooConf, ReadsOptionsAlone) {
  const OdooConf conf = ParseOdooConf(kConf);
  EXPECT_EQ(conf.at("data_dir"), "/srv/odoo");
  EXPECT_EQ(conf.count("db_password"), 0u);
  EXPECT_THAT(ConnectionOf(conf), ElementsAre(Pair("dbname", "prod"), Pair("host", "db1"),
                                              Pair("port", "5433"), Pair("user", "odoo")));
}

TEST(OdooConf, SeveralDatabasesNameNone) {
  EXPECT_TRUE(ConnectionOf(ParseOdooConf("[options]\ndb_name = a,b\n")).empty());
}

TEST(OdooConf, PlacesBeginAtHome) {
  EXPECT_EQ(UsualPlaces::On("/home/u").confs[0], "/home/u/.odoorc");
  EXPECT_EQ(UsualPlaces::On("").confs[0], "/etc/odoo/odoo.conf");
}

TEST_F(Tree, TheFilestoreThatHoldsTheFilesWins) {
  File("stale/filestore/prod/aa/old");
  File("right/filestore/prod/aa/aa1");
  UsualPlaces places;
  places.data = {root_ + "/stale", root_ + "/nowhere", root_ + "/right"};
  const FilestoreFound found = FindFilestore({}, places, "prod", {"aa/aa1", "bb/bb1"});
  EXPECT_EQ(found.directory, root_ + "/right/filestore/prod");
  EXPECT_EQ(found.present, 1u);
  EXPECT_EQ(FindFilestore({}, places, "other", {"aa/aa1"}).directory, "");
  const OdooConf conf = {{"data_dir", root_ + "/stale"}};
  EXPECT_EQ(FindFilestore(conf, UsualPlaces(), "prod", {}).directory, root_ + "/stale/filestore/prod");
}

TEST_F(Tree, AddonsAreThoseWithAModule) {
  File("one/sale/__manifest__.py");
  File("two/other/__manifest__.py");
  UsualPlaces places;
  places.addons = {root_ + "/one", root_ + "/two"};
  const OdooConf conf = {{"addons_path", root_ + "/one/, " + root_ + "/gone"}};
  const auto found = FindAddons(conf, places, {"sale", "base"});
  ASSERT_EQ(found.size(), 1u) << "the same directory twice";
  EXPECT_TRUE(std::filesystem::equivalent(found[0], root_ + "/one"));
}

}  // namespace
}  // namespace understudy::setup
