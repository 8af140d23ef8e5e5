#include "scan/hints.h"

#include <algorithm>
#include <cctype>
#include <memory>
#include <string>
#include <vector>

#include "base/strings.h"
#include "re2/re2.h"

namespace understudy::scan {
namespace {

struct Row {
  const char* words;  // alternatives, each a whole word or words joined by "_"
  const char* treatment;
  bool strong;
};

// The order matters: "holder_mail" is an address before it is a holder, "card_holder" a name before a card.
constexpr Row kRows[] = {
    {"password|passwd|passwort|kennwort|pwd|passphrase|secret|api_?key|private_key|access_key|token|pin|pin_"
     "code|"
     "puk|otp|totp|cvv|cvc|pkcs12|pfx|pem|keystore|credentials?",
     "secret", true},
    {"national_?id|nationalid|ssn|ssnid|social_security(_number)?|passport(_no|_number)?|identity(_no|_"
     "number)?|"
     "id_card|identification|tax_?id|fiscal_code|codice_fiscale|nif|dni|nie|bsn|nir|pesel|personnummer|"
     "ausweis|"
     "steuer_?id|curp|cpf|aadhaar|driving_licen[cs]e",
     "national_id", true},
    {"iban", "iban", true},
    {"bic|swift", "bic", true},
    {"e_?mail|mail|courriel|correo", "email", false},
    {"phone|phones|mobile|telephone|telefon|telefono|tel|fax|cell|handy|whatsapp|msisdn|sms", "phone", false},
    {"vat|vat_number|siret|siren|gstin|eori|ust_?id|company_registry", "vat", false},
    {"plate|number_plate|license_plate|vin|kennzeichen", "plate", false},
    {"account_number|acc_number|bank_account|konto", "bank_account", false},
    {"first_?name|given_?name|vorname|prenom|nombre", "first_name", false},
    {"last_?name|sur_?name|family_?name|nachname|maiden_?name", "surname", false},
    {"company|company_name|employer|firm|firma|supplier|vendor", "company", false},
    {"card_?holder|cardholder", "name", false},
    {"card|credit_?card|card_?no|card_?number|pan", "card", false},
    {"street|street2|address|adresse|addr|strasse|calle|rue", "street", false},
    {"zip|zip_?code|plz|postcode|postal_?code|cap", "zip", false},
    {"city|town|ort|ville|ciudad|stadt", "city", false},
    {"birth|birthday|birth_?date|dob|date_of_birth|geburtstag|geburtsdatum", "date", false},
    {"ip|ip_?address|remote_addr", "ip", false},
    {"mac|mac_?address", "mac", false},
    {"url|website|homepage|linkedin|webseite", "url", false},
    {"twitter|facebook|instagram|skype|telegram|social", "social", false},
    {"login|user_?name|username", "login", false},
    {"notes?|comments?|remarks?|memo|description|private|diary|bio|biography|message|body|bemerkung|notiz(en)"
     "?|"
     "feedback|reason|text|details?|tags|keywords|labels",
     "rewrite", false},
    {"name|full_?name|holder|owner|person|contact|customer|client|member|patient|student|driver|employee|"
     "author|"
     "signed_?by|signatory|beneficiary|guardian|spouse|parent",
     "name", false},
};

struct Compiled {
  std::unique_ptr<const RE2> pattern;
  const Row* row;
};

const std::vector<Compiled>& Patterns() {
  static const auto* const patterns = [] {
    auto* all = new std::vector<Compiled>();
    for (const Row& row : kRows) {
      all->push_back(
          {std::make_unique<const RE2>(std::string("(?:.*_)?(?:") + row.words + ")(?:_.*)?"), &row});
    }
    return all;
  }();
  return *patterns;
}

// "National ID (Studio)" → "national_id_studio_".
std::string Words(std::string_view name) {
  std::string words = Lower(name);
  for (char& c : words) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && static_cast<unsigned char>(c) < 0x80) c = '_';
  }
  for (const std::string_view prefix : {"x_studio_", "x_"}) {
    if (words.starts_with(prefix)) {
      words.erase(0, prefix.size());
      break;
    }
  }
  return words;
}

}  // namespace

std::optional<Hint> HintOfName(std::string_view name) {
  const std::string words = Words(name);
  for (const Compiled& c : Patterns()) {
    if (RE2::FullMatch(words, *c.pattern)) return Hint{c.row->treatment, c.row->strong, "name"};
  }
  return std::nullopt;
}

std::optional<Hint> HintOf(const rules::Attribute& attribute) {
  if (std::optional<Hint> hint = HintOfName(attribute.name); hint.has_value()) return hint;
  std::optional<Hint> hint = HintOfName(attribute.comment);
  if (hint.has_value()) hint->from = "label";
  return hint;
}

}  // namespace understudy::scan
