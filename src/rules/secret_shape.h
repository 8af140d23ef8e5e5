// Does a value look like a credential? By the name of its key, by known token formats, by its entropy.
//
// DESIGN
//   Token formats are what services publish about their own keys (prefix, alphabet, length); they are enough
//   on their own, as is a URL with a password or a PEM private key. Entropy alone is no proof (ids and
//   checksums have it too), so a random-looking value counts only under a key whose name says secret.
//   Entropy: Shannon's, over the value's bytes; kRandomBits separates base64 and hex keys of 20 characters
//   and more (measured 3.5 and up) from words and dotted names (below 3.4).
// Threads: all functions are thread-safe. ShapeOf(value) allocates nothing.
#ifndef UNDERSTUDY_RULES_SECRET_SHAPE_H_
#define UNDERSTUDY_RULES_SECRET_SHAPE_H_

#include <cstddef>
#include <string_view>

namespace understudy::rules {

inline constexpr size_t kLeastSecretChars = 20;
inline constexpr double kRandomBits = 3.4;

// Why a value is taken as a secret; the names are for reports.
enum class SecretShape { kNone, kToken, kUrlPassword, kPrivateKey, kNamed, kRandom };
std::string_view NameOf(SecretShape shape);

// By the value alone: tokens of well-known services, JWTs, private keys, URLs with a password.
SecretShape ShapeOf(std::string_view value);
// By key and value: as above, and kNamed (the key's name says secret and the value is one word), kRandom.
SecretShape ShapeOf(std::string_view key, std::string_view value);

// The key's name says that the value is secret: "acme.api_key", "smtp_password", not "password_policy".
bool NamesSecret(std::string_view key);
// Bits per byte.
double Entropy(std::string_view value);

}  // namespace understudy::rules

#endif  // UNDERSTUDY_RULES_SECRET_SHAPE_H_
