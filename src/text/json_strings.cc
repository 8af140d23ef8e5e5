#include "text/json_strings.h"

#include <charconv>

#include "base/strings.h"
#include "text/unicode.h"

namespace understudy::text {
namespace {

constexpr size_t kMaxDepth = 256;
constexpr size_t kMaxPaths = 63;  // bits of a mask, less the one that would make it kSelected
constexpr uint64_t kSelected = ~uint64_t{0};

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// The code unit of \uXXXX at json[at] == '\\'; kInvalid if there is none.
char32_t CodeUnit(std::string_view json, size_t at, size_t end) {
  if (at + 6 > end || json[at] != '\\' || json[at + 1] != 'u') return kInvalid;
  char32_t value = 0;
  for (size_t i = at + 2; i < at + 6; ++i) {
    const int digit = HexDigit(json[i]);
    if (digit < 0) return kInvalid;
    value = value * 16 + static_cast<char32_t>(digit);
  }
  return value;
}

}  // namespace

JsonPaths::JsonPaths(std::string_view paths) : source_(paths) {
  for (std::string_view path : Split(paths, ',')) {
    path = Trim(path);
    if (path.empty()) continue;
    if (path[0] == '$') path.remove_prefix(1);
    std::vector<Step> steps;
    while (!path.empty()) {
      const bool bracket = path[0] == '[';
      const bool dot = path[0] == '.';
      if (bracket || dot) path.remove_prefix(1);
      const size_t end = std::min(path.find_first_of(bracket ? "]" : ".["), path.size());
      std::string_view name = path.substr(0, end);
      path.remove_prefix(bracket && end < path.size() ? end + 1 : end);
      if (bracket && name.size() >= 2 && (name[0] == '\'' || name[0] == '"'))
        name = name.substr(1, name.size() - 2);
      if (!name.empty()) steps.push_back({name == "*", std::string(name)});
    }
    paths_.push_back(std::move(steps));
  }
  if (paths_.size() > kMaxPaths) paths_.clear();
}

uint64_t JsonWalker::Step(const JsonPaths& paths, std::string_view name) const {
  const Frame& frame = frames_.back();
  if (frame.alive == kSelected) return kSelected;
  const size_t depth = frames_.size() - 1;
  uint64_t alive = 0;
  for (size_t p = 0; p < paths.paths_.size(); ++p) {
    const auto& steps = paths.paths_[p];
    if ((frame.alive >> p & 1) == 0 || steps.size() <= depth) continue;
    if (!steps[depth].any && steps[depth].name != name) continue;
    if (steps.size() == depth + 1) return kSelected;
    alive |= uint64_t{1} << p;
  }
  return alive;
}

// The mask of the value that comes now, whose key or index is known.
uint64_t JsonWalker::ChildMatch(const JsonPaths& paths) {
  if (paths.paths_.empty() || deeper_ > 0) return kSelected;
  if (frames_.empty()) {
    uint64_t alive = 0;
    for (size_t p = 0; p < paths.paths_.size(); ++p) {
      if (paths.paths_[p].empty()) return kSelected;
      alive |= uint64_t{1} << p;
    }
    return alive;
  }
  Frame& frame = frames_.back();
  if (frame.object) return Step(paths, key_);
  char digits[12];
  const auto end = std::to_chars(digits, digits + sizeof(digits), frame.index).ptr;
  return Step(paths, std::string_view(digits, static_cast<size_t>(end - digits)));
}

void JsonWalker::Enter(bool object, const JsonPaths& paths) {
  if (frames_.size() >= kMaxDepth) {
    ++deeper_;
    return;
  }
  const uint64_t alive = ChildMatch(paths);
  frames_.push_back({object, object, 0, alive});
}

bool JsonWalker::Selected(const JsonPaths& paths) { return ChildMatch(paths) == kSelected; }

void JsonWalker::Walk(std::string_view json, const JsonPaths& paths, std::vector<JsonString>* out) {
  out->clear();
  frames_.clear();
  deeper_ = 0;
  key_ = {};
  for (size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (c == '{' || c == '[') {
      Enter(c == '{', paths);
    } else if (c == '}' || c == ']') {
      if (deeper_ > 0) {
        --deeper_;
      } else if (!frames_.empty()) {
        frames_.pop_back();
      }
    } else if (c == ',' && !frames_.empty() && deeper_ == 0) {
      ++frames_.back().index;
      frames_.back().expects_key = frames_.back().object;
    } else if (c == '"') {
      const size_t begin = i + 1;
      bool escaped = false;
      size_t end = begin;
      for (; end < json.size() && json[end] != '"'; ++end) {
        if (json[end] == '\\') {
          escaped = true;
          ++end;
        }
      }
      end = std::min(end, json.size());
      size_t next = end + 1;
      while (next < json.size() && (json[next] == ' ' || (json[next] >= '\t' && json[next] <= '\r'))) ++next;
      // Below kMaxDepth a key is told by the colon behind it.
      const bool colon = next < json.size() && json[next] == ':';
      const bool key = colon && (deeper_ > 0 || (!frames_.empty() && frames_.back().expects_key));
      if (key) {
        key_ = json.substr(begin, end - begin);
        if (deeper_ == 0) frames_.back().expects_key = false;
      } else if (Selected(paths)) {
        out->push_back({static_cast<uint32_t>(begin), static_cast<uint32_t>(end), escaped});
      }
      i = end;
    }
  }
}

void DecodeJsonString(std::string_view json, const JsonString& s, DecodedText* out) {
  out->Clear();
  std::string decoded;
  size_t begin = s.begin;
  for (size_t i = s.begin; i < s.end; ++i) {
    if (json[i] != '\\') continue;
    out->AddVerbatim(json.substr(begin, i - begin), static_cast<uint32_t>(begin));
    size_t end = std::min<size_t>(i + 2, s.end);
    decoded.clear();
    char32_t unit = CodeUnit(json, i, s.end);
    if (unit != kInvalid) {
      end = i + 6;
      const char32_t low = unit >= 0xD800 && unit < 0xDC00 ? CodeUnit(json, end, s.end) : kInvalid;
      if (low >= 0xDC00 && low < 0xE000) {
        unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
        end += 6;
      } else if (unit >= 0xD800 && unit < 0xE000) {
        unit = 0xFFFD;
      }
      AppendCodePoint(unit, &decoded);
    } else if (i + 1 < s.end) {
      const char c = json[i + 1];
      const size_t known = std::string_view("bfnrt").find(c);
      decoded.push_back(known == std::string_view::npos ? c : "\b\f\n\r\t"[known]);
    }
    out->AddEscape(decoded, static_cast<uint32_t>(i), static_cast<uint32_t>(end));
    i = end - 1;
    begin = end;
  }
  if (begin < s.end) out->AddVerbatim(json.substr(begin, s.end - begin), static_cast<uint32_t>(begin));
}

}  // namespace understudy::text
