// Companies: the words that name one get a pseudonym together, the legal form stays.
#include <algorithm>
#include <iterator>

#include "pseudonym/generators.h"
#include "pseudonym/normalise.h"
#include "pseudonym/utf8.h"
#include "pseudonym/word_set.h"

namespace understudy::pseudonym {
namespace {

// Folded, without dots and blanks; sorted by nothing, the list is short.
// clang-format off
constexpr WordSet kLegalForms({
    "gmbh", "ag", "kg", "kgaa", "ohg", "ug", "gbr", "ek", "ev", "eg", "se", "mbh", "haftungsbeschrankt",
    "inc", "llc", "llp", "lp", "ltd", "limited", "plc", "corp", "corporation", "co", "company", "pty",
    "sa", "sas", "sasu", "sarl", "eurl", "sci", "snc", "scs", "sca", "scrl", "srl", "spa", "sapa", "sprl",
    "sl", "slu", "sau", "sll", "bv", "bvba", "nv", "vof", "cv", "vzw", "asbl", "lda", "ltda", "eireli",
    "spzoo", "spj", "spk", "sro", "as", "asa", "ab", "aps", "oy", "oyj", "kft", "zrt", "nyrt", "bt", "doo",
    "dd", "ad", "eood", "ood", "ooo", "oao", "zao", "pjsc", "fzco", "fze", "wll", "kk", "gk", "pte", "bhd",
    "sdn", "tbk", "sicav", "ооо", "ао", "пао", "зао", "тов", "ип", "αε", "επε", "οε", "ικε",
    "株式会社", "有限会社", "合同会社", "有限公司", "股份有限公司", "有限责任公司", "주식회사", "شركة", "ذمم"});
// clang-format on

// Endings of East Asian company names, which stand without a blank.
constexpr std::string_view kAttached[] = {"股份有限公司", "有限责任公司", "有限公司", "株式会社",
                                          "有限会社",     "合同会社",     "주식회사"};

bool IsCompanyBlank(char32_t c) {
  return IsBlank(c) || c == ',' || c == '(' || c == ')' || c < 32 || c == 0xFF0C;
}

// The words of `value` that name the company: from the first to the last that is no legal form.
std::string_view CoreOf(std::string_view value) {
  for (const std::string_view form : kAttached) {
    if (value.size() > form.size() && value.ends_with(form))
      return CoreOf(value.substr(0, value.size() - form.size()));
    if (value.size() > form.size() && value.starts_with(form)) return CoreOf(value.substr(form.size()));
  }
  size_t begin = value.size();
  size_t end = 0;
  size_t word = 0;
  bool in_word = false;
  const auto finish = [&](size_t stop) {
    const std::string_view token = value.substr(word, stop - word);
    const bool joins =
        token == "&" || token == "+" || token == "z" || token == "o.o." || token == "de" || token == "C.V.";
    if (IsLegalForm(token) || joins) return;
    if (begin == value.size()) begin = word;
    end = stop;
  };
  for (size_t i = 0; i < value.size();) {
    const size_t here = i;
    const bool blank = IsCompanyBlank(NextCodePoint(value, &i));
    if (blank && in_word) finish(here);
    if (!blank && !in_word) word = here;
    in_word = !blank;
  }
  if (in_word) finish(value.size());
  return begin < end ? value.substr(begin, end - begin) : value;
}

}  // namespace

bool IsFoldedLegalForm(std::string_view folded) { return kLegalForms.Contains(folded); }

bool IsLegalForm(std::string_view token) {
  if (token.size() > 24) return false;
  // Letters fold to as many: most words are sent away unfolded.
  const bool letters =
      std::all_of(token.begin(), token.end(), [](char c) { return (c | 32) >= 'a' && (c | 32) <= 'z'; });
  if (letters &&
      (token.empty() || !kLegalForms.MayContain(static_cast<unsigned char>(token[0] | 32), token.size()))) {
    return false;
  }
  Buffer folded;
  FoldName(token, &folded);
  char plain[64];
  size_t size = 0;
  const std::string_view view = folded.view();
  for (size_t i = 0; i < view.size() && size < sizeof plain; ++i) {
    const auto byte = static_cast<unsigned char>(view[i]);
    if (byte == 0xCC || byte == 0xCD) {  // a combining mark: "haftungsbeschränkt"
      ++i;
    } else if (view[i] != '.' && view[i] != ' ' && view[i] != '/') {
      plain[size++] = view[i];
    }
  }
  return kLegalForms.Contains({plain, size});
}

void RenderCompany(const Env& env, std::string_view value, const Context& context, std::string* out) {
  if (value.find('@') != std::string_view::npos) return RenderEmail(env, value, context, out);
  const std::string_view core = CoreOf(value);
  const size_t offset = static_cast<size_t>(core.data() - value.data());
  Buffer folded;
  FoldName(core, &folded);
  Script script = Script::kNone;
  size_t words = 1;
  for (size_t i = 0; i < core.size();) {
    const char32_t c = NextCodePoint(core, &i);
    if (script == Script::kNone) script = ScriptOf(c);
    if (c == ' ') ++words;
  }
  const Language& language = env.LanguageFor(script, context);
  const Digester digester = env.For(Kind::kCompany);
  Draw draw(digester, digester.Of(folded.view()));
  out->append(value.substr(0, offset));
  const size_t from = out->size();
  language.company.Render(&draw, out);
  if (words > 1) {
    if (language.script == Script::kLatin || language.script == Script::kArabic) out->push_back(' ');
    language.company_field.Render(&draw, out);
  }
  ApplyCase(core, from, out);
  if (context.unique) {
    out->push_back(' ');
    AppendCode(&draw, 13, out);
  }
  out->append(value.substr(offset + core.size()));
}

}  // namespace understudy::pseudonym
