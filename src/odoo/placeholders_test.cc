#include "odoo/placeholders.h"

#include <archive.h>
#include <archive_entry.h>

#include <map>

#include "base/process.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "odoo/avatars.h"
#include "odoo/bitmap.h"
#include "odoo/image_strip.h"
#include "odoo/zip_document.h"
#include "support/status_matchers.h"
#include "support/temp_directory.h"

namespace understudy::odoo {
namespace {

using testing_support::TempDirectory;
using testing_support::WriteTestFile;

using ::testing::HasSubstr;
using ::testing::StartsWith;

std::map<std::string, std::string> Unzip(const std::string& zip) {
  std::map<std::string, std::string> members;
  archive* reader = archive_read_new();
  archive_read_support_format_zip(reader);
  archive_read_open_memory(reader, zip.data(), zip.size());
  archive_entry* entry = nullptr;
  while (archive_read_next_header(reader, &entry) == ARCHIVE_OK) {
    char buffer[4096];
    std::string content;
    for (la_ssize_t got; (got = archive_read_data(reader, buffer, sizeof buffer)) > 0;) {
      content.append(buffer, static_cast<size_t>(got));
    }
    members[archive_entry_pathname(entry)] = content;
  }
  archive_read_free(reader);
  return members;
}

// What `program` says about the file, or nothing if it is not installed.
std::string Ask(const std::vector<std::string>& argv) {
  ProcessOptions options;
  options.argv = argv;
  const auto result = RunProcess(options);
  return result.ok() && result->exit_code == 0 ? result->output : "";
}

TEST(Placeholders, TypesAndExtensions) {
  const std::tuple<const char*, const char*, const char*> kCases[] = {
      {"application/pdf", "application/pdf", "pdf"},
      {"Application/PDF; charset=binary", "application/pdf", "pdf"},
      {"image/png", "image/png", "png"},
      {"image/webp", "image/png", "png"},
      {"image/jpeg", "image/jpeg", "jpg"},
      {"image/gif", "image/gif", "gif"},
      {"image/svg+xml", "image/svg+xml", "svg"},
      {"application/msword", "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
       "docx"},
      {"application/vnd.ms-excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
       "xlsx"},
      {"application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.text", "odt"},
      {"text/csv", "text/csv", "csv"},
      {"message/rfc822", "message/rfc822", "eml"},
      {"text/calendar", "text/calendar", "ics"},
      {"text/vcard", "text/vcard", "vcf"},
      {"audio/mpeg", "audio/x-wav", "wav"},
      {"application/x-unheard-of", "text/plain", "txt"},
      {"", "text/plain", "txt"},
  };
  for (const auto& [asked, mimetype, extension] : kCases) {
    const Placeholder made = MakePlaceholder(asked, "hr.applicant");
    EXPECT_EQ(made.mimetype, mimetype) << asked;
    EXPECT_EQ(made.extension, extension) << asked;
    const Placeholder again = MakePlaceholder(asked, "hr.applicant");
    EXPECT_EQ(made.content, again.content) << asked;
    EXPECT_FALSE(made.content.empty()) << asked;
  }
}

TEST(Placeholders, OriginIsATechnicalNameOrNothing) {
  const Placeholder made = MakePlaceholder("text/html", "<script>Okonkwo.res_x");
  EXPECT_THAT(made.content, HasSubstr("scriptkonkwo.res_x"));
  EXPECT_EQ(made.content.find("<script>"), std::string::npos);
}

// The table of a PDF says where each object begins; readers that repair would hide a wrong one.
TEST(Placeholders, PdfOffsetsAreRight) {
  const Placeholder pdf = MakePlaceholder("application/pdf", "account.move");
  const std::string& s = pdf.content;
  const size_t table = std::stoul(s.substr(s.find("startxref") + 10));
  ASSERT_EQ(s.substr(table, 4), "xref");
  size_t line = s.find("0000000000 65535", table);
  for (int object = 1; object <= 5; ++object) {
    line = s.find('\n', line) + 1;
    EXPECT_THAT(s.substr(std::stoul(s.substr(line, 10))), StartsWith(std::to_string(object) + " 0 obj"));
  }
}

TEST(Placeholders, OfficeDocumentsAreZipsWithTheirParts) {
  const Placeholder docx = MakePlaceholder("application/msword", "x");
  const auto parts = Unzip(docx.content);
  EXPECT_THAT(parts.at("word/document.xml"), HasSubstr("Placeholder"));
  EXPECT_EQ(parts.count("[Content_Types].xml") + parts.count("_rels/.rels"), 2u);
  const Placeholder xlsx = MakePlaceholder("application/vnd.ms-excel", "x");
  EXPECT_THAT(Unzip(xlsx.content).at("xl/worksheets/sheet1.xml"), HasSubstr("Placeholder"));
  const Placeholder odt = MakePlaceholder("application/vnd.oasis.opendocument.text", "x");
  // OpenDocument 1.2 part 3, 3.3: the first member is called mimetype, stored, at byte 30.
  EXPECT_EQ(odt.content.substr(30, 8), "mimetype");
}

// What other people's readers say, where they are installed.
TEST(Placeholders, OtherReadersOpenThem) {
  TempDirectory temp;
  const std::pair<const char*, const char*> kCases[] = {
      {"application/pdf", "PDF document, version 1.4"},
      {"image/png", "PNG image data"},
      {"image/jpeg", "JPEG image data"},
      {"image/gif", "GIF image data"},
      {"image/svg+xml", "SVG"},
      {"application/msword", "Microsoft Word 2007+"},
      {"application/vnd.ms-excel", "Microsoft Excel 2007+"},
      {"application/vnd.oasis.opendocument.text", "OpenDocument Text"},
      {"application/zip", "Zip archive data"},
      {"audio/ogg", "WAVE audio"},
      {"text/calendar", "vCalendar"},
      {"text/vcard", "vCard"}};
  int asked = 0;
  for (const auto& [mimetype, says] : kCases) {
    const Placeholder made = MakePlaceholder(mimetype, "hr.applicant");
    const std::string path = temp / ("p." + made.extension);
    WriteTestFile(path, made.content);
    const std::string answer = Ask({"file", "--brief", path});
    if (answer.empty()) continue;
    ++asked;
    EXPECT_THAT(answer, HasSubstr(says)) << mimetype;
  }
  const std::string text = Ask({"pdftotext", temp / "p.pdf", "-"});
  if (!text.empty()) {
    EXPECT_THAT(text, HasSubstr("the production file of hr.applicant was not copied"));
  }
  if (asked == 0) GTEST_SKIP() << "file(1) is not installed";
}

TEST(Avatars, Initials) {
  EXPECT_EQ(LookOf("Ana Maria Roy").initials, "AR");
  EXPECT_EQ(LookOf("  acme, ").initials, "A");
  EXPECT_EQ(LookOf("\xC3\xA9mile zola").initials, "\xC3\xA9Z");
  EXPECT_EQ(LookOf("").initials, "");
  EXPECT_EQ(LookOf("\xF0").initials, "\xF0");
  EXPECT_NE(LookOf("Ana Roy").hue, LookOf("Bob Roy").hue);
}

TEST(Avatars, SizesAndFormats) {
  EXPECT_EQ(SizeOfImageField("image_128"), 128);
  EXPECT_EQ(SizeOfImageField("image_1920"), 512);
  EXPECT_EQ(SizeOfImageField("image"), 128);
  EXPECT_EQ(SizeOfImageField("x_3"), 128);
  const std::string png = AvatarPng(LookOf("Ana Roy"), 64);
  EXPECT_THAT(png, StartsWith("\x89PNG"));
  EXPECT_EQ(png, AvatarPng(LookOf("Ana Roy"), 64));
  EXPECT_THAT(AvatarSvg(LookOf("Ana Roy")), HasSubstr(">A</text>"));
  const auto with = [](const char* initials) { return AvatarPng({initials, 7}, 64); };
  EXPECT_EQ(with("\u00c9\u0141"), with("EL"));  // accents
  EXPECT_EQ(with("\u0394\u03c9"), with("DO"));  // Greek
  EXPECT_EQ(with("\u0418\u044f"), with("IY"));  // Cyrillic
  // No likeness in the font: a pattern, another one for another person.
  EXPECT_NE(AvatarPng({"\u738b", 7, 0x1234}, 64), with(""));
  EXPECT_EQ(AvatarPng({"\u738b", 7, 0x1234}, 64), AvatarPng({"\u0645", 7, 0x1234}, 64));
  EXPECT_NE(AvatarPng({"\u738b", 7, 0x1234}, 64), AvatarPng({"\u738b", 7, 0x1235}, 64));
  EXPECT_EQ(AvatarPng({"E", 7, 0x1234}, 64), with("E"));
  EXPECT_NE(LookOf("\u738b\u5c0f\u660e").pattern, LookOf("\u674e\u5c0f\u660e").pattern);
  EXPECT_NE(with("EL"), with(""));
  EXPECT_EQ(AvatarSvg(LookOf("<x")).find("<</text>"), std::string::npos);
}

std::string Segment(char marker, const std::string& body) {
  const size_t size = body.size() + 2;
  return std::string("\xFF") + marker + static_cast<char>(size >> 8) + static_cast<char>(size) + body;
}

TEST(ImageStrip, TakesMetadataOutOfJpeg) {
  const std::string plain = EncodeJpegOfCells(Bitmap(3, 2, {10, 20, 30}));
  std::string out;
  EXPECT_EQ(StripImage(plain, &out), StripResult::kClean);
  const std::string with = plain.substr(0, 20) + Segment('\xE1', std::string("Exif\0\0GPS", 9)) +
                           Segment('\xE2', "ICC_PROFILE") + Segment('\xFE', "by Okonkwo") + plain.substr(20) +
                           "trailer";
  ASSERT_EQ(StripImage(with, &out), StripResult::kStripped);
  EXPECT_EQ(out, plain.substr(0, 20) + Segment('\xE2', "ICC_PROFILE") + plain.substr(20));
}

TEST(ImageStrip, TakesMetadataOutOfPng) {
  const std::string plain = EncodePng(Bitmap(3, 2, {10, 20, 30}));
  std::string out;
  EXPECT_EQ(StripImage(plain, &out), StripResult::kClean);
  const std::string chunk = std::string("\0\0\0\x0A", 4) + "tEXtAuthor" + std::string(4, 'x') + "CRC!";
  ASSERT_EQ(StripImage(plain.substr(0, 33) + chunk + plain.substr(33), &out), StripResult::kStripped);
  EXPECT_EQ(out, plain);
}

TEST(ImageStrip, TakesMetadataOutOfGif) {
  const std::string plain = EncodeGif(Bitmap(3, 2, {10, 20, 30}));
  std::string out;
  EXPECT_EQ(StripImage(plain, &out), StripResult::kClean);
  const size_t screen = plain.find('\x2C');
  const std::string loop = std::string("\x21\xFF\x0BNETSCAPE2.0\x03\x01\0\0\0", 19);
  const std::string xmp = std::string("\x21\xFF\x0BXMP DataXMP\x07Okonkwo\0", 23);
  const std::string comment = std::string("\x21\xFE\x07Okonkwo\0", 11);
  const std::string with = plain.substr(0, screen) + loop + xmp + comment + plain.substr(screen) + "trailer";
  ASSERT_EQ(StripImage(with, &out), StripResult::kStripped);
  EXPECT_EQ(out, plain.substr(0, screen) + loop + plain.substr(screen));
}

std::string Chunk(const std::string& type, const std::string& body) {
  std::string chunk = type + static_cast<char>(body.size()) + std::string(3, '\0') + body;
  return body.size() % 2 == 0 ? chunk : chunk + '\0';
}

TEST(ImageStrip, TakesMetadataOutOfWebp) {
  const auto file = [](const std::string& chunks) { return Chunk("RIFF", "WEBP" + chunks); };
  const std::string picture = Chunk("VP8L", "pixels."), profile = Chunk("ICCP", "colours");
  const auto header = [](char flags) { return Chunk("VP8X", flags + std::string(9, '\0')); };
  std::string out;
  EXPECT_EQ(StripImage(file(picture), &out), StripResult::kClean);
  const std::string with =
      file(header('\x2C') + profile + picture + Chunk("EXIF", "GPS") + Chunk("XMP ", "Okonkwo"));
  ASSERT_EQ(StripImage(with, &out), StripResult::kStripped);
  EXPECT_EQ(out, file(header('\x20') + profile + picture));
  for (size_t cut = 0; cut + 1 < with.size(); ++cut) {
    EXPECT_EQ(StripImage(with.substr(0, cut), &out), StripResult::kUnknown) << cut;
  }
}

TEST(ImageStrip, WhatMayCarryAnythingIsUnknown) {
  std::string out;
  for (const char* other : {"", "%PDF-1.7", "<svg/>", "II*", "GIF89a", "BM", "RIFFxxxxWEBP", "ftypheic"}) {
    EXPECT_EQ(StripImage(other, &out), StripResult::kUnknown) << other;
  }
}

TEST(ImageStrip, DamagedImagesAreUnknown) {
  std::string out;
  const std::string png = EncodePng(Bitmap(3, 2, {10, 20, 30}));
  const std::string jpeg = EncodeJpegOfCells(Bitmap(3, 2, {10, 20, 30}));
  const std::string gif = EncodeGif(Bitmap(3, 2, {10, 20, 30}));
  for (const std::string& whole : {png, jpeg, gif}) {
    for (size_t cut = 0; cut + 1 < whole.size(); ++cut) {
      EXPECT_EQ(StripImage(whole.substr(0, cut), &out), StripResult::kUnknown) << cut;
    }
  }
}

}  // namespace
}  // namespace understudy::odoo
