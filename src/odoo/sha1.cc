#include "odoo/sha1.h"

#include <openssl/evp.h>

#include <array>

namespace understudy::odoo {

Sha1::Sha1() : context_(EVP_MD_CTX_new()) { Start(); }

Sha1::~Sha1() { EVP_MD_CTX_free(context_); }

void Sha1::Start() { EVP_DigestInit_ex(context_, EVP_sha1(), nullptr); }

void Sha1::Add(const void* bytes, size_t size) { EVP_DigestUpdate(context_, bytes, size); }

std::string Sha1::Finish() {
  static constexpr char kHex[] = "0123456789abcdef";
  std::array<unsigned char, 20> digest;
  EVP_DigestFinal_ex(context_, digest.data(), nullptr);
  std::string hex;
  hex.reserve(40);
  for (const unsigned char byte : digest) {
    hex += kHex[byte >> 4];
    hex += kHex[byte & 15];
  }
  return hex;
}

std::string Sha1Of(std::string_view content) {
  Sha1 sha1;
  sha1.Add(content.data(), content.size());
  return sha1.Finish();
}

}  // namespace understudy::odoo
