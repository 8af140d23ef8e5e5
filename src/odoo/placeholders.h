// Valid files that say they are placeholders: what stands where a real document was.
//
// DESIGN
//   One per type of content and origin (the model it was attached to), so that ten thousand invoices share
//   one small file. A type that we can't make becomes the nearest that we can: .doc → DOCX, .xls → XLSX,
//   sound → a silent WAV, anything unknown → plain text; the row's mimetype and name follow. Made by hand
//   (PDF, pictures, mail formats) or as zip containers (DOCX, XLSX, ODT, ODS). Deterministic
//   bytes.
// Ownership: values. Threads: thread-safe.
#ifndef UNDERSTUDY_ODOO_PLACEHOLDERS_H_
#define UNDERSTUDY_ODOO_PLACEHOLDERS_H_

#include <string>
#include <string_view>

namespace understudy::odoo {

struct Placeholder {
  std::string content;
  std::string mimetype;
  std::string extension;  // "pdf"
};

// `mimetype` as ir_attachment has it ("application/pdf; charset=…" is fine); `origin` is a technical name
// such as "hr.applicant", or empty.
Placeholder MakePlaceholder(std::string_view mimetype, std::string_view origin);

// The extension for a mimetype that we know, else empty.
std::string_view ExtensionOf(std::string_view mimetype);

}  // namespace understudy::odoo

#endif  // UNDERSTUDY_ODOO_PLACEHOLDERS_H_
