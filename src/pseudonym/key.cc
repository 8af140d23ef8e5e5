#include "pseudonym/key.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "base/file.h"
#include "base/process.h"
#include "base/status.h"
#include "base/strings.h"

namespace understudy::pseudonym {
namespace {

static_assert(kKeyBytes == crypto_kdf_KEYBYTES);
constexpr char kContext[crypto_kdf_CONTEXTBYTES + 1] = "undrstdy";
// Ids above this are the key's own: the fingerprint must never be a sub-key that something renders.
constexpr uint64_t kFingerprintId = (uint64_t{1} << 48) - 1;
constexpr size_t kFingerprintBytes = 8;
// The longest file or command output that can still be a key: 64 digits and some blanks.
constexpr size_t kMaxText = 256;

absl::Status CheckRandomSource() {
  if (SodiumReady()) return absl::OkStatus();
  return Failed("the system has no source of random numbers");
}

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

absl::StatusOr<Key> Key::Random() {
  RETURN_IF_ERROR(CheckRandomSource());
  unsigned char bytes[kKeyBytes];
  randombytes_buf(bytes, sizeof bytes);
  Key key(Secret(std::span<const unsigned char>(bytes, sizeof bytes)), true);
  sodium_memzero(bytes, sizeof bytes);
  return key;
}

absl::StatusOr<Key> Key::FromHex(std::string_view hex) {
  RETURN_IF_ERROR(CheckRandomSource());
  hex = Trim(hex);
  if (hex.size() != 2 * kKeyBytes) {
    return UsageError(
        fmt::format("the key has {} characters; it must be {} hex digits", hex.size(), 2 * kKeyBytes));
  }
  unsigned char bytes[kKeyBytes];
  unsigned char seen = 0;
  bool good = true;
  for (size_t i = 0; i < kKeyBytes; ++i) {
    const int high = HexDigit(hex[2 * i]);
    const int low = HexDigit(hex[2 * i + 1]);
    good = good && high >= 0 && low >= 0;
    bytes[i] = static_cast<unsigned char>(((high & 15) << 4) | (low & 15));
    seen |= static_cast<unsigned char>(bytes[i] ^ bytes[0]);
  }
  absl::StatusOr<Key> key = UsageError("the key holds a character that is not a hex digit");
  if (good && seen == 0) {
    // A placeholder such as 000…0 in a sample file, not a key.
    key = UsageError("the key is one byte repeated; make one with `understudy keygen`");
  } else if (good) {
    key = Key(Secret(std::span<const unsigned char>(bytes, sizeof bytes)), false);
  }
  sodium_memzero(bytes, sizeof bytes);
  return key;
}

absl::StatusOr<Key> Key::FromFile(const std::string& path) {
  // O_NONBLOCK: a pipe without a writer is refused below rather than waited for.
  Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd.valid() && errno == ENOENT) {
    return UsageError(
        fmt::format("key file {0}: there is none; correct its name, or make a key with `understudy "
                    "keygen {0}`",
                    path));
  }
  if (!fd.valid()) return Annotate(ErrnoStatus("opening", path, errno), "key file");
  struct stat info {};
  if (::fstat(fd.get(), &info) != 0) return Annotate(ErrnoStatus("reading", path, errno), "key file");
  if (!S_ISREG(info.st_mode)) return Refused(fmt::format("key file {}: not a regular file", path));
  // Checked on the open file, so that nobody can swap it between the check and the reading.
  if ((info.st_mode & 0177) != 0) {
    return Refused(fmt::format("key file {}: mode {:04o} lets others in; run `chmod 600 {}`", path,
                               static_cast<unsigned>(info.st_mode & 07777), path));
  }
  char text[kMaxText];
  size_t size = 0;
  for (;;) {
    const ssize_t n = ::read(fd.get(), text + size, sizeof text - size);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      const int error_number = errno;
      sodium_memzero(text, sizeof text);
      return Annotate(ErrnoStatus("reading", path, error_number), "key file");
    }
    if (n == 0) break;
    size += static_cast<size_t>(n);
    if (size == sizeof text) break;
  }
  absl::StatusOr<Key> key = FromHex({text, size});
  sodium_memzero(text, sizeof text);
  if (!key.ok()) return Annotate(key.status(), fmt::format("key file {}", path));
  return key;
}

absl::StatusOr<Key> Key::FromEnvironment(const std::string& variable) {
  const char* text = std::getenv(variable.c_str());
  if (text == nullptr || *text == '\0') {
    return UsageError(
        fmt::format("the environment variable {} that should hold the key is not set", variable));
  }
  absl::StatusOr<Key> key = FromHex(text);
  if (!key.ok()) return Annotate(key.status(), fmt::format("environment variable {}", variable));
  return key;
}

absl::StatusOr<Key> Key::FromCommand(const std::string& command) {
  ProcessOptions options;
  options.argv = {"/bin/sh", "-c", command};
  ASSIGN_OR_RETURN(ProcessResult result, RunProcess(options));
  // Neither the output nor the errors are quoted: either may hold the key.
  if (result.exit_code != 0) {
    WipeString(result.output);
    return UsageError(fmt::format("the key command ended with exit code {}", result.exit_code));
  }
  absl::StatusOr<Key> key = FromHex(result.output);
  WipeString(result.output);
  if (!key.ok()) return Annotate(key.status(), "key command");
  return key;
}

absl::StatusOr<Key> Key::Generate(const std::string& path) {
  RETURN_IF_ERROR(CheckRandomSource());
  // O_EXCL: a key that exists is somebody's link to earlier refreshes and is never overwritten.
  Fd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!fd.valid() && errno == EEXIST) {
    return Refused(fmt::format("key file {}: exists already; move it away to make a new one", path));
  }
  if (!fd.valid()) return Annotate(ErrnoStatus("creating", path, errno), "key file");
  unsigned char bytes[kKeyBytes];
  randombytes_buf(bytes, sizeof bytes);
  char text[2 * kKeyBytes + 1];
  sodium_bin2hex(text, sizeof text, bytes, sizeof bytes);
  text[2 * kKeyBytes] = '\n';
  Key key(Secret(std::span<const unsigned char>(bytes, sizeof bytes)), false);
  const bool written =
      ::write(fd.get(), text, sizeof text) == static_cast<ssize_t>(sizeof text) && ::fsync(fd.get()) == 0;
  const int error_number = errno;
  sodium_memzero(bytes, sizeof bytes);
  sodium_memzero(text, sizeof text);
  if (!written) {
    ::unlink(path.c_str());
    return Annotate(ErrnoStatus("writing", path, error_number), "key file");
  }
  return key;
}

void Key::Derive(uint64_t id, unsigned char* out, size_t size) const {
  // The KDF makes 16 to 64 bytes at a time; longer sub-keys are pieces under neighbouring ids.
  for (uint64_t piece = 0; size > 0; ++piece) {
    unsigned char block[crypto_kdf_BYTES_MAX];
    crypto_kdf_derive_from_key(block, sizeof block, (id << 8) | piece, kContext, bytes_.data());
    const size_t take = std::min(size, sizeof block);
    std::memcpy(out, block, take);
    sodium_memzero(block, sizeof block);
    out += take;
    size -= take;
  }
}

std::string Key::key_id() const {
  unsigned char fingerprint[kFingerprintBytes];
  Derive(kFingerprintId, fingerprint, sizeof fingerprint);
  char text[2 * kFingerprintBytes + 1];
  sodium_bin2hex(text, sizeof text, fingerprint, sizeof fingerprint);
  return text;
}

}  // namespace understudy::pseudonym
