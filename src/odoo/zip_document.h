// A zip container in memory: what DOCX, XLSX, ODT, ODS and ZIP placeholders are.
//
// DESIGN
//   Written by hand (PKWARE APPNOTE 6.3, stored members, no extra fields): libarchive adds an extra field to
//   each member, and OpenDocument 1.2 part 3 wants `mimetype` first and bare, or readers don't know the file.
// Threads: thread-safe. The same members give the same bytes (no times, no owners).
#ifndef UNDERSTUDY_ODOO_ZIP_DOCUMENT_H_
#define UNDERSTUDY_ODOO_ZIP_DOCUMENT_H_

#include <string>
#include <vector>

namespace understudy::odoo {

struct ZipMember {
  std::string name;
  std::string content;
};

std::string MakeZip(const std::vector<ZipMember>& members);

std::string MakeDocx(const std::string& text);
std::string MakeXlsx(const std::string& text);
std::string MakeOpenDocument(const std::string& text, bool spreadsheet);

}  // namespace understudy::odoo

#endif  // UNDERSTUDY_ODOO_ZIP_DOCUMENT_H_
