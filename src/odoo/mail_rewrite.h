// Rewrites an e-mail kept as a file (message/rfc822), a vCard or an iCalendar through the text engine.
//
// DESIGN
//   What cannot be read cannot be rewritten: bodies are decoded first (base64, quoted-printable, the charsets
//   UTF-8, US-ASCII, ISO-8859-1/-15, windows-1252) and written anew as UTF-8 in base64. Of the headers (RFC
//   5322, RFC 2047) only those that a reader needs stay; the trail of servers, ids and signatures goes. Parts
//   that are no text become placeholders of their type. vCards (RFC 6350, and 2.1) and calendars (RFC 5545)
//   are unfolded; fields whose class is known (a name, an e-mail, a phone) get the pseudonym that the column
//   would get, free text goes through the rewriter, pictures, keys, birthdays and places are left out.
//   Anything malformed (no boundary, another charset, a broken encoding, too deep) is refused as a whole: the
//   caller puts a placeholder there.
// Threads: a Rewriter belongs to one worker; nothing is kept between calls.
#ifndef UNDERSTUDY_ODOO_MAIL_REWRITE_H_
#define UNDERSTUDY_ODOO_MAIL_REWRITE_H_

#include <optional>
#include <string>
#include <string_view>

#include "pseudonym/pseudonymiser.h"
#include "text/rewriter.h"

namespace understudy::odoo {

// None: not a mail that we can read to its end.
std::optional<std::string> RewriteMail(std::string_view mail, text::Rewriter& rewriter);

// text/vcard, text/x-vcard, text/directory, text/calendar. None: no lines of that kind.
std::optional<std::string> RewriteCard(std::string_view card, const pseudonym::Pseudonymiser& pseudonymiser,
                                       text::Rewriter& rewriter);
bool IsCard(std::string_view mimetype);

// Quoted-printable (RFC 2045), lenient; `underscores`: the Q encoding of headers (RFC 2047).
std::string DecodeQuotedPrintable(std::string_view text, bool underscores);

}  // namespace understudy::odoo

#endif  // UNDERSTUDY_ODOO_MAIL_REWRITE_H_
