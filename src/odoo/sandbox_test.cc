#include "odoo/sandbox.h"

#include <re2/re2.h>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "odoo/egress.h"
#include "support/status_matchers.h"

namespace understudy::odoo {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

Sandbox Example() {
  Sandbox sandbox;
  sandbox.smtp_host = "mailpit.internal";
  sandbox.base_url = "https://Staging.Example.net:8443/x";
  sandbox.parameters = {{"acme.endpoint", "https://user@sandbox.acme.org/api"}, {"plain", "value"}};
  return sandbox;
}

// The literal without its quotes: PostgreSQL's expressions of these are RE2's too.
std::string Pattern(const char* variable) {
  std::string text = VariablesOf(Example()).at(variable);
  if (text.starts_with('E')) text.erase(0, 1);
  text = text.substr(1, text.size() - 2);
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size() && text[i + 1] == '\\') ++i;
    out += text[i];
  }
  return "(?i)" + out;
}

TEST(Sandbox, HostsOfTheMapping) {
  EXPECT_THAT(SandboxHosts(Example()),
              ElementsAre("mailpit.internal", "sandbox.acme.org", "staging.example.net"));
}

TEST(Sandbox, SafePlaces) {
  const RE2 host(Pattern("safe_host")), url(Pattern("safe_url"));
  ASSERT_TRUE(host.ok()) << host.error();
  for (const char* safe :
       {"localhost", "127.0.0.1", "invalid", "a.b.invalid", "x.test", "mailpit.internal", "example.com"}) {
    EXPECT_TRUE(RE2::PartialMatch(safe, host)) << safe;
  }
  for (const char* open :
       {"smtp.gmail.com", "invalid.com", "mailpitXinternal", "evil-localhost.com", "127.0.0.1.evil.org"}) {
    EXPECT_FALSE(RE2::PartialMatch(open, host)) << open;
  }
  for (const char* safe :
       {"http://127.0.0.1:9", "https://staging.example.net:8443/x", "https://neutralised.invalid/"}) {
    EXPECT_TRUE(RE2::PartialMatch(safe, url)) << safe;
  }
  for (const char* open : {"https://api.acme.com", "https://user:pw@api.acme.com/localhost",
                           "http://localhost@evil.org", "http://localhost.evil.org"}) {
    EXPECT_FALSE(RE2::PartialMatch(open, url)) << open;
  }
}

TEST(Sandbox, Substitution) {
  EXPECT_THAT(Substitute("a ${x} b ${x}", {{"x", "1"}}), IsOkAndHolds("a 1 b 1"));
  EXPECT_FALSE(Substitute("${y}", {{"x", "1"}}).ok());
  EXPECT_FALSE(Substitute("${x", {{"x", "1"}}).ok());
}

TEST(Sandbox, SeedIsRandomUnlessGiven) {
  Sandbox a, b, c;
  c.token_seed = "given";
  EXPECT_OK(FillSeed(&a));
  EXPECT_OK(FillSeed(&b));
  EXPECT_OK(FillSeed(&c));
  EXPECT_TRUE(RE2::FullMatch(a.token_seed, "[0-9a-f]{64}"));
  EXPECT_NE(a.token_seed, b.token_seed);
  EXPECT_EQ(c.token_seed, "given");
}

TEST(Egress, OnlyTheSandboxIsNamed) {
  const std::string rules = EgressRules(Example(), "odoo", "db2.internal", 5432);
  EXPECT_THAT(rules, HasSubstr("ip daddr db2.internal tcp dport 5432 accept"));
  EXPECT_THAT(rules, HasSubstr("ip daddr mailpit.internal tcp dport 1025 accept"));
  EXPECT_THAT(rules, HasSubstr("meta skuid != \"odoo\" accept"));
  EXPECT_THAT(EgressRules(Sandbox(), "odoo", "/tmp", 5432), Not(HasSubstr("daddr")));
  Sandbox six;
  six.base_url = "https://[fd00::1]:8443/web";
  EXPECT_THAT(EgressRules(six, "odoo", "", 0), HasSubstr("ip6 daddr fd00::1 accept"));
  Sandbox hostile;
  hostile.smtp_host = "x accept; }";
  EXPECT_THAT(EgressRules(hostile, "odoo", "", 0), Not(HasSubstr("x accept")));
}

}  // namespace
}  // namespace understudy::odoo
