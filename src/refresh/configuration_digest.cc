#include "refresh/configuration_digest.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <vector>

#include "base/file.h"
#include "base/status.h"

namespace understudy::refresh {
namespace {

namespace fs = std::filesystem;

constexpr size_t kEndBytes = 1 << 20;

class Digest {
 public:
  Digest() : state_(XXH3_createState(), XXH3_freeState) { XXH3_128bits_reset(state_.get()); }
  // Each text ends in a byte that none holds, so that their borders count.
  void Add(std::string_view text) {
    XXH3_128bits_update(state_.get(), text.data(), text.size());
    XXH3_128bits_update(state_.get(), "\xff", 1);
  }
  std::string Hex() const {
    const XXH128_hash_t hash = XXH3_128bits_digest(state_.get());
    return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
  }

 private:
  std::unique_ptr<XXH3_state_t, XXH_errorcode (*)(XXH3_state_t*)> state_;
};

absl::StatusOr<std::vector<std::string>> FilesBelow(const std::string& directory) {
  std::vector<std::string> files;
  std::error_code error;
  for (fs::recursive_directory_iterator it(directory, error), end; !error && it != end; it.increment(error)) {
    if (it->is_regular_file(error)) files.push_back(it->path().string());
  }
  if (error) return ErrnoStatus("reading directory", directory, error.value());
  std::sort(files.begin(), files.end());
  return files;
}

absl::Status AddEnds(const std::string& path, Digest* digest) {
  const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat facts {};
  if (!file.valid() || ::fstat(file.get(), &facts) != 0) return ErrnoStatus("opening", path, errno);
  digest->Add(
      fmt::format("{} {} {}.{:09}", path, facts.st_size, facts.st_mtim.tv_sec, facts.st_mtim.tv_nsec));
  std::string bytes(kEndBytes, '\0');
  for (const off_t at : {off_t{0}, std::max<off_t>(0, facts.st_size - static_cast<off_t>(kEndBytes))}) {
    const ssize_t n = ::pread(file.get(), bytes.data(), bytes.size(), at);
    if (n < 0) return ErrnoStatus("reading", path, errno);
    digest->Add(std::string_view(bytes).substr(0, static_cast<size_t>(n)));
  }
  return absl::OkStatus();
}

void AddPlan(const RunContext& context, Digest* digest) {
  for (size_t r = 0; r < context.plan.tables.size(); ++r) {
    const rules::TablePlan& plan = context.plan.tables[r];
    digest->Add(plan.QualifiedName());
    digest->Add(plan.empty ? "empty" : plan.where.value_or(""));
    for (size_t c = 0; c < plan.columns.size(); ++c) {
      digest->Add(plan.columns[c].column);
      digest->Add(context.catalog.facts.relations[r].attributes[c].type.name);
      digest->Add(plan.columns[c].treatment.ToString());
      digest->Add(plan.columns[c].Reason());
    }
  }
}

}  // namespace

absl::StatusOr<std::string> BackupIdentity(const std::string& path) {
  std::error_code none;
  Digest digest;
  std::vector<std::string> files = {path};
  if (fs::is_directory(path, none)) {
    ASSIGN_OR_RETURN(files, FilesBelow(path));
  }
  for (const std::string& file : files) RETURN_IF_ERROR(AddEnds(file, &digest));
  return digest.Hex();
}

absl::StatusOr<std::string> ConfigurationDigest(const RunContext& context) {
  Digest digest;
  AddPlan(context, &digest);
  const Config& config = context.options.config;
  ASSIGN_OR_RETURN(std::vector<std::string> files, FilesBelow(context.options.rules_directory));
  for (const std::string& rule : config.rules) {
    if (fs::path(rule).is_absolute()) files.push_back(rule);
  }
  for (const std::string& file : files) {
    ASSIGN_OR_RETURN(const std::string content, ReadFile(file));
    digest.Add(content);
  }
  digest.Add(NameOf(config.policy.unclassified));
  digest.Add(NameOf(config.policy.leaks));
  for (const std::string& accepted : config.policy.accepted) digest.Add(accepted);
  return digest.Hex();
}

std::string ProgramIdentity(const RunContext& context) {
  return context.record.tool.version + " " + context.record.tool.commit;
}

}  // namespace understudy::refresh
