#include "odoo/store_name.h"

namespace understudy::odoo {
namespace {

constexpr size_t kSha1Digits = 40;

bool IsHex(std::string_view s) { return s.find_first_not_of("0123456789abcdef") == std::string_view::npos; }

}  // namespace

bool IsStoreName(std::string_view store_fname) {
  const size_t slash = store_fname.find('/');
  if (slash != 2 && slash != 3) return false;
  const std::string_view directory = store_fname.substr(0, slash), file = store_fname.substr(slash + 1);
  return file.size() == kSha1Digits && IsHex(file) && file.starts_with(directory);
}

std::string_view DirectoryOf(std::string_view store_fname) {
  return store_fname.substr(0, store_fname.find('/'));
}

std::string_view FileOf(std::string_view store_fname) {
  return store_fname.substr(store_fname.find('/') + 1);
}

std::string StoreNameOf(std::string_view sha1) {
  return std::string(sha1.substr(0, 2)) + "/" + std::string(sha1);
}

}  // namespace understudy::odoo
