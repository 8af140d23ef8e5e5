#include "odoo/mail_rewrite.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/escaping.h"
#include "support/text_world.h"

namespace understudy::odoo {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const testing_support::TextWorld& World() {
  static const testing_support::TextWorld world;
  return world;
}

std::string Base64(const std::string& text) {
  std::string out;
  absl::Base64Escape(text, &out);
  return out;
}

// Every base64 body of a mail that we wrote, decoded, one after the other.
std::string Decoded(const std::string& mail) {
  std::string out = mail;
  for (size_t at = mail.find("base64\r\n\r\n"); at != std::string::npos;
       at = mail.find("base64\r\n\r\n", at + 1)) {
    const size_t begin = at + 10, end = std::min(mail.find("\r\n--", begin), mail.size());
    std::string body;
    EXPECT_TRUE(absl::Base64Unescape(mail.substr(begin, end - begin), &body));
    out += body;
  }
  return out;
}

std::string Mail() {
  return "Received: from mail.okonkwo-kundenseite.de (10.1.2.3)\r\n"
         "From: =?utf-8?B?" +
         Base64("Ada Okonkwo") +
         "?= <ada.okonkwo@kundenmail.de>\r\n"
         "Subject: =?iso-8859-1?Q?Gr=FC=DFe_an?=\r\n =?iso-8859-1?Q?_Ada_Okonkwo?=\r\n"
         "X-Secret: ada.okonkwo@kundenmail.de\r\n"
         "Content-Type: multipart/mixed;\r\n boundary=\"b1\"\r\n\r\npreamble of Ada Okonkwo\r\n"
         "--b1\r\nContent-Type: multipart/alternative; boundary=b1x\r\n\r\n"
         "--b1x\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: "
         "quoted-printable\r\n\r\n"
         "Liebe Ada Okon=\r\nkwo, sch=F6n\r\n"
         "--b1x\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
         Base64("<p>Liebe <b>Ada Okonkwo</b>, IBAN DE54370400447741137244</p>") +
         "\r\n--b1x--\r\n"
         "--b1\r\nContent-Type: image/png; name=\"Okonkwo.png\"\r\nContent-Transfer-Encoding: "
         "base64\r\n\r\n" +
         Base64("a picture of Ada Okonkwo") + "\r\n--b1--\r\nepilogue of Ada Okonkwo\r\n";
}

TEST(RewriteMail, DecodesEverythingAndLeavesNobody) {
  text::Rewriter rewriter(World().context());
  const auto mail = RewriteMail(Mail(), rewriter);
  ASSERT_TRUE(mail.has_value());
  const std::string all = Decoded(*mail);
  for (const char* value : {"Okonkwo", "okonkwo", "DE5437", "10.1.2.3"})
    EXPECT_THAT(all, Not(HasSubstr(value))) << all;
  EXPECT_THAT(all, HasSubstr("Liebe "));
  EXPECT_THAT(all, HasSubstr("schön"));
  EXPECT_THAT(all, HasSubstr("<p>Liebe <b>"));
  EXPECT_THAT(all, HasSubstr("\x89PNG"));
  EXPECT_TRUE(RewriteMail(*mail, rewriter).has_value()) << "what we write can be read";
}

TEST(RewriteMail, WhatCannotBeReadIsRefused) {
  text::Rewriter rewriter(World().context());
  for (const char* mail : {"", "no header\r\n", "Content-Type: multipart/mixed\r\n\r\nx",
                           "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nnever ends",
                           "Content-Type: text/plain; charset=utf-7\r\n\r\nx",
                           "Content-Type: text/plain\r\nContent-Transfer-Encoding: x-uuencode\r\n\r\nx",
                           "Subject: =?utf-8?B?***?=\r\n\r\nx"}) {
    EXPECT_FALSE(RewriteMail(mail, rewriter).has_value()) << mail;
  }
  std::string deep = "Subject: x\r\n\r\nend";
  for (int i = 0; i < 20; ++i) deep = "Content-Type: message/rfc822\r\n\r\n" + deep;
  EXPECT_FALSE(RewriteMail(deep, rewriter).has_value());
}

TEST(RewriteCard, FieldsGetWhatTheirColumnsGet) {
  text::Rewriter rewriter(World().context());
  const auto card = RewriteCard(
      "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Okonkwo;Ada;;;\r\nFN:Ada Okonkwo\r\n"
      "item1.EMAIL;TYPE=INTERNET:ada.okonkwo@kun\r\n denmail.de\r\nTEL:+49 30 822 80803\r\n"
      "ADR:;;Fjobrabergstrasse 99;Berlin;;10115;DE\r\nBDAY:1980-01-02\r\nPHOTO;ENCODING=b:QWRh\r\n"
      "NOTE;ENCODING=QUOTED-PRINTABLE:Freundin von Rose=20=\r\nMay\r\nEND:VCARD\r\n",
      *World().context().pseudonymiser, rewriter);
  ASSERT_TRUE(card.has_value());
  for (const char* value : {"Okonkwo", "okonkwo", "80803", "Fjobra", "1980", "QWRh", "Rose May"}) {
    EXPECT_THAT(*card, Not(HasSubstr(value))) << *card;
  }
  EXPECT_THAT(*card, HasSubstr("BEGIN:VCARD\r\nVERSION:3.0\r\nN:"));
  EXPECT_THAT(*card, HasSubstr("NOTE:Freundin von "));
  EXPECT_THAT(*card, HasSubstr("END:VCARD\r\n"));
}

TEST(RewriteCard, AnEncodedLineBreakBeginsNoLine) {
  text::Rewriter rewriter(World().context());
  const auto card =
      RewriteCard("BEGIN:VCARD\nVERSION:2.1\nREV;ENCODING=QUOTED-PRINTABLE:2026=0D=0APHOTO:Ada=\nEND:VCARD\n",
                  *World().context().pseudonymiser, rewriter);
  ASSERT_TRUE(card.has_value());
  EXPECT_THAT(*card, HasSubstr("\r\nREV:2026  PHOTO:Ada"));
  EXPECT_TRUE(RewriteCard(*card, *World().context().pseudonymiser, rewriter).has_value());
}

TEST(RewriteCard, CalendarsKeepTheirTimes) {
  text::Rewriter rewriter(World().context());
  const auto calendar = RewriteCard(
      "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260101T100000Z\nSUMMARY:Termin mit Ada Okonkwo\\, Berlin\n"
      "ATTENDEE;CN=\"Ada: "
      "Okonkwo\";PARTSTAT=ACCEPTED:mailto:ada.okonkwo@kundenmail.de\nEND:VEVENT\nEND:VCALENDAR\n",
      *World().context().pseudonymiser, rewriter);
  ASSERT_TRUE(calendar.has_value());
  EXPECT_THAT(*calendar, Not(HasSubstr("Okonkwo")));
  EXPECT_THAT(*calendar, Not(HasSubstr("okonkwo")));
  EXPECT_THAT(*calendar, HasSubstr("DTSTART:20260101T100000Z\r\nSUMMARY:Termin mit "));
  EXPECT_THAT(*calendar, HasSubstr("ATTENDEE;PARTSTAT=ACCEPTED:mailto:"));
  EXPECT_FALSE(RewriteCard("name,phone\nAda,1\n", *World().context().pseudonymiser, rewriter).has_value());
}

}  // namespace
}  // namespace understudy::odoo
