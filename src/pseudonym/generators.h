// What the generators of this folder share: the keys, the words, and one function per kind.
//
// DESIGN: a generator appends the pseudonym of a value that is neither empty nor blank. It never fails and
// never reads anything but its arguments. Internal to the folder.
// Threads: Env is immutable; thread-safe.
#ifndef UNDERSTUDY_PSEUDONYM_GENERATORS_H_
#define UNDERSTUDY_PSEUDONYM_GENERATORS_H_

#include <array>
#include <memory>
#include <string>
#include <string_view>

#include "pseudonym/digest.h"
#include "pseudonym/lexicon.h"
#include "pseudonym/permutation.h"
#include "pseudonym/pseudonymiser.h"

namespace understudy::pseudonym {

struct Env {
  Env(const Key& key, Lexicons loaded, Options chosen);

  DigestKeys keys;
  Lexicons lexicons;
  Options options;
  std::array<const Language*, kScripts> by_script;  // the default language's words, by script
  const Language* latin;
  DigitPermutation digits;
  DigitPermutation phone_digits;

  Digester For(Kind kind) const { return keys.ForKind(kind); }
  std::string_view CountryOf(const Context& context) const {
    return context.country.empty() ? std::string_view(options.default_country) : context.country;
  }
  // The words for text of a script.
  const Language& LanguageFor(Script script, const Context& context) const {
    if (context.language.empty()) return *by_script[static_cast<size_t>(script)];
    return lexicons.ForScript(script, context.language);
  }
  std::string_view LanguageOf(const Context& context) const {
    return context.language.empty() ? std::string_view(options.default_language) : context.language;
  }
};

void RenderName(const Env& env, std::string_view value, const Context& context, std::string* out);
void RenderFirstName(const Env& env, std::string_view value, const Context& context, std::string* out);
void RenderSurname(const Env& env, std::string_view value, const Context& context, std::string* out);
void RenderCompany(const Env& env, std::string_view value, const Context& context, std::string* out);
void RenderEmail(const Env& env, std::string_view value, const Context& context, std::string* out);
void RenderLogin(const Env& env, std::string_view value, const Context& context, std::string* out);
void RenderSocial(const Env& env, std::string_view value, const Context& context, std::string* out);
void RenderPhone(const Env& env, std::string_view value, const Context& context, std::string* out);
void RenderStreet(const Env& env, std::string_view value, const Context& context, std::string* out);
void RenderZip(const Env& env, std::string_view value, const Context& context, std::string* out);
void RenderCity(const Env& env, std::string_view value, const Context& context, std::string* out);
void RenderVat(const Env& env, std::string_view value, const Context& context, std::string* out);
void RenderIban(const Env& env, std::string_view value, const Context& context, std::string* out);
void RenderBic(const Env& env, std::string_view value, const Context& context, std::string* out);
void RenderBankAccount(const Env& env, std::string_view value, const Context& context, std::string* out);
void RenderCard(const Env& env, std::string_view value, const Context& context, std::string* out);
void RenderNationalId(const Env& env, std::string_view value, const Context& context, std::string* out);
void RenderDate(const Env& env, std::string_view value, const Context& context, std::string* out);
void RenderGeo(const Env& env, std::string_view value, const Context& context, std::string* out);
void RenderIp(const Env& env, std::string_view value, const Context& context, std::string* out);
void RenderMac(const Env& env, std::string_view value, const Context& context, std::string* out);
void RenderUrl(const Env& env, std::string_view value, const Context& context, std::string* out);
void RenderUuid(const Env& env, std::string_view value, const Context& context, std::string* out);
void RenderToken(const Env& env, std::string_view value, const Context& context, std::string* out);
void RenderNumber(const Env& env, std::string_view value, const Context& context, std::string* out);
void RenderAmount(const Env& env, std::string_view value, const Context& context, std::string* out);
void RenderText(const Env& env, std::string_view value, const Context& context, std::string* out);
void RenderPlate(const Env& env, std::string_view value, const Context& context, std::string* out);

// Shared pieces.

int32_t ShiftOf(const Env& env, std::string_view subject, uint32_t days);
double NoiseOf(const Env& env, std::string_view value, std::string_view subject, uint32_t percent);

// One address "local@domain" (already without blanks around it).
void RenderAddress(const Env& env, std::string_view address, const Context& context, std::string* out);
// The pseudonym of a domain: one word under example.com, example.net or example.org (RFC 2606).
void RenderDomain(const Env& env, std::string_view domain, std::string* out);
// `count` characters of Crockford's base 32 in lower case, five bits each.
void AppendCode(Draw* draw, int count, std::string* out);
// Same letters' case, digits for digits, everything else kept; every letter and digit is drawn.
void RenderSameShape(const Env& env, Kind kind, std::string_view value, std::string* out);
// The same for identifiers: any ASCII letter for an ASCII letter.
void AppendIdentifierShape(std::string_view value, Draw* draw, std::string* out);
// Puts the letters and digits of `compact` where `shape` has some; what doesn't fit is appended.
void PourIdentifier(std::string_view shape, std::string_view compact, std::string* out);
char LuhnDigit(std::string_view digits);
bool LooksLikeIban(std::string_view folded);
// Injective among values of one shape (which digits, which letters of which case stand where): a keyed
// permutation; `hex_stays_hex`: of values without letters behind f among themselves. False, and nothing done,
// if the value has letters beyond ASCII, neither letters nor digits, or more than 2^90 siblings.
bool AppendPermuted(const Digester& digester, std::string_view value, bool hex_stays_hex, std::string* out);
// A legal form, alone or as one token ("GmbH", "S.A.", "株式会社").
bool IsLegalForm(std::string_view token);
// The same of a folded word of ASCII letters.
bool IsFoldedLegalForm(std::string_view folded);
// "dr", "von", of a folded word.
bool IsTitleOrParticle(std::string_view folded);
// Applies the case of `model` (all upper, all lower) to out[from …].
void ApplyCase(std::string_view model, size_t from, std::string* out);

}  // namespace understudy::pseudonym

#endif  // UNDERSTUDY_PSEUDONYM_GENERATORS_H_
