// Rows of ir_attachment on their way to staging: each follows what becomes of its content.
//
// DESIGN
//   A RowHook (rules/toolbox.h) for columns with the treatment `attachment`: name, checksum, store_fname,
//   file_size, mimetype, index_content, db_datas. New content (placeholder, avatar, rewritten text) is
//   written to the staging filestore under its own SHA-1 at once; what is kept is collected, and CopyFiles
//   fetches it after the rows, so that exactly the files of the snapshot's rows arrive. Content in the row
//   (db_datas) stays in the row. Without a filestore a row whose content can't come loses it rather than keep
//   the name of production's file. index_content is the document's text: it goes whenever the content is not
//   kept, and for kept documents too unless it is Odoo's one-word mark.
// Ownership: what AttachmentSetup points to outlives the factory, the factory its hooks.
// Threads: the factory is thread-safe; a hook belongs to one worker and adds its part when its slice is in
// (Keep).
#ifndef UNDERSTUDY_ODOO_ATTACHMENT_HOOK_H_
#define UNDERSTUDY_ODOO_ATTACHMENT_HOOK_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/mutex.h"
#include "odoo/attachments.h"
#include "odoo/avatar_book.h"
#include "odoo/filestore_copy.h"
#include "odoo/filestore_stage.h"
#include "odoo/placeholders.h"
#include "rules/toolbox.h"
#include "text/rewriter.h"

namespace understudy::odoo {

// A larger text is not rewritten but replaced: rewriting needs it whole in memory, once per worker.
inline constexpr int64_t kMaxRewriteBytes = 32 << 20;

struct AttachmentSetup {
  const AttachmentPolicy* policy = nullptr;
  FilestoreStage* stage = nullptr;                // null: no filestore goes to staging
  const AvatarBook* avatars = nullptr;            // null: colours without initials
  const text::RewriteContext* rewrite = nullptr;  // null: `rewrite` becomes a placeholder
  // The content of a file of the source, for rewrite and strip; an error means it cannot be had.
  std::function<absl::StatusOr<std::string>(const std::string& store_fname)> read;
  // Is it there? Asked for files that do not travel, since CopyFiles sees the others. Unset: cannot be told.
  std::function<bool(const std::string& store_fname)> exists;
  bool ask_later = false;  // without `exists`: the files are remembered, to be looked for all at once
};

struct AttachmentCounts {
  uint64_t kept = 0;
  uint64_t stripped = 0;
  uint64_t avatars = 0;
  uint64_t replaced = 0;  // placeholders
  uint64_t rewritten = 0;
  uint64_t dropped = 0;
  uint64_t unreadable = 0;  // wanted rewriting, but the content could not be had: replaced

  void Add(const AttachmentCounts& other);
};

class AttachmentHookFactory : public rules::RowHookFactory {
 public:
  explicit AttachmentHookFactory(AttachmentSetup setup) : setup_(std::move(setup)) {}

  std::vector<std::string> Columns(const rules::Relation& relation) const override;
  std::unique_ptr<rules::RowHook> New() const override;

  // Once all slices are in: the files to copy, and what was done.
  std::vector<FileRequest> TakeRequests();
  // Of ask_later: the files that do not travel.
  std::vector<FileRequest> TakeUnseen();
  // Files that rows named and that are not at the source, though staging does not need them; by attachment.
  std::vector<FileProblem> TakeProblems();
  AttachmentCounts counts() const;

 private:
  friend class AttachmentHook;
  // Shared by all workers: a placeholder per type and origin, already in the stage.
  struct Stored {
    Placeholder placeholder;
    std::string sha1;
  };
  absl::StatusOr<const Stored*> PlaceholderFor(std::string_view mimetype, std::string_view origin) const;
  void Finish(std::vector<FileRequest> requests, std::vector<FileRequest> unseen,
              std::vector<FileProblem> problems, const AttachmentCounts& counts) const;

  AttachmentSetup setup_;
  mutable std::vector<std::string> columns_;  // of the one relation, in order; set by Columns()
  mutable Mutex mutex_;
  mutable std::map<std::string, std::unique_ptr<Stored>, std::less<>> placeholders_ ABSL_GUARDED_BY(mutex_);
  mutable std::vector<FileRequest> requests_ ABSL_GUARDED_BY(mutex_);
  mutable std::vector<FileRequest> unseen_ ABSL_GUARDED_BY(mutex_);
  mutable std::vector<FileProblem> problems_ ABSL_GUARDED_BY(mutex_);
  mutable AttachmentCounts counts_ ABSL_GUARDED_BY(mutex_);
};

// "attachment-17.pdf": says nothing of a person, and Odoo still finds the type.
std::string NeutralName(int64_t id, std::string_view extension, std::string_view old_name);

}  // namespace understudy::odoo

#endif  // UNDERSTUDY_ODOO_ATTACHMENT_HOOK_H_
