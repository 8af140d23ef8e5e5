// Security labels of PostgreSQL Anonymizer. Sources: PostgreSQL's documentation of SECURITY LABEL; the
// extension's list of masking functions.
#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <optional>

#include "base/status.h"
#include "base/strings.h"
#include "base/yaml_scalar.h"
#include "fmt/format.h"
#include "re2/re2.h"
#include "scan/import.h"

namespace understudy::scan {
namespace {

// --- reading SQL
// ---------------------------------------------------------------------------------------------

class Lexer {
 public:
  explicit Lexer(std::string_view sql) : sql_(sql) {}

  bool AtEnd() {
    SkipBlanks();
    return at_ >= sql_.size();
  }
  size_t at() const { return at_; }

  // A word, upper case; empty if something else stands there.
  std::string Word() {
    SkipBlanks();
    const size_t begin = at_;
    while (at_ < sql_.size() && IsWord(sql_[at_])) ++at_;
    std::string word(sql_.substr(begin, at_ - begin));
    std::transform(word.begin(), word.end(), word.begin(), [](unsigned char c) { return std::toupper(c); });
    return word;
  }

  // An identifier, as PostgreSQL reads it.
  std::optional<std::string> Identifier() {
    SkipBlanks();
    if (at_ < sql_.size() && sql_[at_] == '"') return Quoted('"', false);
    const std::string word = Lower(Word());
    if (word.empty()) return std::nullopt;
    return word;
  }

  std::optional<std::vector<std::string>> Name() {
    std::vector<std::string> parts;
    for (;;) {
      std::optional<std::string> part = Identifier();
      if (!part.has_value()) return std::nullopt;
      parts.push_back(std::move(*part));
      if (!Take('.')) return parts;
    }
  }

  std::optional<std::string> Literal() {
    SkipBlanks();
    const bool escapes =
        at_ + 1 < sql_.size() && (sql_[at_] == 'E' || sql_[at_] == 'e') && sql_[at_ + 1] == '\'';
    if (escapes) ++at_;
    if (at_ >= sql_.size() || sql_[at_] != '\'') return std::nullopt;
    return Quoted('\'', escapes);
  }

  bool Take(char c) {
    SkipBlanks();
    if (at_ >= sql_.size() || sql_[at_] != c) return false;
    ++at_;
    return true;
  }

  // Steps behind the statement's semicolon, and behind the rows of a COPY.
  void SkipStatement(bool copy) {
    bool from_stdin = false;
    while (!AtEnd()) {
      const char c = sql_[at_];
      if (c == '\'' || c == '"') {
        Quoted(c, at_ > 0 && (sql_[at_ - 1] == 'E' || sql_[at_ - 1] == 'e'));
      } else if (c == '$' && SkipDollarQuoted()) {
        continue;
      } else if (c == ';') {
        ++at_;
        break;
      } else if (IsWord(c)) {
        from_stdin = Word() == "STDIN" || from_stdin;
      } else {
        ++at_;
      }
    }
    if (copy && from_stdin) SkipRows();
  }

 private:
  static bool IsWord(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80;
  }

  void SkipBlanks() {
    while (at_ < sql_.size()) {
      const std::string_view rest = sql_.substr(at_);
      if (std::isspace(static_cast<unsigned char>(rest[0])) != 0) {
        ++at_;
      } else if (rest.starts_with("--") || rest.starts_with("\\")) {  // a comment, or a command of psql's
        SkipLine();
      } else if (rest.starts_with("/*")) {
        const size_t end = sql_.find("*/", at_ + 2);
        at_ = end == std::string_view::npos ? sql_.size() : end + 2;
      } else {
        return;
      }
    }
  }

  void SkipLine() {
    const size_t end = sql_.find('\n', at_);
    at_ = end == std::string_view::npos ? sql_.size() : end + 1;
  }

  std::string Quoted(char quote, bool escapes) {
    std::string text;
    for (++at_; at_ < sql_.size(); ++at_) {
      const bool is_quote = sql_[at_] == quote;
      const bool means_next =
          at_ + 1 < sql_.size() && ((escapes && sql_[at_] == '\\') || (is_quote && sql_[at_ + 1] == quote));
      if (means_next) {
        ++at_;
      } else if (is_quote) {
        ++at_;
        break;
      }
      text += sql_[at_];
    }
    return text;
  }

  bool SkipDollarQuoted() {
    const size_t end = sql_.find('$', at_ + 1);
    if (end == std::string_view::npos) return false;
    const std::string_view tag = sql_.substr(at_, end + 1 - at_);
    if (!std::all_of(tag.begin() + 1, tag.end() - 1, IsWord)) return false;
    const size_t close = sql_.find(tag, end + 1);
    at_ = close == std::string_view::npos ? sql_.size() : close + tag.size();
    return true;
  }

  void SkipRows() {
    SkipLine();
    while (at_ < sql_.size()) {
      const std::string_view rest = sql_.substr(at_);
      const bool last = rest == "\\." || rest.starts_with("\\.\n") || rest.starts_with("\\.\r");
      SkipLine();
      if (last) return;
    }
  }

  std::string_view sql_;
  size_t at_ = 0;
};

absl::Status ErrorAt(std::string_view sql, size_t at, const std::string& file) {
  const auto line =
      1 + std::count(sql.begin(), sql.begin() + static_cast<ptrdiff_t>(std::min(at, sql.size())), '\n');
  return UsageError(fmt::format("{}:{}: this SECURITY LABEL can't be read", file, line));
}

// Behind "SECURITY LABEL"; nullopt if it doesn't read as one. A label of another provider has no object.
std::optional<SecurityLabel> ReadLabel(Lexer* lexer) {
  SecurityLabel label;
  std::optional<std::string> provider = "anon";
  std::string word = lexer->Word();
  if (word == "FOR") {
    provider = lexer->Identifier();
    word = lexer->Word();
  }
  if (word != "ON" || !provider.has_value()) return std::nullopt;
  label.object = lexer->Word();
  const bool relation = label.object == "COLUMN" || label.object == "TABLE";
  if (*provider != "anon") return SecurityLabel();
  std::optional<std::vector<std::string>> name = lexer->Name();
  if (!name.has_value()) return relation ? std::nullopt : std::optional(label);
  if (label.object == "COLUMN") {
    if (name->size() < 2) return std::nullopt;
    label.column = name->back();
    name->pop_back();
  }
  label.table = name->back();
  if (name->size() > 1) label.schema = (*name)[name->size() - 2];
  if (!relation) return label;
  if (lexer->Word() != "IS") return std::nullopt;
  std::optional<std::string> text = lexer->Literal();
  if (!text.has_value()) return lexer->Word() == "NULL" ? std::optional(SecurityLabel()) : std::nullopt;
  label.text = *text;
  return label;
}

// --- what the labels mean
// --------------------------------------------------------------------------------------

struct Meaning {
  const char* functions;  // alternatives of the function's name
  const char* treatment;  // starts with "!": why there is none
};

constexpr Meaning kMeanings[] = {
    {"(?:fake|dummy|random|pseudo)_first_name(?:_locale)?", "first_name"},
    {"(?:fake|dummy|random|pseudo)_last_name(?:_locale)?", "surname"},
    {"(?:dummy|fake)_name(?:_with_title)?(?:_locale)?", "name"},
    {"(?:fake|pseudo|random|dummy|dummy_safe|dummy_free|dummy_free_provider)_email|partial_email", "email"},
    {"(?:fake|pseudo|dummy)_company(?:_name)?", "company"},
    {"(?:fake|pseudo|dummy)_city(?:_name)?", "city"},
    {"(?:fake|dummy)_(?:address|street_name|secondary_address)", "street"},
    {"(?:fake|dummy|random)_(?:postcode|zip|zip_code|post_code)", "zip"},
    {"(?:fake|pseudo|dummy)_iban", "iban"},
    {"dummy_bic", "bic"},
    {"(?:fake|pseudo|dummy)_(?:siret|siren)", "vat"},
    {"dummy_credit_card_number", "card"},
    {"random_phone|dummy_(?:phone|cell)_number|fake_phone", "phone"},
    {"dummy_licen[cs]e_plate", "plate"},
    {"(?:dummy_)?(?:user_?name)|dummy_username", "login"},
    {"dummy_ip(?:v4|v6)?|dummy_ipv[46]_address", "ip"},
    {"dummy_mac_address", "mac"},
    {"dummy_uuid.*|random_uuid", "uuid"},
    {"dummy_(?:latitude|longitude|geohash)", "geo"},
    {"dummy_domain.*", "url"},
    {"random_date|random_date_between|random_in_daterange|random_in_tsrange|random_in_tstzrange|dnoise|dummy_"
     "date.*",
     "date_shift"},
    {"random_string", "text"},
    {"random_(?:int|bigint)_between|random_int|random_bigint|random_in_int4range|random_in_int8range",
     "number"},
    {"lorem_ipsum|dummy_(?:sentence|paragraph|word)s?", "lorem"},
    {"hash|digest|random_hash", "token"},
    {"generalize_.*", "!ranges are not made here: the column's type would change"},
    {"shuffle_column|shuffle", "!values are not shuffled: they would stay real"},
    {"random_in|random_in_enum|random_in_.*",
     "!a choice from a list; write {fixed: …} or a kind of pseudonym"},
    {"image_blur", "!pictures are not blurred; attachments have a policy of their own"},
    {"add_noise_on_.*", "!a procedure on the whole column; write {noise: {percent: …}} or date_shift"},
};

// "a, 'b, c', f(d, e)" → three arguments.
std::vector<std::string> Arguments(std::string_view list) {
  std::vector<std::string> arguments;
  std::string current;
  int depth = 0;
  bool quoted = false;
  for (const char c : list) {
    if (c == '\'') quoted = !quoted;
    if (!quoted && (c == '(' || c == ')')) depth += c == '(' ? 1 : -1;
    if (c == ',' && !quoted && depth == 0) {
      arguments.emplace_back(Trim(current));
      current.clear();
    } else {
      current += c;
    }
  }
  if (!Trim(current).empty()) arguments.emplace_back(Trim(current));
  return arguments;
}

// The text of 'it''s' (or of $$it's$$), casts cut off; nullopt if it is no literal.
std::optional<std::string> LiteralText(std::string_view sql) {
  if (sql.starts_with("$$") && sql.size() >= 4) {
    const size_t end = sql.find("$$", 2);
    if (end != std::string_view::npos) return std::string(sql.substr(2, end - 2));
  }
  return Lexer(sql).Literal();
}

std::string Partial(const std::vector<std::string>& arguments) {
  if (arguments.size() != 4) return {};
  const std::string sign = LiteralText(arguments[2]).value_or("*");
  return fmt::format("{{mask: {{first: {}, last: {}, with: {}}}}}", std::atoi(arguments[1].c_str()),
                     std::atoi(arguments[3].c_str()), YamlScalar(sign.substr(0, 1)));
}

// The treatment, or "!" and the reason.
std::string OfFunction(const std::string& name, const std::vector<std::string>& arguments) {
  if (name == "partial") {
    const std::string mask = Partial(arguments);
    return mask.empty() ? "!partial() with these arguments" : mask;
  }
  if (name == "noise") {
    const double ratio = arguments.size() > 1 ? std::strtod(arguments[1].c_str(), nullptr) : 0;
    return ratio > 0 && ratio <= 1 ? fmt::format("{{noise: {{percent: {:g}}}}}", ratio * 100) : "noise";
  }
  for (const Meaning& meaning : kMeanings) {
    if (RE2::FullMatch(name, meaning.functions)) return meaning.treatment;
  }
  return "!no treatment does what this function does";
}

std::string OfValue(std::string_view value) {
  value = Trim(value);
  if (Lower(value) == "null" || Lower(value).starts_with("null::")) return "null";
  if (const std::optional<std::string> text = LiteralText(value); text.has_value()) {
    return text->empty() ? "empty" : fmt::format("{{fixed: {}}}", YamlScalar(*text));
  }
  if (RE2::FullMatch(std::string(value), R"(-?[0-9]+(?:\.[0-9]+)?|(?i:true|false))")) {
    return fmt::format("{{fixed: \"{}\"}}", value);
  }
  return "!an expression; only constants become {fixed: …}";
}

}  // namespace

absl::StatusOr<std::vector<SecurityLabel>> ParseSecurityLabels(std::string_view sql,
                                                               const std::string& file) {
  std::vector<SecurityLabel> labels;
  Lexer lexer(sql);
  while (!lexer.AtEnd()) {
    const size_t begin = lexer.at();
    const std::string first = lexer.Word();
    if (first == "SECURITY" && lexer.Word() == "LABEL") {
      std::optional<SecurityLabel> label = ReadLabel(&lexer);
      if (!label.has_value()) return ErrorAt(sql, begin, file);
      if (!label->object.empty()) labels.push_back(std::move(*label));
    }
    lexer.SkipStatement(first == "COPY");
  }
  return labels;
}

Imported ImportLabels(const std::vector<SecurityLabel>& labels) {
  static const RE2 kFunction(R"((?is)\s*MASKED\s+WITH\s+FUNCTION\s+(?:[a-z_]\w*\.)?(\w+)\s*\((.*)\)\s*)");
  static const RE2 kValue(R"((?is)\s*MASKED\s+WITH\s+VALUE\s+(.*))");
  Imported imported;
  for (const SecurityLabel& label : labels) {
    const std::string table = PackTable(label.schema, label.table);
    if (label.object != "COLUMN") {
      imported.left.push_back(fmt::format("{} {}: a label on {}s has no counterpart; rules speak of columns",
                                          Lower(label.object), table, Lower(label.object)));
      continue;
    }
    std::string function, rest, treatment, from;
    if (RE2::FullMatch(label.text, kFunction, &function, &rest)) {
      function = Lower(function);
      treatment = OfFunction(function, Arguments(rest));
      from = "anon." + function;
    } else if (RE2::FullMatch(label.text, kValue, &rest)) {
      treatment = OfValue(rest);
      from = "MASKED WITH VALUE";
    } else if (RE2::FullMatch(label.text, R"((?is)\s*NOT\s+MASKED\s*)")) {
      treatment = "keep";
      from = "NOT MASKED";
    } else {
      treatment = "!not a masking rule";
      from = "the label";
    }
    if (treatment[0] == '!') {
      imported.left.push_back(fmt::format("{}.{}: {}: {}", table, label.column, from, treatment.substr(1)));
    } else {
      imported.rules.push_back({table, label.column, treatment, from});
    }
  }
  LeaveWhatNoPackHolds(&imported);
  return imported;
}

}  // namespace understudy::scan
