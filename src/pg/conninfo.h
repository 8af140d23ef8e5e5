// Connection strings: parse, change, show without the password.
//
// DESIGN: a conninfo is what libpq accepts, key=value or URI. We never put one into argv, a log or a child's
// environment; children of ours (pg_dump) get a service file (ServiceFile) that only our user can read.
// Threads: thread-safe. Errors: UsageError with libpq's own words (they never hold the password).
#ifndef UNDERSTUDY_PG_CONNINFO_H_
#define UNDERSTUDY_PG_CONNINFO_H_

#include <map>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

struct pg_conn;

namespace understudy::pg {

// Keyword → value as given, without libpq's defaults.
using ConnOptions = std::map<std::string, std::string>;

absl::StatusOr<ConnOptions> ParseConninfo(const std::string& conninfo);
// key=value pairs, quoted where libpq wants it.
std::string FormatConninfo(const ConnOptions& options);
// "host=db1 port=5432 dbname=prod user=odoo": for messages and reports; no password, no key files.
std::string Describe(const ConnOptions& options);

// A libpq service file, mode 0600, made from an open connection's own parameters (password included, so
// that a child connects exactly as we did). Removed by the destructor.
class ServiceFile {
 public:
  static absl::StatusOr<ServiceFile> Create(pg_conn* connection, const std::string& directory,
                                            std::string_view dbname);
  ~ServiceFile();
  ServiceFile(ServiceFile&& other) noexcept : path_(std::move(other.path_)) { other.path_.clear(); }
  ServiceFile& operator=(ServiceFile&&) = delete;

  // PGSERVICEFILE=…: the only thing a child's environment needs; it then connects with "service=understudy".
  std::string Environment() const;

 private:
  explicit ServiceFile(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

}  // namespace understudy::pg

#endif  // UNDERSTUDY_PG_CONNINFO_H_
