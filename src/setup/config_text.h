// The commented understudy.yaml that `understudy init` writes.
//
// DESIGN: what was found is set; what could be set stands there as a comment, so that the file is its own
// short manual. Every commented setting ("#key: …") is valid once its "#" is taken away: config_text_test.cc
// takes them all away and reads the result.
// Ownership: values. Threads: thread-safe.
#ifndef UNDERSTUDY_SETUP_CONFIG_TEXT_H_
#define UNDERSTUDY_SETUP_CONFIG_TEXT_H_

#include <string>
#include <string_view>

#include "setup/first_run.h"

namespace understudy::setup {

// A YAML scalar that the configuration reads back as `text`, ${…} included.
std::string ConfigScalar(std::string_view text);

std::string ConfigText(const FirstRun& run, const std::string& key_file);

}  // namespace understudy::setup

#endif  // UNDERSTUDY_SETUP_CONFIG_TEXT_H_
