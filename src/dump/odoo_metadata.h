// What an Odoo dump's own rows say of it: modules, fields, countries, the main company.
//
// DESIGN: the counterpart of clone/odoo_catalog.cc, from rows instead of queries. Kept in memory: technical
// names, versions and ids; of partners only country and language, and these only for partners of companies
// (for all, as numbers, while the companies are not known yet).
// Threads: thread-safe.
#ifndef UNDERSTUDY_DUMP_ODOO_METADATA_H_
#define UNDERSTUDY_DUMP_ODOO_METADATA_H_

#include <cstdint>
#include <map>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/mutex.h"
#include "clone/catalog.h"
#include "copyformat/batch.h"
#include "dump/statement.h"

namespace understudy::dump {

class OdooMetadata {
 public:
  static bool Wants(const CopyHeader& copy);
  // Rows of a table that Wants() named.
  absl::Status Add(const CopyHeader& copy, const copyformat::Batch& batch);
  // Fills modules, version, what is known of the columns, countries, the default country and language.
  void Fill(clone::Catalog* catalog) const;
  std::unordered_set<int64_t> CompanyPartners() const;
  // res_users.id by partner_id.
  std::multimap<int64_t, int64_t> UsersByPartner() const;

 private:
  struct Field {
    std::string name;
    rules::OdooField odoo;
  };
  struct Partner {
    int64_t country = 0;
    std::string language;
  };
  absl::Status AddModules(const CopyHeader& copy, const copyformat::Batch& batch)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status AddFields(const CopyHeader& copy, const copyformat::Batch& batch)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status AddCountries(const CopyHeader& copy, const copyformat::Batch& batch)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status AddPeople(const CopyHeader& copy, const copyformat::Batch& batch)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void FillFields(clone::Catalog* catalog) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  mutable Mutex mutex_;
  std::map<std::string, std::string> modules_ ABSL_GUARDED_BY(mutex_);
  std::vector<Field> fields_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::string> countries_ ABSL_GUARDED_BY(mutex_);
  std::map<int64_t, int64_t> companies_ ABSL_GUARDED_BY(mutex_);  // id → partner
  std::multimap<int64_t, int64_t> users_ ABSL_GUARDED_BY(mutex_);
  std::map<int64_t, Partner> partners_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace understudy::dump

#endif  // UNDERSTUDY_DUMP_ODOO_METADATA_H_
