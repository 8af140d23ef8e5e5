#include "pseudonym/kind.h"

#include <iterator>

namespace understudy::pseudonym {
namespace {

// In the order of the enum, from kName = 1.
constexpr std::string_view kNames[] = {
    "name",        "first_name", "surname", "company", "email", "login", "phone",
    "street",      "zip",        "city",    "vat",     "iban",  "bic",   "card",
    "national_id", "date",       "geo",     "ip",      "mac",   "url",   "social",
    "uuid",        "token",      "number",  "amount",  "text",  "plate", "bank_account"};
static_assert(std::size(kNames) == kKinds);

}  // namespace

std::optional<Kind> KindByName(std::string_view name) {
  for (size_t i = 0; i < std::size(kNames); ++i) {
    if (kNames[i] == name) return static_cast<Kind>(i + 1);
  }
  return std::nullopt;
}

std::string_view NameOf(Kind kind) {
  const size_t i = static_cast<size_t>(kind) - 1;
  return i < std::size(kNames) ? kNames[i] : std::string_view("unknown");
}

const std::vector<std::string>& KindNames() {
  static const std::vector<std::string> names(std::begin(kNames), std::end(kNames));
  return names;
}

}  // namespace understudy::pseudonym
