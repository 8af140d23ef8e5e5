// What no database can enforce: packet filter rules that let staging reach its sandbox and nothing else.
//
// DESIGN
//   Text for nftables (Linux 4.14+), to be read, adapted and loaded by an administrator; Understudy never
//   loads it. Odoo has calls that no switch controls (Gravatar, link previews, fonts), and a module updated
//   tomorrow may bring another: only the host can say no.
// Threads: thread-safe.
#ifndef UNDERSTUDY_ODOO_EGRESS_H_
#define UNDERSTUDY_ODOO_EGRESS_H_

#include <string>

#include "odoo/sandbox.h"

namespace understudy::odoo {

// `user` is the system account that runs Odoo on the staging host; `database_host` may be empty (local
// socket).
std::string EgressRules(const Sandbox& sandbox, const std::string& user, const std::string& database_host,
                        int database_port);

}  // namespace understudy::odoo

#endif  // UNDERSTUDY_ODOO_EGRESS_H_
