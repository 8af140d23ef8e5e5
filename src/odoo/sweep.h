// Looks through configuration tables for whatever still points outside: URLs, hosts, e-mail domains, keys.
//
// DESIGN
//   Assertions know channels; the sweep knows shapes, so that a connector nobody heard of is seen. It asks
//   the server to match and gets places and counts back, never values (a parameter's key is its place). Which
//   tables: those whose name says configuration, and every column called url, host, endpoint … anywhere.
// Threads: one thread per connection.
#ifndef UNDERSTUDY_ODOO_SWEEP_H_
#define UNDERSTUDY_ODOO_SWEEP_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "odoo/sandbox.h"
#include "odoo/schema.h"
#include "pg/connection.h"

namespace understudy::odoo {

struct SweepHit {
  std::string kind;  // "url", "host", "email", "key"
  std::string table;
  std::string column;
  uint64_t rows = 0;
  std::string places;  // ids of the first rows, or keys of parameters
};

absl::StatusOr<std::vector<SweepHit>> Sweep(pg::Connection& connection, const Schema& schema,
                                            const Sandbox& sandbox);

}  // namespace understudy::odoo

#endif  // UNDERSTUDY_ODOO_SWEEP_H_
