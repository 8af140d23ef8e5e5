// Every key of understudy.yaml, one table row each.
//
// DESIGN: the parser takes the keys and the words it allows from these rows, and understudy.yaml(5) and
// docs/reference are printed from them; config_keys_test.cc holds the parser to read every one of them.
// A path's parts are joined by dots; "*" stands for names that the user chooses; a list's maps are below the
// list's own path.
// Threads: immutable.
#ifndef UNDERSTUDY_REFRESH_CONFIG_KEYS_H_
#define UNDERSTUDY_REFRESH_CONFIG_KEYS_H_

#include <string>
#include <string_view>
#include <vector>

namespace understudy::refresh {

struct ConfigKey {
  std::string_view path;                  // "policy.leaks"
  std::string_view form;                  // "PATH", "NUMBER", "MAPPING" …; empty if there are choices
  std::vector<std::string_view> choices;  // the words it takes
  std::string_view default_value;         // shown; empty: none
  std::string_view doc;                   // sentences

  size_t depth() const;           // 0 at the top
  std::string_view name() const;  // the last part
};

// In the order in which people read them; a mapping comes before its keys.
const std::vector<ConfigKey>& ConfigKeys();
// The names below `path` ("" is the top), for "unknown key".
std::vector<std::string> KeysBelow(std::string_view path);
// The words that the key takes.
std::vector<std::string> ChoicesOf(std::string_view path);

// A whole file, as an example: every section, and every line with what it means.
std::string_view ConfigExample();

}  // namespace understudy::refresh

#endif  // UNDERSTUDY_REFRESH_CONFIG_KEYS_H_
