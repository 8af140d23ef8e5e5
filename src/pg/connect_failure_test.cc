#include "pg/connect_failure.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "support/temp_directory.h"

namespace understudy::pg {
namespace {

struct Case {
  const char* name;
  const char* libpq;
  const char* described;
  const char* begin;   // of the explanation
  const char* remedy;  // within it
};

constexpr const char* kHere = "host=db1 dbname=prod";

const Case kCases[] = {
    {"Refused",
     "connection to server at \"127.0.0.1\", port 1 failed: Connection refused\n\tIs the server running on "
     "that "
     "host and accepting TCP/IP connections?\n",
     "host=127.0.0.1 port=1", "connection refused; ", "listen_addresses"},
    {"TheAddressOfAName",
     "connection to server at \"db1\" (10.0.0.3), port 5432 failed: Connection refused\n\tIs the server "
     "running?\n",
     kHere, "\"db1\" (10.0.0.3), port 5432: connection refused; ", "port"},
    {"NoSocket",
     "connection to server on socket \"/run/postgresql/.s.PGSQL.5432\" failed: No such file or "
     "directory\n\tIs the "
     "server running locally and accepting connections on that socket?\n",
     "dbname=prod", "socket \"/run/postgresql/.s.PGSQL.5432\": no such file or directory; ", "pg_lsclusters"},
    {"UnknownHost", "could not translate host name \"db.invalid\" to address: Name or service not known\n",
     kHere, "could not translate host name", "getent hosts db1"},
    {"NoAnswer", "connection to server at \"db1\" (10.0.0.3), port 5432 failed: timeout expired\n", kHere,
     "\"db1\"", "firewall"},
    {"ServersOwnLanguage",
     "connection to server at \"db1\" (::1), port 5432 failed: Connection refused\n\tIs the server running?\n"
     "connection to server at \"db1\" (127.0.0.1), port 5432 failed: FATAL:  28P01: "
     "Passwort-Authentifizierung für "
     "Benutzer »odoo« fehlgeschlagen\nORT:  auth_failed, auth.c:326\n",
     kHere, "\"db1\" (127.0.0.1), port 5432: Passwort-Authentifizierung für Benutzer »odoo« fehlgeschlagen; ",
     "correct the password in /home/odoo/.pgpass"},
    {"AnAnswerBeatsASilence",
     "connection to server at \"a\", port 5432 failed: FATAL:  53300: sorry, too many clients already\n"
     "connection to server at \"b\", port 5432 failed: Connection refused\n",
     kHere, "sorry, too many clients already; ", "max_connections"},
    {"Role",
     "connection to server at \"db1\", port 5432 failed: FATAL:  28000: role \"odo\" does not exist\n", kHere,
     "role \"odo\" does not exist; ", "createuser odoo"},
    {"Hba",
     "connection to server at \"db1\", port 5432 failed: FATAL:  28000: no pg_hba.conf entry for host "
     "\"10.0.0.9\", "
     "user \"odoo\", database \"prod\", no encryption\n",
     kHere, "no pg_hba.conf entry", "reload it"},
    {"Peer",
     "connection to server on socket \"/tmp/.s.PGSQL.5432\" failed: FATAL:  28000: Peer authentication "
     "failed for "
     "user \"odoo\"\n",
     "host=/tmp", "Peer authentication failed", "run as system user odoo"},
    {"Starting",
     "connection to server at \"db1\", port 5432 failed: FATAL:  57P03: the database system is starting up\n",
     kHere, "the database system is starting up; ", "try again"},
    {"NoTls",
     "connection to server at \"db1\", port 5432 failed: server does not support SSL, but SSL was required\n",
     kHere, "server does not support SSL", "sslmode=prefer"},
    {"NoPassword",
     "connection to server on socket \"/tmp/.s.PGSQL.5432\" failed: fe_sendauth: no password supplied\n",
     kHere, "no password supplied; ", "/home/odoo/.pgpass (mode 0600)"},
    {"Unknown", "something new\n", kHere, "something new", "new"},
};

class ConnectFailureTest : public testing::TestWithParam<Case> {};

TEST_P(ConnectFailureTest, SaysWhatAndWhatToDo) {
  const ConnectTarget target{"db1", "5432", "prod", "odoo", "/home/odoo/.pgpass"};
  const std::string text = ExplainConnectFailure(GetParam().libpq, target, GetParam().described);
  EXPECT_TRUE(text.starts_with(GetParam().begin)) << text;
  EXPECT_NE(text.find(GetParam().remedy), std::string::npos) << text;
  EXPECT_EQ(text.find_first_of("\n\t{}"), std::string::npos) << text;
}

INSTANTIATE_TEST_SUITE_P(All, ConnectFailureTest, testing::ValuesIn(kCases),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(ConnectFailureTest, APasswordFileThatOthersMayReadIsNamed) {
  const testing_support::TempDirectory directory;
  const std::string path = directory / "pass";
  testing_support::WriteTestFile(path, "*:*:*:*:x\n");
  ASSERT_EQ(::chmod(path.c_str(), 0644), 0);
  const ConnectTarget target{"db1", "5432", "prod", "odoo", path};
  const std::string text = ExplainConnectFailure(
      "connection to server at \"db1\", port 5432 failed: fe_sendauth: no password supplied\n", target,
      kHere);
  EXPECT_NE(text.find("chmod 600 " + path), std::string::npos) << text;
}

TEST(ConnectFailureTest, AServersAnswerIsTold) {
  EXPECT_TRUE(ServerAnswered("connection to server at \"a\" failed: FATAL:  role \"x\" does not exist"));
  EXPECT_FALSE(ServerAnswered("connection to server at \"a\" failed: Connection refused\n\tIs it running?"));
}

}  // namespace
}  // namespace understudy::pg
