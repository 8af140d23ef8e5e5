#include "refresh/key.h"

#include <fmt/format.h>

#include <array>

namespace understudy::refresh {
namespace {

constexpr uint64_t kTokenSeedId = 0xF2000;

}  // namespace

absl::StatusOr<pseudonym::Key> LoadKey(const SecretSource& source) {
  switch (source.kind) {
    case SecretSource::Kind::kFile:
      return pseudonym::Key::FromFile(source.value);
    case SecretSource::Kind::kEnvironment:
      return pseudonym::Key::FromEnvironment(source.value);
    case SecretSource::Kind::kCommand:
      return pseudonym::Key::FromCommand(source.value);
    case SecretSource::Kind::kNone:
      break;
  }
  return pseudonym::Key::Random();
}

std::string TokenSeed(const pseudonym::Key& key) {
  std::array<unsigned char, 32> bytes;
  key.Derive(kTokenSeedId, bytes.data(), bytes.size());
  std::string seed;
  for (const unsigned char byte : bytes) seed += fmt::format("{:02x}", byte);
  return seed;
}

}  // namespace understudy::refresh
