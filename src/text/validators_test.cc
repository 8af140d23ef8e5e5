#include "text/validators.h"

#include <gtest/gtest.h>

namespace understudy::text {
namespace {

TEST(ValidatorsTest, ByName) {
  const struct {
    const char* name;
    const char* value;
    bool valid;
  } kCases[] = {
      {"card", "4111 1111 1111 1111", true},
      {"card", "4111 1111 1111 1112", false},
      {"card", "0000 0000 0000 0000", false},
      {"card", "1234567812345670", false},
      {"iban", "DE89 3704 0044 0532 0130 00", true},
      {"iban", "DE88 3704 0044 0532 0130 00", false},
      {"iban", "GB82WEST12345698765432", true},
      {"iban", "DE893704004405320130", false},
      {"iban", "XX89370400440532013000", false},
      {"vat", "DE136695976", true},
      {"vat", "DE136695977", false},
      {"vat", "BE0411905847", true},
      {"vat", "IT00743110157", true},
      {"vat", "LU15027442", true},
      {"vat", "PT501964843", true},
      {"vat", "DK13585628", true},
      {"vat", "FI20774740", true},
      {"vat", "PL8567346215", true},
      {"vat", "ZZ123456789", false},
      {"ipv4", "192.168.10.44", true},
      {"ipv4", "17.0.1.2", false},
      {"ipv4", "999.168.10.44", false},
      {"ipv4", "127.0.0.1", false},
      {"mac", "00:1B:44:11:3A:B7", true},
      {"mac", "00:00:00:00:00:00", false},
      {"phone", "030 1234567", true},
      {"phone", "01.02.2024", false},
      {"phone", "2024-01-02", false},
      {"phone", "0000000", false},
      {"international_phone", "+49 30 1234567", true},
      {"international_phone", "+999 30 1234567", false},
      {"es_nif", "12345678Z", true},
      {"es_nif", "12345678A", false},
      {"es_nif", "X1234567L", true},
      {"fr_nir", "2 55 08 14 168 025 38", true},
      {"fr_nir", "2 55 08 14 168 025 39", false},
      {"it_cf", "RSSMRA85T10A562S", true},
      {"it_cf", "RSSMRA85T10A562T", false},
      {"nl_bsn", "111222333", true},
      {"nl_bsn", "111222334", false},
      {"pl_pesel", "44051401359", true},
      {"pl_pesel", "44051401358", false},
      {"de_tax_id", "86095742719", true},
      {"de_tax_id", "86095742718", false},
      {"be_nn", "85.07.30-033.28", true},
      {"be_nn", "85.07.30-033.29", false},
      {"us_ssn", "078-05-1120", true},
      {"us_ssn", "666-05-1120", false},
      {"birth_date", "12.03.1975", true},
      {"birth_date", "12.03.2099", false},
      {"secretive", "hunter2", true},
      {"secretive", "redacted", false},
      {"secretive", "below", false},
      {"secretive", "Tr0ub4dor&3", true},
  };
  for (const auto& c : kCases) {
    const Validator validator = FindValidator(c.name);
    ASSERT_NE(validator, nullptr) << c.name;
    EXPECT_EQ(validator(c.value), c.valid) << c.name << " " << c.value;
  }
  EXPECT_EQ(FindValidator("none"), nullptr);
}

}  // namespace
}  // namespace understudy::text
