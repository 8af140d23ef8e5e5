#include "rules/secret_shape.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

#include "base/strings.h"

namespace understudy::rules {
namespace {

bool IsAlnum(char c) { return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z'); }
bool IsTokenChar(char c) { return IsAlnum(c) || c == '_' || c == '-' || c == '.'; }
char LowerOf(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

struct TokenFormat {
  std::string_view prefix;
  size_t least_rest;  // token characters behind the prefix, at least
};

// Prefixes as the services document them: Stripe, Google, GitHub, GitLab, Slack, AWS, SendGrid, Mailgun,
// Shopify, npm, PyPI, DigitalOcean, Anthropic, OpenAI, Square, Facebook, Mollie, Brevo, Hugging Face.
constexpr TokenFormat kTokens[] = {
    {"sk_live_", 8}, {"sk_test_", 8},  {"rk_live_", 8},  {"rk_test_", 8},     {"pk_live_", 8}, {"whsec_", 8},
    {"AIza", 30},    {"ya29.", 10},    {"GOCSPX-", 20},  {"1//0", 20},        {"ghp_", 30},    {"gho_", 30},
    {"ghu_", 30},    {"ghs_", 30},     {"ghr_", 30},     {"github_pat_", 20}, {"glpat-", 16},  {"xoxb-", 10},
    {"xoxp-", 10},   {"xoxa-", 10},    {"xoxr-", 10},    {"xapp-", 10},       {"AKIA", 16},    {"ASIA", 16},
    {"SG.", 30},     {"key-", 32},     {"shpat_", 20},   {"shpss_", 20},      {"npm_", 30},    {"pypi-", 30},
    {"dop_v1_", 40}, {"sk-ant-", 20},  {"sk-proj-", 20}, {"sq0atp-", 16},     {"sq0csp-", 16}, {"EAAC", 40},
    {"live_", 28},   {"xkeysib-", 40}, {"hf_", 30},
};

bool IsToken(std::string_view value) {
  for (const TokenFormat& format : kTokens) {
    // Anywhere at a word's begin: parameters hold "Bearer sk_live_…" and JSON.
    for (size_t at = value.find(format.prefix); at != std::string_view::npos;
         at = value.find(format.prefix, at + 1)) {
      if (at > 0 && IsAlnum(value[at - 1])) continue;
      size_t end = at + format.prefix.size();
      while (end < value.size() && IsTokenChar(value[end])) ++end;
      if (end - at - format.prefix.size() >= format.least_rest) return true;
    }
  }
  return false;
}

// RFC 7519: three base64url parts, the first a JSON object: "eyJ…".
bool IsJwt(std::string_view value) {
  const size_t at = value.find("eyJ");
  if (at == std::string_view::npos) return false;
  size_t dots = 0;
  size_t end = at;
  for (; end < value.size() && IsTokenChar(value[end]); ++end) dots += value[end] == '.' ? 1 : 0;
  return dots >= 2 && end - at >= 30;
}

// RFC 3986 userinfo: scheme://user:password@host.
bool HasUrlPassword(std::string_view value) {
  for (size_t at = value.find("://"); at != std::string_view::npos; at = value.find("://", at + 3)) {
    const std::string_view rest = value.substr(at + 3);
    const std::string_view authority = rest.substr(0, rest.find_first_of("/?# \t\n\"'<>"));
    const size_t sign = authority.rfind('@');
    if (sign == std::string_view::npos) continue;
    const size_t colon = authority.substr(0, sign).find(':');
    if (colon != std::string_view::npos && colon + 1 < sign) return true;
  }
  return false;
}

// The next run of letters and digits of a key, lower-cased into `word`; case changes separate too.
std::string_view NextWord(std::string_view key, size_t* at, std::array<char, 32>* word) {
  while (*at < key.size() && !IsAlnum(key[*at])) ++*at;
  size_t size = 0;
  for (; *at < key.size() && IsAlnum(key[*at]) && size < word->size(); ++*at) {
    const bool hump =
        size > 0 && key[*at] >= 'A' && key[*at] <= 'Z' && key[*at - 1] >= 'a' && key[*at - 1] <= 'z';
    if (hump) break;
    (*word)[size++] = LowerOf(key[*at]);
  }
  return {word->data(), size};
}

}  // namespace

std::string_view NameOf(SecretShape shape) {
  static constexpr std::string_view kNames[] = {"none",        "token",        "url password",
                                                "private key", "named secret", "random"};
  return kNames[static_cast<size_t>(shape)];
}

double Entropy(std::string_view value) {
  if (value.empty()) return 0;
  std::array<uint32_t, 256> counts{};
  for (const char c : value) ++counts[static_cast<unsigned char>(c)];
  double bits = 0;
  const double total = static_cast<double>(value.size());
  for (const uint32_t count : counts) {
    if (count == 0) continue;
    const double p = count / total;
    bits -= p * std::log2(p);
  }
  return bits;
}

bool NamesSecret(std::string_view key) {
  static constexpr std::string_view kWords[] = {
      "password",    "passwd",     "pass",   "pwd",        "secret",  "token", "apikey", "credential",
      "credentials", "passphrase", "bearer", "privatekey", "webhook", "salt",  "pin"};
  // Words that turn it into a setting about secrets.
  static constexpr std::string_view kSettings[] = {"policy",     "length",   "minlength", "enabled",
                                                   "expiration", "expiry",   "validity",  "lifetime",
                                                   "reset",      "required", "timeout"};
  bool secret = false;
  bool api_before = false;
  size_t at = 0;
  std::array<char, 32> buffer{};
  for (std::string_view word = NextWord(key, &at, &buffer); !word.empty();
       word = NextWord(key, &at, &buffer)) {
    const auto is = [word](std::string_view w) { return w == word; };
    if (std::any_of(std::begin(kSettings), std::end(kSettings), is)) return false;
    secret = secret || std::any_of(std::begin(kWords), std::end(kWords), is);
    secret = secret || (api_before && word == "key");
    api_before = word == "api" || word == "access" || word == "private" || word == "secret" ||
                 word == "license" || word == "auth" || word == "encryption" || word == "signing";
  }
  return secret;
}

SecretShape ShapeOf(std::string_view value) {
  if (value.find("PRIVATE KEY-----") != std::string_view::npos) return SecretShape::kPrivateKey;
  if (HasUrlPassword(value)) return SecretShape::kUrlPassword;
  if (IsToken(value) || IsJwt(value)) return SecretShape::kToken;
  return SecretShape::kNone;
}

SecretShape ShapeOf(std::string_view key, std::string_view value) {
  if (const SecretShape shape = ShapeOf(value); shape != SecretShape::kNone) return shape;
  value = Trim(value);
  if (value.empty() || value == "True" || value == "False" || value == "true" || value == "false") {
    return SecretShape::kNone;
  }
  const bool one_word = value.find_first_of(" \t\r\n") == std::string_view::npos;
  if (!one_word) return SecretShape::kNone;
  if (NamesSecret(key)) return SecretShape::kNamed;
  const bool keyed =
      Lower(key).find("key") != std::string::npos || Lower(key).find("auth") != std::string::npos;
  const bool digits = value.find_first_of("0123456789") != std::string_view::npos;
  if (keyed && digits && value.size() >= kLeastSecretChars && Entropy(value) >= kRandomBits)
    return SecretShape::kRandom;
  return SecretShape::kNone;
}

}  // namespace understudy::rules
