// The filestore of the same moment: rows decide what becomes of each file, files follow the rows, and both
// are published together.
#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <unordered_set>

#include "base/file.h"
#include "base/status.h"
#include "dump/sink_file.h"
#include "odoo/filestore_siblings.h"
#include "odoo/store_name.h"
#include "refresh/backup_source.h"
#include "refresh/context.h"
#include "refresh/filestore_work.h"

namespace understudy::refresh {
namespace {

// Missing files are listed up to here; a filestore that is not there at all must not fill the report.
constexpr size_t kMaxMissingListed = 1000;

absl::StatusOr<odoo::AttachmentPolicy> PolicyOf(const AttachmentPolicy& config) {
  const auto action = odoo::AttachmentActionByName(config.default_action);
  if (!action.has_value())
    return UsageError("policy.attachments.default: unknown action " + config.default_action);
  std::vector<odoo::AttachmentRule> rules;
  for (const AttachmentRule& rule : config.rules) {
    const auto does = odoo::AttachmentActionByName(rule.action);
    if (!does.has_value()) return UsageError("policy.attachments.rules: unknown action " + rule.action);
    odoo::AttachmentRule out;
    out.model = rule.model;
    out.field = rule.field;
    out.mimetype = rule.mimetype;
    out.url = rule.url;
    out.is_public = rule.is_public;
    out.larger_than = rule.larger_than;
    out.action = *does;
    rules.push_back(std::move(out));
  }
  return odoo::AttachmentPolicy::Create(*action, rules);
}

bool HasColumns(const RunContext& context, std::string_view table,
                std::initializer_list<std::string_view> columns) {
  for (const rules::Relation& relation : context.catalog.facts.relations) {
    if (relation.schema != "public" || relation.name != table) continue;
    return std::all_of(columns.begin(), columns.end(),
                       [&](std::string_view column) { return relation.Find(column) != nullptr; });
  }
  return false;
}

// Logos of companies stay: reports show them.
absl::StatusOr<std::unordered_set<int64_t>> CompanyPartners(const RunContext& context,
                                                            pg::Connection& source) {
  std::unordered_set<int64_t> partners;
  if (!HasColumns(context, "res_company", {"partner_id"})) return partners;
  ASSIGN_OR_RETURN(const pg::Result rows, source.Exec("SELECT partner_id FROM public.res_company"
                                                      " WHERE partner_id IS NOT NULL"));
  for (int i = 0; i < rows.rows(); ++i) partners.insert(rows.Int(i, 0));
  return partners;
}

// One file of a local filestore, without following a symlink anywhere below its root.
absl::StatusOr<std::string> ReadStored(const std::string& root, const std::string& name) {
  if (!odoo::IsStoreName(name)) return Failed("not a name that Odoo gives to a stored file");
  const std::string path = root + "/" + name;
  const Fd top(::open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  const Fd directory(::openat(top.get(), std::string(odoo::DirectoryOf(name)).c_str(),
                              O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  const Fd file(
      ::openat(directory.get(), std::string(odoo::FileOf(name)).c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!file.valid()) return ErrnoStatus("opening", path, errno);
  return ReadAll(file.get(), path);
}

bool IsStored(const std::string& root, const std::string& name) {
  struct stat info {};
  return ::fstatat(AT_FDCWD, (root + "/" + name).c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0 &&
         S_ISREG(info.st_mode);
}

bool IsNumber(const std::string& text) {
  return text.size() < 10 && text.find_first_not_of("0123456789") == std::string::npos;
}

absl::StatusOr<odoo::StageOptions> StageOptionsOf(const OdooConfig& config) {
  odoo::StageOptions options;
  if (config.file_mode.has_value()) {
    options.file_mode = *config.file_mode;
    // Who may read a file may look into its directory.
    options.directory_mode = options.file_mode | ((options.file_mode & 0444) >> 2);
  }
  if (!config.owner.empty()) {
    const passwd* user = IsNumber(config.owner) ? nullptr : ::getpwnam(config.owner.c_str());
    if (user == nullptr && !IsNumber(config.owner)) return UsageError("odoo.filestore.owner: no such user");
    options.owner = user != nullptr ? user->pw_uid : static_cast<uid_t>(std::stoul(config.owner));
  }
  if (!config.group.empty()) {
    const group* found = IsNumber(config.group) ? nullptr : ::getgrnam(config.group.c_str());
    if (found == nullptr && !IsNumber(config.group)) return UsageError("odoo.filestore.group: no such group");
    options.group = found != nullptr ? found->gr_gid : static_cast<gid_t>(std::stoul(config.group));
  }
  return options;
}

std::string SourceDirectory(const RunContext& context) {
  const auto& config = context.options.config.odoo;
  return config.has_value() ? config->filestore_source : std::string();
}

// Where staging's files are put together; empty: nowhere. Those of a zip only wait there for the zip.
std::string StagingDirectory(const RunContext& context) {
  const Config& config = context.options.config;
  if (dump::IsZipName(config.staging.backup)) return context.private_directory + "/filestore";
  return config.odoo.has_value() ? config.odoo->filestore_staging : std::string();
}

absl::Status MakeStage(RunContext& context, FilestoreWork& work) {
  const OdooConfig config = context.options.config.odoo.value_or(OdooConfig());
  std::string directory = StagingDirectory(context);
  if (odoo::IsRemotePath(directory)) {
    ASSIGN_OR_RETURN(odoo::RemotePath target, odoo::ParseRemotePath(directory));
    work.remote = std::make_unique<odoo::RemoteStage>(std::move(target), context.options.run_id,
                                                      odoo::RemoteOptions{.cancel = &context.cancel});
    directory = context.private_directory + "/filestore";
  } else {
    // The run's lock on this staging is held, so nobody else is building one.
    if (std::filesystem::exists(std::filesystem::path(directory).parent_path())) {
      RETURN_IF_ERROR(odoo::TidySiblings(directory));
    }
  }
  ASSIGN_OR_RETURN(const odoo::StageOptions options, StageOptionsOf(config));
  ASSIGN_OR_RETURN(work.stage, odoo::FilestoreStage::Create(directory, context.options.run_id, options));
  return absl::OkStatus();
}

void Record(RunContext& context, const odoo::CopyResult& copied, const odoo::AttachmentCounts& counts) {
  record::Filestore filestore;
  filestore.files = copied.files;
  filestore.bytes = copied.bytes;
  filestore.copied = copied.copied;
  filestore.reused = copied.linked + copied.present;
  filestore.rewritten = counts.rewritten + counts.stripped;
  filestore.replaced = counts.replaced + counts.avatars;
  filestore.dropped = counts.dropped;
  for (const odoo::FileProblem& problem : copied.problems) {
    if (filestore.missing.size() == kMaxMissingListed) break;
    filestore.missing.push_back(fmt::format("attachment {}: {}", problem.attachment_id, problem.reason));
  }
  if (!copied.problems.empty()) {
    context.Warn(
        WarningKind::kFilestoreProblems,
        fmt::format("missing or damaged files in the source's filestore: {}; the report lists them by "
                    "attachment",
                    copied.problems.size()));
  }
  if (counts.unreadable > 0) {
    context.Warn(
        WarningKind::kAttachmentsUnread,
        fmt::format("{} attachments that were to be rewritten or stripped are placeholders, since their "
                    "content can't be read while rows flow (over rsync, or without a filestore)",
                    counts.unreadable));
  }
  context.record.filestore = std::move(filestore);
}

// What the hooks need to know of the source's rows.
absl::Status AskSource(RunContext& context, FilestoreWork& work) {
  ASSIGN_OR_RETURN(odoo::AttachmentPolicy policy, PolicyOf(context.options.config.policy.attachments));
  if (context.backup != nullptr) {
    policy.SetCompanyPartners(context.survey->odoo().CompanyPartners());
    work.avatars = std::make_unique<odoo::AvatarBook>(std::move(context.people));
  } else {
    absl::StatusOr<std::unique_ptr<pg::Connection>> source = context.snapshot->Import(&context.cancel);
    if (!source.ok()) return Annotate(source.status(), "source");
    ASSIGN_OR_RETURN(std::unordered_set<int64_t> companies, CompanyPartners(context, **source));
    policy.SetCompanyPartners(std::move(companies));
    ASSIGN_OR_RETURN(odoo::AvatarBook avatars, odoo::LoadAvatarBook(**source, *context.pseudonymiser));
    work.avatars = std::make_unique<odoo::AvatarBook>(std::move(avatars));
  }
  work.policy = std::make_unique<odoo::AttachmentPolicy>(std::move(policy));
  return absl::OkStatus();
}

}  // namespace

FilestoreWork::FilestoreWork() = default;
FilestoreWork::~FilestoreWork() = default;

absl::Status PrepareFilestore(RunContext& context) {
  if (!context.catalog.facts.is_odoo() ||
      !HasColumns(context, "ir_attachment", {"id", "res_model", "store_fname"})) {
    return absl::OkStatus();
  }
  context.filestore = std::make_unique<FilestoreWork>();
  FilestoreWork& work = *context.filestore;
  RETURN_IF_ERROR(AskSource(context, work));
  odoo::AttachmentSetup setup;
  setup.policy = work.policy.get();
  setup.avatars = work.avatars.get();
  setup.rewrite = &context.rewrite;
  if (!StagingDirectory(context).empty()) {
    RETURN_IF_ERROR(Annotate(MakeStage(context, work), "filestore"));
    setup.stage = work.stage.get();
    const std::string directory = SourceDirectory(context);
    if (context.zip != nullptr) {
      setup.read = [zip = context.zip.get()](const std::string& name) { return zip->Read(name); };
      setup.exists = [zip = context.zip.get()](const std::string& name) { return zip->Has(name); };
    } else if (!directory.empty() && !odoo::IsRemotePath(directory)) {
      setup.read = [directory](const std::string& name) { return ReadStored(directory, name); };
      setup.exists = [directory](const std::string& name) { return IsStored(directory, name); };
    } else {
      setup.ask_later = !directory.empty();
    }
  } else {
    context.Warn(
        WarningKind::kNoFilestore,
        "odoo.filestore is not set: staging gets no files, and attachments that need one are emptied");
  }
  work.hooks = std::make_unique<odoo::AttachmentHookFactory>(std::move(setup));
  return absl::OkStatus();
}

absl::Status CopyFilestore(RunContext& context) {
  if (context.filestore == nullptr || context.filestore->stage == nullptr) return absl::OkStatus();
  StageScope stage(context, "filestore");
  FilestoreWork& work = *context.filestore;
  const std::string source = SourceDirectory(context);
  odoo::CopyOptions options;
  options.workers = context.lanes;
  options.cancel = &context.cancel;
  options.counters = &stage.counters();
  options.limiter = context.limiter.get();
  absl::StatusOr<odoo::CopyResult> copied = Failed("no files were copied");
  std::vector<odoo::FileProblem> problems;  // of files that do not travel
  if (context.zip != nullptr) {
    // What the filestore that serves now has is linked; the rest comes out of the zip.
    const std::vector<odoo::FileRequest> requests = work.hooks->TakeRequests();
    copied = odoo::CopyFiles(requests, options, work.stage.get());
    if (copied.ok()) {
      RETURN_IF_ERROR(CopyZipFiles(*context.zip, requests, work.stage.get(), stage.counters(), &*copied));
    }
  } else if (odoo::IsRemotePath(source)) {
    ASSIGN_OR_RETURN(const odoo::RemotePath remote, odoo::ParseRemotePath(source));
    const odoo::RemoteOptions reach{.cancel = &context.cancel,
                                    .max_rate = context.options.config.source.max_rate};
    copied = odoo::FetchFiles(work.hooks->TakeRequests(), remote, options, reach, work.stage.get());
    if (copied.ok()) {
      ASSIGN_OR_RETURN(problems, odoo::FindMissing(work.hooks->TakeUnseen(), remote, reach));
    }
  } else {
    options.source = source;
    copied = odoo::CopyFiles(work.hooks->TakeRequests(), options, work.stage.get());
  }
  if (!copied.ok()) return Annotate(copied.status(), "filestore");
  std::vector<odoo::FileProblem> hook_problems = work.hooks->TakeProblems();
  for (std::vector<odoo::FileProblem>* more : {&problems, &hook_problems}) {
    std::move(more->begin(), more->end(), std::back_inserter(copied->problems));
  }
  odoo::SortByAttachment(&copied->problems);
  Record(context, *copied, work.hooks->counts());
  RETURN_IF_ERROR(Annotate(work.stage->Sync(), "filestore"));
  if (work.remote != nullptr) return Annotate(work.remote->Deliver(work.stage->path()), "filestore");
  return absl::OkStatus();
}

absl::Status PublishFilestore(RunContext& context) {
  if (context.filestore == nullptr || context.filestore->stage == nullptr) return absl::OkStatus();
  FilestoreWork& work = *context.filestore;
  return Annotate(work.remote != nullptr ? work.remote->Publish() : work.stage->Publish(), "filestore");
}

absl::Status UndoFilestore(RunContext& context) {
  if (context.filestore == nullptr || context.filestore->stage == nullptr) return absl::OkStatus();
  FilestoreWork& work = *context.filestore;
  return Annotate(work.remote != nullptr ? work.remote->Undo() : work.stage->Undo(), "filestore");
}

absl::Status PruneFilestore(RunContext& context) {
  if (context.filestore == nullptr || context.filestore->stage == nullptr) return absl::OkStatus();
  FilestoreWork& work = *context.filestore;
  if (work.remote != nullptr) return Annotate(work.remote->Discard(), "filestore");
  RETURN_IF_ERROR(Annotate(work.stage->DropStale(), "filestore"));
  return Annotate(work.stage->PruneOld(context.options.config.staging.keep_previous), "filestore");
}

}  // namespace understudy::refresh
