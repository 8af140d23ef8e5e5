#include "odoo/attachment_hook.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/status.h"
#include "base/strings.h"
#include "odoo/avatars.h"
#include "odoo/image_strip.h"
#include "odoo/mail_rewrite.h"
#include "odoo/sha1.h"
#include "odoo/store_name.h"

namespace understudy::odoo {
namespace {

// Positions in kColumns.
enum Index : size_t {
  kId,
  kResId,
  kResModel,
  kResField,
  kType,
  kUrl,
  kPublic,
  kName,
  kStoreFname,
  kChecksum,
  kFileSize,
  kMimetype,
  kIndexContent,
  kDbDatas,
  kColumnCount
};
constexpr std::array<std::string_view, kColumnCount> kColumns = {
    "id",   "res_id",      "res_model", "res_field", "type",     "url",           "public",
    "name", "store_fname", "checksum",  "file_size", "mimetype", "index_content", "db_datas"};

constexpr size_t kNone = static_cast<size_t>(-1);

int64_t NumberOf(std::string_view text) {
  int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

// PostgreSQL's text form of bytea: \x and hex digits.
std::string ByteaText(std::string_view bytes) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out = "\\x";
  out.reserve(2 + 2 * bytes.size());
  for (const char c : bytes) {
    out += kHex[static_cast<unsigned char>(c) >> 4];
    out += kHex[static_cast<unsigned char>(c) & 15];
  }
  return out;
}

std::string BytesOfBytea(std::string_view text) {
  std::string out;
  if (!text.starts_with("\\x")) return out;
  auto digit = [](char c) { return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10; };
  for (size_t i = 2; i + 1 < text.size(); i += 2) {
    out += static_cast<char>(digit(text[i]) << 4 | digit(text[i + 1]));
  }
  return out;
}

// What Odoo itself writes for content without text: the first half of the mimetype.
bool IsIndexMark(std::string_view index) {
  return index == "image" || index == "application" || index == "audio" || index == "video" ||
         index == "font";
}

}  // namespace

std::string NeutralName(int64_t id, std::string_view extension, std::string_view old_name) {
  if (extension.empty()) {
    // The old extension says what kind of file it is, and nothing of a person if it is short and plain.
    const size_t dot = old_name.rfind('.');
    if (dot != std::string_view::npos && old_name.size() - dot - 1 <= 4 &&
        old_name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
                                   dot + 1) == std::string_view::npos) {
      extension = old_name.substr(dot + 1);
    }
  }
  return extension.empty() ? fmt::format("attachment-{}", id)
                           : fmt::format("attachment-{}.{}", id, extension);
}

void AttachmentCounts::Add(const AttachmentCounts& other) {
  kept += other.kept;
  stripped += other.stripped;
  avatars += other.avatars;
  replaced += other.replaced;
  rewritten += other.rewritten;
  dropped += other.dropped;
  unreadable += other.unreadable;
}

class AttachmentHook : public rules::RowHook {
 public:
  explicit AttachmentHook(const AttachmentHookFactory& factory) : factory_(factory), setup_(factory.setup_) {
    at_.fill(kNone);
    for (size_t i = 0; i < factory.columns_.size(); ++i) {
      const auto found = std::find(kColumns.begin(), kColumns.end(), factory.columns_[i]);
      at_[static_cast<size_t>(found - kColumns.begin())] = i;
    }
    if (setup_.rewrite != nullptr) rewriter_ = std::make_unique<text::Rewriter>(*setup_.rewrite);
  }
  void Keep() override {
    factory_.Finish(std::move(requests_), std::move(unseen_), std::move(problems_), counts_);
  }

  absl::Status Row(std::span<const rules::HookValue> fields, std::span<rules::HookEdit> edits) override {
    fields_ = fields;
    edits_ = edits;
    ReadRow();
    const Decision decision = setup_.policy->Decide(row_);
    if (!decision.keep_name) SetText(kName, NeutralName(row_.id, ExtensionOf(row_.mimetype), row_.name));
    if (!IsIndexMark(Text(kIndexContent))) {
      if (decision.action != AttachmentAction::kKeep || !decision.keep_name) SetNull(kIndexContent);
    }
    if (row_.type == "url" || !HasContent()) {
      ++counts_.kept;
      return absl::OkStatus();
    }
    if (decision.action != AttachmentAction::kKeep) LookForFile();
    switch (decision.action) {
      case AttachmentAction::kKeep:
        return KeepContent();
      case AttachmentAction::kStrip:
        return Strip();
      case AttachmentAction::kAvatar:
        return Avatar();
      case AttachmentAction::kRewrite:
        return Rewrite(decision);
      case AttachmentAction::kDrop:
        ++counts_.dropped;
        Drop();
        return absl::OkStatus();
      case AttachmentAction::kPlaceholder:
        break;
    }
    ++counts_.replaced;
    return Replace(decision);
  }

 private:
  std::string_view Text(Index index) const {
    return at_[index] == kNone || fields_[at_[index]].null ? std::string_view() : fields_[at_[index]].text;
  }
  void SetText(Index index, std::string_view text) {
    if (at_[index] == kNone) return;
    edits_[at_[index]].kind = rules::HookEdit::Kind::kText;
    edits_[at_[index]].text = text;
  }
  void SetNull(Index index) {
    if (at_[index] != kNone) edits_[at_[index]].kind = rules::HookEdit::Kind::kNull;
  }

  void ReadRow() {
    row_.id = NumberOf(Text(kId));
    row_.res_id = NumberOf(Text(kResId));
    row_.file_size = NumberOf(Text(kFileSize));
    row_.name = Text(kName);
    row_.res_model = Text(kResModel);
    row_.res_field = Text(kResField);
    row_.type = Text(kType);
    row_.url = Text(kUrl);
    row_.store_fname = Text(kStoreFname);
    row_.checksum = Text(kChecksum);
    row_.mimetype = Text(kMimetype);
    row_.is_public = Text(kPublic) == "t" || Text(kPublic) == "true";
  }
  bool InRow() const { return row_.store_fname.empty(); }
  bool HasContent() const { return !row_.store_fname.empty() || !Text(kDbDatas).empty(); }

  // A hole in production's filestore is reported even where its content is not wanted.
  void LookForFile() {
    if (InRow()) return;
    const std::string name(row_.store_fname);
    if (!IsStoreName(name)) {
      problems_.push_back(
          {FileProblemKind::kUnsafe, row_.id, "", "not a name that Odoo gives to a stored file"});
    } else if (setup_.exists == nullptr) {
      if (setup_.ask_later) unseen_.push_back({name, "", 0, row_.id});
    } else if (!setup_.exists(name)) {
      problems_.push_back({FileProblemKind::kMissing, row_.id, name, "no such file"});
    }
  }

  absl::Status KeepContent() {
    ++counts_.kept;
    if (InRow()) return absl::OkStatus();
    if (setup_.stage == nullptr) return absl::OkStatus();
    requests_.push_back({std::string(row_.store_fname), std::string(row_.checksum),
                         static_cast<uint64_t>(std::max<int64_t>(row_.file_size, 0)), row_.id});
    return absl::OkStatus();
  }

  void Drop() {
    SetNull(kStoreFname);
    SetNull(kChecksum);
    SetNull(kDbDatas);
    SetText(kFileSize, "0");
    SetNull(kIndexContent);
  }

  absl::StatusOr<std::string> Content() const {
    if (InRow()) return BytesOfBytea(Text(kDbDatas));
    if (setup_.read == nullptr) return Failed("the source's filestore cannot be read");
    if (!IsStoreName(row_.store_fname)) return Refused("not a name that Odoo gives");
    return setup_.read(std::string(row_.store_fname));
  }

  // The row's columns for content that is in the stage, or comes into the row.
  absl::Status Follow(std::string_view content, const std::string& sha1, std::string_view mimetype) {
    if (InRow()) {
      SetText(kDbDatas, ByteaText(content));
    } else if (setup_.stage == nullptr) {
      Drop();
      return absl::OkStatus();
    } else {
      SetText(kStoreFname, StoreNameOf(sha1));
    }
    SetText(kChecksum, sha1);
    SetText(kFileSize, fmt::format("{}", content.size()));
    SetText(kMimetype, mimetype);
    return absl::OkStatus();
  }
  absl::Status Write(std::string_view content, std::string_view mimetype) {
    const std::string sha1 = Sha1Of(content);
    if (!InRow() && setup_.stage != nullptr) RETURN_IF_ERROR(setup_.stage->AddContent(content, sha1));
    return Follow(content, sha1, mimetype);
  }

  absl::Status Replace(const Decision& decision) {
    auto stored = factory_.PlaceholderFor(row_.mimetype, row_.res_model);
    if (!stored.ok()) return Annotate(stored.status(), fmt::format("attachment {}", row_.id));
    SetNull(kIndexContent);
    const Placeholder& placeholder = (*stored)->placeholder;
    if (!decision.keep_name) SetText(kName, NeutralName(row_.id, placeholder.extension, row_.name));
    return Follow(placeholder.content, (*stored)->sha1, placeholder.mimetype);
  }

  absl::Status Avatar() {
    ++counts_.avatars;
    AvatarLook look;
    if (setup_.avatars != nullptr) look = setup_.avatars->LookFor(row_.res_model, row_.res_id);
    if (row_.mimetype == "image/svg+xml") return Write(AvatarSvg(look), "image/svg+xml");
    return Write(AvatarPng(look, SizeOfImageField(row_.res_field)), "image/png");
  }

  absl::Status Strip() {
    auto content = Content();
    if (!content.ok()) {
      ++counts_.unreadable;
      return Replace({AttachmentAction::kPlaceholder, !row_.res_field.empty(), ""});
    }
    std::string stripped;
    switch (StripImage(*content, &stripped)) {
      case StripResult::kClean:
        return KeepContent();
      case StripResult::kStripped:
        ++counts_.stripped;
        return Write(stripped, row_.mimetype);
      case StripResult::kUnknown:
        break;
    }
    // Where a place of the picture was taken or who wrote the document may stand anywhere in it.
    ++counts_.replaced;
    return Replace({AttachmentAction::kPlaceholder, !row_.res_field.empty(), ""});
  }

  absl::Status Rewrite(const Decision& decision) {
    const std::string_view mimetype = row_.mimetype;
    const bool text = mimetype.starts_with("text/") || mimetype == "message/rfc822" ||
                      mimetype.ends_with("xml") || IsJson(mimetype);
    if (!text || rewriter_ == nullptr || row_.file_size > kMaxRewriteBytes) {
      ++counts_.replaced;
      return Replace(decision);
    }
    auto content = Content();
    if (!content.ok()) {
      ++counts_.unreadable;
      return Replace(decision);
    }
    const std::optional<std::string> out = RewriteContent(mimetype, *content);
    if (!out.has_value()) {
      ++counts_.replaced;
      return Replace(decision);
    }
    SetNull(kIndexContent);
    if (*out == *content) return KeepContent();
    ++counts_.rewritten;
    return Write(*out, row_.mimetype);
  }

  static bool IsJson(std::string_view mimetype) {
    return mimetype == "application/json" || mimetype == "application/o-spreadsheet";
  }

  // None: a file that says it is a mail, a card or a calendar, and cannot be read as one.
  std::optional<std::string> RewriteContent(std::string_view mimetype, const std::string& content) {
    if (mimetype == "message/rfc822") return RewriteMail(content, *rewriter_);
    if (IsCard(mimetype)) return RewriteCard(content, *setup_.rewrite->pseudonymiser, *rewriter_);
    std::string out;
    const bool changed = mimetype == "text/html" || mimetype.ends_with("xml") ? rewriter_->Html(content, &out)
                         : IsJson(mimetype) ? rewriter_->Json(content, "", &out)
                                            : rewriter_->Plain(content, &out);
    return changed ? out : content;
  }

  const AttachmentHookFactory& factory_;
  const AttachmentSetup& setup_;
  std::array<size_t, kColumnCount + 1> at_;
  std::unique_ptr<text::Rewriter> rewriter_;
  AttachmentRow row_;
  std::span<const rules::HookValue> fields_;
  std::span<rules::HookEdit> edits_;
  std::vector<FileRequest> requests_;
  std::vector<FileRequest> unseen_;
  std::vector<FileProblem> problems_;
  AttachmentCounts counts_;
};

std::vector<std::string> AttachmentHookFactory::Columns(const rules::Relation& relation) const {
  std::vector<std::string> columns;
  for (const std::string_view column : kColumns) {
    if (relation.Find(column) != nullptr) columns.emplace_back(column);
  }
  MutexLock lock(mutex_);
  columns_ = columns;
  return columns;
}

std::unique_ptr<rules::RowHook> AttachmentHookFactory::New() const {
  return std::make_unique<AttachmentHook>(*this);
}

absl::StatusOr<const AttachmentHookFactory::Stored*> AttachmentHookFactory::PlaceholderFor(
    std::string_view mimetype, std::string_view origin) const {
  const std::string key = fmt::format("{}\n{}", mimetype, origin);
  MutexLock lock(mutex_);
  const auto found = placeholders_.find(key);
  if (found != placeholders_.end()) return found->second.get();
  auto stored = std::make_unique<Stored>(Stored{MakePlaceholder(mimetype, origin), ""});
  stored->sha1 = Sha1Of(stored->placeholder.content);
  if (setup_.stage != nullptr)
    RETURN_IF_ERROR(setup_.stage->AddContent(stored->placeholder.content, stored->sha1));
  return (placeholders_[key] = std::move(stored)).get();
}

void AttachmentHookFactory::Finish(std::vector<FileRequest> requests, std::vector<FileRequest> unseen,
                                   std::vector<FileProblem> problems, const AttachmentCounts& counts) const {
  MutexLock lock(mutex_);
  unseen_.insert(unseen_.end(), std::make_move_iterator(unseen.begin()),
                 std::make_move_iterator(unseen.end()));
  problems_.insert(problems_.end(), std::make_move_iterator(problems.begin()),
                   std::make_move_iterator(problems.end()));
  requests_.insert(requests_.end(), std::make_move_iterator(requests.begin()),
                   std::make_move_iterator(requests.end()));
  counts_.Add(counts);
}

std::vector<FileRequest> AttachmentHookFactory::TakeRequests() {
  MutexLock lock(mutex_);
  return std::move(requests_);
}

std::vector<FileRequest> AttachmentHookFactory::TakeUnseen() {
  MutexLock lock(mutex_);
  return std::move(unseen_);
}

std::vector<FileProblem> AttachmentHookFactory::TakeProblems() {
  MutexLock lock(mutex_);
  std::vector<FileProblem> problems = std::move(problems_);
  SortByAttachment(&problems);
  return problems;
}

AttachmentCounts AttachmentHookFactory::counts() const {
  MutexLock lock(mutex_);
  return counts_;
}

}  // namespace understudy::odoo
