// SHA-1 as Odoo names its files by: 40 lower-case hex digits of the content.
//
// DESIGN: identity of content, not security (RFC 3174; OpenSSL's EVP). Ownership: Sha1 owns its context.
// Threads: one thread per object.
#ifndef UNDERSTUDY_ODOO_SHA1_H_
#define UNDERSTUDY_ODOO_SHA1_H_

#include <memory>
#include <string>
#include <string_view>

struct evp_md_ctx_st;

namespace understudy::odoo {

class Sha1 {
 public:
  Sha1();
  ~Sha1();
  Sha1(const Sha1&) = delete;
  Sha1& operator=(const Sha1&) = delete;

  void Start();
  void Add(const void* bytes, size_t size);
  std::string Finish();

 private:
  evp_md_ctx_st* context_;
};

std::string Sha1Of(std::string_view content);

}  // namespace understudy::odoo

#endif  // UNDERSTUDY_ODOO_SHA1_H_
