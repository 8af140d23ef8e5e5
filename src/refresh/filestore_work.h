// What the filestore needs from the first row to publication.
//
// Ownership: the hook factory points to the others; they are declared, and so destroyed, around it.
#ifndef UNDERSTUDY_REFRESH_FILESTORE_WORK_H_
#define UNDERSTUDY_REFRESH_FILESTORE_WORK_H_

#include <memory>

#include "odoo/attachment_hook.h"
#include "odoo/avatar_book.h"
#include "odoo/filestore_remote.h"
#include "odoo/filestore_stage.h"

namespace understudy::refresh {

struct FilestoreWork {
  FilestoreWork();
  ~FilestoreWork();

  std::unique_ptr<odoo::AttachmentPolicy> policy;
  std::unique_ptr<odoo::AvatarBook> avatars;
  std::unique_ptr<odoo::FilestoreStage> stage;  // null: no filestore is configured
  std::unique_ptr<odoo::RemoteStage> remote;    // the staging filestore is on another host
  std::unique_ptr<odoo::AttachmentHookFactory> hooks;
};

struct RunContext;

// The filestore's side of publishing, called by PublishStaging.
absl::Status PublishFilestore(RunContext& context);
absl::Status UndoFilestore(RunContext& context);
absl::Status PruneFilestore(RunContext& context);

}  // namespace understudy::refresh

#endif  // UNDERSTUDY_REFRESH_FILESTORE_WORK_H_
