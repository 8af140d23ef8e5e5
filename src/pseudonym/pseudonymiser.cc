#include "pseudonym/pseudonymiser.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/status.h"
#include "base/strings.h"
#include "pseudonym/generators.h"
#include "pseudonym/normalise.h"
#include "pseudonym/plain_name.h"
#include "pseudonym/utf8.h"
#include "pseudonym/word_set.h"

namespace understudy::pseudonym {
namespace {

using Render = void (*)(const Env&, std::string_view, const Context&, std::string*);

// In the order of Kind, from kName = 1.
constexpr Render kRender[] = {
    RenderName,   RenderFirstName, RenderSurname,    RenderCompany,    RenderEmail, RenderLogin,
    RenderPhone,  RenderStreet,    RenderZip,        RenderCity,       RenderVat,   RenderIban,
    RenderBic,    RenderCard,      RenderNationalId, RenderDate,       RenderGeo,   RenderIp,
    RenderMac,    RenderUrl,       RenderSocial,     RenderUuid,       RenderToken, RenderNumber,
    RenderAmount, RenderText,      RenderPlate,      RenderBankAccount};
static_assert(sizeof(kRender) / sizeof(kRender[0]) == kKinds);

// "Sas", "Le" and "Co" are surnames too: a form of a few letters counts only if it is written like one.
bool WrittenAsForm(std::string_view token) {
  static constexpr WordSet kOnlyForms(
      {"Inc", "Ltd", "Corp", "Kft", "Zrt", "Nyrt", "Lda", "Ltda", "Oyj", "Plc", "Oy", "Aps"});
  if (token.size() < 2) return false;
  if (token.size() > 4 || kOnlyForms.Contains(token)) return true;
  // With a dot, with a capital behind the first letter, or not in ASCII.
  return std::any_of(token.begin() + 1, token.end(), [](char c) {
    return c == '.' || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
  });
}

bool HasLegalForm(std::string_view value) {
  size_t start = 0;
  while (start < value.size()) {
    size_t end = value.find(' ', start);
    if (end == std::string_view::npos) end = value.size();
    std::string_view token = value.substr(start, end - start);
    while (!token.empty() && token.back() == ',') token.remove_suffix(1);
    if (start > 0 && WrittenAsForm(token) && IsLegalForm(token)) return true;
    start = end + 1;
  }
  return false;
}

std::array<const Language*, kScripts> ByScript(const Lexicons& lexicons, std::string_view language) {
  std::array<const Language*, kScripts> by_script{};
  for (size_t i = 0; i < kScripts; ++i) by_script[i] = &lexicons.ForScript(static_cast<Script>(i), language);
  return by_script;
}

}  // namespace

Env::Env(const Key& key, Lexicons loaded, Options chosen)
    : keys(key),
      lexicons(std::move(loaded)),
      options(std::move(chosen)),
      by_script(ByScript(lexicons, options.default_language)),
      latin(by_script[static_cast<size_t>(Script::kLatin)]),
      digits(keys.ForKind(Kind::kNumber)),
      phone_digits(keys.ForKind(Kind::kPhone)) {}

struct Pseudonymiser::Impl {
  Impl(const Key& key, Lexicons loaded, Options options)
      : env(key, std::move(loaded), std::move(options)), key_id(key.key_id()) {}
  Env env;
  std::string key_id;
};

Pseudonymiser::Pseudonymiser(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Pseudonymiser::~Pseudonymiser() = default;

absl::StatusOr<std::unique_ptr<Pseudonymiser>> Pseudonymiser::Create(const Key& key,
                                                                     const std::string& lexicon_directory,
                                                                     Options options) {
  ASSIGN_OR_RETURN(Lexicons lexicons, Lexicons::Load(lexicon_directory));
  if (lexicons.Find(options.default_language) == nullptr) {
    return UsageError(fmt::format("no lexicon for the language `{}`", options.default_language));
  }
  return std::unique_ptr<Pseudonymiser>(
      new Pseudonymiser(std::make_unique<Impl>(key, std::move(lexicons), std::move(options))));
}

void Pseudonymiser::Generate(Kind kind, std::string_view value, const Context& context,
                             std::string* out) const {
  const size_t index = static_cast<size_t>(kind) - 1;
  const std::string_view trimmed = TrimBlanks(value);
  if (trimmed.empty() || index >= kKinds) {
    out->append(value);
    return;
  }
  const size_t from = out->size();
  PlainName plain;
  if (kind == Kind::kName && context.entity != Entity::kCompany && plain.Parse(trimmed)) {
    plain.Render(impl_->env, context, out);
  } else {
    if (kind == Kind::kName && (context.entity == Entity::kCompany ||
                                (context.entity == Entity::kUnknown && HasLegalForm(trimmed)))) {
      kind = Kind::kCompany;
    }
    kRender[static_cast<size_t>(kind) - 1](impl_->env, trimmed, context, out);
  }
  if (context.unique && (kind == Kind::kName || kind == Kind::kFirstName || kind == Kind::kSurname)) {
    const Digester digester = impl_->env.For(Kind::kName);
    Buffer folded;
    FoldName(trimmed, &folded);
    Draw draw(digester, digester.Of(folded.view()));
    out->push_back(' ');
    AppendCode(&draw, 13, out);
  }
  if (context.max_chars != 0 && out->size() - from > context.max_chars) {
    out->resize(from + PrefixBytes(std::string_view(*out).substr(from), context.max_chars));
    while (out->size() > from && out->back() == ' ') out->pop_back();
  }
}

const std::string& Pseudonymiser::key_id() const { return impl_->key_id; }

int32_t Pseudonymiser::ShiftDays(std::string_view subject, uint32_t days) const {
  return ShiftOf(impl_->env, subject, days);
}

double Pseudonymiser::NoiseFactor(std::string_view value, std::string_view subject, uint32_t percent) const {
  return NoiseOf(impl_->env, value, subject, percent);
}

void Pseudonymiser::GenerateParts(Kind kind, std::string_view value, std::string_view separator,
                                  const Context& context, std::string* out) const {
  if (separator.empty()) separator = ", ";
  const size_t from = out->size();
  Context part_context = context;
  part_context.max_chars = 0;
  for (std::string_view rest = value;;) {
    size_t cut = rest.find(separator);
    // "Foo, Inc., Bob": a legal form belongs to the part before it.
    while (cut != std::string_view::npos && kind == Kind::kName) {
      const size_t next = rest.find(separator, cut + separator.size());
      const std::string_view after =
          rest.substr(cut + separator.size(), next == std::string_view::npos ? std::string_view::npos
                                                                             : next - cut - separator.size());
      if (!IsLegalForm(after)) break;
      cut = next;
    }
    const bool last = cut == std::string_view::npos;
    if (kind == Kind::kName && !last) part_context.entity = Entity::kCompany;
    if (last) part_context.entity = context.entity;
    Generate(kind, rest.substr(0, cut), part_context, out);
    if (last) break;
    out->append(separator);
    rest.remove_prefix(cut + separator.size());
  }
  if (context.max_chars != 0) {
    out->resize(from + PrefixBytes(std::string_view(*out).substr(from), context.max_chars));
  }
}

void Pseudonymiser::GenerateTemplate(std::string_view pattern, std::string_view value, const Context& context,
                                     std::string* out) const {
  const size_t from = out->size();
  Context inner = context;
  inner.max_chars = 0;
  while (!pattern.empty()) {
    const size_t open = pattern.find('{');
    const size_t close = open == std::string_view::npos ? open : pattern.find('}', open);
    out->append(pattern.substr(0, close == std::string_view::npos ? pattern.size() : open));
    if (close == std::string_view::npos) break;
    const std::optional<Kind> kind = KindByName(pattern.substr(open + 1, close - open - 1));
    if (kind.has_value()) {
      Generate(*kind, value, inner, out);
    } else {
      out->append(pattern.substr(open, close + 1 - open));
    }
    pattern.remove_prefix(close + 1);
  }
  if (context.max_chars != 0) {
    out->resize(from + PrefixBytes(std::string_view(*out).substr(from), context.max_chars));
  }
}

absl::Status Pseudonymiser::CheckTemplate(std::string_view pattern) {
  while (!pattern.empty()) {
    const size_t open = pattern.find('{');
    if (open == std::string_view::npos) break;
    const size_t close = pattern.find('}', open);
    if (close == std::string_view::npos) return UsageError("template: `{` without `}`");
    const std::string_view word = pattern.substr(open + 1, close - open - 1);
    if (!KindByName(word).has_value()) {
      return UsageError(
          fmt::format("template: `{}` is no kind of pseudonym{}", word, DidYouMean(word, KindNames())));
    }
    pattern.remove_prefix(close + 1);
  }
  return absl::OkStatus();
}

Guarantee GuaranteeOf(Kind kind, bool unique) {
  switch (kind) {
    case Kind::kNumber:
      return {true, 0, 0};
    // Permutations of the values of one shape up to 2^90, drawn above; what has letters beyond ASCII keeps
    // only its shape.
    case Kind::kToken:
    case Kind::kPlate:
      return {false, 90, 0};
    // Their codes shrink to 13 characters of 5 bits in front of the shortest reserved domain.
    case Kind::kEmail:
    case Kind::kLogin:
      return {false, 64, 20};
    case Kind::kSocial:
      return {false, 64, 14};
    case Kind::kUuid:
      return {false, 122, 36};
    case Kind::kName:
    case Kind::kFirstName:
    case Kind::kSurname:
    case Kind::kCompany:
      return unique ? Guarantee{false, 64, 64} : Guarantee{};
    case Kind::kPhone:
      return unique ? Guarantee{true, 0, 16} : Guarantee{};
    // An IBAN stays in its country (the same account stands, spaced, in a column beside), and Norway's have
    // six digits behind the bank. What is no IBAN is permuted.
    case Kind::kIban:
    case Kind::kBankAccount:
      return {false, 19, 0};
    case Kind::kText:
      return unique ? Guarantee{false, 90, 0} : Guarantee{};
    case Kind::kUrl:
      return unique ? Guarantee{false, 64, 56} : Guarantee{};
    default:
      return {};  // the bits depend on the value's own length, or on how few cities there are
  }
}

}  // namespace understudy::pseudonym
