// Mails, vCards and calendars kept as files: what is written again can be read again, and nobody whom the
// known values name is in it.
#include "odoo/mail_rewrite.h"

#include <string>

#include "fuzz/require.h"
#include "support/text_world.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using understudy::fuzz::Require;
  using understudy::testing_support::TextWorld;
  static const auto* world = new TextWorld();
  static const std::string kSecret = "ada.okonkwo@kundenmail.de";
  const std::string_view file = understudy::fuzz::TextOf(data, size);
  understudy::text::Rewriter rewriter(world->context());
  const auto mail = understudy::odoo::RewriteMail(file, rewriter);
  if (mail) {
    Require(mail->find(kSecret) == std::string::npos, "an address of the mail is still there");
    Require(understudy::odoo::RewriteMail(*mail, rewriter).has_value(), "a mail of ours is refused");
  }
  const auto card = understudy::odoo::RewriteCard(file, *world->context().pseudonymiser, rewriter);
  if (card) {
    Require(understudy::odoo::RewriteCard(*card, *world->context().pseudonymiser, rewriter).has_value(),
            "a card of ours is refused");
  }
  for (const bool underscores : {false, true}) {
    Require(understudy::odoo::DecodeQuotedPrintable(file, underscores).size() <= file.size(),
            "quoted-printable grows");
  }
  return 0;
}
