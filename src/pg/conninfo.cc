#include "pg/conninfo.h"

#include <fmt/format.h>
#include <libpq-fe.h>
#include <unistd.h>

#include <atomic>
#include <memory>

#include "base/file.h"
#include "base/secret.h"
#include "base/status.h"
#include "base/strings.h"

namespace understudy::pg {
namespace {

struct OptionsDeleter {
  void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};
using OptionsPtr = std::unique_ptr<PQconninfoOption, OptionsDeleter>;

// Bare where libpq reads it as one word.
std::string Quoted(std::string_view value) {
  if (!value.empty() && value.find_first_of("'\\ \t\n\r\v\f") == std::string_view::npos)
    return std::string(value);
  std::string out = "'";
  for (const char c : value) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

}  // namespace

absl::StatusOr<ConnOptions> ParseConninfo(const std::string& conninfo) {
  char* error = nullptr;
  OptionsPtr parsed(PQconninfoParse(conninfo.c_str(), &error));
  if (parsed == nullptr) {
    const std::string text(error == nullptr ? "out of memory" : error);
    PQfreemem(error);
    return UsageError(fmt::format("connection string: {}", Trim(text)));
  }
  ConnOptions options;
  for (const PQconninfoOption* o = parsed.get(); o->keyword != nullptr; ++o) {
    if (o->val != nullptr) options[o->keyword] = o->val;
  }
  return options;
}

std::string FormatConninfo(const ConnOptions& options) {
  std::string out;
  for (const auto& [key, value] : options) {
    if (!out.empty()) out += ' ';
    out += key + "=" + Quoted(value);
  }
  return out;
}

std::string Describe(const ConnOptions& options) {
  std::string out;
  for (const char* key : {"service", "host", "hostaddr", "port", "dbname", "user"}) {
    const auto found = options.find(key);
    if (found == options.end() || found->second.empty()) continue;
    if (!out.empty()) out += ' ';
    out += fmt::format("{}={}", key, found->second);
  }
  return out.empty() ? "libpq's defaults" : out;
}

absl::StatusOr<ServiceFile> ServiceFile::Create(pg_conn* connection, const std::string& directory,
                                                std::string_view dbname) {
  static std::atomic<unsigned> serial{0};
  OptionsPtr options(PQconninfo(connection));
  if (options == nullptr) return Failed("reading the connection's parameters: out of memory");
  std::string content = "[understudy]\n";
  for (const PQconninfoOption* o = options.get(); o->keyword != nullptr; ++o) {
    const std::string_view key(o->keyword);
    if (o->val == nullptr || *o->val == '\0' || key == "service" || key == "dbname" ||
        key == "fallback_application_name" || key == "replication") {
      continue;
    }
    content += fmt::format("{}={}\n", key, o->val);
  }
  content += fmt::format("dbname={}\n", dbname);
  const std::string path = fmt::format("{}/service.{}.{}", directory, ::getpid(), serial.fetch_add(1));
  const absl::Status written = WriteFileAtomic(path, content, 0600);
  WipeString(content);
  RETURN_IF_ERROR(written);
  return ServiceFile(path);
}

ServiceFile::~ServiceFile() {
  if (!path_.empty()) ::unlink(path_.c_str());
}

std::string ServiceFile::Environment() const { return "PGSERVICEFILE=" + path_; }

}  // namespace understudy::pg
