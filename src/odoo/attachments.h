// What happens to each attachment: keep, avatar, placeholder, rewrite or drop.
//
// DESIGN
//   Rules of the configuration come first, then what a careful person would choose (kDefaults in the .cc: web
//   assets, product and theme pictures, module data kept; people's pictures become avatars; keys dropped),
//   then the default action. A rule tests res_model, res_field, mimetype and url (re2, whole) and size and
//   `public`. A decision is a function of the row alone.
// Ownership: the policy owns its compiled patterns; Decision::reason lives as long as it.
// Threads: immutable, thread-safe.
#ifndef UNDERSTUDY_ODOO_ATTACHMENTS_H_
#define UNDERSTUDY_ODOO_ATTACHMENTS_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "absl/status/statusor.h"

namespace understudy::odoo {

enum class AttachmentAction : uint8_t { kKeep, kStrip, kAvatar, kPlaceholder, kRewrite, kDrop };
// keep, strip (keep, without EXIF and the like), avatar, placeholder, rewrite, drop.
std::optional<AttachmentAction> AttachmentActionByName(std::string_view name);
const char* NameOf(AttachmentAction action);

// The columns that decide; empty where NULL.
struct AttachmentRow {
  int64_t id = 0;
  int64_t res_id = 0;
  int64_t file_size = 0;
  std::string_view name, res_model, res_field, type, url, store_fname, checksum, mimetype;
  bool is_public = false;
};

struct AttachmentRule {
  std::string model, field, mimetype, url;  // patterns; empty matches everything
  std::optional<bool> is_public;
  int64_t larger_than = -1;  // bytes; -1: any size
  AttachmentAction action = AttachmentAction::kPlaceholder;
};

struct Decision {
  AttachmentAction action = AttachmentAction::kPlaceholder;
  // The name is a technical one (a field's, an asset's) and stays; otherwise it may be "cv_okonkwo.pdf".
  bool keep_name = false;
  std::string_view reason;
};

class AttachmentPolicy {
 public:
  static absl::StatusOr<AttachmentPolicy> Create(AttachmentAction default_action,
                                                 const std::vector<AttachmentRule>& rules);
  ~AttachmentPolicy();
  AttachmentPolicy(AttachmentPolicy&&) noexcept;
  AttachmentPolicy& operator=(AttachmentPolicy&&) noexcept;

  // Partners that are companies of this database: their pictures are logos, which reports show.
  void SetCompanyPartners(std::unordered_set<int64_t> partners);

  Decision Decide(const AttachmentRow& row) const;

 private:
  struct Impl;
  explicit AttachmentPolicy(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace understudy::odoo

#endif  // UNDERSTUDY_ODOO_ATTACHMENTS_H_
