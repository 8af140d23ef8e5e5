// Types, resolved through domains and arrays to what decides their treatment.
//
// Whether a type can carry text is decided from pg_type alone, for any type (DESIGN §6): fixed-length types
// cannot, unless they are strings ("char", name); of the variable-length ones numbers, network addresses,
// bit strings and geometric types cannot; ranges and composites can if a part of them can; everything else
// (text, json, xml, bytea, hstore, citext, tsvector, unknown extension types) can.
#include <functional>
#include <set>

#include "base/status.h"
#include "clone/catalog.h"

namespace understudy::clone {
namespace {

// Types of user-made objects have oids from here on (PostgreSQL's FirstNormalObjectId); an oid below means
// the same thing on every server.
constexpr uint32_t kFirstNormalOid = 16384;

constexpr const char* kTypesSql =
    "SELECT t.oid, pg_catalog.format_type(t.oid, NULL), t.typtype, t.typcategory, t.typlen,"
    "       CASE WHEN t.typcategory = 'A' OR (t.typelem <> 0 AND t.typlen = -1) THEN t.typelem ELSE 0 END,"
    "       t.typbasetype, t.typsend <> 0 AND t.typreceive <> 0,"
    "       COALESCE((SELECT r.rngsubtype FROM pg_catalog.pg_range r WHERE r.rngtypid = t.oid), 0),"
    "       t.typname ~ '^reg' AND t.typnamespace = 'pg_catalog'::regnamespace"
    "  FROM pg_catalog.pg_type t";

constexpr const char* kCompositesSql =
    "SELECT t.oid, a.atttypid FROM pg_catalog.pg_type t"
    "  JOIN pg_catalog.pg_attribute a ON a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped"
    " WHERE t.typtype = 'c'"
    "   AND t.oid IN (SELECT x.atttypid FROM pg_catalog.pg_attribute x JOIN pg_catalog.pg_class c"
    "                 ON c.oid = x.attrelid WHERE c.relkind IN ('r','p','m','c')"
    "                 UNION SELECT e.typelem FROM pg_catalog.pg_type e WHERE e.typcategory = 'A')"
    "   AND t.typrelid >= 16384 AND EXISTS (SELECT 1 FROM pg_catalog.pg_class k WHERE k.oid = t.typrelid AND"
    "                k.relkind = 'c')";

struct RawType {
  rules::Type type;
  int length = 0;
  uint32_t domain_base = 0;
  uint32_t range_subtype = 0;
  bool has_binary = false;
  bool registry = false;  // regclass and the like: carries an oid of this server
  std::vector<uint32_t> members;
};

using RawTypes = std::map<uint32_t, RawType>;

bool CanCarryText(const RawTypes& types, uint32_t oid) {
  const auto found = types.find(oid);
  if (found == types.end()) return true;
  const RawType& raw = found->second;
  if (raw.domain_base != 0) return CanCarryText(types, raw.domain_base);
  if (raw.type.element_oid != 0) return CanCarryText(types, raw.type.element_oid);
  if (raw.range_subtype != 0) return CanCarryText(types, raw.range_subtype);
  if (raw.type.kind == 'm') return true;
  if (raw.type.kind == 'e') return false;
  if (raw.type.kind == 'c') {
    for (const uint32_t member : raw.members) {
      if (CanCarryText(types, member)) return true;
    }
    return raw.members.empty();
  }
  if (raw.type.category == 'S') return true;
  if (raw.length > 0) return false;
  return std::string_view("NVIGDTB").find(raw.type.category) == std::string_view::npos;
}

// COPY binary means the same on both ends. Composites and arrays carry the oids of their parts, so a
// user-made part is only safe as text.
bool IsBinarySafe(const RawTypes& types, uint32_t oid) {
  const auto found = types.find(oid);
  if (found == types.end()) return false;
  const RawType& raw = found->second;
  if (!raw.has_binary || raw.registry) return false;
  if (raw.domain_base != 0) return IsBinarySafe(types, raw.domain_base);
  if (raw.type.element_oid != 0) {
    return raw.type.element_oid < kFirstNormalOid && IsBinarySafe(types, raw.type.element_oid);
  }
  if (raw.range_subtype != 0) return IsBinarySafe(types, raw.range_subtype);
  if (raw.type.kind == 'c') {
    for (const uint32_t member : raw.members) {
      if (member >= kFirstNormalOid || !IsBinarySafe(types, member)) return false;
    }
  }
  return true;
}

// The type behind domains, and of an array its element's.
const RawType& BaseOf(const RawTypes& types, const RawType& raw) {
  const uint32_t next = raw.domain_base != 0 ? raw.domain_base : raw.type.element_oid;
  const auto found = types.find(next);
  return next == 0 || found == types.end() ? raw : BaseOf(types, found->second);
}

}  // namespace

absl::Status ReadTypes(pg::Connection& connection, std::map<uint32_t, rules::Type>* types) {
  RawTypes raw_types;
  ASSIGN_OR_RETURN(const pg::Result rows, connection.Exec(kTypesSql));
  for (int i = 0; i < rows.rows(); ++i) {
    RawType raw;
    raw.type.oid = static_cast<uint32_t>(rows.Int(i, 0));
    raw.type.name = rows.String(i, 1);
    raw.type.kind = rows.Get(i, 2)[0];
    raw.type.category = rows.Get(i, 3)[0];
    raw.length = static_cast<int>(rows.Int(i, 4));
    raw.type.element_oid = static_cast<uint32_t>(rows.Int(i, 5));
    raw.domain_base = static_cast<uint32_t>(rows.Int(i, 6));
    raw.has_binary = rows.Bool(i, 7);
    raw.range_subtype = static_cast<uint32_t>(rows.Int(i, 8));
    raw.registry = rows.Bool(i, 9);
    raw_types.emplace(raw.type.oid, std::move(raw));
  }
  ASSIGN_OR_RETURN(const pg::Result members, connection.Exec(kCompositesSql));
  for (int i = 0; i < members.rows(); ++i) {
    raw_types[static_cast<uint32_t>(members.Int(i, 0))].members.push_back(
        static_cast<uint32_t>(members.Int(i, 1)));
  }
  for (auto& [oid, raw] : raw_types) {
    rules::Type type = raw.type;
    const RawType& base = BaseOf(raw_types, raw);
    type.base_name = base.type.name;
    type.base_kind = base.type.kind;
    type.base_category = base.type.category;
    type.textual = CanCarryText(raw_types, oid);
    type.binary_safe = IsBinarySafe(raw_types, oid);
    types->emplace(oid, std::move(type));
  }
  return absl::OkStatus();
}

}  // namespace understudy::clone
