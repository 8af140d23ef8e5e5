#include "pseudonym/key.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>

#include "base/status.h"
#include "pseudonym/digest.h"
#include "pseudonym/kind.h"

namespace understudy::pseudonym {
namespace {

constexpr char kHex[] = "5a01020304050607080900aabbccddeeff101112131415161718191a1b1c1d1e";

class KeyTest : public ::testing::Test {
 protected:
  void SetUp() override {
    directory_ = ::testing::TempDir() + "/key_test." + std::to_string(::getpid());
    std::filesystem::create_directories(directory_);
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }
  std::string File(const std::string& text, mode_t mode) {
    const std::string path = directory_ + "/key";
    std::filesystem::remove(path);
    std::ofstream(path) << text;
    EXPECT_EQ(::chmod(path.c_str(), mode), 0);
    return path;
  }
  std::string directory_;
};

TEST_F(KeyTest, AFileEnvironmentAndCommandGiveTheSameKey) {
  const std::string id = Key::FromHex(kHex)->key_id();
  EXPECT_EQ(id.size(), 16u);
  EXPECT_EQ(std::string(kHex).find(id), std::string::npos) << "the fingerprint is no part of the key";
  for (const mode_t mode : {0600, 0400}) {
    const auto key = Key::FromFile(File(std::string(kHex) + "\n", mode));
    ASSERT_TRUE(key.ok()) << key.status();
    EXPECT_EQ(key->key_id(), id);
    EXPECT_FALSE(key->ephemeral());
  }
  ASSERT_EQ(::setenv("UNDERSTUDY_TEST_KEY", kHex, 1), 0);
  EXPECT_EQ(Key::FromEnvironment("UNDERSTUDY_TEST_KEY")->key_id(), id);
  EXPECT_EQ(Key::FromCommand("echo $UNDERSTUDY_TEST_KEY")->key_id(), id);
}

TEST_F(KeyTest, AFileThatOthersMayReadIsRefused) {
  for (const mode_t mode : {0640, 0604, 0620, 0660, 0644, 0700}) {
    const auto key = Key::FromFile(File(kHex, mode));
    ASSERT_FALSE(key.ok()) << mode;
    EXPECT_EQ(ExitClassOf(key.status()), ExitClass::kRefused);
  }
  EXPECT_FALSE(Key::FromFile(directory_).ok());
  EXPECT_FALSE(Key::FromFile(directory_ + "/none").ok());
  ASSERT_EQ(::mkfifo((directory_ + "/pipe").c_str(), 0600), 0);
  EXPECT_FALSE(Key::FromFile(directory_ + "/pipe").ok()) << "and does not wait for a writer";
}

TEST_F(KeyTest, WhatIsNoKeyIsSaidWithoutShowingIt) {
  const std::string almost = std::string(kHex).substr(0, 63) + "g";
  for (const std::string& text : {std::string(), std::string("abc"), almost, std::string(64, '0'),
                                  std::string(kHex) + "00", std::string(300, 'a')}) {
    const auto key = Key::FromHex(text);
    ASSERT_FALSE(key.ok()) << text.size();
    const bool shown =
        text.size() > 2 && MessageOf(key.status()).find(text.substr(0, 8)) != std::string::npos;
    EXPECT_FALSE(shown);
  }
  EXPECT_EQ(MessageOf(Key::FromCommand("echo " + almost + "; echo secret >&2; exit 3").status()).find("5a01"),
            std::string::npos);
  EXPECT_FALSE(Key::FromEnvironment("UNDERSTUDY_TEST_NO_SUCH_KEY").ok());
}

TEST_F(KeyTest, AGeneratedKeyIsPrivateAndNeverOverwritten) {
  const std::string path = directory_ + "/new";
  const auto made = Key::Generate(path);
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_EQ(Key::FromFile(path)->key_id(), made->key_id());
  struct stat info {};
  ASSERT_EQ(::stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  EXPECT_FALSE(Key::Generate(path).ok());
  EXPECT_EQ(Key::FromFile(path)->key_id(), made->key_id());
}

TEST_F(KeyTest, WithoutAKeyEveryRunHasItsOwn) {
  const auto one = Key::Random(), two = Key::Random();
  EXPECT_TRUE(one->ephemeral());
  EXPECT_NE(one->key_id(), two->key_id());
}

TEST_F(KeyTest, SubKeysOfAllKindsDifferAndLongOnesDoNotRepeat) {
  const auto key = Key::FromHex(kHex);
  std::set<std::array<unsigned char, 192>> seen;
  for (uint64_t id = 1; id <= 64; ++id) {
    std::array<unsigned char, 192> derived{};
    key->Derive(id, derived.data(), derived.size());
    EXPECT_NE(std::string(derived.begin(), derived.begin() + 64),
              std::string(derived.begin() + 64, derived.begin() + 128));
    seen.insert(derived);
  }
  EXPECT_EQ(seen.size(), 64u);
}

TEST(KindTest, EveryKindHasOneNameAndTheNameFindsIt) {
  std::set<std::string> names(KindNames().begin(), KindNames().end());
  EXPECT_EQ(names.size(), kKinds);
  for (size_t i = 1; i <= kKinds; ++i) {
    const Kind kind = static_cast<Kind>(i);
    EXPECT_EQ(KindByName(NameOf(kind)), kind);
  }
  EXPECT_EQ(KindByName("Email"), std::nullopt);
  EXPECT_EQ(KindByName(""), std::nullopt);
  EXPECT_EQ(NameOf(static_cast<Kind>(200)), "unknown");
}

}  // namespace
}  // namespace understudy::pseudonym
