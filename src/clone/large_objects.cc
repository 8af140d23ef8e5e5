#include "clone/large_objects.h"

#include <fmt/format.h>

#include <string>

#include "base/status.h"
#include "pg/quote.h"

namespace understudy::clone {
namespace {

// Hex doubles it on the wire; small enough for any server's memory.
constexpr int64_t kPieceBytes = 1 << 20;

absl::Status CopyContent(pg::Connection& source, pg::Connection& staging, const std::string& oid) {
  for (int64_t offset = 0;; offset += kPieceBytes) {
    ASSIGN_OR_RETURN(const pg::Result piece, source.Exec(fmt::format("SELECT pg_catalog.lo_get({}, {}, {})",
                                                                     oid, offset, kPieceBytes)));
    const std::string bytes = piece.String(0, 0);
    // "\x" alone is the empty piece behind the end.
    if (bytes.size() <= 2) return absl::OkStatus();
    RETURN_IF_ERROR(staging
                        .ExecParams(fmt::format("SELECT pg_catalog.lo_put({}, {}, $1::bytea)", oid, offset),
                                    {bytes.c_str()})
                        .status());
  }
}

}  // namespace

absl::StatusOr<uint64_t> CopyLargeObjects(pg::Connection& source, pg::Connection& staging,
                                          bool keep_content) {
  ASSIGN_OR_RETURN(const pg::Result oids,
                   source.Exec("SELECT oid, pg_catalog.obj_description(oid, 'pg_largeobject')"
                               " FROM pg_catalog.pg_largeobject_metadata ORDER BY oid"));
  for (int i = 0; i < oids.rows(); ++i) {
    const std::string oid = oids.String(i, 0);
    absl::Status status = staging.Run(fmt::format("SELECT pg_catalog.lo_create({})", oid));
    if (status.ok() && keep_content) status = CopyContent(source, staging, oid);
    if (status.ok() && keep_content && !oids.IsNull(i, 1)) {
      status = staging.Run(
          fmt::format("COMMENT ON LARGE OBJECT {} IS {}", oid, pg::QuoteLiteral(oids.String(i, 1))));
    }
    RETURN_IF_ERROR(Annotate(status, "large object " + oid));
  }
  return static_cast<uint64_t>(oids.rows());
}

}  // namespace understudy::clone
