#include "odoo/zip_document.h"

#include <fmt/format.h>
#include <zlib.h>

namespace understudy::odoo {
namespace {

constexpr const char* kXml = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

// 1 January 1980, the earliest date that a zip can hold.
constexpr uint32_t kDosDate = (0 << 9) | (1 << 5) | 1;
// Members are stored: they are a few hundred bytes each, and no compression needs no version.
constexpr uint32_t kVersion = 10;

void Append(uint32_t value, int bytes, std::string* out) {
  for (int i = 0; i < bytes; ++i) *out += static_cast<char>(value >> (8 * i));
}

// What the local and the central header of a member have in common (APPNOTE 4.3.7 and 4.3.12).
void AppendCommon(const ZipMember& member, std::string* out) {
  const auto crc = static_cast<uint32_t>(crc32(0, reinterpret_cast<const Bytef*>(member.content.data()),
                                               static_cast<uInt>(member.content.size())));
  Append(kVersion, 2, out);
  Append(0, 2, out);  // flags
  Append(0, 2, out);  // stored
  Append(0, 2, out);  // midnight
  Append(kDosDate, 2, out);
  Append(crc, 4, out);
  Append(static_cast<uint32_t>(member.content.size()), 4, out);
  Append(static_cast<uint32_t>(member.content.size()), 4, out);
  Append(static_cast<uint32_t>(member.name.size()), 2, out);
  Append(0, 2, out);  // no extra field: OpenDocument wants its first member to begin at byte 38
}

}  // namespace

std::string MakeZip(const std::vector<ZipMember>& members) {
  std::string out, directory;
  for (const ZipMember& member : members) {
    const auto offset = static_cast<uint32_t>(out.size());
    Append(0x04034b50, 4, &out);
    AppendCommon(member, &out);
    out += member.name;
    out += member.content;
    Append(0x02014b50, 4, &directory);
    Append(kVersion, 2, &directory);  // made by: FAT, so no permissions
    AppendCommon(member, &directory);
    Append(0, 2, &directory);  // comment
    Append(0, 2, &directory);  // disk
    Append(0, 2, &directory);
    Append(0, 4, &directory);
    Append(offset, 4, &directory);
    directory += member.name;
  }
  const auto start = static_cast<uint32_t>(out.size()), size = static_cast<uint32_t>(directory.size());
  out += directory;
  Append(0x06054b50, 4, &out);
  Append(0, 4, &out);
  Append(static_cast<uint32_t>(members.size()), 2, &out);
  Append(static_cast<uint32_t>(members.size()), 2, &out);
  Append(size, 4, &out);
  Append(start, 4, &out);
  Append(0, 2, &out);
  return out;
}

std::string MakeDocx(const std::string& text) {
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

std::string MakeXlsx(const std::string& text) {
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

std::string MakeOpenDocument(const std::string& text, bool spreadsheet) {
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
  return MakeZip({{"mimetype", type}, {"content.xml", content}, {"META-INF/manifest.xml", manifest}});
}

}  // namespace understudy::odoo
