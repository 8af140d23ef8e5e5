#include "odoo/placeholders.h"

#include <fmt/format.h>

#include <array>
#include <vector>

#include "base/strings.h"
#include "odoo/bitmap.h"
#include "odoo/zip_document.h"

namespace understudy::odoo {
namespace {

constexpr const char* kDocxType = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
constexpr const char* kXlsxType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
constexpr const char* kOdtType = "application/vnd.oasis.opendocument.text";
constexpr const char* kOdsType = "application/vnd.oasis.opendocument.spreadsheet";

// Technical names only, so that nothing else can get into a file: "hr.applicant".
std::string CleanOrigin(std::string_view origin) {
  std::string out;
  for (const char c : origin.substr(0, 64)) {
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_') out += c;
  }
  return out;
}

std::string Sentence(const std::string& origin) {
  if (origin.empty()) return "Placeholder: the production file was not copied to this environment.";
  return fmt::format("Placeholder: the production file of {} was not copied to this environment.", origin);
}

std::string Pdf(const std::string& text) {
  const std::string page = fmt::format("BT /F1 12 Tf 60 780 Td ({}) Tj ET", text);
  const std::vector<std::string> objects = {
      "<< /Type /Catalog /Pages 2 0 R >>",
      "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
      fmt::format("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources {} >>",
                  "<< /Font << /F1 5 0 R >> >>"),
      fmt::format("<< /Length {} >>\nstream\n{}\nendstream", page.size(), page),
      "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
  };
  std::string out = "%PDF-1.4\n%\xE2\xE3\xCF\xD3\n";
  std::string table = "0000000000 65535 f \n";
  for (size_t i = 0; i < objects.size(); ++i) {
    table += fmt::format("{:010} 00000 n \n", out.size());
    out += fmt::format("{} 0 obj\n{}\nendobj\n", i + 1, objects[i]);
  }
  const size_t start = out.size();
  out += fmt::format("xref\n0 {0}\n{1}trailer\n<< /Size {0} /Root 1 0 R >>\nstartxref\n{2}\n%%EOF\n",
                     objects.size() + 1, table, start);
  return out;
}

// "PLACEHOLDER" and the origin, one dot of a letter per pixel.
Bitmap Picture(const std::string& origin) {
  constexpr Rgb kPaper = {238, 238, 238}, kInk = {68, 68, 68};
  constexpr std::string_view kWord = "PLACEHOLDER";
  const std::string_view below = std::string_view(origin).substr(0, 20);
  const int width = std::max(TextWidth(kWord.size()), TextWidth(below.size())) + 8;
  Bitmap picture(width, below.empty() ? 15 : 25, kPaper);
  picture.Draw(kWord, (width - TextWidth(kWord.size())) / 2, 4, 1, kInk);
  picture.Draw(below, (width - TextWidth(below.size())) / 2, 14, 1, kInk);
  return picture;
}

// Each dot as a square of four pixels.
Bitmap Enlarged(const Bitmap& small) {
  Bitmap large(small.width() * 4, small.height() * 4, kWhite);
  for (int y = 0; y < large.height(); ++y) {
    for (int x = 0; x < large.width(); ++x) large.Set(x, y, small.At(x / 4, y / 4));
  }
  return large;
}

std::string Svg(const std::string& origin) {
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"320\" "
      "height=\"100\"><rect width=\"320\" height=\"100\" fill=\"#eeeeee\"/><text x=\"160\" y=\"45\" "
      "font-family=\"sans-serif\" font-size=\"24\" text-anchor=\"middle\" fill=\"#444444\">Placeholder</text>"
      "<text x=\"160\" y=\"75\" font-family=\"sans-serif\" font-size=\"14\" text-anchor=\"middle\" "
      "fill=\"#444444\">{}</text></svg>\n",
      origin);
}

// RIFF header and a tenth of a second of silence, 8 kHz, 8 bits, mono.
std::string SilentWav() {
  constexpr uint32_t kRate = 8000, kSamples = 800;
  std::string out = "RIFF";
  auto append = [&out](uint32_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i));
  };
  append(36 + kSamples, 4);
  out += "WAVEfmt ";
  append(16, 4);
  append(1, 2);
  append(1, 2);
  append(kRate, 4);
  append(kRate, 4);
  append(1, 2);
  append(8, 2);
  out += "data";
  append(kSamples, 4);
  out.append(kSamples, '\x80');
  return out;
}

std::string Mail(const std::string& text) {
  return fmt::format(
      "From: placeholder@example.com\r\nTo: placeholder@example.com\r\nSubject: Placeholder\r\n"
      "Date: Tue, 01 Jan 1980 00:00:00 +0000\r\nMessage-ID: <placeholder@example.com>\r\nMIME-Version: "
      "1.0\r\n"
      "Content-Type: text/plain; charset=us-ascii\r\n\r\n{}\r\n",
      text);
}

std::string Calendar(const std::string& text) {
  return fmt::format(
      "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Understudy//Placeholder//EN\r\nBEGIN:VEVENT\r\n"
      "UID:placeholder@example.com\r\nDTSTAMP:19800101T000000Z\r\nDTSTART:19800101T000000Z\r\n"
      "SUMMARY:Placeholder\r\nDESCRIPTION:{}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
      text);
}

std::string Card(const std::string& text) {
  return fmt::format(
      "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Placeholder;;;;\r\nFN:Placeholder\r\nNOTE:{}\r\nEND:VCARD\r\n", text);
}

enum class Type {
  kPdf,
  kPng,
  kJpeg,
  kGif,
  kSvg,
  kDocx,
  kXlsx,
  kOdt,
  kOds,
  kZip,
  kEml,
  kIcs,
  kVcf,
  kCsv,
  kHtml,
  kJson,
  kXml,
  kRtf,
  kWav,
  kText
};

struct Known {
  std::string_view mimetype;  // a trailing '*' matches any rest
  Type type;
};

constexpr std::array<Known, 39> kKnown = {{
    {"application/pdf", Type::kPdf},
    {"application/x-pdf", Type::kPdf},
    {"image/png", Type::kPng},
    {"image/jpeg", Type::kJpeg},
    {"image/jpg", Type::kJpeg},
    {"image/gif", Type::kGif},
    {"image/svg+xml", Type::kSvg},
    {"image/*", Type::kPng},
    {"application/msword", Type::kDocx},
    {"application/vnd.openxmlformats-officedocument.wordprocessingml*", Type::kDocx},
    {"application/vnd.openxmlformats-officedocument.presentationml*", Type::kPdf},
    {"application/vnd.ms-powerpoint*", Type::kPdf},
    {"application/vnd.ms-excel*", Type::kXlsx},
    {"application/vnd.openxmlformats-officedocument.spreadsheetml*", Type::kXlsx},
    {"application/vnd.oasis.opendocument.spreadsheet*", Type::kOds},
    {"application/vnd.oasis.opendocument*", Type::kOdt},
    {"application/zip", Type::kZip},
    {"application/x-zip*", Type::kZip},
    {"message/rfc822", Type::kEml},
    {"application/mbox", Type::kEml},
    {"text/calendar", Type::kIcs},
    {"text/vcard", Type::kVcf},
    {"text/x-vcard", Type::kVcf},
    {"text/directory", Type::kVcf},
    {"text/csv", Type::kCsv},
    {"text/comma-separated-values", Type::kCsv},
    {"text/html", Type::kHtml},
    {"application/xhtml+xml", Type::kHtml},
    {"application/json", Type::kJson},
    {"application/o-spreadsheet*", Type::kJson},
    {"application/xml", Type::kXml},
    {"text/xml", Type::kXml},
    {"application/rtf", Type::kRtf},
    {"text/rtf", Type::kRtf},
    {"audio/*", Type::kWav},
    {"text/*", Type::kText},
    {"application/javascript", Type::kText},
    {"application/x-javascript", Type::kText},
    {"application/octet-stream", Type::kText},
}};

bool Matches(std::string_view pattern, std::string_view mimetype) {
  if (pattern.ends_with('*')) return mimetype.starts_with(pattern.substr(0, pattern.size() - 1));
  return pattern == mimetype;
}

Type TypeOf(std::string_view mimetype) {
  const std::string plain = Lower(Trim(mimetype.substr(0, mimetype.find(';'))));
  for (const Known& known : kKnown) {
    if (Matches(known.mimetype, plain)) return known.type;
  }
  return Type::kText;
}

}  // namespace

Placeholder MakePlaceholder(std::string_view mimetype, std::string_view origin_name) {
  const std::string origin = CleanOrigin(origin_name), text = Sentence(origin);
  switch (TypeOf(mimetype)) {
    case Type::kPdf:
      return Placeholder{Pdf(text), "application/pdf", "pdf"};
    case Type::kPng:
      return Placeholder{EncodePng(Enlarged(Picture(origin))), "image/png", "png"};
    case Type::kJpeg:
      return Placeholder{EncodeJpegOfCells(Picture(origin)), "image/jpeg", "jpg"};
    case Type::kGif:
      return Placeholder{EncodeGif(Enlarged(Picture(origin))), "image/gif", "gif"};
    case Type::kSvg:
      return Placeholder{Svg(origin), "image/svg+xml", "svg"};
    case Type::kDocx:
      return Placeholder{MakeDocx(text), kDocxType, "docx"};
    case Type::kXlsx:
      return Placeholder{MakeXlsx(text), kXlsxType, "xlsx"};
    case Type::kOdt:
      return Placeholder{MakeOpenDocument(text, false), kOdtType, "odt"};
    case Type::kOds:
      return Placeholder{MakeOpenDocument(text, true), kOdsType, "ods"};
    case Type::kZip:
      return Placeholder{MakeZip({{"placeholder.txt", text + "\n"}}), "application/zip", "zip"};
    case Type::kEml:
      return Placeholder{Mail(text), "message/rfc822", "eml"};
    case Type::kIcs:
      return Placeholder{Calendar(text), "text/calendar", "ics"};
    case Type::kVcf:
      return Placeholder{Card(text), "text/vcard", "vcf"};
    case Type::kCsv:
      return Placeholder{fmt::format("placeholder\r\n\"{}\"\r\n", text), "text/csv", "csv"};
    case Type::kHtml:
      return Placeholder{
          fmt::format("<!DOCTYPE html>\n<html><head><title>Placeholder</title></head><body><p>{}</p>"
                      "</body></html>\n",
                      text),
          "text/html", "html"};
    case Type::kJson:
      return Placeholder{fmt::format("{{\"placeholder\": \"{}\"}}\n", text), "application/json", "json"};
    case Type::kXml:
      return Placeholder{
          fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<placeholder>{}</placeholder>\n", text),
          "application/xml", "xml"};
    case Type::kRtf:
      return Placeholder{fmt::format("{{\\rtf1\\ansi {}}}\n", text), "application/rtf", "rtf"};
    case Type::kWav:
      return Placeholder{SilentWav(), "audio/x-wav", "wav"};
    case Type::kText:
      break;
  }
  return Placeholder{text + "\n", "text/plain", "txt"};
}

std::string_view ExtensionOf(std::string_view mimetype) {
  static constexpr std::array<std::pair<Type, std::string_view>, 19> kExtensions = {{
      {Type::kPdf, "pdf"}, {Type::kPng, "png"},   {Type::kJpeg, "jpg"},  {Type::kGif, "gif"},
      {Type::kSvg, "svg"}, {Type::kDocx, "docx"}, {Type::kXlsx, "xlsx"}, {Type::kOdt, "odt"},
      {Type::kOds, "ods"}, {Type::kZip, "zip"},   {Type::kEml, "eml"},   {Type::kIcs, "ics"},
      {Type::kVcf, "vcf"}, {Type::kCsv, "csv"},   {Type::kHtml, "html"}, {Type::kJson, "json"},
      {Type::kXml, "xml"}, {Type::kRtf, "rtf"},   {Type::kWav, "wav"},
  }};
  const Type type = TypeOf(mimetype);
  for (const auto& [known, extension] : kExtensions) {
    if (known == type) return extension;
  }
  return mimetype.starts_with("text/") ? "txt" : "";
}

}  // namespace understudy::odoo
