#include "base/hidden_variables.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <string>

#include "base/mutex.h"

namespace understudy {
namespace {

constexpr std::string_view kNeeded[] = {"HOME",  "LANG", "LANGUAGE", "LOGNAME", "PATH",
                                        "SHELL", "TERM", "TMPDIR",   "TZ",      "USER"};

struct Hidden {
  Mutex mutex;
  std::set<std::string, std::less<>> names ABSL_GUARDED_BY(mutex) = {"PGPASSWORD"};
};

Hidden& All() {
  static auto* const hidden = new Hidden();
  return *hidden;
}

bool Needed(std::string_view variable) {
  return variable.starts_with("LC_") || variable.starts_with("SSH_") ||
         std::find(std::begin(kNeeded), std::end(kNeeded), variable) != std::end(kNeeded);
}

}  // namespace

void HideFromChildren(std::string_view variable) {
  if (Needed(variable)) return;
  Hidden& all = All();
  MutexLock lock(all.mutex);
  all.names.emplace(variable);
}

bool HiddenFromChildren(std::string_view variable) {
  Hidden& all = All();
  MutexLock lock(all.mutex);
  return all.names.find(variable) != all.names.end();
}

}  // namespace understudy
