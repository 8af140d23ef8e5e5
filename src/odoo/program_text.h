// Tables that Odoo fills from its modules' code: registry, views, menus, actions, access rules.
//
// DESIGN: what stands there is the product's own text, the same in every installation. A person's name or a
// company's phone in it is a coincidence (or the module's demo data), not production's data; what users make
// there themselves (edited views, their own actions) has rules of its own and is rewritten.
// Threads: thread-safe.
#ifndef UNDERSTUDY_ODOO_PROGRAM_TEXT_H_
#define UNDERSTUDY_ODOO_PROGRAM_TEXT_H_

#include <string_view>

namespace understudy::odoo {

inline bool IsProgramTable(std::string_view table) {
  for (const std::string_view prefix : {"ir_model", "ir_module", "ir_ui_", "ir_act_", "ir_actions"}) {
    if (table.starts_with(prefix)) return true;
  }
  for (const std::string_view name : {"ir_cron", "ir_rule", "ir_asset", "res_groups"}) {
    if (table == name) return true;
  }
  return false;
}

}  // namespace understudy::odoo

#endif  // UNDERSTUDY_ODOO_PROGRAM_TEXT_H_
