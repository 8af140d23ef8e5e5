#include "odoo/zip_document.h"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>

#include <memory>

#include "base/status.h"

namespace understudy::odoo {
namespace {

// 1 January 1980: the earliest time that a zip can hold.
constexpr time_t kZipEpoch = 315532800;
constexpr const char* kXml = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

struct ArchiveDeleter {
  void operator()(archive* a) const { archive_write_free(a); }
};
struct EntryDeleter {
  void operator()(archive_entry* e) const { archive_entry_free(e); }
};

la_ssize_t Collect(archive*, void* out, const void* bytes, size_t size) {
  static_cast<std::string*>(out)->append(static_cast<const char*>(bytes), size);
  return static_cast<la_ssize_t>(size);
}

}  // namespace

absl::StatusOr<std::string> MakeZip(const std::vector<ZipMember>& members) {
  std::string out;
  std::unique_ptr<archive, ArchiveDeleter> zip(archive_write_new());
  auto failed = [&] { return Failed(fmt::format("writing a zip: {}", archive_error_string(zip.get()))); };
  if (archive_write_set_format_zip(zip.get()) != ARCHIVE_OK) return failed();
  // No padding to a tape's block size at the end.
  archive_write_set_bytes_in_last_block(zip.get(), 1);
  if (archive_write_open(zip.get(), &out, nullptr, Collect, nullptr) != ARCHIVE_OK) return failed();
  for (const ZipMember& member : members) {
    if (member.stored) {
      archive_write_zip_set_compression_store(zip.get());
    } else {
      archive_write_zip_set_compression_deflate(zip.get());
    }
    std::unique_ptr<archive_entry, EntryDeleter> entry(archive_entry_new());
    archive_entry_set_pathname(entry.get(), member.name.c_str());
    archive_entry_set_size(entry.get(), static_cast<la_int64_t>(member.content.size()));
    archive_entry_set_filetype(entry.get(), AE_IFREG);
    archive_entry_set_perm(entry.get(), 0644);
    archive_entry_set_mtime(entry.get(), kZipEpoch, 0);
    if (archive_write_header(zip.get(), entry.get()) != ARCHIVE_OK) return failed();
    const la_ssize_t written = archive_write_data(zip.get(), member.content.data(), member.content.size());
    if (written != static_cast<la_ssize_t>(member.content.size())) return failed();
  }
  if (archive_write_close(zip.get()) != ARCHIVE_OK) return failed();
  return out;
}

absl::StatusOr<std::string> MakeDocx(const std::string& text) {
  const std::string types = fmt::format(
      "{}<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"
      "<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
      "<Default Extension=\"xml\" ContentType=\"application/xml\"/>"
      "<Override PartName=\"/word/document.xml\" ContentType=\"application/"
      "vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/></Types>",
      kXml);
  const std::string relations = fmt::format(
      "{}<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
      "<Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
      "officeDocument\" Target=\"word/document.xml\"/></Relationships>",
      kXml);
  const std::string document = fmt::format(
      "{}<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body>"
      "<w:p><w:r><w:t>{}</w:t></w:r></w:p></w:body></w:document>",
      kXml, text);
  return MakeZip(
      {{"[Content_Types].xml", types}, {"_rels/.rels", relations}, {"word/document.xml", document}});
}

absl::StatusOr<std::string> MakeXlsx(const std::string& text) {
  const std::string types = fmt::format(
      "{}<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"
      "<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
      "<Default Extension=\"xml\" ContentType=\"application/xml\"/>"
      "<Override PartName=\"/xl/workbook.xml\" ContentType=\"application/"
      "vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/>"
      "<Override PartName=\"/xl/worksheets/sheet1.xml\" ContentType=\"application/"
      "vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/></Types>",
      kXml);
  const char* relations =
      "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
      "<Relationship Id=\"rId1\" "
      "Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}\" "
      "Target=\"{}\"/></Relationships>";
  const std::string workbook = fmt::format(
      "{}<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" "
      "xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\">"
      "<sheets><sheet name=\"Placeholder\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>",
      kXml);
  const std::string sheet = fmt::format(
      "{}<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>"
      "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>{}</t></is></c></row></sheetData></worksheet>",
      kXml, text);
  return MakeZip(
      {{"[Content_Types].xml", types},
       {"_rels/.rels", kXml + fmt::format(fmt::runtime(relations), "officeDocument", "xl/workbook.xml")},
       {"xl/workbook.xml", workbook},
       {"xl/_rels/workbook.xml.rels",
        kXml + fmt::format(fmt::runtime(relations), "worksheet", "worksheets/sheet1.xml")},
       {"xl/worksheets/sheet1.xml", sheet}});
}

absl::StatusOr<std::string> MakeOpenDocument(const std::string& text, bool spreadsheet) {
  const std::string type =
      fmt::format("application/vnd.oasis.opendocument.{}", spreadsheet ? "spreadsheet" : "text");
  const std::string paragraph = fmt::format("<text:p>{}</text:p>", text);
  const std::string body =
      spreadsheet ? fmt::format(
                        "<office:spreadsheet><table:table table:name=\"Placeholder\"><table:table-row>"
                        "<table:table-cell office:value-type=\"string\">{}</table:table-cell>"
                        "</table:table-row></table:table></office:spreadsheet>",
                        paragraph)
                  : fmt::format("<office:text>{}</office:text>", paragraph);
  const std::string content = fmt::format(
      "{}<office:document-content xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" "
      "xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\" "
      "xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" office:version=\"1.2\">"
      "<office:body>{}</office:body></office:document-content>",
      kXml, body);
  const std::string manifest = fmt::format(
      "{}<manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\" "
      "manifest:version=\"1.2\"><manifest:file-entry manifest:full-path=\"/\" manifest:media-type=\"{}\"/>"
      "<manifest:file-entry manifest:full-path=\"content.xml\" manifest:media-type=\"text/xml\"/>"
      "</manifest:manifest>",
      kXml, type);
  return MakeZip({{"mimetype", type, true}, {"content.xml", content}, {"META-INF/manifest.xml", manifest}});
}

}  // namespace understudy::odoo
