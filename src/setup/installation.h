// An Odoo installation as it lies on this machine: its odoo.conf, its data directory, its addons.
//
// DESIGN: odoo.conf is an INI file; of it we read [options] as Odoo does: the last of two equal keys wins,
// "False" and "None" mean that nothing is set. Nothing is guessed from running processes. Usual places are
// those of Odoo's own packages, its container image and the hand-made installations that most guides lead to.
// Ownership: values. Threads: thread-safe. Errors: those of reading a file that was named.
#ifndef UNDERSTUDY_SETUP_INSTALLATION_H_
#define UNDERSTUDY_SETUP_INSTALLATION_H_

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "pg/conninfo.h"

namespace understudy::setup {

// The keys of [options] that are set.
using OdooConf = std::map<std::string, std::string>;
OdooConf ParseOdooConf(std::string_view text);

struct UsualPlaces {
  std::vector<std::string> confs;  // files
  std::vector<std::string> data;   // Odoo's data_dir: holds filestore/DATABASE
  std::vector<std::string> addons;

  // `home` is the user's own directory; it may be empty.
  static UsualPlaces On(const std::string& home);
};

// The first of the usual files that exists; empty if none does.
std::string FindOdooConf(const UsualPlaces& places);

// db_host, db_port, db_user, db_password and db_name (if it is one name) as libpq calls them.
pg::ConnOptions ConnectionOf(const OdooConf& conf);

// The filestore of `database` that holds most of `names` (store_fname: "ab/abcdef…").
struct FilestoreFound {
  std::string directory;  // empty: none of the places has one
  size_t present = 0;     // of the names
};
FilestoreFound FindFilestore(const OdooConf& conf, const UsualPlaces& places, const std::string& database,
                             const std::vector<std::string>& names);
size_t CountPresent(const std::string& directory, const std::vector<std::string>& names);

// addons_path, then the usual places: those that exist and hold at least one of `modules`.
std::vector<std::string> FindAddons(const OdooConf& conf, const UsualPlaces& places,
                                    const std::vector<std::string>& modules);

}  // namespace understudy::setup

#endif  // UNDERSTUDY_SETUP_INSTALLATION_H_
