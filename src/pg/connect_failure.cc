#include "pg/connect_failure.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/stat.h>

#include <cctype>
#include <memory>
#include <vector>

#include "base/strings.h"

namespace understudy::pg {
namespace {

constexpr size_t kSqlStateLength = 5;
constexpr size_t kMostNamed = 5;               // databases that a message lists
constexpr const char* kListTimeout = "5";      // seconds for the connection that only asks for names
constexpr mode_t kOthers = S_IRWXG | S_IRWXO;  // libpq ignores a password file with any of these

// The first row that fits decides; "" fits everything. Words in braces are values of ConnectTarget.
struct Remedy {
  std::string_view sqlstate;
  std::string_view words;  // within the attempt's text
  std::string_view text;
};

constexpr Remedy kRemedies[] = {
    // The server's answers. pg_hba.conf is a file's name in every language.
    {"28000", "pg_hba.conf",
     "add a line to the server's pg_hba.conf for this user, database and address and reload it; if it wants "
     "encryption, set sslmode=require"},
    {"28000", "Peer",
     "the system user and the role must have one name: run as system user {user}, or set host=localhost and "
     "give a password"},
    {"28000", "not permitted to log in", "run ALTER ROLE {user} LOGIN there"},
    {"28000", "", "correct user=…, or make the role with createuser {user}"},
    {"28P01", "",
     "correct the password in {passfile} (lines host:port:database:user:password) or $PGPASSWORD"},
    {"3D000", "", "psql -l lists the databases"},
    {"42501", "", "run GRANT CONNECT ON DATABASE {database} TO {user} there"},
    {"53300", "", "close connections, raise max_connections there, or use fewer with --jobs"},
    {"08P01", "unsupported startup parameter",
     "a pooler stands in front of PostgreSQL: leave the parameter out of the connection string, or name it "
     "in "
     "the pooler's ignore_startup_parameters"},
    {"57P03", "", "the server starts, stops or recovers: try again when it is ready"},
    {"55000", "", "that database accepts nobody (pg_database.datallowconn); correct dbname=…"},
    // What libpq says.
    {"", "Connection refused",
     "nothing listens there: correct host or port, start PostgreSQL, or let its listen_addresses name this "
     "address"},
    {"", "No such file or directory",
     "no server has its socket there: correct host or port, or start it (pg_lsclusters lists them)"},
    {"", "could not translate host name",
     "correct host=…, or the network: getent hosts {host} asks the same"},
    {"", "timeout expired", "nobody answers: check host, route and firewall; connect_timeout=… waits longer"},
    {"", "timed out", "nobody answers: check host, route and firewall"},
    {"", "No route to host", "check host, route and firewall"},
    {"", "Network is unreachable", "check the network or the VPN"},
    {"", "no password supplied",
     "put a line host:port:database:user:password into {passfile} (mode 0600), or name such a file with "
     "passfile=…"},
    {"", "does not support SSL", "set ssl = on there, or sslmode=prefer here"},
    {"", "root certificate file",
     "put the certificate of the server's authority there, or name its file with sslrootcert=…"},
    {"", "certificate verify failed",
     "sslrootcert=… must name the authority that signed the server's certificate"},
    {"", "does not match host name",
     "use the name that the certificate has as host=…, with hostaddr=… for the address"},
    {"", "group or world access", "run chmod 600 on that file"},
    {"", "definition of service",
     "add it to ~/.pg_service.conf, or name the file that has it in $PGSERVICEFILE"},
    {"", "invalid response to SSL negotiation", "what listens there is not PostgreSQL: correct the port"},
    {"", "closed the connection unexpectedly",
     "it is starting, overloaded or not PostgreSQL: look into its log"},
    {"", "read-only", "a standby answered: name the primary, or correct target_session_attrs"},
    {"", "hot standby mode", "a standby answered: name the primary, or correct target_session_attrs"},
};

struct Attempt {
  std::string place;  // `"db1" (10.0.0.3), port 5432`, `socket "/run/…"`; may be empty
  std::string reason;
  std::string sqlstate;  // empty: libpq's own
  std::string text;      // all of it
};

// "FATAL:  3D000: …": severity in the server's language, two blanks, with PQERRORS_VERBOSE the code.
size_t EndOfSeverity(std::string_view text) {
  const size_t at = text.find(":  ");
  return at == std::string_view::npos ? at : at + 3;
}

bool IsSqlState(std::string_view text) {
  for (const char c : text) {
    if ((c < '0' || c > '9') && (c < 'A' || c > 'Z')) return false;
  }
  return text.size() == kSqlStateLength;
}

Attempt ParseAttempt(std::string_view line) {
  Attempt attempt;
  attempt.text = line;
  static constexpr std::string_view kHead = "connection to server ", kFailed = " failed: ";
  if (const size_t failed = line.find(kFailed); line.starts_with(kHead) && failed != std::string_view::npos) {
    std::string_view place = line.substr(kHead.size(), failed - kHead.size());
    for (const std::string_view word : {"at ", "on "}) {
      if (place.starts_with(word)) place.remove_prefix(word.size());
    }
    attempt.place = place;
    line.remove_prefix(failed + kFailed.size());
  }
  if (const size_t end = EndOfSeverity(line); end != std::string_view::npos) {
    line.remove_prefix(end);
    if (IsSqlState(line.substr(0, kSqlStateLength)) && line.substr(kSqlStateLength, 2) == ": ") {
      attempt.sqlstate = line.substr(0, kSqlStateLength);
      line.remove_prefix(kSqlStateLength + 2);
    }
  }
  if (const std::string_view function = "fe_sendauth: "; line.starts_with(function))
    line.remove_prefix(function.size());
  attempt.reason = Trim(line);
  // "Connection refused" becomes a part of our sentence; "SSL error" stays, and so do a server's words.
  if (attempt.sqlstate.empty() && attempt.reason.size() > 1 &&
      std::islower(static_cast<unsigned char>(attempt.reason[1])) != 0) {
    attempt.reason[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(attempt.reason[0])));
  }
  return attempt;
}

// Lines that begin with a tab (libpq's questions) and the fields behind the first line belong to the attempt
// before.
Attempt DecidingAttempt(std::string_view text) {
  Attempt deciding;
  bool first = true;
  for (const std::string_view line : Split(text, '\n')) {
    if (Trim(line).empty() || (!first && !line.starts_with("connection to server "))) continue;
    Attempt attempt = ParseAttempt(line);
    if (first || !attempt.sqlstate.empty() || deciding.sqlstate.empty()) deciding = std::move(attempt);
    first = false;
  }
  return deciding;
}

std::string_view RemedyFor(const Attempt& attempt) {
  for (const Remedy& row : kRemedies) {
    if (row.sqlstate == attempt.sqlstate && attempt.text.find(row.words) != std::string::npos)
      return row.text;
  }
  return {};
}

// libpq warns on standard error of a password file that others may read, and then asks for a password.
bool Ignored(const std::string& passfile) {
  struct stat facts {};
  return ::stat(passfile.c_str(), &facts) == 0 && (facts.st_mode & kOthers) != 0;
}

struct ConnectionDeleter {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};
using ConnectionPtr = std::unique_ptr<PGconn, ConnectionDeleter>;

struct ResultDeleter {
  void operator()(PGresult* result) const { PQclear(result); }
};

// Of the server that `options` name; empty if they can't be had.
std::vector<std::string> DatabasesThere(ConnOptions options) {
  options["connect_timeout"] = kListTimeout;
  for (const char* database : {"postgres", "template1"}) {
    options["dbname"] = database;
    const ConnectionPtr connection(PQconnectdb(FormatConninfo(options).c_str()));
    if (PQstatus(connection.get()) != CONNECTION_OK) continue;
    const std::unique_ptr<PGresult, ResultDeleter> rows(
        PQexec(connection.get(),
               "SELECT datname FROM pg_catalog.pg_database WHERE datallowconn AND NOT datistemplate"
               " AND datname <> 'postgres' ORDER BY 1"));
    std::vector<std::string> names;
    for (int i = 0; i < PQntuples(rows.get()); ++i) names.emplace_back(PQgetvalue(rows.get(), i, 0));
    return names;
  }
  return {};
}

std::string OtherDatabases(const std::string& wanted, const ConnOptions& options) {
  std::vector<std::string> names = DatabasesThere(options);
  if (names.empty()) return {};
  std::string guess = DidYouMean(wanted, names);
  if (!guess.empty()) return guess;
  const bool more = names.size() > kMostNamed;
  if (more) names.resize(kMostNamed);
  return fmt::format("; there {} {}{}", names.size() == 1 ? "is" : "are", fmt::join(names, ", "),
                     more ? " and more" : "");
}

std::string PassfileOf(PGconn* connection) {
  PQconninfoOption* const options = PQconninfo(connection);
  std::string path;
  for (const PQconninfoOption* o = options; o != nullptr && o->keyword != nullptr; ++o) {
    if (std::string_view(o->keyword) == "passfile" && o->val != nullptr) path = o->val;
  }
  PQconninfoFree(options);
  return path;
}

std::string OrEmpty(const char* text) { return text == nullptr ? std::string() : text; }

}  // namespace

bool ServerAnswered(std::string_view libpq_text) {
  return EndOfSeverity(libpq_text) != std::string_view::npos;
}

std::string ExplainConnectFailure(std::string_view libpq_text, const ConnectTarget& target,
                                  std::string_view described) {
  const Attempt attempt = DecidingAttempt(libpq_text);
  std::string text;
  // The place is said once: where the conninfo leaves it open, or a name stands for an address.
  const bool named = described.find("host") != std::string_view::npos;
  if (!attempt.place.empty() && (!named || attempt.place.find(" (") != std::string::npos))
    text = attempt.place + ": ";
  text += attempt.reason;
  const bool password = attempt.reason.find("no password supplied") != std::string::npos;
  if (password && Ignored(target.passfile)) {
    return text +
           fmt::format("; {0} is ignored because others may read it: run chmod 600 {0}", target.passfile);
  }
  const std::string_view remedy = RemedyFor(attempt);
  if (remedy.empty()) return text;
  const std::string passfile = target.passfile.empty() ? "~/.pgpass" : target.passfile;
  return text + "; " +
         fmt::format(fmt::runtime(remedy), fmt::arg("host", target.host), fmt::arg("user", target.user),
                     fmt::arg("database", target.database), fmt::arg("passfile", passfile));
}

std::string ConnectFailureOf(PGconn* failed, const ConnOptions& options) {
  const std::string described = Describe(options);
  const ConnectTarget target{OrEmpty(PQhost(failed)), OrEmpty(PQport(failed)), OrEmpty(PQdb(failed)),
                             OrEmpty(PQuser(failed)), PassfileOf(failed)};
  const std::string_view libpq_text = PQerrorMessage(failed);
  std::string text = fmt::format("{}: ", described);
  const Attempt attempt = DecidingAttempt(libpq_text);
  if (attempt.sqlstate == "3D000") {
    const std::string others = OtherDatabases(target.database, options);
    if (!others.empty()) return text + attempt.reason + others;
  }
  return text + ExplainConnectFailure(libpq_text, target, described);
}

}  // namespace understudy::pg
