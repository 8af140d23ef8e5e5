// A zip container in memory, by libarchive: what DOCX, XLSX, ODT, ODS and ZIP are.
//
// Threads: thread-safe. The same members give the same bytes (no times, no owners).
#ifndef UNDERSTUDY_ODOO_ZIP_DOCUMENT_H_
#define UNDERSTUDY_ODOO_ZIP_DOCUMENT_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace understudy::odoo {

struct ZipMember {
  std::string name;
  std::string content;
  bool stored = false;  // not compressed: OpenDocument's first member must be readable as it is
};

absl::StatusOr<std::string> MakeZip(const std::vector<ZipMember>& members);

absl::StatusOr<std::string> MakeDocx(const std::string& text);
absl::StatusOr<std::string> MakeXlsx(const std::string& text);
absl::StatusOr<std::string> MakeOpenDocument(const std::string& text, bool spreadsheet);

}  // namespace understudy::odoo

#endif  // UNDERSTUDY_ODOO_ZIP_DOCUMENT_H_
