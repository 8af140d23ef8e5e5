// Reads "kind TAB country TAB value" lines, writes the pseudonyms: what the judges of this folder look at.
#include <cstdio>
#include <iostream>
#include <string>

#include "base/strings.h"
#include "pseudonym/pseudonymiser.h"

int main() {
  using namespace understudy::pseudonym;
  const auto key = Key::FromHex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
  const auto made = Pseudonymiser::Create(*key, UNDERSTUDY_SOURCE_DIR "/rules/lexicon");
  if (!made.ok()) return 1;
  std::string line;
  std::string out;
  while (std::getline(std::cin, line)) {
    const auto fields = understudy::Split(line, '\t');
    if (fields.size() != 3) return 2;
    const auto kind = KindByName(fields[0]);
    if (!kind.has_value()) return 3;
    Context context;
    context.country = fields[1];
    out.clear();
    (*made)->Generate(*kind, fields[2], context, &out);
    std::cout << out << '\n';
  }
  return 0;
}
