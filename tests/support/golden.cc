#include "support/golden.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace understudy {
namespace {

// Line `number` (from 0) of the text, and whether there is one.
bool LineOf(std::string_view text, size_t number, std::string_view* line) {
  while (true) {
    const size_t end = text.find('\n');
    if (number == 0) {
      *line = text.substr(0, end);
      return !text.empty();
    }
    if (end == std::string_view::npos) return false;
    text.remove_prefix(end + 1);
    --number;
  }
}

}  // namespace

std::string GoldenPath(std::string_view name) {
  return std::string(UNDERSTUDY_SOURCE_DIR) + "/tests/golden/" + std::string(name);
}

testing::AssertionResult MatchesGolden(std::string_view actual, std::string_view name) {
  const std::string path = GoldenPath(name);
  if (std::getenv("UNDERSTUDY_UPDATE_GOLDEN") != nullptr) {
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    std::ofstream(path, std::ios::binary) << actual;
    return testing::AssertionSuccess();
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return testing::AssertionFailure() << "no golden file " << path << "; tools/test --update writes it:\n"
                                       << actual;
  }
  const std::string expected((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (expected == actual) return testing::AssertionSuccess();
  const auto [a, b] = std::mismatch(expected.begin(), expected.end(), actual.begin(), actual.end());
  const size_t line = static_cast<size_t>(std::count(expected.begin(), a, '\n'));
  std::string_view want = "(end of file)";
  std::string_view got = "(end of text)";
  LineOf(expected, line, &want);
  LineOf(actual, line, &got);
  return testing::AssertionFailure() << path << ":" << line + 1 << ": differs\n  golden: " << want
                                     << "\n  actual: " << got << "\n(tools/test --update rewrites it)";
}

}  // namespace understudy
