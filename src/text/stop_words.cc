#include "text/stop_words.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

#include "base/strings.h"
#include "fmt/format.h"
#include "text/tokens.h"

namespace understudy::text {

void StopWords::AddLines(std::string_view text) {
  for (std::string_view line : Split(text, '\n')) {
    line = Trim(line.substr(0, line.find('#')));
    if (line.empty()) continue;
    std::unordered_set<uint64_t>* set = &common_;
    if (line[0] == '!') set = &never_;
    if (line[0] == '@') set = &honorifics_;
    // A line may hold several words; each counts alone.
    Token token;
    for (size_t at = 0; NextToken(line, at, &token); at = token.end) set->insert(token.hash);
  }
}

absl::StatusOr<StopWords> StopWords::Load(const std::string& directory) {
  std::error_code error;
  std::vector<std::filesystem::path> files;
  for (std::filesystem::directory_iterator it(directory, error), end; !error && it != end;
       it.increment(error)) {
    if (it->path().extension() == ".txt") files.push_back(it->path());
  }
  if (error || files.empty()) {
    return absl::NotFoundError(fmt::format("no stop words (*.txt) in \"{}\"", directory));
  }
  std::sort(files.begin(), files.end());
  StopWords words;
  for (const auto& file : files) {
    std::ifstream in(file, std::ios::binary);
    std::ostringstream content;
    content << in.rdbuf();
    if (!in) return absl::UnavailableError(fmt::format("cannot read stop words \"{}\"", file.string()));
    words.AddLines(content.str());
  }
  return words;
}

}  // namespace understudy::text
