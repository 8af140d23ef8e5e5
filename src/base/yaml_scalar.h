// Texts as scalars of YAML, for the configurations and packs that the program writes.
// Threads: thread-safe functions.
#ifndef UNDERSTUDY_BASE_YAML_SCALAR_H_
#define UNDERSTUDY_BASE_YAML_SCALAR_H_

#include <string>
#include <string_view>

namespace understudy {

// In double quotes, which can hold any text (YAML 1.2, 7.3.1): control characters as \xNN.
std::string YamlQuoted(std::string_view text);

// As it is if every reader takes that for this very text, else quoted.
std::string YamlScalar(std::string_view text);

}  // namespace understudy

#endif  // UNDERSTUDY_BASE_YAML_SCALAR_H_
